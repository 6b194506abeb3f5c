"""Bitstring Status List: bits, text, entries, lists, and each error by the standard's code."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import statuslist
from cairn.vc.errors import Unavailable
from cairn.vc.multibase import base64url, decode
from cairn.vc.statuslist import (
    MINIMUM_LENGTH,
    Bitstring,
    Entry,
    MalformedStatus,
    StatusError,
    StatusListFull,
    StatusListLengthError,
    StatusRangeError,
    StatusRetrievalError,
    StatusVerificationError,
)

VECTORS = Path(__file__).parents[1] / "vectors"
LIST = "https://example.org/status/1"
# 16 KiB of nothing, as we write it and as other libraries do (the gzip header names a system).
ELSEWHERE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
EMPTY = "uH4sIAAAAAAAA_-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"

_indexes = st.integers(min_value=0, max_value=MINIMUM_LENGTH - 1)


def _list(bits: Bitstring | None = None, **changes: Any) -> dict[str, Any]:
    document = statuslist.credential(
        url=LIST,
        issuer="did:example:issuer",
        bits=bits or Bitstring(),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    document["credentialSubject"] |= changes
    return document


def _entry(**changes: Any) -> dict[str, Any]:
    return statuslist.entry(list_url=LIST, index=5) | changes


def test_index_0_is_the_leftmost_bit() -> None:
    bits = Bitstring(16)
    bits.set(0, True)
    bits.set(15, True)
    assert gzip.decompress(decode(bits.encode())) == b"\x80\x01"


def test_an_empty_list_has_the_same_text_on_every_system() -> None:
    assert Bitstring().encode() == EMPTY
    assert Bitstring.decode(EMPTY) == Bitstring.decode(ELSEWHERE) == Bitstring()


def test_the_published_list_of_the_open_badges_validator_marks_its_credential() -> None:
    folder = VECTORS / "1edtech-ob30/bit-string-list"
    document = json.loads((folder / "testlist").read_bytes())
    credential = json.loads((folder / "credential-status-revoked.json").read_bytes())
    entry = statuslist.parse_entry(credential["credentialStatus"])
    bits = statuslist.read_list(document, purpose=entry.purpose)
    assert (len(bits), list(bits.ones()), entry.index) == (MINIMUM_LENGTH, [23], 23)
    assert statuslist.read(entry, document) is True


@given(st.sets(_indexes, max_size=50), st.sets(_indexes, max_size=20))
def test_bits_read_back_as_they_were_set(chosen: set[int], cleared: set[int]) -> None:
    bits = Bitstring()
    bits.set_many(chosen, True)
    bits.set_many(cleared, False)
    kept = chosen - cleared
    assert list(bits.ones()) == sorted(kept)
    assert bits.count() == len(kept)
    assert all(bits.get(index) is (index in kept) for index in chosen | cleared)
    assert Bitstring.decode(bits.encode()) == bits


@given(st.lists(_indexes, max_size=30), st.randoms())
def test_the_same_bits_give_the_same_text_in_any_order(
    chosen: list[int], shuffle: random.Random
) -> None:
    first, second = Bitstring(), Bitstring()
    first.set_many(chosen, True)
    shuffle.shuffle(chosen)
    for index in chosen:
        second.set(index, True)
    assert first.encode() == second.encode()


@given(st.integers(min_value=1, max_value=400), st.data())
def test_any_list_of_whole_bytes_survives_the_way_through_text(
    octets: int, data: st.DataObject
) -> None:
    bits = Bitstring(octets * 8)
    bits.set_many(data.draw(st.sets(st.integers(0, octets * 8 - 1))), True)
    assert list(Bitstring.decode(bits.encode()).ones()) == list(bits.ones())


@pytest.mark.parametrize("index", [-1, MINIMUM_LENGTH, 2**60])
def test_a_place_outside_the_list_is_a_range_error_and_changes_nothing(index: int) -> None:
    bits = Bitstring()
    for act in (
        lambda: bits.get(index),
        lambda: bits.set(index, True),
        lambda: bits.set_many([3, index], True),
    ):
        with pytest.raises(StatusRangeError) as caught:
            act()
        assert caught.value.code == "RANGE_ERROR"
    assert bits == Bitstring()


@pytest.mark.parametrize("length", [-8, 7, 131_073])
def test_a_length_that_is_not_whole_bytes_is_a_mistake_of_the_caller(length: int) -> None:
    with pytest.raises(ValueError, match="whole bytes"):
        Bitstring(length)


# Drawing places


@given(
    st.sets(st.integers(0, 1023), max_size=1024),
    st.sets(st.integers(0, 1023), max_size=300),
    st.data(),
)
def test_drawn_places_are_free_and_different(
    given_out: set[int], revoked: set[int], data: st.DataObject
) -> None:
    bits, taken = Bitstring(1024), Bitstring(1024)
    bits.set_many(revoked, True)
    taken.set_many(given_out, True)
    free = set(range(1024)) - given_out - revoked
    count = data.draw(st.integers(0, len(free)))
    drawn = bits.draw(count, taken=taken, randbelow=random.Random(count).randrange)
    assert len(set(drawn)) == len(drawn) == count
    assert set(drawn) <= free
    assert (set(bits.ones()), set(taken.ones())) == (revoked, given_out)


def test_the_last_places_are_found_without_luck() -> None:
    taken = Bitstring()
    taken.set_many(set(range(MINIMUM_LENGTH)) - {0, 77_777, MINIMUM_LENGTH - 1}, True)
    calls: list[int] = []

    def randbelow(limit: int) -> int:
        calls.append(limit)
        return limit - 1

    drawn = Bitstring().draw(3, taken=taken, randbelow=randbelow)
    assert drawn == (MINIMUM_LENGTH - 1, 0, 77_777)
    assert calls == [3, 2, 1]


def test_every_order_of_places_can_be_drawn() -> None:
    taken = Bitstring(8)
    taken.set_many([0, 1, 3, 4, 6], True)
    orders = set()
    for first in range(3):
        for second in range(2):
            choices = iter((first, second, 0))
            orders.add(Bitstring(8).draw(3, taken=taken, randbelow=lambda _, c=choices: next(c)))
    assert orders == {(2, 5, 7), (2, 7, 5), (5, 2, 7), (5, 7, 2), (7, 2, 5), (7, 5, 2)}


def test_a_full_list_says_so() -> None:
    taken = Bitstring(8)
    taken.set_many(range(6), True)
    with pytest.raises(StatusListFull, match="has 2 free places and 3 are needed") as caught:
        Bitstring(8).draw(3, taken=taken, randbelow=lambda _: 0)
    assert caught.value.code == "status.list_full"


def test_a_record_of_another_length_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Bitstring(8).draw(1, taken=Bitstring(16), randbelow=lambda _: 0)


# Entries


def test_an_entry_is_written_with_the_index_as_text() -> None:
    assert statuslist.entry(list_url=LIST, index=94567, purpose="suspension") == {
        "id": f"{LIST}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "suspension",
        "statusListIndex": "94567",
        "statusListCredential": LIST,
    }


@pytest.mark.parametrize(
    ("changes", "index"),
    [
        ({}, 5),
        ({"statusListIndex": 30}, 30),
        ({"statusListIndex": "0"}, 0),
        ({"statusSize": 1}, 5),
        ({"type": ["BitstringStatusListEntry"]}, 5),
    ],
)
def test_an_entry_is_read(changes: dict[str, Any], index: int) -> None:
    assert statuslist.parse_entry(_entry(**changes)) == Entry(LIST, index, "revocation")


def test_an_entry_needs_no_id() -> None:
    entry = _entry()
    del entry["id"]
    assert statuslist.parse_entry(entry).index == 5


BAD_INDEXES = [
    *("", "-1", "+1", " 1", "1 ", "1\n", "0x1F", "1e3", "1.0", "\u0663", "99999999999999999"),
    *(None, True, 1.0, -1, 2**53 + 1, ["1"]),
]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("statusListIndex", value) for value in BAD_INDEXES),
        *(("statusListCredential", value) for value in (None, "", "status/1", 7, "https://a b")),
        *(("statusPurpose", value) for value in (None, "", 1, ["revocation"])),
        *(("type", value) for value in (None, "StatusList2021Entry", [])),
        *(("statusSize", value) for value in (0, -1, 9, 10**9, 1.5, "1", True, None, [1])),
        *(("statusReference", value) for value in (None, 7, "here", [None])),
        *(("statusMessage", value) for value in (None, [], [{"status": "0x0", "message": "x"}])),
        ("id", LIST),
        ("id", 7),
    ],
)
def test_a_malformed_entry_is_refused_with_the_place(member: str, value: Any) -> None:
    with pytest.raises(MalformedStatus) as caught:
        statuslist.parse_entry(_entry(**{member: value}))
    assert (caught.value.code, caught.value.pointer) == ("MALFORMED_VALUE_ERROR", f"/{member}")


@pytest.mark.parametrize("value", [None, "https://example.org", [], 7])
def test_an_entry_that_is_no_object_is_refused(value: Any) -> None:
    with pytest.raises(MalformedStatus):
        statuslist.parse_entry(value)


@pytest.mark.parametrize(("url", "index"), [(LIST, -1), ("status/1", 0), ("", 0)])
def test_an_entry_that_could_not_be_read_is_not_written(url: str, index: int) -> None:
    with pytest.raises(MalformedStatus):
        statuslist.entry(list_url=url, index=index)


# Lists


def test_a_list_is_published_as_a_credential() -> None:
    assert statuslist.credential(
        url=LIST,
        issuer={"id": "did:example:issuer", "name": "Harbour University"},
        bits=Bitstring(),
        purpose="suspension",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2026, 1, 8, tzinfo=UTC),
        ttl=300_000,
    ) == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": "did:example:issuer", "name": "Harbour University"},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2026-01-08T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "suspension",
            "ttl": 300_000,
            "encodedList": EMPTY,
        },
    }


@given(_indexes, st.booleans())
def test_the_bit_of_an_entry_is_read_from_the_list(index: int, value: bool) -> None:
    bits = Bitstring()
    bits.set(index, value)
    entry = statuslist.parse_entry(statuslist.entry(list_url=LIST, index=index))
    assert statuslist.read(entry, _list(bits)) is value


@pytest.mark.parametrize(
    "changes", [{"statusPurpose": ["suspension", "revocation"]}, {"type": ["BitstringStatusList"]}]
)
def test_a_list_may_serve_several_purposes_and_types(changes: dict[str, Any]) -> None:
    assert statuslist.read(Entry(LIST, 5, "revocation"), _list(**changes)) is False


def test_a_subject_in_an_array_of_one_is_read() -> None:
    document = _list()
    document["credentialSubject"] = [document["credentialSubject"]]
    assert statuslist.read(Entry(LIST, 5, "revocation"), document) is False


@pytest.mark.parametrize("purpose", ["suspension", ["suspension"], [], None, 7])
def test_a_list_for_another_purpose_is_a_verification_error(purpose: Any) -> None:
    with pytest.raises(StatusVerificationError) as caught:
        statuslist.read(Entry(LIST, 5, "revocation"), _list(statusPurpose=purpose))
    assert caught.value.code == "STATUS_VERIFICATION_ERROR"
    assert caught.value.pointer == "/credentialSubject/statusPurpose"


@pytest.mark.parametrize("length", [0, 8, MINIMUM_LENGTH - 8])
def test_a_short_list_is_neither_read_nor_published(length: int) -> None:
    short = Bitstring(length)
    with pytest.raises(StatusListLengthError) as caught:
        statuslist.read(Entry(LIST, 0, "revocation"), _list(encodedList=short.encode()))
    assert caught.value.code == "STATUS_LIST_LENGTH_ERROR"
    with pytest.raises(StatusListLengthError):
        statuslist.credential(url=LIST, issuer="x:y", bits=short, valid_from=datetime.now(UTC))


def test_an_index_past_the_list_is_a_range_error() -> None:
    with pytest.raises(StatusRangeError) as caught:
        statuslist.read(Entry(LIST, MINIMUM_LENGTH, "revocation"), _list())
    assert caught.value.code == "RANGE_ERROR"


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({}, "/type"),
        (_list() | {"type": ["VerifiableCredential"]}, "/type"),
        (_list() | {"credentialSubject": "x"}, "/credentialSubject"),
        (_list() | {"credentialSubject": []}, "/credentialSubject"),
        (_list(type="StatusList2021"), "/credentialSubject"),
        (_list(encodedList=None), "/credentialSubject/encodedList"),
    ],
)
def test_a_malformed_list_is_refused_with_the_place(document: Any, pointer: str) -> None:
    with pytest.raises(MalformedStatus) as caught:
        statuslist.read_list(document, purpose="revocation")
    assert (caught.value.code, caught.value.pointer) == ("MALFORMED_VALUE_ERROR", pointer)


GZIP = decode(EMPTY)


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        ("", "does not begin with u"),
        (EMPTY[1:], "does not begin with u"),
        ("z" + EMPTY[1:], "does not begin with u"),
        ("u", "breaks off"),
        (EMPTY + "=", "not base64url"),
        (EMPTY.replace("_", "/"), "not base64url"),
        (EMPTY + "\n", "not base64url"),
        ("u\u0664", "not base64url"),
        (base64url(b"not gzip"), "not gzip"),
        (base64url(b"\x78\x9c" + GZIP[10:-8]), "not gzip"),
        (base64url(GZIP[:-1]), "breaks off"),
        (base64url(GZIP[:20]), "breaks off"),
        (base64url(GZIP[:-8] + bytes(8)), "damaged"),
        (base64url(GZIP + b"x"), "goes on after the end"),
        (base64url(GZIP + GZIP), "goes on after the end"),
    ],
)
def test_a_text_that_is_no_list_is_malformed(encoded: str, message: str) -> None:
    with pytest.raises(MalformedStatus, match=message) as caught:
        statuslist.read(Entry(LIST, 5, "revocation"), _list(encodedList=encoded))
    assert caught.value.code == "MALFORMED_VALUE_ERROR"
    assert caught.value.pointer == "/credentialSubject/encodedList"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("truncated-gzip.json", "breaks off"),
        ("gzip-bomb.json", "unpacks to more than 16777216 bytes"),
        ("two-members.json", "goes on after the end"),
    ],
)
def test_a_hostile_list_is_stopped(name: str, message: str) -> None:
    document = json.loads((VECTORS / "hostile-status-lists" / name).read_bytes())
    with pytest.raises(MalformedStatus, match=message):
        statuslist.read_list(document, purpose="revocation")


def test_a_list_exactly_as_large_as_allowed_is_read() -> None:
    assert len(Bitstring.decode(EMPTY, max_bytes=MINIMUM_LENGTH // 8)) == MINIMUM_LENGTH
    with pytest.raises(MalformedStatus, match="unpacks to more"):
        Bitstring.decode(EMPTY, max_bytes=MINIMUM_LENGTH // 8 - 1)


def test_a_list_that_cannot_be_fetched_is_unknown_not_failed() -> None:
    assert issubclass(StatusRetrievalError, StatusError)
    assert issubclass(StatusRetrievalError, Unavailable)
    assert StatusRetrievalError("x").code == "STATUS_RETRIEVAL_ERROR"


MESSAGES = ("fine", "late", "lost", "gone")


def _wide(**changes: Any) -> dict[str, Any]:
    made = statuslist.entry(list_url=LIST, index=5, purpose="message", messages=MESSAGES)
    return made | changes


def test_an_entry_may_say_more_than_yes_or_no() -> None:
    made = _wide()
    assert made["statusSize"] == 2
    assert made["statusMessage"][3] == {"status": "0x3", "message": "gone"}
    entry = statuslist.parse_entry(made)
    assert (entry.size, entry.messages, entry.index) == (2, MESSAGES, 5)
    shuffled = statuslist.parse_entry(made | {"statusMessage": made["statusMessage"][::-1]})
    assert shuffled == entry


def test_an_entry_points_to_where_it_is_explained() -> None:
    one, two = "https://example.org/a", "https://example.org/b"
    for references, written in (((one,), one), ((one, two), [one, two])):
        made = statuslist.entry(list_url=LIST, index=5, references=references)
        assert made["statusReference"] == written
        assert statuslist.parse_entry(made).references == references


@pytest.mark.parametrize("count", [1, 3, 5, 257, 512])
def test_messages_are_a_power_of_two(count: int) -> None:
    with pytest.raises(MalformedStatus, match="2, 4, 8"):
        statuslist.entry(list_url=LIST, index=5, messages=["x"] * count)


@pytest.mark.parametrize(
    "messages",
    [
        None,
        [],
        "gone",
        [{"status": "0x0", "message": "fine"}] * 4,
        [*({"status": hex(n), "message": "x"} for n in (0, 1, 2, 4))],
        [*({"status": n, "message": "x"} for n in range(4))],
        [*({"status": hex(n)} for n in range(4))],
        [*({"status": hex(n), "message": "x"} for n in range(8))],
        ["0x0", "0x1", "0x2", "0x3"],
    ],
)
def test_every_value_of_a_wide_entry_has_its_message(messages: Any) -> None:
    with pytest.raises(MalformedStatus) as caught:
        statuslist.parse_entry(_wide(statusMessage=messages))
    assert caught.value.pointer == "/statusMessage"


@given(
    st.integers(1, 8).flatmap(
        lambda size: st.tuples(
            st.just(size), st.dictionaries(st.integers(0, 63), st.integers(0, 2**size - 1))
        )
    )
)
@settings(max_examples=40)
def test_wide_entries_keep_what_they_were_told(told: tuple[int, dict[int, int]]) -> None:
    size, values = told
    bits = Bitstring(64 * size)
    for index, value in values.items():
        bits.set_value(index, 2**size - 1, size=size)
        bits.set_value(index, value, size=size)
    assert [bits.value(index, size=size) for index in range(64)] == [
        values.get(index, 0) for index in range(64)
    ]
    written = "".join(f"{values.get(index, 0):0{size}b}" for index in range(64))
    assert [*bits.ones()] == [place for place, bit in enumerate(written) if bit == "1"]


def test_a_wide_entry_beyond_the_list_is_refused() -> None:
    bits = Bitstring(16)
    with pytest.raises(StatusRangeError):
        bits.value(4, size=4)
    with pytest.raises(StatusRangeError):
        bits.set_value(4, 1, size=4)
    with pytest.raises(ValueError, match="cannot say 4"):
        bits.set_value(0, 4, size=2)


def test_the_entries_are_counted_and_not_the_bits() -> None:
    bits = Bitstring(MINIMUM_LENGTH)
    with pytest.raises(StatusListLengthError, match="65536 places"):
        statuslist.credential(
            url=LIST,
            issuer="did:example:issuer",
            bits=bits,
            valid_from=datetime(2026, 11, 23, tzinfo=UTC),
            size=2,
        )
    document = statuslist.credential(
        url=LIST,
        issuer="did:example:issuer",
        bits=bits,
        valid_from=datetime(2026, 11, 23, tzinfo=UTC),
    )
    with pytest.raises(StatusListLengthError):
        statuslist.read_list(document, purpose="revocation", size=2)
