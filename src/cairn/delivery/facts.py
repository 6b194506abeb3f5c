"""What happens in delivery."""

from cairn.delivery.states import EnrolmentState, OfferingState
from cairn.kernel.facts import Fact

OFFERING_PLANNED = Fact(
    "offering.planned", "An approved version will be taught.", to=OfferingState.PLANNED
)
OFFERING_OPENED = Fact("offering.opened", "An offering began.", to=OfferingState.OPEN)
OFFERING_CLOSED = Fact(
    "offering.closed", "An offering takes no more learners.", to=OfferingState.CLOSED
)
ENROLMENT_ADDED = Fact("enrolment.added", "A learner enrolled.", to=EnrolmentState.ENROLLED)
ENROLMENT_WITHDRAWN = Fact(
    "enrolment.withdrawn", "A learner left an offering.", to=EnrolmentState.WITHDRAWN
)
ENROLMENT_REINSTATED = Fact(
    "enrolment.reinstated", "A learner who had left came back.", to=EnrolmentState.ENROLLED
)
ENROLMENT_COMPLETED = Fact(
    "enrolment.completed", "A learner reached the end.", to=EnrolmentState.COMPLETED
)
ROSTER_IMPORTED = Fact("roster.imported", "A class list changed an offering.")
