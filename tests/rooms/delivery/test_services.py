"""Offerings, enrolments and class lists, told as stories."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cairn.delivery import selectors, services
from cairn.delivery.errors import (
    CodeTaken,
    EnrolledAlready,
    KeyTaken,
    KeyUnfit,
    NotApproved,
    OfferingClosed,
    OfferingUnfit,
)
from cairn.delivery.models import Enrolment, Offering
from cairn.delivery.states import ENROLMENT, OFFERING
from cairn.kernel import clock
from cairn.kernel.errors import Denied, NotFound
from cairn.kernel.machine import BadMove
from cairn.kernel.models import EmailAddress, LedgerEntry, Person
from cairn.kernel.permissions import Role
from cairn.kernel.personal import erase_person

DATES = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 12, 18)}


def state_of(campus):
    """Everything that a refused action must leave alone."""
    with campus.here():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Offering, Enrolment, Person, EmailAddress, LedgerEntry)
        ]


def states(run):
    with run.campus.here():
        rows = Enrolment.objects.filter(offering=run.offering).order_by("source_key")
        return dict(rows.values_list("source_key", "state"))


def refused(report):
    """The sentence that names the fault of a list that was not imported."""
    assert not report.written
    (problem,) = report.problems
    return problem.message


# --- offerings -----------------------------------------------------------------------------------


def test_an_offering_is_planned_opened_and_closed(campus):
    offering = campus.planned("SEC-1")
    assert (offering.title, offering.state, offering.kind) == (
        "Foundations of security",
        "planned",
        "run",
    )
    services.open_offering(offering, by=campus.registrar)
    services.open_offering(offering, by=campus.registrar)
    services.close_offering(offering, by=campus.registrar)
    services.close_offering(offering, by=campus.registrar)
    assert campus.ledger(offering) == ["offering.planned", "offering.opened", "offering.closed"]


def test_a_closed_offering_does_not_open_again(campus):
    offering = campus.offering("SEC-1").close().offering
    before = state_of(campus)
    with pytest.raises(BadMove):
        services.open_offering(offering, by=campus.registrar)
    assert state_of(campus) == before


def test_only_an_approved_version_is_offered(campus):
    version = campus.submitted().version
    by, before = campus.registrar, state_of(campus)
    with pytest.raises(NotApproved):
        services.plan_offering(version, code="X", **DATES, by=by)
    assert state_of(campus) == before


def test_an_approval_that_ended_lets_nothing_be_planned_or_opened(campus):
    with clock.frozen(datetime(2026, 11, 1, 12, tzinfo=UTC)) as hands:
        version = campus.approved_version(until=date(2026, 11, 30))
        offering = campus.planned("SEC-1", version=version)
        hands.at = datetime(2026, 11, 30, 12, tzinfo=UTC)
        campus.planned("SEC-2", version=version)
        hands.at = datetime(2026, 12, 1, 12, tzinfo=UTC)
        with pytest.raises(NotApproved):
            campus.planned("SEC-3", version=version)
        with pytest.raises(NotApproved):
            services.open_offering(offering, by=campus.registrar)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "SEC-1"}, CodeTaken),
        ({"code": " "}, OfferingUnfit),
        ({"code": "x" * 64}, OfferingUnfit),
        ({"title": "a\0b"}, OfferingUnfit),
        ({"title": "\u202etxt"}, OfferingUnfit),
        ({"title": "x" * 1_000_000}, OfferingUnfit),
        ({"ends_on": date(2026, 8, 31)}, OfferingUnfit),
    ],
)
def test_what_cannot_be_kept_is_refused(campus, change, error):
    version = campus.planned("SEC-1").version
    before = state_of(campus)
    with pytest.raises(error) as refusal:
        services.plan_offering(version, **({"code": "SEC-2"} | DATES | change), by=campus.registrar)
    assert state_of(campus) == before
    assert str(refusal.value).endswith((".", "one."))


def test_teachers_do_not_plan_and_nobody_plans_elsewhere(campus, elsewhere):
    version = campus.approved_version()
    with pytest.raises(Denied, match="registrar"):
        services.plan_offering(version, code="X", **DATES, by=campus.teacher)
    with pytest.raises(NotFound):
        services.plan_offering(version, code="X", **DATES, by=elsewhere.registrar)
    registrar_of_another_unit = campus.staff(
        "otto", Role.REGISTRAR, at=campus.unit("Arts", under=campus.root, kind="faculty")
    )
    with pytest.raises(Denied):
        services.plan_offering(version, code="X", **DATES, by=registrar_of_another_unit)


# --- enrolments ----------------------------------------------------------------------------------


def test_who_enrols_twice_is_enrolled_once(campus):
    run = campus.offering()
    first = run.enrol("ada")
    again = run.enrol("ada")
    assert first.enrolment == again.enrolment
    assert first.ledger == ["enrolment.added"]


def test_one_person_has_one_id_and_one_id_one_person(campus):
    run = campus.offering()
    ada, bob = run.enrol("ada"), campus.person("bob")
    before = state_of(campus)
    with pytest.raises(EnrolledAlready):
        services.enrol(run.offering, person=ada.person, source_key="n2", by=campus.registrar)
    with pytest.raises(KeyTaken):
        services.enrol(run.offering, person=bob, source_key="ada", by=campus.registrar)
    for key in ("", " ", "a\0", "\u2066x", "x" * 1_000_000):
        with pytest.raises(KeyUnfit):
            services.enrol(run.offering, person=bob, source_key=key, by=campus.registrar)
    assert state_of(campus) == before


def test_one_person_may_be_in_two_offerings(campus):
    one, two = campus.offering("SEC-1"), campus.offering("SEC-2")
    assert one.enrol("ada").person == two.enrol("ada").person


def test_who_left_may_come_back_until_the_offering_is_closed(campus):
    run = campus.offering()
    ada = run.enrol("ada").withdraw()
    services.reinstate(ada.enrolment, by=campus.registrar)
    ada.withdraw()
    run.close()
    with pytest.raises(OfferingClosed):
        services.reinstate(ada.enrolment, by=campus.registrar)
    assert ada.ledger == [
        "enrolment.added",
        "enrolment.withdrawn",
        "enrolment.reinstated",
        "enrolment.withdrawn",
    ]
    assert states(run) == {"ada": "withdrawn"}


def test_who_has_completed_does_not_leave(campus):
    ada = campus.offering().enrol("ada")
    services.complete(ada.enrolment, by=campus.registrar)
    with pytest.raises(BadMove):
        services.withdraw(ada.enrolment, by=campus.registrar)
    assert ada.ledger == ["enrolment.added", "enrolment.completed"]


def test_a_closed_offering_takes_nobody(campus):
    run = campus.offering().close()
    bob, before = campus.person("bob"), state_of(campus)
    with pytest.raises(OfferingClosed):
        services.enrol(run.offering, person=bob, source_key="b", by=campus.registrar)
    assert state_of(campus)[:3] == before[:3]


def test_teachers_do_not_enrol(campus):
    run, bob = campus.offering(), campus.person("bob")
    with pytest.raises(Denied):
        services.enrol(run.offering, person=bob, source_key="b", by=campus.teacher)
    with pytest.raises(Denied):
        services.import_roster(run.offering, b"id,name\n1,A\n", by=campus.teacher)


def test_the_tables_say_the_same(campus):
    ada = campus.offering().enrol("ada")
    with campus.here():
        for row in (
            Enrolment(offering=ada.run.offering, person=ada.person, source_key="other"),
            Enrolment(offering=ada.run.offering, person=campus.person("bob"), source_key="ada"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save()


# --- class lists ---------------------------------------------------------------------------------


def test_a_class_list_enrols_everyone_in_one_go(campus):
    run = campus.offering()
    report = run.roster("s1,Ada Lovelace,Ada@uni.example", "s2,Grace Hopper,")
    assert (report.new, report.same, report.changed) == (2, 0, 0)
    assert report.written
    assert states(run) == {"s1": "enrolled", "s2": "enrolled"}
    with campus.here():
        ada = Enrolment.objects.select_related("person").get(source_key="s1")
        assert ada.person.full_name == "Ada Lovelace"
        assert EmailAddress.objects.get(person=ada.person).address == "ada@uni.example"
        entry = LedgerEntry.objects.get(fact="enrolment.added", subject=ada.public_id)
        assert entry.data == {"offering": run.offering.public_id, "person": ada.person.public_id}
        imported = LedgerEntry.objects.get(fact="roster.imported")
        assert imported.data == {"new": 2, "changed": 0}


def test_the_same_list_again_changes_nothing(campus):
    run = campus.offering()
    rows = ["s1,Ada Lovelace,ada@uni.example", "s2,Grace  Hopper,"]
    run.roster(*rows)
    before = state_of(campus)
    report = run.roster(*rows)
    assert (report.new, report.same, report.changed) == (0, 2, 0)
    assert state_of(campus) == before


def test_a_dry_run_writes_nothing_and_says_the_same(campus):
    run = campus.offering()
    by, before = campus.registrar, state_of(campus)
    rows = ["s1,Ada Lovelace,ada@uni.example", "s2,Grace Hopper,"]
    tried = run.roster(*rows, dry_run=True)
    assert (by, tried.written, state_of(campus)) == (campus.registrar, False, before)
    assert run.roster(*rows).lines == tried.lines


def test_one_faulty_row_keeps_the_whole_list_out(campus):
    run = campus.offering()
    by, before = campus.registrar, state_of(campus)
    report = run.roster(
        "s1,Ada,ada@uni.example", "s1,Bob,bob@uni", "s3,,", "s4,Eve\u202e,", ",Fay,"
    )
    assert [problem.row for problem in report.problems] == [3, 3, 4, 5, 6]
    assert (by, report.written) == (campus.registrar, False)
    assert state_of(campus) == before


@pytest.mark.parametrize("sheet", [b"", b"PK\x03\x04", b"id;nom\n1;A\n", b"id,name\n1,A\0\n"])
def test_a_file_that_is_no_class_list_is_refused_with_its_cure(campus, sheet):
    run = campus.offering()
    by, before = campus.registrar, state_of(campus)
    report = services.import_roster(run.offering, sheet, by=by)
    assert report.problems
    assert all(problem.cure for problem in report.problems)
    assert state_of(campus) == before


def test_a_list_changes_names_addresses_and_states(campus):
    run = campus.offering()
    run.roster("s1,Ada Lovelace,ada@uni.example", "s2,Grace Hopper,")
    header = "id,name,email,state"
    report = run.roster(
        "s1,Ada King,king@uni.example,", "s2,Grace Hopper,,withdrawn", header=header
    )
    assert (report.new, report.same, report.changed) == (0, 0, 2)
    assert [[str(change) for change in line.changes] for line in report.lines] == [
        ["name: Ada Lovelace → Ada King", "email: nothing → king@uni.example"],
        ["state: enrolled → withdrawn"],
    ]
    assert states(run) == {"s1": "enrolled", "s2": "withdrawn"}
    run.roster("s2,Grace Hopper,,", header=header)
    assert states(run)["s2"] == "withdrawn"
    run.roster("s2,Grace Hopper,,enrolled", "s3,Eve,,withdrawn", header=header)
    assert states(run) == {"s1": "enrolled", "s2": "enrolled", "s3": "withdrawn"}
    with campus.here():
        ada = Enrolment.objects.select_related("person").get(source_key="s1").person
        assert ada.full_name == "Ada King"
        assert EmailAddress.objects.filter(person=ada).count() == 2


def test_a_learner_known_from_another_offering_is_one_person(campus):
    campus.offering("SEC-1").roster("s1,Ada Lovelace,ada@uni.example")
    report = campus.offering("SEC-2").roster("s1,ada lovelace,", "s2,Ada Lovelace,")
    assert report.lines[0].recognised == "Ada Lovelace (id s1, known from SEC-1)"
    with campus.here():
        people = Enrolment.objects.filter(source_key="s1").values_list("person_id", flat=True)
        assert len(set(people)) == 1
        assert Enrolment.objects.count() == 3
        assert Person.objects.filter(full_name__icontains="lovelace").count() == 2


def test_an_id_that_means_somebody_else_elsewhere_is_not_guessed(campus):
    campus.offering("SEC-1").roster("1,Ada Lovelace,")
    run = campus.offering("SEC-2")
    before = state_of(campus)
    assert refused(run.roster("1,Bob,")) == "The id 1 belongs to Ada Lovelace in SEC-1."
    assert state_of(campus) == before


def test_an_address_of_somebody_else_is_never_taken_over(campus):
    campus.offering("SEC-1").roster("s1,Ada Lovelace,ada@uni.example")
    run = campus.offering("SEC-2")
    assert (
        refused(run.roster("s2,Bob,ada@uni.example"))
        == "ada@uni.example is the address of Ada Lovelace."
    )
    assert (
        refused(campus.offering("SEC-1").roster("s1,Ada Lovelace,", "s2,Bob,ADA@uni.example"))
        == "ada@uni.example is the address of Ada Lovelace."
    )


def test_a_person_of_this_offering_is_found_under_another_id(campus):
    campus.offering("NET-1").roster("n7,Ada Lovelace,ada@uni.example")
    run = campus.offering("SEC-1")
    run.roster("s1,Ada Lovelace,ada@uni.example")
    assert refused(run.roster("n7,Ada Lovelace,")) == "Ada Lovelace is in this offering as s1."
    assert (
        refused(run.roster("s9,Ada Lovelace,ada@uni.example"))
        == "Ada Lovelace is in this offering as s1."
    )


def test_a_closed_offering_takes_no_list_with_new_names(campus):
    run = campus.offering()
    run.roster("s1,Ada,", "s2,Bob,")
    run.close()
    assert run.roster("s1,Ada,").same == 1
    assert run.roster("s1,Ada King,").changed == 1
    before = state_of(campus)
    assert (
        refused(run.roster("s1,Ada King,", "s3,Eve,"))
        == "This offering is closed and takes no more learners."
    )
    assert state_of(campus) == before


# --- who sees what -------------------------------------------------------------------------------


def test_staff_see_where_they_work_and_learners_see_themselves(campus, elsewhere):
    run = campus.offering()
    ada, bob = run.enrol("ada"), run.enrol("bob")
    elsewhere.offering().enrol("ada")
    learner = campus.staff("ada")
    assert list(selectors.enrolments(learner)) == [ada.enrolment]
    assert list(selectors.enrolments(campus.teacher)) == [ada.enrolment, bob.enrolment]
    assert list(selectors.offerings(learner)) == [run.offering]
    assert list(selectors.offerings(campus.author)) == []
    assert list(selectors.enrolments(campus.author)) == []
    stranger = elsewhere.registrar
    assert run.offering not in selectors.offerings(stranger)
    for read, row in (
        (selectors.offering_for, run.offering),
        (selectors.enrolment_for, ada.enrolment),
    ):
        assert read(campus.registrar, row.public_id) == row
        with pytest.raises(NotFound):
            read(stranger, row.public_id)
    assert selectors.offering_by_code(stranger, run.offering.code) != run.offering


def test_a_stranger_changes_nothing(campus, elsewhere):
    run = campus.offering()
    ada, by = run.enrol("ada"), elsewhere.registrar
    before = state_of(campus)
    for act in (
        lambda: services.open_offering(run.offering, by=by),
        lambda: services.close_offering(run.offering, by=by),
        lambda: services.enrol(run.offering, person=ada.person, source_key="x", by=by),
        lambda: services.withdraw(ada.enrolment, by=by),
        lambda: services.reinstate(ada.enrolment, by=by),
        lambda: services.complete(ada.enrolment, by=by),
        lambda: services.import_roster(run.offering, b"id,name\n1,A\n", by=by),
    ):
        with pytest.raises(NotFound):
            act()
    assert state_of(campus) == before


def test_a_list_takes_the_same_queries_however_long(campus):
    def queries(run, rows):
        lines = (
            f"{run.offering.code}-{n},Learner {n},{run.offering.code}{n}@x.example"
            for n in range(rows)
        )
        sheet = "\n".join(["id,name,email", *lines]).encode()
        counts = []
        for _ in range(2):  # everyone is new, then everyone is known
            with CaptureQueriesContext(connection) as captured:
                services.import_roster(run.offering, sheet, by=campus.registrar)
            counts.append(len(captured))
        return counts

    campus.offering("WARM").enrol("ada")
    short, long = campus.offering("A"), campus.offering("B")
    assert queries(short, 3) == queries(long, 40)


def test_the_lists_take_the_same_queries_however_long(campus, django_assert_max_num_queries):
    run = campus.offering()
    run.enrol("ada", "bob", "eve")
    teacher = campus.teacher
    with django_assert_max_num_queries(4):
        for enrolment in selectors.enrolments(teacher):
            assert enrolment.person.full_name
            assert enrolment.offering.org_unit_id == campus.school.pk


# --- the rest ------------------------------------------------------------------------------------


def test_an_erased_learner_leaves_a_row_without_a_number(campus):
    ada = campus.offering().enrol("ada")
    erase_person(ada.person, by=campus.administrator)
    ada.enrolment.refresh_from_db()
    assert ada.enrolment.source_key == ada.enrolment.public_id
    assert ada.person.full_name == ""


def test_the_moves_are_those_of_the_tables():
    assert {state.value: sorted(OFFERING.ways(state)) for state in OFFERING.kind} == {
        "planned": ["closed", "open"],
        "open": ["closed"],
        "closed": [],
    }
    assert {state.value: sorted(ENROLMENT.ways(state)) for state in ENROLMENT.kind} == {
        "enrolled": ["completed", "withdrawn"],
        "withdrawn": ["enrolled"],
        "completed": [],
    }
