"""The ledger alone tells in which state everything is, whatever people did, in whatever order."""

import json
from collections import defaultdict
from itertools import count

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cairn.assessment import services as assessment
from cairn.assessment.models import Award
from cairn.delivery import services as delivery
from cairn.delivery.models import Enrolment, Offering
from cairn.design import services as design
from cairn.design.models import Achievement, Proposal, Version
from cairn.issuing import services as issuing
from cairn.issuing.models import Credential, NameCorrection, SigningKey, StatusList
from cairn.issuing.states import CredentialState, KeyState
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, Refused
from cairn.kernel.events import NotHeard
from cairn.kernel.facts import REGISTERED
from cairn.kernel.ledger import verify_chain
from cairn.kernel.models import Delivery as Word
from cairn.kernel.models import Job, LedgerEntry, LedgerHead, Mail
from cairn.quality import services as quality
from cairn.quality.models import Review
from cairn.vc.statuslist import Bitstring
from tests.support import contents
from tests.support.campus import Campus
from tests.support.campus.delivery import ENDS_ON, STARTS_ON
from tests.support.kernel import forced

pytestmark = pytest.mark.django_db

numbers = count()
#: How far the house has got with its own work; nobody decides these, so no fact tells them.
WORK = {Word, Job, Mail}
STATEFUL = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("cairn.") and hasattr(model, "state") and model not in WORK
]
PEOPLE = ("ada", "bo", "cy")
SCORES = (None, 0, 35, 50, 71, 100)


# --- what people may try; ``n`` chooses whom or what --------------------------------------------


def one(campus, model, n):
    """A row of a model; ``Missing`` stands for "there is none yet"."""
    with campus.here():
        rows = model.objects.order_by("pk")
        found = rows.count()
        if not found:
            raise Missing
        return rows[n % found]


class Missing(Exception):
    pass


def propose(campus, n):
    design.propose(campus.school, slug=f"idea-{n}", title="An idea", by=campus.author)


def save(campus, n):
    text = contents.content(title=f"Title {n}")
    design.save_draft(one(campus, Proposal, n), content=text, by=campus.author)


def submit(campus, n):
    quality.submit(one(campus, Proposal, n), by=campus.author)


def approve(campus, n):
    quality.decide(one(campus, Review, n), outcome="approve", reason="Why.", by=campus.reviewer)


def give_back(campus, n):
    quality.decide(one(campus, Review, n), outcome="return", reason="Why.", by=campus.reviewer)


def give_up(campus, n):
    design.withdraw(one(campus, Proposal, n), by=campus.author)


def revise(campus, n):
    design.revise(one(campus, Achievement, n), by=campus.author)


def plan(campus, n):
    version = one(campus, Version, n)
    dates = {"starts_on": STARTS_ON, "ends_on": ENDS_ON}
    delivery.plan_offering(version, code=f"RUN-{n}", **dates, by=campus.registrar)


def begin(campus, n):
    delivery.open_offering(one(campus, Offering, n), by=campus.registrar)


def close(campus, n):
    delivery.close_offering(one(campus, Offering, n), by=campus.registrar)


def enrol(campus, n):
    offering, key = one(campus, Offering, n), PEOPLE[n // 2]
    delivery.enrol(offering, person=campus.person(key), source_key=key, by=campus.registrar)


def leave(campus, n):
    delivery.withdraw(one(campus, Enrolment, n), by=campus.registrar)


def come_back(campus, n):
    delivery.reinstate(one(campus, Enrolment, n), by=campus.registrar)


def complete(campus, n):
    delivery.complete(one(campus, Enrolment, n), by=campus.registrar)


def mark(campus, n):
    scores = {"t1": SCORES[n % len(SCORES)], "t2": SCORES[(n + 1) % len(SCORES)]}
    assessment.record_marks(one(campus, Enrolment, n), scores=scores, by=campus.teacher)


def release(campus, n):
    assessment.release_results(one(campus, Offering, n), by=campus.teacher)


def confer(campus, n):
    assessment.confer_awards(one(campus, Offering, n), by=campus.registrar)


def correct(campus, n):
    score = SCORES[n % len(SCORES)]
    enrolment = one(campus, Enrolment, n)
    assessment.correct_mark(enrolment, task="t2", score=score, by=campus.registrar)


def take_back(campus, n):
    assessment.withdraw_award(one(campus, Award, n), reason="Why.", by=campus.registrar)


def confer_one(campus, n):
    assessment.confer_award(one(campus, Enrolment, n), by=campus.registrar)


def revoke(campus, n):
    issuing.revoke(one(campus, Credential, n), reason="Why.", by=campus.registrar)


def suspend(campus, n):
    issuing.suspend(one(campus, Credential, n), reason="Why.", by=campus.registrar)


def reinstate(campus, n):
    issuing.reinstate(one(campus, Credential, n), reason="Why.", by=campus.registrar)


def replace(campus, n):
    issuing.replace(one(campus, Credential, n), reason="Why.", by=campus.registrar)


def ask_name(campus, n):
    person = one(campus, Enrolment, n).person
    issuing.ask_name_correction(person, wanted=f"Name {next(numbers)}", by=Actor.of(person))


def decide_name(campus, n):
    """The newest wish: granted, or refused where ``n`` is odd."""
    with campus.here():
        wish = NameCorrection.objects.order_by("pk").last()
    if wish is None:
        raise Missing
    issuing.decide_name_correction(wish, accept=n % 2 == 0, reason="Why.", by=campus.registrar)


def rotate_key(campus, _):
    issuing.rotate_key(campus.institution, by=campus.administrator)


def suspend_key(campus, _):
    issuing.suspend_key(campus.institution, by=campus.administrator)


def resume_key(campus, _):
    issuing.resume_key(campus.institution, by=campus.administrator)


def revoke_key(campus, n):
    issuing.revoke_key(one(campus, SigningKey, n), by=campus.administrator)


def settle(campus, _):
    """Deliver facts and run jobs. Without a key that signs, what needs one rests; nothing else."""
    while True:
        try:
            campus.settle()
        except (NotHeard, Refused):
            with campus.here():
                assert not SigningKey.objects.filter(state=KeyState.ACTIVE).exists()
        else:
            return


VERBS = (
    *(propose, save, submit, approve, give_back, give_up, revise),
    *(plan, begin, close, enrol, leave, come_back, complete),
    *(mark, release, confer, correct, take_back, confer_one),
    *(revoke, suspend, reinstate, replace, ask_name, decide_name, settle),
    *(rotate_key, suspend_key, resume_key, revoke_key),
)
#: What is done, one after the other, from nothing to two credentials.
OPENING = (
    *((propose, 0), (save, 0), (submit, 0), (approve, 0), (plan, 0), (begin, 0)),
    *((enrol, 0), (enrol, 2), (mark, 2), (mark, 3), (release, 0), (confer, 0), (settle, 0)),
)
#: With these every fact that tells a state is told; the last test holds it to that.
EVERYTHING = (
    *((suspend, 0), (reinstate, 0), (replace, 0), (revoke, 1), (reinstate, 1)),
    *((correct, 1), (settle, 0), (correct, 3), (take_back, 0), (settle, 0), (confer_one, 0)),
    *((settle, 0), (mark, 0), (leave, 1), (settle, 0), (come_back, 1), (complete, 0)),
    *((rotate_key, 0), (suspend_key, 0), (resume_key, 0), (revoke_key, 0), (close, 0)),
    *((revise, 0), (submit, 1), (give_back, 1), (submit, 1), (give_up, 1), (settle, 0)),
    *((ask_name, 0), (decide_name, 0), (ask_name, 0), (decide_name, 1), (settle, 0)),
)


def head(campus):
    return LedgerHead.objects.filter(institution=campus.institution).values_list("number", "hash")[
        0
    ]


def live(history):
    """A university with such a history. What is refused is not told."""
    campus = Campus(f"harbour-{next(numbers)}")
    assert campus.issuer
    # Everybody is there from the first day, so that what is refused adds nobody.
    assert all([campus.author, campus.reviewer, campus.registrar, campus.teacher])
    for key in PEOPLE:
        campus.person(key)
    for verb, n in history:
        before = head(campus)
        try:
            verb(campus, n)
        except Missing:
            continue
        except (Refused, Denied):
            assert head(campus) == before
    return campus


# --- the ledger, and the tables -----------------------------------------------------------------


def read(campus):
    """The entries as somebody reads them who has no other table."""
    with campus.here():
        return list(LedgerEntry.objects.order_by("number").values_list("fact", "subject", "data"))


def told(entries):
    """The state in which each subject is, by the ledger."""
    states = ((subject, REGISTERED[fact].to) for fact, subject, _ in entries)
    return {subject: to for subject, to in states if to is not None}


def kept(campus):
    """The state in which each row is, by the tables."""
    with campus.here():
        return {row.public_id: str(row.state) for model in STATEFUL for row in model.objects.all()}


def told_bits(entries):
    """The places taken in each status list, and those that are set, by the ledger."""
    states = told(entries)
    taken, ones = defaultdict(set), defaultdict(set)
    for fact, subject, data in entries:
        if fact == "credential.issued":
            taken[data["list"]].add(data["index"])
            if states[subject] != CredentialState.ISSUED:
                ones[data["list"]].add(data["index"])
    return {name: (places, ones[name]) for name, places in taken.items()}


def kept_bits(campus):
    with campus.here():
        return {
            row.public_id: tuple(
                set(Bitstring.decode(text).ones()) for text in (row.taken, row.bits)
            )
            for row in StatusList.objects.all()
        }


def told_approvals(entries):
    """The versions that were approved, and to which day, by the ledger."""
    return {
        data["version"]: data["until"]
        for fact, _, data in entries
        if fact == "achievement.approved"
    }


def kept_approvals(campus):
    with campus.here():
        return {
            row.public_id: row.approved_until and row.approved_until.isoformat()
            for row in Version.objects.exclude(approved_on=None)
        }


def check(campus):
    entries = read(campus)
    assert told(entries) == kept(campus)
    assert told_bits(entries) == kept_bits(campus)
    assert told_approvals(entries) == kept_approvals(campus)
    chain = verify_chain(campus.institution)
    assert (chain.intact, chain.entries) == (True, len(entries))


# --- altering it --------------------------------------------------------------------------------


def altered(entry):
    """The columns of an entry, each with another value that would be believed alone."""
    return {
        "fact": "award.withdrawn" if entry.fact != "award.withdrawn" else "award.conferred",
        "actor": f"{entry.actor}x",
        "subject": f"{entry.subject[:-1]}{'0' if entry.subject[-1] != '0' else '1'}",
        "data": json.dumps({**entry.data, "until": "2099-12-31"}),
        "at": "1999-01-01 00:00:00",
        "previous_hash": "f" * 64,
        "hash": "e" * 64,
        "number": 1_000_000,
        "institution_id": None,
    }


def found_when_altered(campus, entry, column, elsewhere=None):
    """Alter one column of one row as one who holds the database can; where is the chain broken?"""
    value = elsewhere if column == "institution_id" else altered(entry)[column]
    with transaction.atomic():
        with forced() as cursor:
            cursor.execute(
                f"UPDATE kernel_ledgerentry SET {column} = %s WHERE id = %s", [value, entry.pk]
            )
        broken = verify_chain(campus.institution).broken_at
        transaction.set_rollback(True)
    return broken


COLUMNS = ["fact", "actor", "subject", "data", "at", "previous_hash", "hash", "number"]
steps = st.tuples(st.sampled_from(VERBS), st.integers(0, 5))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    opened=st.sampled_from([0, 6, len(OPENING), len(OPENING)]),
    history=st.lists(steps, min_size=6, max_size=30),
    which=st.integers(0, 10**6),
    column=st.sampled_from(COLUMNS),
)
@example(opened=len(OPENING), history=[*EVERYTHING], which=7, column="data")
def test_any_history_is_told_by_the_ledger_alone(db, opened, history, which, column):
    with transaction.atomic():
        campus = live([*OPENING[:opened], *history])
        check(campus)
        settle(campus, 0)
        check(campus)
        with campus.here():
            entries = list(LedgerEntry.objects.order_by("number"))
        entry = entries[which % len(entries)]
        assert found_when_altered(campus, entry, column) == entry.number
        assert verify_chain(campus.institution).intact
        transaction.set_rollback(True)  # no job of this history rests into the next one


def test_every_row_that_is_altered_is_found(db):
    campus, elsewhere = live(OPENING), Campus("inland")
    with campus.here():
        entries = list(LedgerEntry.objects.order_by("number"))
    # Far beyond the other institution's numbers, so that the move itself is allowed.
    columns = [*COLUMNS, "institution_id"]
    late = [entry for entry in entries if entry.number > head(elsewhere)[0]]
    assert len(late) > 5
    for entry in entries:
        for column in columns if entry in late else COLUMNS:
            broken = found_when_altered(campus, entry, column, elsewhere.institution.pk)
            assert (column, broken) == (column, entry.number)


def test_the_history_of_everything_tells_every_state(db):
    """The tests above prove nothing about a fact that never happened, or a model left out."""
    campus = live([*OPENING, *EVERYTHING])
    check(campus)
    states = {name for name, fact in REGISTERED.items() if fact.to is not None}
    assert states - {fact for fact, _, _ in read(campus)} == set()
    with campus.here():
        assert all(model.objects.exists() for model in STATEFUL)
    assert {model.__name__ for model in STATEFUL} >= {
        *("Proposal", "Review", "Offering", "Enrolment"),
        *("Mark", "Award", "Credential", "SigningKey"),
    }
