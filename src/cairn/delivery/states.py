"""The life of an offering, and of one enrolment in it."""

from enum import StrEnum

from cairn.kernel.machine import Machine


class OfferingState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


OFFERING = Machine(
    {
        OfferingState.PLANNED: {OfferingState.OPEN, OfferingState.CLOSED},
        OfferingState.OPEN: {OfferingState.CLOSED},
    }
)


class EnrolmentState(StrEnum):
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


#: Who withdrew by mistake, or comes back, is enrolled again in the same row.
ENROLMENT = Machine(
    {
        EnrolmentState.ENROLLED: {EnrolmentState.WITHDRAWN, EnrolmentState.COMPLETED},
        EnrolmentState.WITHDRAWN: {EnrolmentState.ENROLLED},
    }
)
