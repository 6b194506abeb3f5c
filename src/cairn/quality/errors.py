"""What quality refuses, each with its code."""

from cairn.kernel.errors import Refused


class ReasonNeeded(Refused):
    """A decision without a reason."""

    code = "decision.no_reason"
    message = "Say why. The authors read it, and so does whoever looks at this later."


class ReasonUnreadable(Refused):
    """A reason that cannot be kept as it was written."""

    code = "decision.reason"
    message = "The reason cannot be kept as it is. {why}"


class AlreadyDecided(Refused):
    """A reviewer decides again, and otherwise."""

    code = "decision.made"
    message = "You have decided about this review. A decision stands; a revision is decided anew."
