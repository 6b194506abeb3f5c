"""What delivery refuses, each with its code."""

from __future__ import annotations

from cairn.kernel.errors import Refused


class OfferingUnfit(Refused):
    """An offering was described with something that cannot be kept, or with crossed dates."""

    code = "offering.unfit"
    message = "{why}"


class CodeTaken(Refused):
    """Another offering of the institution has this code."""

    code = "offering.code_taken"
    message = "Another offering has the code {code}. Choose another one."


class NotApproved(Refused):
    """What is to be offered has no approval today."""

    code = "offering.not_approved"
    message = "This version is not approved today. Offer an approved one, or have it reviewed."


class OfferingClosed(Refused):
    """Somebody is to be enrolled in an offering that is over."""

    code = "offering.closed"
    message = "This offering is closed and takes no more learners. Choose one that is open."


class KeyTaken(Refused):
    """Another learner of the offering has this id."""

    code = "enrolment.key_taken"
    message = "Another learner in this offering has the id {key}. Correct one of the two."


class EnrolledAlready(Refused):
    """The person is in the offering, under another id."""

    code = "enrolment.twice"
    message = "This person is in this offering already, as {key}."


class KeyUnfit(Refused):
    """A learner's id is empty, too long, or holds what cannot be kept."""

    code = "enrolment.key"
    message = "{why}"


class ChangedMeanwhile(Refused):
    """Somebody else wrote the same rows at the same moment."""

    code = "import.changed_meanwhile"
    message = "Somebody else changed the same rows at this moment. Nothing was written; try again."


class SheetTooLarge(Refused):
    """An uploaded sheet is larger than what is kept between the steps of an import."""

    code = "import.too_large"
    message = "This file is larger than {limit} MB. Save only the rows you need, or split it."
