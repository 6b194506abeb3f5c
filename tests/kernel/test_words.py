"""The small parts: ids, clock, state tables, errors, text."""

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.kernel import clock, facts, ids, text
from cairn.kernel.errors import NotFound, Refused
from cairn.kernel.ids import PublicId, is_public_id
from cairn.kernel.machine import BadMove, Machine


class Light(Enum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


LIGHT = Machine({Light.GREEN: {Light.AMBER}, Light.AMBER: {Light.RED, Light.GREEN}})


def test_ids_are_of_one_form_and_do_not_repeat():
    drawn = {ids.new("awd") for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(is_public_id(one) and one.startswith("awd_") and len(one) == 30 for one in drawn)


def test_every_bit_of_an_id_is_drawn():
    letters = [{*column} for column in zip(*(ids.new("awd")[4:] for _ in range(3000)), strict=True)]
    assert [len(column) for column in letters] == [32] * 25 + [8]


@pytest.mark.parametrize(
    "bad", ["", "awd_", "awd_" + "u" * 26, "AWD_" + "0" * 26, "awd_" + "0" * 27]
)
def test_other_words_are_no_ids(bad):
    assert not is_public_id(bad)


@pytest.mark.parametrize("prefix", ["", "a", "Awd", "awdx", "a-d"])
def test_a_prefix_is_three_small_letters(prefix):
    with pytest.raises(ValueError, match="three small letters"):
        PublicId(prefix)


def test_a_field_survives_a_migration_with_its_prefix():
    _, path, arguments, options = PublicId("awd").deconstruct()
    assert (path, arguments, options) == ("cairn.kernel.ids.PublicId", ["awd"], {})


def test_the_clock_stands_still_and_goes_where_it_is_put():
    noon = datetime(2026, 10, 31, 12, tzinfo=UTC)
    with clock.frozen(noon) as hands:
        assert clock.now() == clock.now() == noon
        hands.advance(timedelta(hours=-1))
        assert clock.now() == noon - timedelta(hours=1)
        with clock.frozen(noon + timedelta(days=1)):
            assert clock.now().day == 1
    assert clock.now() > noon.replace(year=2020)
    with pytest.raises(ValueError, match="time zone"), clock.frozen(noon.replace(tzinfo=None)):
        pass


def test_today_is_the_date_on_the_wall_of_the_institution():
    with clock.frozen(datetime(2026, 10, 31, 23, 30, tzinfo=UTC)):
        assert clock.today(SimpleNamespace(time_zone="Europe/Amsterdam")) == date(2026, 11, 1)
        assert clock.today(SimpleNamespace(time_zone="America/New_York")) == date(2026, 10, 31)


def test_a_row_moves_as_the_table_says():
    row = SimpleNamespace(state="green")
    LIGHT.move(row, Light.AMBER)
    assert row.state is Light.AMBER
    LIGHT.move(row, "red")
    with pytest.raises(BadMove) as refused:
        LIGHT.move(row, Light.GREEN)
    assert row.state is Light.RED
    assert (refused.value.code, str(refused.value)) == (
        "state.move",
        "From “red” there is no way to “green”. Possible from here: none, it is final.",
    )


@given(st.sampled_from(Light), st.sampled_from(Light))
def test_a_machine_answers_as_its_table(state, to):
    allowed = to in {Light.GREEN: {Light.AMBER}, Light.AMBER: {Light.RED, Light.GREEN}}.get(
        state, ()
    )
    assert LIGHT.allows(state, to) == LIGHT.allows(state.value, to.value) == allowed
    assert LIGHT.is_final(state) == (state is Light.RED)


def test_a_machine_draws_itself():
    assert LIGHT.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> green",
        "    green --> amber",
        "    amber --> green",
        "    amber --> red",
        "    red --> [*]",
    ]


class NotEarned(Refused):
    code = "award.not_earned"
    message = "{count} criteria are not met."


def test_a_refusal_has_a_code_that_stays_and_a_sentence():
    own = NotEarned(count=2)
    assert (own.code, str(own), own.context) == (
        "award.not_earned",
        "2 criteria are not met.",
        {"count": 2},
    )
    plain = Refused("x.y", "Not {now}.")
    assert (plain.code, str(plain)) == ("x.y", "Not {now}.")
    assert str(NotFound()) == "There is no such thing here."


def test_a_fact_has_one_name_once():
    with pytest.raises(ValueError, match="twice"):
        facts.Fact("person.added", "Again.")
    with pytest.raises(ValueError, match="noun"):
        facts.Fact("Person added", "Badly.")


def test_what_a_fact_is_given_is_told_in_one_form():
    row = SimpleNamespace(public_id=ids.new("per"))
    told = facts.tell(
        facts.ROLE_GIVEN,
        {
            "person": row,
            "mark": row.public_id,
            "state": Light.RED,
            "on": date(2026, 1, 2),
            "at": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
            "rows": 748,
            "ids": [row, row],
            "until": None,
            "pilot": True,
            "digest": "a" * 64,
        },
    )
    assert told == {
        "person": row.public_id,
        "mark": row.public_id,
        "state": "red",
        "on": "2026-01-02",
        "at": "2026-01-02T03:04:05.000006+00:00",
        "rows": 748,
        "ids": [row.public_id] * 2,
        "until": None,
        "pilot": True,
        "digest": "a" * 64,
    }


def test_a_line_of_text_is_one_line():
    assert text.line("  A\u030angstro\u0308m \x00 \n x ") == "Ångström x"
    assert text.address(" Ada@Example.EDU\n") == "ada@example.edu"
