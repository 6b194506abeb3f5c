"""The verbs of assessment; nothing else writes its tables."""

from cairn.assessment.services.awards import (
    Settled,
    confer_award,
    confer_awards,
    withdraw_award,
    withdraw_awards_of_withdrawn,
)
from cairn.assessment.services.corrections import Correction, correct_mark
from cairn.assessment.services.entering import Entered, Fate, Typed, enter_marks
from cairn.assessment.services.marks import (
    MarksReport,
    import_marks,
    read_score,
    record_mark,
    record_marks,
)
from cairn.assessment.services.results import Released, release_results

__all__ = [
    "Correction",
    "Entered",
    "Fate",
    "MarksReport",
    "Released",
    "Settled",
    "Typed",
    "confer_award",
    "confer_awards",
    "correct_mark",
    "enter_marks",
    "import_marks",
    "read_score",
    "record_mark",
    "record_marks",
    "release_results",
    "withdraw_award",
    "withdraw_awards_of_withdrawn",
]
