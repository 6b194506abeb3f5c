"""What happens in assessment."""

from cairn.assessment.states import AwardState, MarkState
from cairn.kernel.facts import Fact

MARK_RECORDED = Fact("mark.recorded", "A mark was given for a task.", to=MarkState.GIVEN)
MARK_MISSING = Fact("mark.missing", "It was stated that a task has no mark.", to=MarkState.MISSING)
RESULT_RELEASED = Fact("result.released", "Marks were judged, and the learner may know.")
AWARD_CONFERRED = Fact("award.conferred", "A learner has earned it.", to=AwardState.STANDING)
AWARD_WITHDRAWN = Fact("award.withdrawn", "An award was taken back.", to=AwardState.WITHDRAWN)
