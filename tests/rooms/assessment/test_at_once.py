"""Two who mark, release or confer at the same moment: one standing award for each learner."""

from collections import Counter

import pytest

from cairn.assessment import services
from cairn.assessment.models import Award, Mark, Result
from cairn.assessment.services import MarksReport, Settled
from cairn.delivery.models import Enrolment
from cairn.kernel.ledger import verify_chain
from tests.support.campus import Campus
from tests.support.meeting import together

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 25
SHEET = "\n".join(["id,t1,t2", *(f"s{n},80,80" for n in range(SIZE))]).encode()


@pytest.fixture
def run():
    campus = Campus()
    run = campus.offering()
    run.roster(*(f"s{n},Learner {n}," for n in range(SIZE)))
    assert campus.teacher
    return run


def test_two_imports_of_one_sheet_at_once_give_every_mark_once(run):
    by = run.campus.teacher
    reports = together(*[lambda: services.import_marks(run.offering, SHEET, by=by)] * 3)
    assert all(isinstance(report, MarksReport) for report in reports), reports
    assert sum(report.new for report in reports) == 2 * SIZE
    with run.campus.here():
        assert Mark.objects.count() == 2 * SIZE


def test_two_teachers_marking_one_task_at_once_leave_a_newest_mark(run):
    by = run.campus.teacher
    with run.campus.here():
        rows = [Enrolment.objects.get(source_key="s1") for _ in range(3)]
    marks = together(
        *(
            lambda row=row, score=score: services.record_mark(row, task="t1", score=score, by=by)
            for row, score in zip(rows, (50, 60, 70), strict=True)
        )
    )
    assert sorted(mark.number for mark in marks) == [1, 2, 3]


def test_two_registrars_releasing_and_conferring_at_once_confer_once(run):
    campus, by = run.campus, run.campus.registrar
    run.marks(*(f"s{n},80,80" for n in range(SIZE)), header="id,t1,t2")
    released = together(*[lambda: services.release_results(run.offering, by=by)] * 3)
    assert sum(one.released for one in released) == SIZE
    settled = together(*[lambda: services.confer_awards(run.offering, by=by)] * 3)
    assert Counter(settled) == {Settled(conferred=SIZE): 1, Settled(kept=SIZE): 2}
    with campus.here():
        assert Result.objects.count() == Award.objects.standing().count() == SIZE
    assert verify_chain(campus.institution).intact
