"""Marks, results, awards and corrections, told as stories."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cairn.assessment import selectors, services
from cairn.assessment.errors import (
    DateAhead,
    NoSuchTask,
    NotBegun,
    NotEarned,
    ReasonMissing,
    ScoreUnfit,
)
from cairn.assessment.models import Award, Kept, Mark, Result
from cairn.assessment.services import Released, Settled
from cairn.assessment.services import awards as conferring
from cairn.assessment.services import results as releasing
from cairn.delivery import services as delivery
from cairn.delivery.models import Enrolment
from cairn.kernel import clock, events
from cairn.kernel.errors import Denied, NotFound
from cairn.kernel.models import LedgerEntry
from cairn.kernel.permissions import Role
from cairn.kernel.personal import erase_person

ROAD = ["enrolment.added", "mark.recorded", "mark.recorded", "result.released", "award.conferred"]


def state_of(campus):
    """Everything that a refused action must leave alone."""
    with campus.here():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Mark, Result, Award, LedgerEntry)
        ]


def marks_of(learner):
    with learner.campus.here():
        rows = Mark.objects.filter(enrolment=learner.enrolment).order_by("pk")
        return [(row.task, row.number, row.score, row.state) for row in rows]


def words(learner):
    """The facts of one learner, without those of the rooms above."""
    return [fact for fact in learner.ledger if not fact.startswith("credential")]


# --- marks ---------------------------------------------------------------------------------------


def test_a_correction_is_a_newer_row(campus):
    ada = campus.offering().enrol("ada").mark(t1=40).mark(t1=70)
    assert marks_of(ada) == [("t1", 1, Decimal(40), "given"), ("t1", 2, Decimal(70), "given")]
    with campus.here():
        assert selectors.judgement(ada.enrolment).total == 28


def test_the_same_mark_again_changes_nothing(campus):
    ada = campus.offering().enrol("ada").mark(t1="67.50", t2=None)
    before = state_of(campus)
    ada.mark(t1=Decimal("67.5"), t2=None)
    assert state_of(campus) == before
    assert words(ada) == ["enrolment.added", "mark.recorded", "mark.missing"]


def test_a_missing_mark_is_not_a_mark_of_zero(campus):
    ada = campus.offering().enrol("ada").mark(t1=None, t2=0)
    assert marks_of(ada) == [("t1", 1, None, "missing"), ("t2", 1, Decimal(0), "given")]


def test_a_mark_is_never_altered(campus):
    ada = campus.offering().enrol("ada").mark(t1=40)
    with campus.here():
        mark = Mark.objects.get()
        mark.score = Decimal(100)
        with pytest.raises(Kept):
            mark.save()
        with pytest.raises(Kept):
            Mark.objects.update(score=100)
    assert marks_of(ada) == [("t1", 1, Decimal(40), "given")]


@pytest.mark.parametrize(
    ("task", "score", "error"),
    [
        ("t1", 101, ScoreUnfit),
        ("t1", -1, ScoreUnfit),
        ("t1", "67.555", ScoreUnfit),
        ("t1", "good", ScoreUnfit),
        ("t1", Decimal("NaN"), ScoreUnfit),
        ("t9", 50, NoSuchTask),
        ("", 50, NoSuchTask),
        ("x" * 1_000_000, 50, NoSuchTask),
    ],
)
def test_what_is_no_mark_is_refused(campus, task, score, error):
    ada = campus.offering().enrol("ada")
    by, before = campus.teacher, state_of(campus)
    with pytest.raises(error) as refusal:
        services.record_mark(ada.enrolment, task=task, score=score, by=by)
    assert len(str(refusal.value)) < 200
    assert state_of(campus) == before


def test_before_an_offering_begins_there_is_nothing_to_mark(campus):
    enrolment = delivery.enrol(
        campus.planned(), person=campus.person("ada"), source_key="a", by=campus.registrar
    )
    with pytest.raises(NotBegun):
        services.record_mark(enrolment, task="t1", score=50, by=campus.teacher)
    with pytest.raises(NotBegun):
        services.release_results(enrolment.offering, by=campus.teacher)


def test_teachers_mark_where_they_teach_and_nobody_marks_themselves(campus):
    run = campus.offering()
    ada = run.enrol("ada")
    arts = campus.unit("Arts", under=campus.root, kind="faculty")
    outsider = campus.staff("otto", Role.TEACHER, at=arts)
    learner = campus.staff("ada", Role.TEACHER, Role.REGISTRAR)
    before = state_of(campus)
    for act in (
        lambda by: services.record_mark(ada.enrolment, task="t1", score=90, by=by),
        lambda by: services.correct_mark(ada.enrolment, task="t1", score=90, by=by),
        lambda by: services.import_marks(run.offering, b"id,t1\nada,90\n", by=by),
        lambda by: services.release_results(run.offering, by=by),
        lambda by: services.confer_awards(run.offering, by=by),
        lambda by: services.confer_award(ada.enrolment, by=by),
    ):
        with pytest.raises(Denied, match="It comes with the role"):
            act(outsider)
        with pytest.raises(Denied, match="You are a learner here, so someone else"):
            act(learner)
    assert state_of(campus) == before


# --- sheets of marks -----------------------------------------------------------------------------


def test_a_sheet_gives_its_marks_in_one_go(campus):
    run = campus.offering()
    ada, bob = run.enrol("ada"), run.enrol("bob")
    report = run.marks("ada,t1,70", 'ada,t2,"67,5"', "bob,t1,absent", "bob,t2,")
    assert (report.new, report.same, report.changed, report.blank) == (3, 0, 0, 1)
    assert (report.scored, report.written) == (2, True)
    assert marks_of(ada) == [
        ("t1", 1, Decimal(70), "given"),
        ("t2", 1, Decimal("67.5"), "given"),
    ]
    assert marks_of(bob) == [("t1", 1, None, "missing")]
    with campus.here():
        assert {mark.given_by_id for mark in Mark.objects.all()} == {campus.teacher.person_id}
        entry = LedgerEntry.objects.filter(fact="mark.recorded").first()
        assert entry.data == {"enrolment": ada.enrolment.public_id, "task": "t1", "number": 1}


def test_a_gradebook_with_a_column_for_each_task_is_read_too(campus):
    run = campus.offering()
    run.enrol("ada", "bob")
    report = run.marks("ada,70,80", "bob,,10", header="id,T2,T1")
    assert (report.new, report.blank, report.problems) == (3, 1, ())
    assert marks_of(run.learners["ada"]) == [
        ("t1", 1, Decimal(80), "given"),
        ("t2", 1, Decimal(70), "given"),
    ]


def test_the_same_sheet_again_changes_nothing(campus):
    run = campus.offering()
    run.enrol("ada")
    run.marks("ada,t1,70", "ada,t2,absent")
    before = state_of(campus)
    report = run.marks("ada,t1,70.00", "ada,t2,Absent")
    assert (report.new, report.same, report.changed) == (0, 2, 0)
    assert state_of(campus) == before


def test_a_blank_leaves_a_mark_and_absent_takes_it_back(campus):
    run = campus.offering()
    ada = run.enrol("ada").mark(t1=70, t2=80)
    run.marks("ada,t1,", "ada,t2,absent")
    assert marks_of(ada)[2:] == [("t2", 2, None, "missing")]
    with campus.here():
        assert selectors.judgement(ada.enrolment).total == 28


def test_a_dry_run_of_marks_writes_nothing_and_says_the_same(campus):
    run = campus.offering()
    run.enrol("ada").mark(t1=60)
    by, before = campus.teacher, state_of(campus)
    tried = run.marks("ada,t1,70", "ada,t2,80", dry_run=True)
    assert (by, tried.written, state_of(campus)) == (campus.teacher, False, before)
    done = run.marks("ada,t1,70", "ada,t2,80")
    assert (done.lines, done.new, done.changed) == (tried.lines, 1, 1)


def test_one_faulty_mark_keeps_the_whole_sheet_out(campus):
    run = campus.offering()
    run.enrol("ada", "bob")
    by, before = campus.teacher, state_of(campus)
    report = run.marks(
        "ada,t1,70", "ada,t1,70", "ada,t2,101", "nobody,t1,50", "bob,t7,50", "bob,t1,good"
    )
    assert by == campus.teacher
    assert [(problem.row, problem.message) for problem in report.problems] == [
        (3, "ada has a mark in t1 on row 2 already."),
        (4, "101 is not between 0 and 100."),
        (5, "Nobody with the id nobody is enrolled here."),
        (6, "There is no task t7."),
        (7, "good is not a mark."),
    ]
    assert not report.written
    assert state_of(campus) == before


def test_marks_of_those_who_left_are_kept(campus):
    run = campus.offering()
    ada = run.enrol("ada").withdraw()
    assert run.marks("ada,t1,70").new == 1
    assert run.release() == Released(0, 0, 0)
    assert ada.result is None


# --- results -------------------------------------------------------------------------------------


def test_results_are_released_once(campus):
    run = campus.offering()
    ada, bob = run.enrol("ada").mark(t1=70, t2=60), run.enrol("bob").mark(t1=70)
    assert run.release() == Released(released=2, same=0, waiting=0)
    assert run.release() == Released(released=0, same=2, waiting=0)
    assert (ada.result.total, ada.result.outcome) == (Decimal(64), "passed")
    assert (bob.result.total, bob.result.outcome) == (Decimal(28), "not_passed")
    assert ada.result.detail["tasks"][1] == {"key": "t2", "score": "60", "weight": "60"}


def test_only_what_changed_is_released_again(campus):
    run = campus.offering()
    ada, bob = run.enrol("ada").mark(t1=70), run.enrol("bob").mark(t1=70)
    run.release()
    ada.mark(t2=60)
    assert run.release() == Released(released=1, same=1, waiting=0)
    assert (ada.result.number, bob.result.number) == (2, 1)


def test_a_result_waits_where_the_rule_says_so(campus):
    rule = {"kind": "weighted_mark", "pass": 50, "missing": "wait", "tasks": "all"}
    run = campus.offering(version=campus.approved_version("patient", award_rule=rule))
    ada = run.enrol("ada").mark(t2=90)
    assert run.release() == Released(released=0, same=0, waiting=1)
    ada.mark(t1=0)
    assert run.release() == Released(released=1, same=0, waiting=0)


def test_a_mark_of_zero_and_a_missing_one_are_two_results(campus):
    run = campus.offering()
    ada = run.enrol("ada").mark(t1=0)
    run.release()
    ada.mark(t2=0)
    assert run.release().released == 1
    assert ada.result.total == 0


# --- awards --------------------------------------------------------------------------------------


def test_awards_are_conferred_once(campus):
    run = campus.offering()
    ada, bob = run.enrol("ada").mark(t1=70, t2=60), run.enrol("bob").mark(t1=70)
    run.release()
    assert run.confer() == Settled(conferred=1, nothing=1)
    assert run.confer() == Settled(kept=1, nothing=1)
    assert words(ada) == ROAD
    assert ada.award.result == ada.result
    with pytest.raises(AssertionError):
        assert bob.award
    with campus.here():
        entry = LedgerEntry.objects.get(fact="award.conferred")
    assert (entry.subject, entry.data) == (
        ada.award.public_id,
        {"enrolment": ada.enrolment.public_id, "result": ada.result.public_id},
    )


def test_nothing_is_conferred_before_results_are_released(campus):
    run = campus.offering()
    ada = run.enrol("ada").mark(units=2, each=90)
    assert run.confer() == Settled(nothing=1)
    with pytest.raises(NotEarned, match="No result has been released"):
        services.confer_award(ada.enrolment, by=campus.registrar)


def test_an_award_that_was_not_earned_says_what_is_missing(campus):
    ada = campus.offering().enrol("ada").mark(t1=70)
    ada.run.release()
    before = state_of(campus)
    with pytest.raises(NotEarned, match=r"Live task: no mark.*Weighted mark: 28; 50 is enough"):
        services.confer_award(ada.enrolment, by=campus.registrar)
    assert state_of(campus) == before


def test_one_award_is_conferred_by_itself_and_returned_the_second_time(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=90)
    ada.run.release()
    award = services.confer_award(ada.enrolment, by=campus.registrar)
    assert services.confer_award(ada.enrolment, by=campus.registrar) == award


def test_an_award_is_dated_today_or_earlier(campus):
    with clock.frozen(datetime(2026, 12, 20, 9, tzinfo=UTC)):
        run = campus.offering()
        ada = run.enrol("ada").mark(units=2, each=90)
        run.release()
        with pytest.raises(DateAhead):
            run.confer(on=date(2026, 12, 21))
        run.confer(on=date(2026, 12, 18))
    assert ada.award.conferred_on == date(2026, 12, 18)


def test_teachers_release_and_registrars_confer(campus):
    run = campus.offering()
    run.enrol("ada").mark(units=2, each=90)
    run.release()
    with pytest.raises(Denied, match="registrar"):
        services.confer_awards(run.offering, by=campus.teacher)


def test_the_table_keeps_a_second_standing_award_out(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=90).award_now()
    with campus.here(), pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(
            enrolment=ada.enrolment, result=ada.result, conferred_on=date(2026, 12, 18)
        )


def test_an_award_is_withdrawn_for_a_reason_and_stays_withdrawn(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=90).award_now()
    campus.withdraw(ada.award, reason="Somebody else sat the live task.")
    assert ada.award.reason == "Somebody else sat the live task."
    assert words(ada) == [*ROAD, "award.withdrawn"]
    before = state_of(campus)
    campus.withdraw(ada.award, reason="Again.")
    assert state_of(campus) == before
    assert ada.run.confer() == Settled(nothing=1)
    again = services.confer_award(ada.enrolment, by=campus.registrar)
    assert again.withdrawn_on is None


@pytest.mark.parametrize("reason", ["", "  ", "a\0b", "\u202e", "two\nlines", "x" * 1_000_000])
def test_a_withdrawal_needs_a_reason_that_can_be_kept(campus, reason):
    ada = campus.offering().enrol("ada").mark(units=2, each=90).award_now()
    before = state_of(campus)
    with pytest.raises(ReasonMissing):
        services.withdraw_award(ada.award, reason=reason, by=campus.registrar)
    assert state_of(campus) == before
    with pytest.raises(Denied):
        services.withdraw_award(ada.award, reason="No.", by=campus.teacher)


def test_who_leaves_loses_the_award(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=90).award_now()
    ada.withdraw()
    assert ada.award.reason == "The enrolment was withdrawn."
    assert words(ada) == [*ROAD, "enrolment.withdrawn", "award.withdrawn"]
    before = len(words(ada))
    events.replay("assessment.withdraw_awards_of_those_who_left")
    campus.settle()
    assert len(words(ada)) == before


# --- corrections ---------------------------------------------------------------------------------


def test_a_corrected_mark_that_is_not_enough_withdraws_the_award(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=60).award_now()
    correction = ada.correct(t2=20)
    assert correction.awards == Settled(withdrawn=1)
    assert (correction.result.number, correction.result.passed) == (2, False)
    assert ada.award.reason == "The marks are not enough."
    assert words(ada) == [*ROAD, "mark.recorded", "result.released", "award.withdrawn"]


def test_a_corrected_mark_that_is_enough_keeps_the_award(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=60).award_now()
    award = ada.award
    assert ada.correct(t2=55).awards == Settled(kept=1)
    assert (ada.award, ada.award.withdrawn_on) == (award, None)
    assert ada.result.total == 57


def test_a_correction_may_earn_a_new_award(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=60).award_now()
    first = ada.award
    ada.correct(t2=20)
    assert ada.correct(t2=60).awards == Settled(conferred=1)
    assert ada.award != first
    assert ada.award.withdrawn_on is None


def test_a_correction_earns_an_award_that_others_have_already(campus):
    run = campus.offering()
    ada, bob = run.enrol("ada").mark(units=2, each=60), run.enrol("bob").mark(t1=60)
    ada.award_now()
    assert bob.correct(t2=70).awards == Settled(conferred=1)


def test_before_awards_are_conferred_a_correction_confers_none(campus):
    run = campus.offering()
    ada = run.enrol("ada").mark(t1=60)
    assert ada.correct(t2=70).result is None
    run.release()
    correction = ada.correct(t2=80)
    assert (correction.result.number, correction.awards) == (2, Settled())


def test_the_same_correction_twice_changes_nothing(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=60).award_now()
    ada.correct(t2=20)
    before = state_of(campus)
    assert ada.correct(t2=20).awards == Settled(nothing=1)
    assert state_of(campus) == before


def test_who_may_not_withdraw_does_not_correct_an_award_away(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=60).award_now()
    before = state_of(campus)
    with pytest.raises(Denied):
        services.correct_mark(ada.enrolment, task="t2", score=20, by=campus.teacher)
    assert state_of(campus) == before
    # What leaves the award alone, a teacher may do.
    services.correct_mark(ada.enrolment, task="t2", score=58, by=campus.teacher)


def test_a_sheet_of_corrections_walks_the_same_road(campus):
    run = campus.offering()
    ada = run.enrol("ada").mark(units=2, each=60)
    bob = run.enrol("bob").mark(units=2, each=40)
    eve = run.enrol("eve").mark(units=2, each=90)
    ada.award_now()
    run.marks("ada,t2,20", "bob,t2,80")
    assert run.confer() == Settled(kept=2, nothing=1)
    assert run.release() == Released(released=2, same=1, waiting=0)
    assert run.confer() == Settled(conferred=1, kept=1, withdrawn=1)
    assert (ada.award.withdrawn_on is None, bob.award.withdrawn_on, eve.award.withdrawn_on) == (
        False,
        None,
        None,
    )


def test_an_award_withdrawn_by_a_person_after_a_correction_stays_withdrawn(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=60).award_now()
    ada.correct(t2=70)
    campus.withdraw(ada.award, reason="Plagiarism.")
    assert ada.run.confer() == Settled(nothing=1)
    assert ada.correct(t1=65).awards == Settled(conferred=1)


# --- many ----------------------------------------------------------------------------------------


def queries(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_release_and_conferral_take_the_same_queries_however_many(campus):
    def road(code, size):
        run = campus.offering(code)
        by, teacher = campus.registrar, campus.teacher
        names = [f"{code}-{number}" for number in range(size)]
        run.roster(*(f"{name},{name}," for name in names))
        sheet = "\n".join(["id,t1,t2", *(f"{name},80,80" for name in names)]).encode()
        return [
            queries(lambda: services.import_marks(run.offering, sheet, by=teacher)),
            queries(lambda: services.release_results(run.offering, by=teacher)),
            queries(lambda: services.confer_awards(run.offering, by=by)),
            queries(lambda: services.import_marks(run.offering, sheet, by=teacher)),
            queries(lambda: services.release_results(run.offering, by=teacher)),
            queries(lambda: services.confer_awards(run.offering, by=by)),
        ]

    road("WARM", 1)
    assert road("FEW", 2) == road("MANY", 40)


def test_steps_leave_nobody_out_and_take_nobody_twice(campus, monkeypatch):
    monkeypatch.setattr(releasing, "AT_ONCE", 3)
    monkeypatch.setattr(conferring, "AT_ONCE", 3)
    run = campus.offering()
    run.roster(*(f"s{number},Learner {number}," for number in range(9)))
    run.marks(*(f"s{number},90,{number * 10}" for number in range(9)), header="id,t1,t2")
    assert run.release() == Released(released=9, same=0, waiting=0)
    assert run.confer() == Settled(conferred=6, nothing=3)
    assert run.confer() == Settled(kept=6, nothing=3)


def test_conferral_goes_on_where_a_fault_stopped_it(campus, monkeypatch):
    monkeypatch.setattr(conferring, "AT_ONCE", 2)
    run = campus.offering()
    run.roster(*(f"s{number},Learner {number}," for number in range(6)))
    run.marks(*(f"s{number},90,90" for number in range(6)), header="id,t1,t2")
    run.release()
    settle, calls = conferring.settle, []

    def fails_the_second_time(*args, **options):
        calls.append(args)
        if len(calls) == 2:
            raise OSError("The disk is full.")
        return settle(*args, **options)

    monkeypatch.setattr(conferring, "settle", fails_the_second_time)
    with pytest.raises(OSError, match="full"):
        run.confer()
    with campus.here():
        assert Award.objects.count() == 2
    monkeypatch.setattr(conferring, "settle", settle)
    assert run.confer() == Settled(conferred=4, kept=2)


# --- who sees what -------------------------------------------------------------------------------


def test_staff_see_where_they_work_and_learners_their_own_results(campus, elsewhere):
    run = campus.offering()
    ada, bob = (run.enrol(name).mark(units=2, each=60) for name in ("ada", "bob"))
    ada.award_now()
    learner, stranger = campus.staff("ada"), elsewhere.registrar
    assert list(selectors.marks(learner)) == []
    assert list(selectors.results(learner)) == [ada.result]
    assert list(selectors.awards(learner)) == [ada.award]
    assert selectors.marks(campus.teacher).count() == 4
    assert list(selectors.awards(campus.teacher)) == [ada.award, bob.award]
    for read in (selectors.marks, selectors.results, selectors.awards):
        assert list(read(stranger)) == []
        assert list(read(campus.author)) == []
    with pytest.raises(NotFound):
        selectors.award_for(stranger, ada.award.public_id)
    assert selectors.award_for(campus.registrar, ada.award.public_id) == ada.award


def test_a_stranger_changes_no_mark_and_no_award(campus, elsewhere):
    run = campus.offering()
    ada, by = run.enrol("ada").mark(units=2, each=60).award_now(), elsewhere.registrar
    before = state_of(campus)
    for act in (
        lambda: services.record_mark(ada.enrolment, task="t1", score=1, by=by),
        lambda: services.correct_mark(ada.enrolment, task="t1", score=1, by=by),
        lambda: services.import_marks(run.offering, b"id,t1\nada,1\n", by=by),
        lambda: services.release_results(run.offering, by=by),
        lambda: services.confer_awards(run.offering, by=by),
        lambda: services.confer_award(ada.enrolment, by=by),
        lambda: services.withdraw_award(ada.award, reason="No.", by=by),
    ):
        with pytest.raises(NotFound):
            act()
    assert services.withdraw_awards_of_withdrawn([ada.enrolment.public_id], by=by) == 0
    assert state_of(campus) == before


def test_awards_are_read_with_all_that_a_credential_says(campus, django_assert_max_num_queries):
    run = campus.offering()
    for name in ("ada", "bob", "eve"):
        run.enrol(name).mark(units=2, each=60)
    run.release()
    run.confer()
    with django_assert_max_num_queries(1):
        for award in selectors.awards(campus.console):
            version = award.enrolment.offering.version
            assert version.text.title == "Foundations of security"
            assert (award.enrolment.person.full_name != "", award.result.total) == (True, 60)


# --- erasing -------------------------------------------------------------------------------------


def test_an_erased_learner_leaves_the_award_and_no_mark(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=60).award_now()
    campus.withdraw(ada.award, reason="A long story.")
    erase_person(ada.person, by=campus.administrator)
    with campus.here():
        assert Mark.objects.count() == Result.objects.count() == 0
        assert Enrolment.objects.count() == 1
    assert (ada.award.reason, ada.award.result) == ("erased", None)
