"""Choosing what to show: pointers, what comes along, and what cannot be taken apart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import multibase
from cairn.vc.derive import NotDerivable, derive
from cairn.vc.disclosure.pointers import BadPointer, select
from cairn.vc.disclosure.proofvalue import Base, BaseProof, Derived
from cairn.vc.disclosure.statements import Statements, relabelled
from cairn.vc.document import pointer
from cairn.vc.errors import Unreadable
from cairn.vc.jsonld import OwnWords
from cairn.vc.report import Verdict
from tests.support.disclosing import ALIGNED, RESULTS, Json, issued, look, nodes, shown
from tests.support.university import University

KEY = bytes(32)
BASE_PROOF = issued(nodes())
RAW = json.dumps(BASE_PROOF).encode()


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """The pointer of every member and item of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield pointer(*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def within(part: Any, whole: Any) -> bool:
    """Whether a document says nothing that another does not; arrays keep their order."""
    if isinstance(part, dict):
        return all(key in whole and within(item, whole[key]) for key, item in part.items())
    if isinstance(part, list):
        left = iter(whole)
        return all(any(within(item, other) for other in left) for item in part)
    return bool(part == whole)


PLACES = [place for place in places(nodes()) if "allowedValue/" not in place]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PLACES), max_size=6))
def test_whatever_is_chosen_is_shown_and_holds(pointers: list[str]) -> None:
    part = shown(BASE_PROOF, *pointers)
    report = look(part)
    assert "proof" in report.passed
    # What Open Badges wants of an object may have been left out of one that is shown in part.
    assert report.failed <= {"schema"}
    part.pop("proof")
    assert within(part, nodes())


def test_an_object_keeps_its_name_and_its_kind_and_nothing_else() -> None:
    part, _ = select(nodes(), ["/credentialSubject/achievement/tag/1"])
    assert part == {
        "@context": nodes()["@context"],
        "id": nodes()["id"],
        "type": nodes()["type"],
        "credentialSubject": {
            "id": "did:example:ada",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://harbour.example/achievements/security",
                "type": ["Achievement"],
                "tag": ["networks"],
            },
        },
    }


def test_an_array_closes_up_in_its_own_order() -> None:
    document = {"a": [10, 11, 12, 13], "b": {"x": 1, "y": [{"id": "urn:1", "z": 2}, 3]}}
    assert select(document, ["/a/3", "/a/1"])[0] == {"a": [11, 13]}
    assert select(document, ["/b/y/0/z", "/b/y/1"])[0] == {"b": {"y": [{"id": "urn:1", "z": 2}, 3]}}
    assert select(document, ["/b/y", "/b/y/0/z", "/b"])[0] == {"b": document["b"]}
    assert select(document, [""])[0] is document
    assert select(document, [])[0] == {}


def test_a_name_with_a_slash_or_a_tilde_is_written_as_rfc_6901_says() -> None:
    document = {"a/b": {"c~d": 1, "e": 2}, "~1": 3, "": 4}
    assert select(document, ["/a~1b/c~0d"])[0] == {"a/b": {"c~d": 1}}
    assert select(document, ["/~01"])[0] == {"~1": 3}
    assert select(document, ["/"])[0] == {"": 4}


@pytest.mark.parametrize(
    "bad",
    [
        "issuer",
        "/nowhere",
        "/issuer/name",
        "/proof/created",
        "/type/2",
        "/type/-",
        "/type/01",
        "/type/-1",
        "/type/١",
        "/type/1e0",
        "/validFrom/0",
        "/name~2",
        "/name~",
        "/type/" + "9" * 5000,
        "/a" * 100,
        f"{RESULTS}/0/allowedValue/3",
    ],
)
def test_a_pointer_that_leads_nowhere_is_refused(bad: str) -> None:
    with pytest.raises(BadPointer) as caught:
        derive(RAW, pointers=[ALIGNED, bad])
    assert caught.value.code == "disclosure.pointer"
    assert len(caught.value.message) < 300


def test_a_list_is_shown_whole_or_not_at_all() -> None:
    """Its items are signed with their places, so that a part of it would be another list."""
    listed = f"{RESULTS}/0/allowedValue"
    assert "proof" in look(shown(BASE_PROOF, listed)).passed
    assert shown(BASE_PROOF, *(f"{listed}/{i}" for i in range(3))) == shown(BASE_PROOF, listed)
    for some in ([f"{listed}/0"], [f"{listed}/2"], [f"{listed}/0", f"{listed}/1"]):
        with pytest.raises(BadPointer, match=r"allowedValue/\d” leads into something"):
            derive(RAW, pointers=[ALIGNED, *some])


def test_a_text_is_shown_with_its_language() -> None:
    document = nodes()
    document["name"] = {"@value": "Sicherheit", "@language": "de"}
    base = issued(document)
    assert shown(base, "/name")["name"] == document["name"]
    with pytest.raises(BadPointer):
        shown(base, "/name/@value")


def test_a_vocabulary_inside_comes_along() -> None:
    document = nodes()
    document["credentialSubject"] |= {"@context": document["@context"][1]}
    part = shown(issued(document), f"{ALIGNED}/0/targetName")
    assert part["credentialSubject"]["@context"] == document["@context"][1]
    assert "proof" in look(part).passed


def test_a_node_that_is_spoken_of_twice_stays_one() -> None:
    document = nodes()
    achievement = document["credentialSubject"]["achievement"]
    achievement["alignment"][0] |= {"id": "_:x"}
    achievement["alignment"][1] = {"id": "_:x", "type": ["Alignment"], "targetCode": "7"}
    statements = Statements(document, KEY)
    together = statements.choose([f"{ALIGNED}/0/targetName", f"{ALIGNED}/1/targetCode"])
    assert together.document["credentialSubject"]["achievement"]["alignment"][1]["id"] == "_:x"
    lines = [statements.lines[index] for index in together.indexes]
    about = {line.split()[0] for line in lines if "targetName" in line or "targetCode" in line}
    assert len(about) == 1
    assert about.pop().startswith("_:u")


def test_one_object_used_in_two_places_is_two_nodes() -> None:
    document = nodes()
    twice = {"type": ["Profile"], "name": "Ada"}
    document["credentialSubject"]["achievement"]["creator"] = twice
    document["credentialSubject"]["source"] = twice
    apart = Statements(json.loads(json.dumps(document)), KEY).lines
    assert Statements(document, KEY).lines == apart
    assert len([line for line in apart if '"Ada"' in line]) == 2


def test_lists_of_one_value_without_brackets_are_kept_apart() -> None:
    """Written bare, a value has no place of its own by which its list could be known again."""
    bare, bracketed = nodes(), nodes()
    for document, values in ((bare, ("A", "A")), (bracketed, (["A"], ["A"]))):
        achievement = document["credentialSubject"]["achievement"]
        [first] = achievement["resultDescription"]
        achievement["resultDescription"] = [
            {**first, "id": f"urn:uuid:{n}", "allowedValue": value}
            for n, value in enumerate(values)
        ]
    lines = Statements(bare, KEY).lines
    assert lines == Statements(bracketed, KEY).lines
    assert len([line for line in lines if "#first" in line]) == 2
    with pytest.raises(BadPointer, match="signed as one"):
        Statements(bare, KEY).choose([RESULTS])
    assert Statements(bracketed, KEY).choose([RESULTS]).indexes


def test_what_looks_like_a_label_in_a_text_stays_a_text() -> None:
    document = nodes() | {"name": 'See _:c14n0 and "_:c14n1" or _:c14n2'}
    part = shown(issued(document), "/name", ALIGNED)
    assert look(part).verdict is Verdict.GENUINE
    line = '_:c14n0 <urn:p> "a _:c14n0 \\" _:c14n1" _:c14n1 .\n'
    label, other = (f"_:{multibase.base64url(bytes([n]) * 32)}" for n in (1, 2))
    labels = {0: bytes([1]) * 32, 1: bytes([2]) * 32}
    assert relabelled([line], labels) == [f'{label} <urn:p> "a _:c14n0 \\" _:c14n1" {other} .\n']
    for text in ('"x"@en', '"x y"^^<urn:t>', "<urn:o>", '"_:c14n1"'):
        line = f"_:c14n0 <urn:p> {text}"
        assert relabelled([f"{line} .\n"], {0: bytes([1]) * 32}) == [f"{label} <urn:p> {text} .\n"]


def test_labels_depend_on_the_key() -> None:
    one, other = Statements(nodes(), KEY), Statements(nodes(), bytes([1]) * 32)
    assert set(one.labels) == set(other.labels)
    assert not set(one.labels.values()) & set(other.labels.values())


def test_the_same_choice_gives_the_same_bytes() -> None:
    assert derive(RAW, pointers=[ALIGNED]) == derive(RAW, pointers=[ALIGNED, ALIGNED])


def test_a_document_without_a_base_proof_has_nothing_to_derive_from() -> None:
    plain = University().issue()
    for raw in (plain, json.dumps(nodes()).encode(), json.dumps(shown(BASE_PROOF)).encode()):
        with pytest.raises(NotDerivable) as caught:
            derive(raw, pointers=[])
        assert (caught.value.code, caught.value.pointer) == ("disclosure.no_base_proof", "/proof")
    with pytest.raises(Unreadable):
        derive(b"[]", pointers=[])


def test_one_of_several_base_proofs_is_chosen_by_its_id() -> None:
    first, second = (issued(nodes(), id=f"urn:uuid:{n}")["proof"] for n in (1, 2))
    other = json.loads(University().issue())["proof"]
    raw = json.dumps(nodes() | {"proof": [other, first, second]}).encode()
    with pytest.raises(NotDerivable, match="several"):
        derive(raw, pointers=[])
    proof = json.loads(derive(raw, pointers=[], proof_id="urn:uuid:2"))["proof"]
    assert proof["id"] == "urn:uuid:2"
    assert Derived.read(proof["proofValue"]).signature == Base.read(second["proofValue"]).signature
    with pytest.raises(NotDerivable):
        derive(raw, pointers=[], proof_id="urn:uuid:3")


def with_base(base: Base, document: Json | None = None) -> bytes:
    whole = document or nodes()
    return json.dumps(
        {**whole, "proof": BASE_PROOF["proof"] | {"proofValue": base.write()}}
    ).encode()


def test_a_base_proof_of_another_document_is_refused() -> None:
    base = Base.read(BASE_PROOF["proof"]["proofValue"])
    with pytest.raises(NotDerivable, match="belongs to another document"):
        derive(with_base(replace(base, signatures=base.signatures[:-1])), pointers=[])
    longer = nodes() | {"description": "More."}
    with pytest.raises(NotDerivable, match="belongs to another document"):
        derive(with_base(base, longer), pointers=[])


def test_a_base_proof_with_hostile_pointers_is_refused() -> None:
    base = Base.read(BASE_PROOF["proof"]["proofValue"])
    for mandatory in (("/nowhere",), ("issuer",), tuple(f"/{n}" for n in range(50_000))):
        with pytest.raises(BadPointer):
            derive(with_base(replace(base, mandatory=mandatory)), pointers=[])


def test_nothing_at_all_is_not_a_part() -> None:
    with pytest.raises(NotDerivable, match="Nothing would be shown"):
        derive(json.dumps(issued(nodes(), [])).encode(), pointers=[])


def test_words_that_the_document_defines_itself_are_refused() -> None:
    document = nodes()
    document["credentialSubject"]["@context"] = {"name": "urn:other"}
    with pytest.raises(OwnWords):
        Statements(document, KEY)


def test_the_page_about_parts_shows_what_works() -> None:
    page = Path(__file__).parents[2] / "docs/explanation/showing-a-part.md"
    (example,) = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    exec(compile(example, str(page), "exec"), {})


def test_a_base_proof_says_that_it_is_one() -> None:
    with pytest.raises(BaseProof):
        Derived.read(BASE_PROOF["proof"]["proofValue"])
