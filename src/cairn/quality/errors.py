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


class NothingSaid(Refused):
    """A comment without words."""

    code = "comment.empty"
    message = "Write what you would like the authors to know."


class CommentUnreadable(Refused):
    """A comment that cannot be kept as it was written."""

    code = "comment.words"
    message = "The comment cannot be kept as it is. {why}"


class CommentNowhere(Refused):
    """A comment on a part that the text under review does not have."""

    code = "comment.place"
    message = "The text under review has no such part. Choose one that it has."


class ReviewOver(Refused):
    """A comment on a text that was approved or given up."""

    code = "comment.review_over"
    message = "This review is over, so nothing is added to it. A revision is reviewed anew."
