"""What lies on each desk when somebody sits down: a draft, a proposal to read, a cohort to mark.

None of it is finished on purpose, and nothing of it is in the numbers of the last line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from cairn.assessment import services as assessment
from cairn.delivery import services as delivery
from cairn.design.models import Version
from cairn.kernel import clock
from cairn.quality import services as quality
from university.founding import HERE, University, written
from university.place import learner_address
from university.telling import must

#: The micro-credential whose cohort is open.
TAUGHT_NOW: Final = "business-analytics"
SINCE: Final = timedelta(weeks=3)
LENGTH: Final = timedelta(weeks=8)
#: What has been marked so far, in the order of the class list: the plan of most, the analysis of some.
PLAN: Final = (72, 65, 81, 58, 90, 44, 77, 69, 85, None, 62, None)
ANALYSIS: Final = (68, 71, None, 55, 88, None, None, None, None, None, None, None)


def lay_out(university: University, approved: Mapping[str, Version]) -> int:
    """Give author, reviewer and teacher something to do. Returns how many learners are taught."""
    for path in sorted((HERE / "drafts").glob("*.yaml")):
        written(university, path)
    for path in sorted((HERE / "waiting").glob("*.yaml")):
        quality.submit(written(university, path), by=university.author)
    return _cohort(university, approved[TAUGHT_NOW])


def _cohort(university: University, version: Version) -> int:
    """A class that began three weeks ago. Its marks wait for the teacher."""
    starts_on = clock.today(university.institution) - SINCE
    planned = delivery.plan_offering(
        version,
        code=f"{version.text.code}-2",
        starts_on=starts_on,
        ends_on=starts_on + LENGTH,
        by=university.registrar,
    )
    cohort = delivery.open_offering(planned, by=university.registrar)
    keys = [str(number) for number in range(1, len(PLAN) + 1)]
    # Padded, so that the tenth does not stand before the second.
    lines = [f"{key},Learner {key:0>2},{learner_address(key)}" for key in keys]
    sheet = "\n".join(["id,name,email", *lines, ""]).encode()
    enrolled = delivery.import_roster(cohort, sheet, by=university.registrar)
    must(enrolled.new == len(keys), "The open cohort is not as it was planned.")
    marks = [
        f"{key},{task},{score}"
        for task, scores in (("t1", PLAN), ("t2", ANALYSIS))
        for key, score in zip(keys, scores, strict=True)
        if score is not None
    ]
    sheet = "\n".join(["id,task,score", *marks, ""]).encode()
    marked = assessment.import_marks(cohort, sheet, by=university.teacher)
    must(marked.new == len(marks), "The marks of the open cohort are not as they were planned.")
    return len(keys)
