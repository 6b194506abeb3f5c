"""Two who import at the same moment: the tables hold one of everything."""

import pytest

from cairn.delivery import services
from cairn.delivery.models import Enrolment
from cairn.delivery.services import ImportReport
from cairn.kernel.ledger import verify_chain
from cairn.kernel.models import EmailAddress, Person
from tests.support.campus import Campus
from tests.support.meeting import together

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 30
SHEET = "\n".join(
    ["id,name,email", *(f"s{n},Learner {n},l{n}@uni.example" for n in range(ROWS))]
).encode()


def learners(campus):
    with campus.here():
        return (
            Person.objects.filter(full_name__startswith="Learner").count(),
            EmailAddress.objects.filter(address__endswith="@uni.example").count(),
        )


def test_two_imports_of_one_list_at_once_enrol_everyone_once():
    campus = Campus()
    run, by = campus.offering(), campus.registrar
    reports = together(*[lambda: services.import_roster(run.offering, SHEET, by=by)] * 3)
    assert all(isinstance(report, ImportReport) for report in reports), reports
    assert sorted((report.new, report.same) for report in reports) == [
        (0, ROWS),
        (0, ROWS),
        (ROWS, 0),
    ]
    with campus.here():
        assert Enrolment.objects.count() == ROWS
    assert learners(campus) == (ROWS, ROWS)
    assert verify_chain(campus.institution).intact


def test_two_offerings_at_once_make_one_person_of_one_learner():
    campus = Campus()
    runs, by = [campus.offering("SEC-1"), campus.offering("SEC-2")], campus.registrar
    reports = together(
        *(lambda run=run: services.import_roster(run.offering, SHEET, by=by) for run in runs)
    )
    assert [(report.new, report.problems) for report in reports] == [(ROWS, ()), (ROWS, ())]
    with campus.here():
        assert Enrolment.objects.count() == 2 * ROWS
    assert learners(campus) == (ROWS, ROWS)


def test_one_person_enrolled_twice_at_once_is_enrolled_once():
    campus = Campus()
    run, ada, by = campus.offering(), campus.person("ada"), campus.registrar
    rows = together(
        *[lambda: services.enrol(run.offering, person=ada, source_key="ada", by=by)] * 3
    )
    assert len({row.pk for row in rows}) == 1
