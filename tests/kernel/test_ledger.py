"""The ledger cannot be changed, and shows it when it was."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.kernel import clock, ledger
from cairn.kernel.change import change_many
from cairn.kernel.facts import REGISTERED, ROLE_GIVEN, UnfitData, tell
from cairn.kernel.ids import new
from cairn.kernel.ledger import canonical, verify_chain
from cairn.kernel.models import LedgerEntry, LedgerHead
from cairn.kernel.models.ledger import AppendOnly
from cairn.kernel.tenancy import within
from cairn.vc import jcs
from tests.support.kernel import console, forced, institution, person

pytestmark = pytest.mark.django_db


def entries(owner):
    return LedgerEntry.objects.unscoped().filter(institution=owner)


def test_the_code_refuses_to_alter_an_entry(north):
    entry = entries(north).first()
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        entries(north).update(fact="nothing.happened")
    with pytest.raises(AppendOnly):
        entries(north).delete()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE kernel_ledgerentry SET actor = 'nobody'", "DELETE FROM kernel_ledgerentry"],
)
def test_the_database_refuses_to_alter_an_entry(north, statement):
    from django.db import connection

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify_chain(north).entries == 2


def test_the_hash_is_what_the_page_says(north):
    """docs/explanation/ledger.md lets anyone recompute it; so does this test, in its own words."""
    import hashlib

    first, second = entries(north).order_by("number")
    content = {
        "actor": second.actor,
        "at": second.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
        "data": second.data,
        "fact": second.fact,
        "institution": north.public_id,
        "number": 2,
        "previous": first.hash,
        "subject": second.subject,
    }
    assert second.hash == hashlib.sha256(jcs.canonicalize(content).encode()).hexdigest()
    assert first.previous_hash == "0" * 64


words = st.from_regex(r"[a-z0-9][a-z0-9_.:-]{0,20}", fullmatch=True)
values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), words, st.lists(words, max_size=3)
)
data = st.dictionaries(st.from_regex(r"[b-d][a-z0-9_]{0,6}", fullmatch=True), values, max_size=4)


@given(data)
def test_sorted_compact_json_is_the_canonical_form_of_what_facts_carry(told):
    assert canonical(tell(ROLE_GIVEN, told)) == jcs.canonicalize(told)


FACTS = sorted(REGISTERED)
COLUMNS = {
    "fact": "x.y",
    "actor": "someone",
    "subject": "per_" + "0" * 26,
    "data": '{"a": 1}',
    "at": "1999-01-01 00:00:00",
    "previous_hash": "f" * 64,
    "hash": "e" * 64,
    "number": 1_000_000,
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(
        st.lists(st.tuples(st.sampled_from(FACTS), data), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    ),
    draw=st.data(),
)
def test_any_history_verifies_and_any_alteration_is_found(north, history, draw):
    with transaction.atomic():
        ada = person(north)
        for block in history:
            with change_many(north, by=console(north)) as record:
                for fact, told in block:
                    record(REGISTERED[fact], ada, **told)
        chain = verify_chain(north)
        assert (chain.intact, chain.entries) == (True, entries(north).count())
        number = draw.draw(st.integers(1, chain.entries))
        column = draw.draw(st.sampled_from([*COLUMNS, "gone"]))
        with forced() as cursor:
            if column == "gone":
                cursor.execute(
                    "DELETE FROM kernel_ledgerentry WHERE institution_id = %s AND number = %s",
                    [north.pk, number],
                )
            else:
                cursor.execute(
                    f"UPDATE kernel_ledgerentry SET {column} = %s "
                    "WHERE institution_id = %s AND number = %s",
                    [COLUMNS[column], north.pk, number],
                )
        assert verify_chain(north).broken_at == number
        transaction.set_rollback(True)


def test_an_entry_put_in_between_is_found(north):
    last = entries(north).order_by("number").last()
    with forced() as cursor:
        cursor.execute(
            "INSERT INTO kernel_ledgerentry (institution_id, number, at, fact, actor, subject, data,"
            " previous_hash, hash) SELECT institution_id, number + 1, at, fact, actor, subject, data,"
            " hash, hash FROM kernel_ledgerentry WHERE id = %s",
            [last.pk],
        )
    assert verify_chain(north).broken_at == last.number + 1


def test_a_tail_cut_off_is_found_by_the_head(north):
    with forced() as cursor:
        cursor.execute("DELETE FROM kernel_ledgerentry WHERE number = 2")
    chain = verify_chain(north)
    assert (chain.broken_at, chain.problem) == (2, "The last entries are missing.")


def test_each_institution_has_a_chain_of_its_own(north):
    south = institution("south")
    person(south)
    assert (verify_chain(north).entries, verify_chain(south).entries) == (2, 3)
    heads = LedgerHead.objects.in_bulk(field_name="institution_id")
    assert heads[north.pk].hash != heads[south.pk].hash


def test_a_clock_that_jumps_back_does_not_break_the_chain(north):
    with clock.frozen(datetime(2026, 5, 2, tzinfo=UTC)) as hands:
        person(north)
        hands.at = datetime(2025, 5, 2, tzinfo=UTC)
        person(north)
    assert verify_chain(north).intact
    with within(north):
        stamps = list(LedgerEntry.objects.order_by("number").values_list("at", flat=True))
    assert stamps[-1] < stamps[-2]


def test_two_appends_that_did_not_wait_for_each_other_are_refused(north, monkeypatch):
    copy = ledger.bulk.copy

    def overtaken(model, *rows):
        copy(model, *rows)
        if model is LedgerEntry:
            LedgerHead.objects.filter(institution=north).update(number=99)

    monkeypatch.setattr(ledger.bulk, "copy", overtaken)
    with pytest.raises(RuntimeError, match="at once"), transaction.atomic():
        person(north)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "ada"),
        ("score", 71),
        ("who", "Ada Lovelace"),
        ("who", "ada@example.edu"),
        ("who", "Ada"),
        ("who", "x" * 65),
        ("half", 0.5),
        ("rows", 10**12),
        ("who", {"a": 1}),
        ("Who", "x"),
        ("ids", [new("per")] * 1001),
    ],
)
def test_a_fact_carries_no_name_no_address_and_no_mark(key, value):
    with pytest.raises(UnfitData):
        tell(ROLE_GIVEN, {key: value})
