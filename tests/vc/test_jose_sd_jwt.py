"""SD-JWT: what is kept back, what is shown, what cannot be made to fit, and who shows it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc.errors import CredentialError, Unsignable
from cairn.vc.jose import binding, disclosures, w3c
from cairn.vc.jose.errors import (
    BadBinding,
    BadDisclosure,
    BadToken,
)
from cairn.vc.keys import PublicKey
from cairn.vc.report import Verdict
from tests.support.jose import (
    SIGNERS,
    b64,
    look,
    parts,
    proof_of,
    salts,
    token,
)
from tests.support.university import DID, NOW, badge

Json = dict[str, Any]
P256, ED = SIGNERS["P-256"], SIGNERS["Ed25519"]
KEY = f"{DID}#p-256"


NAME, TAGS, FIRST = (
    "/name",
    "/credentialSubject/achievement/tag",
    "/credentialSubject/achievement/tag/0",
)
ACHIEVEMENT = "/credentialSubject/achievement/description"


def hidden(*places: str, decoys: int = 0, holder: PublicKey | None = None) -> str:
    return w3c.issue_disclosable(
        badge(),
        signer=P256,
        key_id=KEY,
        pointers=places,
        random=salts(),
        decoys=decoys,
        holder=holder,
    )


@pytest.mark.parametrize("decoys", [0, 3])
def test_everything_disclosed_is_the_whole_credential(decoys: int) -> None:
    text = hidden(NAME, TAGS, FIRST, ACHIEVEMENT, decoys=decoys)
    header, claims = parts(text)
    assert header["typ"] == "vc+sd-jwt"
    assert (claims["_sd_alg"], len(claims["_sd"])) == ("sha-256", 1 + decoys)
    assert "name" not in claims
    assert claims["_sd"] == sorted(claims["_sd"])
    opened = disclosures.read(text)
    assert opened.token.claims == badge()
    assert set(opened.places.values()) == {NAME, TAGS, FIRST, ACHIEVEMENT}
    assert look(text).verdict is Verdict.GENUINE


def test_what_is_kept_back_is_not_there_and_the_rest_is_genuine() -> None:
    text = hidden(NAME, TAGS, FIRST)
    assert disclosures.read(disclosures.keep(text, [])).token.claims == {
        key: item for key, item in without_tags().items() if key != "name"
    }
    named = disclosures.keep(text, [NAME])
    assert disclosures.read(named).token.claims == without_tags()
    assert look(named).verdict is Verdict.GENUINE
    # What stands inside something else brings that along, and the other way round it does not.
    first = disclosures.read(disclosures.keep(text, [FIRST])).token.claims
    assert first["credentialSubject"]["achievement"]["tag"] == badge_tags()
    tags = disclosures.read(disclosures.keep(text, [TAGS])).token.claims
    assert tags["credentialSubject"]["achievement"]["tag"] == badge_tags()[1:]
    with pytest.raises(BadDisclosure, match="Nothing can be shown or kept back here"):
        disclosures.keep(text, ["/id"])


def badge_tags() -> list[str]:
    return list(badge()["credentialSubject"]["achievement"]["tag"])


def without_tags() -> Json:
    document = badge()
    del document["credentialSubject"]["achievement"]["tag"]
    return document


@pytest.mark.parametrize(
    "place", ["/issuer", "/issuer/name", "/@context/0", "/type", "/validFrom", "/credentialStatus"]
)
def test_what_is_needed_to_check_cannot_be_kept_back(place: str) -> None:
    with pytest.raises(Unsignable, match="cannot be kept back"):
        hidden(place)


@pytest.mark.parametrize("place", ["/nothing", "/credentialSubject/achievement/tag/9", "/name/x"])
def test_nothing_cannot_be_kept_back(place: str) -> None:
    with pytest.raises(Unsignable, match="nothing here"):
        hidden(place)


def test_a_place_is_a_pointer() -> None:
    with pytest.raises(Unsignable, match="JSON pointer"):
        hidden("name")


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_reserved_names_are_not_hidden(name: str) -> None:
    with pytest.raises(Unsignable, match="reserved in an SD-JWT"):
        disclosures.hide({"a": [{name: 1}]}, [], random=salts())


def sd_token(claims: Json, *shown: object, binding: str = "") -> str:
    header = {"alg": "ES256", "typ": "vc+sd-jwt", "kid": KEY}
    written = [part if isinstance(part, str) else b64(part) for part in shown]
    return "~".join((token(header, claims, P256), *written, binding))


def digest(part: object) -> str:
    return disclosures.hash_of(part if isinstance(part, str) else b64(part))


CLAIM, OTHER = ["salt", "a", 1], ["salt", "b", 2]
CHEATS: dict[str, str] = {
    "nobody signed it": sd_token({}, CLAIM),
    "the same twice": sd_token({"_sd": [digest(CLAIM)]}, CLAIM, CLAIM),
    "a digest twice": sd_token({"_sd": [digest(CLAIM), digest(CLAIM)]}, CLAIM),
    "a digest twice, elsewhere": sd_token(
        {"_sd": [digest(CLAIM)], "x": {"_sd": [digest(CLAIM)]}}, CLAIM
    ),
    "a digest twice, not disclosed": sd_token({"_sd": ["x"], "y": {"_sd": ["x"]}}),
    "in two places of a list": sd_token({"x": [{"...": digest(["s", 1])}] * 2}, ["s", 1]),
    "over what was signed": sd_token({"a": 0, "_sd": [digest(CLAIM)]}, CLAIM),
    "over another disclosure": sd_token(
        {"_sd": [digest(CLAIM), digest(["t", "a", 2])]}, CLAIM, ["t", "a", 2]
    ),
    "the name _sd": sd_token({"_sd": [digest(["s", "_sd", []])]}, ["s", "_sd", []]),
    "the name ...": sd_token({"_sd": [digest(["s", "...", 1])]}, ["s", "...", 1]),
    "... in an object": sd_token({"x": {"...": "y"}}),
    "... beside others": sd_token({"x": [{"...": "y", "z": 1}]}),
    "_sd as a text": sd_token({"_sd": "x"}),
    "a number as digest": sd_token({"_sd": [7]}),
    "a number as digest in a list": sd_token({"x": [{"...": 7}]}),
    "another hash": sd_token({"_sd_alg": "md5"}),
    "two parts as a claim": sd_token({"_sd": [digest(["s", 1])]}, ["s", 1]),
    "three parts in a list": sd_token({"x": [{"...": digest(CLAIM)}]}, CLAIM),
    "a salt that is none": sd_token({"_sd": [digest([1, "a", 2])]}, [1, "a", 2]),
    "a name that is none": sd_token({"_sd": [digest(["s", 1, 2])]}, ["s", 1, 2]),
    "no list": sd_token({"_sd": [digest({"a": 1})]}, {"a": 1}),
    "more than a list": sd_token(
        {"_sd": [digest(b64('["s","a",1],"e":2'))]}, b64('["s","a",1],"e":2')
    ),
    "two lists": sd_token(
        {"_sd": [digest(b64('["s","a",1],"d":[2]'))]}, b64('["s","a",1],"d":[2]')
    ),
    "a name twice": sd_token(
        {"_sd": [digest(b64('["s","a",{"x":1,"x":2}]'))]}, b64('["s","a",{"x":1,"x":2}]')
    ),
    "not base64": sd_token({"_sd": [digest("a")]}, "a"),
    "padding": sd_token({"_sd": [digest(b64(CLAIM) + "=")]}, b64(CLAIM) + "="),
    "other letters": sd_token({"_sd": [digest(CLAIM)]}, b64(CLAIM)) + "é~",
    "an empty one": sd_token({}, "", ""),
    "too many": sd_token({}, *["eA"] * 600),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_disclosures_that_do_not_fit(cheat: str) -> None:
    with pytest.raises(BadToken):
        disclosures.read(CHEATS[cheat])
    assert look(CHEATS[cheat]).verdict is Verdict.UNREADABLE


def test_disclosures_that_fit() -> None:
    inner = ["s", "c", [1]]
    outer = ["s", "b", {"_sd": [digest(inner), "decoy"]}]
    claims = {
        "_sd": [digest(outer), "decoy2"],
        "x": [0, {"...": digest(["s", 9])}, {"...": "decoy3"}],
    }
    assert disclosures.read(sd_token(claims, outer, inner, ["s", 9])).token.claims == {
        "x": [0, 9],
        "b": {"c": [1]},
    }
    assert disclosures.read(sd_token(claims)).token.claims == {"x": [0]}
    with pytest.raises(BadDisclosure):  # what it stands in is kept back
        disclosures.read(sd_token(claims, inner))


def test_disclosures_do_not_nest_for_ever() -> None:
    chain: list[str] = []
    claims: Json = {}
    for _ in range(200):
        part = b64(["s", "a", claims])
        chain.append(part)
        claims = {"_sd": [digest(part)]}
    with pytest.raises(BadToken, match="nested more than 64 levels deep"):
        disclosures.read(sd_token(claims, *reversed(chain)))


def test_a_token_must_end_with_a_tilde_or_a_binding() -> None:
    text = hidden(NAME).rstrip("~")
    with pytest.raises(CredentialError):
        disclosures.read(text.partition("~")[0])
    assert look(text).verdict is not Verdict.GENUINE


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab ~/", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab01", max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


def places_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield "/" + "/".join(str(part) for part in (*path, key))
        yield from places_in(item, (*path, key))


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.text("ab01", max_size=2), TREES, max_size=3), st.data())
def test_hidden_and_shown_again_is_the_same(document: Json, data: st.DataObject) -> None:
    every = [
        place for place in places_in(document) if "//" not in place and not place.endswith("/")
    ]
    chosen = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    payload, shown = disclosures.hide(document, chosen, random=os.urandom, decoys=1)
    text = sd_token(payload, *shown)
    opened = disclosures.read(text)
    assert opened.token.claims == document
    assert sorted(opened.places.values()) == sorted(chosen)
    kept = data.draw(st.lists(st.sampled_from(chosen), unique=True)) if chosen else []
    places = set(disclosures.read(disclosures.keep(text, kept)).places)
    wanted = {
        d
        for d, place in opened.places.items()
        if any((k + "/").startswith(place + "/") for k in kept)
    }
    assert places == wanted


AUDIENCE, NONCE = "https://verifier.example", "n-0S6"


def bound(**changes: Any) -> str:
    text = hidden(NAME, holder=ED.public)
    asked = {"audience": AUDIENCE, "nonce": NONCE, "at": NOW} | changes
    return binding.bind(text, signer=ED, **asked)


def test_the_holder_signs_for_one_verifier() -> None:
    opened = disclosures.read(bound())
    binding.must_hold(opened, at=NOW, audience=AUDIENCE, nonce=NONCE)
    assert binding.holder_of(opened) == ED.public
    assert look(bound()).verdict is Verdict.GENUINE
    # At rest it needs no new signature, and what is shown is up to the holder.
    assert look(hidden(NAME, holder=ED.public)).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    "asked",
    [
        {"audience": "https://other.example", "nonce": NONCE},
        {"audience": AUDIENCE, "nonce": "older"},
        {"nonce": ""},
        {"audience": AUDIENCE, "at": NOW + timedelta(seconds=301)},
        {"audience": AUDIENCE, "at": NOW - timedelta(seconds=61)},
    ],
)
def test_another_verifier_does_not_take_it(asked: Json) -> None:
    with pytest.raises(BadBinding):
        binding.must_hold(disclosures.read(bound()), **({"at": NOW} | asked))


def test_a_binding_that_is_missing_where_it_was_asked_for() -> None:
    opened = disclosures.read(hidden(NAME, holder=ED.public))
    with pytest.raises(BadBinding, match="Nobody signed"):
        binding.must_hold(opened, at=NOW, audience=AUDIENCE)


def test_a_binding_for_less_than_is_shown() -> None:
    text = hidden(NAME, TAGS, holder=ED.public)
    less = binding.bind(disclosures.keep(text, [NAME]), signer=ED, audience="x", nonce="y", at=NOW)
    stuck_on = text + less.rpartition("~")[2]
    assert proof_of(look(stuck_on)).code == "jose.key_binding"


def kb(header: Json | None = None, signer: Any = ED, **changes: Any) -> str:
    text = bound()
    shown, _, old = text.rpartition("~")
    old_header, claims = parts(old)
    made = claims | changes
    return f"{shown}~{token(old_header | (header or {}), {k: v for k, v in made.items() if v is not None}, signer)}"


@pytest.mark.parametrize(
    "text",
    [
        kb({"typ": "JWT"}),
        kb({"alg": "none"}),
        kb({"alg": "ES256"}),
        kb(signer=P256),
        kb(sd_hash="x"),
        kb(sd_hash=None),
        kb(iat=None),
        kb(iat="now"),
        kb(iat=True),
        bound() + "x",
        bound().rpartition("~")[0] + "~a.b.c",
    ],
)
def test_bindings_that_do_not_hold(text: str) -> None:
    assert proof_of(look(text)).code == "jose.key_binding"


def test_a_binding_without_a_key_to_bind_to() -> None:
    text = hidden(NAME) + bound().rpartition("~")[2]
    assert proof_of(look(text)).code == "jose.key_binding"
    with pytest.raises(BadBinding, match="another key"):
        binding.bind(hidden(NAME), signer=ED, audience="x", nonce="y", at=NOW)


@pytest.mark.parametrize("cnf", [{}, {"kid": "x"}, "x", {"jwk": "x"}])
def test_a_key_that_is_named_in_another_way(cnf: Any) -> None:
    opened = disclosures.read(sd_token({"cnf": cnf}))
    with pytest.raises(BadBinding, match="in a way that is not read here"):
        binding.holder_of(opened)
