"""The AAA data through the rooms: real enrolments, real marks with blanks, counted independently."""

import csv

import pytest

from cairn.assessment import selectors, services
from cairn.assessment.models import Award, Mark, Result
from cairn.delivery import services as delivery
from cairn.delivery.models import Enrolment
from cairn.kernel.models import Person
from tests.support import oulad
from tests.support.campus import Campus

PRESENTATIONS = ("2013J", "2014J")
RULE = {"kind": "weighted_mark", "pass": 40, "missing": "zero", "tasks": "all"}


def table(name):
    with (oulad.OULAD / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tasks(presentation):
    """The tutor-marked tasks of one presentation: id in the data, key, weight."""
    rows = [
        row
        for row in table("assessments")
        if row["code_presentation"] == presentation and row["assessment_type"] == "TMA"
    ]
    rows.sort(key=lambda row: int(row["date"]))
    return {row["id_assessment"]: (f"t{n}", int(row["weight"])) for n, row in enumerate(rows, 1)}


def roster(presentation):
    """The class list as a university's own system would send it."""
    lines = ["id,name,state"]
    for row in table("studentInfo"):
        if row["code_presentation"] == presentation:
            state = "withdrawn" if row["final_result"] == "Withdrawn" else "enrolled"
            lines.append(f"{row['id_student']},Learner {row['id_student']},{state}")
    return "\n".join(lines).encode()


def marks(presentation):
    keys = tasks(presentation)
    lines = (
        f"{row['id_student']};{keys[row['id_assessment']][0]};{row['score']}"
        for row in table("studentAssessment")
        if row["id_assessment"] in keys
    )
    return "\n".join(["id;task;score", *lines]).encode()


def version(campus):
    weights = [weight for _, weight in tasks("2013J").values()]
    assert weights == [weight for _, weight in tasks("2014J").values()]
    return campus.approved_version(
        "module-aaa",
        title="Coursework of module AAA (anonymised)",
        outcomes=[{"key": "o1", "text": "Complete tutor-marked tasks."}],
        tasks=[
            {"key": f"t{n}", "title": f"Task {n}", "weight": weight, "secure": False, "outcomes": ["o1"]}
            for n, weight in enumerate(weights, 1)
        ],
        award_rule=RULE,
    )  # fmt: skip


@pytest.mark.django_db
def test_570_of_748_earned_it_as_independent_sql_counts():
    campus = Campus()
    offered = version(campus)
    scored = blank = 0
    for presentation in PRESENTATIONS:
        run = campus.offering(f"AAA-{presentation}", version=offered)
        imported = delivery.import_roster(run.offering, roster(presentation), by=campus.registrar)
        assert (imported.problems, imported.written) == ((), True)
        report = services.import_marks(run.offering, marks(presentation), by=campus.teacher)
        assert (report.problems, report.written) == ((), True)
        scored, blank = scored + report.scored, blank + report.blank
        services.release_results(run.offering, by=campus.teacher)
        services.confer_awards(run.offering, by=campus.registrar)
    assert (scored, blank) == (3_146, 3)
    with campus.here():
        assert Enrolment.objects.count() == 748
        assert Person.objects.filter(full_name__startswith="Learner").count() == 712
        assert Mark.objects.count() == 3_146
        assert Result.objects.count() == Enrolment.objects.taking_part().count()
        awards = Award.objects.standing().select_related("enrolment__offering", "result")
        earned = {
            (
                f"{one.enrolment.offering.code}-{one.enrolment.source_key}",
                f"{int(one.result.total * 10) / 10:.1f}",
            )
            for one in awards
        }
    expected = {(row[0], row[4]) for row in oulad.loaded().execute(oulad.EARNED)}
    assert len(expected) == 570
    assert earned == expected


@pytest.mark.django_db
def test_the_learners_of_both_presentations_are_recognised_by_their_number():
    campus = Campus()
    offered = version(campus)
    first, second = (campus.offering(f"AAA-{one}", version=offered) for one in PRESENTATIONS)
    delivery.import_roster(first.offering, roster("2013J"), by=campus.registrar)
    report = delivery.import_roster(second.offering, roster("2014J"), dry_run=True, by=campus.registrar)  # fmt: skip
    known = [line.recognised for line in report.lines if line.recognised]
    assert len(known) == 36
    assert all(one.endswith("known from AAA-2013J)") for one in known)


@pytest.mark.django_db
def test_every_judgement_can_be_read():
    campus = Campus()
    run = campus.offering("AAA-2013J", version=version(campus))
    delivery.import_roster(run.offering, roster("2013J"), by=campus.registrar)
    services.import_marks(run.offering, marks("2013J"), by=campus.teacher)
    with campus.here():
        learner = Enrolment.objects.get(source_key="11391")
        told = selectors.judgement(learner).explain()
    assert told == (
        "Task 1: 78 of 100, weight 10, adds 7.8.",
        "Task 2: 85 of 100, weight 20, adds 17.",
        "Task 3: 80 of 100, weight 20, adds 16.",
        "Task 4: 85 of 100, weight 20, adds 17.",
        "Task 5: 82 of 100, weight 30, adds 24.6.",
        "Weighted mark: 82.4; 40 is enough.",
    )
