"""Every way we know to cheat with a part of a credential; the traps of selective disclosure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from cairn.vc import multibase
from cairn.vc.cryptosuites import BadProof
from cairn.vc.derive import derive
from cairn.vc.did import key as did_key
from cairn.vc.disclosure.proofvalue import Base, Derived
from cairn.vc.disclosure.statements import relabelled
from cairn.vc.keys import PUBLIC_PREFIXES, SoftwareSigner
from cairn.vc.secured import Unsecured
from tests.support.disclosing import (
    ALIGNED,
    RESULTS,
    Json,
    code,
    issued,
    nodes,
    shown,
)

BASE_PROOF = issued(nodes())
#: What the holder shows in the tests below: both alignments and the list.
SHOWN = shown(BASE_PROOF, ALIGNED, RESULTS)


# The holder knows every signature, so he may put the proof value together as he likes.


def with_value(document: Mapping[str, Any], value: str) -> Json:
    return {**document, "proof": {**document["proof"], "proofValue": value}}


def forged(document: Json, change: Callable[[Derived], Derived]) -> Json:
    return with_value(document, change(Derived.read(document["proof"]["proofValue"])).write())


def labelled(document: Json, labels: Mapping[int, bytes]) -> Json:
    return forged(document, lambda proof: replace(proof, labels=labels))


def without(document: Json, *path: str | int) -> Json:
    copy: Json = json.loads(json.dumps(document))
    holder: Any = copy
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return copy


def line_of(document: Json, word: str) -> int:
    derived = Derived.read(document["proof"]["proofValue"])
    lines = relabelled(Unsecured(document).canonical.lines, derived.labels)
    assert lines is not None
    [index] = [index for index, line in enumerate(lines) if word in line]
    return index


def test_a_mandatory_statement_cannot_be_dropped() -> None:
    gone = line_of(SHOWN, "validUntil")
    dropped = without(SHOWN, "validUntil")
    assert code(dropped) == "proof.altered"

    def indexes_follow(derived: Derived) -> Derived:
        assert gone in derived.mandatory
        kept = (index - (index > gone) for index in derived.mandatory if index != gone)
        return replace(derived, mandatory=tuple(kept))

    assert code(forged(dropped, indexes_follow)) == "proof.altered"


def test_a_mandatory_statement_cannot_be_changed() -> None:
    assert code(SHOWN | {"validUntil": "2037-11-01T09:00:00Z"}) == "proof.altered"


def test_a_mandatory_statement_does_not_pass_for_another() -> None:
    """Its place is left out of the indexes, and the signature of another statement put there."""

    def moved(derived: Derived) -> Derived:
        _, *rest = derived.mandatory
        return replace(derived, mandatory=tuple(rest), signatures=(bytes(64), *derived.signatures))

    assert code(forged(SHOWN, moved)) == "proof.altered"


def test_a_chosen_statement_cannot_be_dropped_changed_or_added() -> None:
    achievement = ("credentialSubject", "achievement")
    assert code(without(SHOWN, *achievement, "alignment", 0, "targetName")) == "proof.altered"
    changed = json.loads(json.dumps(SHOWN).replace("beta", "gamma"))
    assert code(changed) == "proof.altered"
    assert code(SHOWN | {"name": nodes()["name"]}) == "proof.altered"


def test_the_order_of_a_list_cannot_be_changed() -> None:
    changed = json.loads(json.dumps(SHOWN).replace('["A", "B", "C"]', '["C", "B", "A"]'))
    assert changed != SHOWN
    assert code(changed) == "proof.altered"


def test_the_order_of_signatures_cannot_be_changed() -> None:
    changed = forged(SHOWN, lambda proof: replace(proof, signatures=proof.signatures[::-1]))
    assert code(changed) == "proof.altered"


def test_the_indexes_stand_in_one_order() -> None:
    changed = forged(SHOWN, lambda proof: replace(proof, mandatory=proof.mandatory[::-1]))
    assert code(changed) == BadProof.code


def test_labels_cannot_be_swapped() -> None:
    """The names of two alignments would change places, each statement signed by itself."""
    labels = Derived.read(SHOWN["proof"]["proofValue"]).labels
    assert len(labels) > 5
    for number in range(1, len(labels)):
        swapped = {**labels, 0: labels[number], number: labels[0]}
        assert code(labelled(SHOWN, swapped)) == "proof.altered"


def test_two_nodes_cannot_share_a_label() -> None:
    """One alignment, split into two of which each says a half, under the label that was signed."""
    one = shown(BASE_PROOF, f"{ALIGNED}/0")
    achievement = one["credentialSubject"]["achievement"]
    whole = achievement["alignment"][0]
    achievement["alignment"] = [
        {"type": whole["type"], "targetName": whole["targetName"]},
        {"type": whole["type"], "targetUrl": whole["targetUrl"]},
    ]
    labels = Derived.read(one["proof"]["proofValue"]).labels
    for label in labels.values():
        assert code(labelled(one, {**labels, len(labels): label})) == BadProof.code


def test_every_node_has_a_label_and_every_label_a_node() -> None:
    labels = Derived.read(SHOWN["proof"]["proofValue"]).labels
    fewer = {number: label for number, label in labels.items() if number}
    more = {**labels, len(labels): bytes(32)}
    for changed in (fewer, more, {}):
        assert code(labelled(SHOWN, changed)) == "proof.altered"


def test_a_signature_does_not_count_twice() -> None:
    """A second alignment like the first, with the first's signatures once more."""
    one = shown(BASE_PROOF, f"{ALIGNED}/0")
    one["credentialSubject"]["achievement"]["alignment"] *= 2
    proof = Derived.read(one["proof"]["proofValue"])
    doubled = forged(one, lambda proof: replace(proof, signatures=proof.signatures * 2))
    assert code(doubled) == BadProof.code
    assert code(labelled(one, {**proof.labels, len(proof.labels): bytes(32)})) == "proof.altered"


def test_signatures_of_another_credential_do_not_fit() -> None:
    """The same issuer signed the same words for somebody else, and there is more in them."""
    theirs = shown(issued(nodes() | {"name": "Mastery of security"}), "/name", ALIGNED)
    foreign = Derived.read(theirs["proof"]["proofValue"])
    mine = shown(BASE_PROOF, "/name", ALIGNED) | {"name": "Mastery of security"}
    assert code(mine) == "proof.altered"
    value = Derived.read(mine["proof"]["proofValue"])
    for changed in (
        replace(value, signatures=foreign.signatures),
        replace(value, public=foreign.public),
        replace(value, labels=foreign.labels),
        replace(value, signature=foreign.signature),
        replace(foreign, signature=value.signature),
    ):
        assert code(with_value(mine, changed.write())) == "proof.altered"
    assert code(with_value(mine, foreign.write())) is None  # it is their credential, then


def test_a_key_of_the_holders_own_does_not_sign_statements() -> None:
    """Everything signed afresh under another key than the one that the issuer vouched for."""
    document = SHOWN | {"name": "Mastery of security"}
    proof = Derived.read(SHOWN["proof"]["proofValue"])
    once = SoftwareSigner.generate("P-256")
    lines = relabelled(Unsecured(document).canonical.lines, proof.labels)
    assert lines is not None
    added = line_of(document, "Mastery")
    mandatory = tuple(index + (index >= added) for index in proof.mandatory)
    mine = replace(
        proof,
        public=PUBLIC_PREFIXES["P-256"] + once.public.raw,
        signatures=tuple(
            once.sign(line.encode()) for i, line in enumerate(lines) if i not in mandatory
        ),
        mandatory=mandatory,
    )
    assert code(with_value(document, mine.write())) == "proof.altered"


@pytest.mark.parametrize(
    "change", [{"created": "2026-11-21T00:00:00Z"}, {"expires": "2036-11-21T00:00:00Z"}]
)
def test_the_options_of_the_proof_cannot_be_changed(change: Json) -> None:
    document = SHOWN | {"proof": SHOWN["proof"] | change}
    assert code(document) == "proof.altered"


def test_another_issuer_does_not_take_the_credential_over() -> None:
    other = did_key.did_from(SoftwareSigner.generate("P-256").public)
    document = SHOWN | {"issuer": other}
    document["proof"] = SHOWN["proof"] | {"verificationMethod": did_key.verification_method(other)}
    assert code(document) == "proof.altered"


def test_what_is_not_shown_is_not_in_the_file() -> None:
    raw = derive(json.dumps(BASE_PROOF).encode(), pointers=[f"{ALIGNED}/0"])
    assert b"alpha" in raw
    for word in (b"beta", b"networks", b"LetterGrade"):
        assert word not in raw
    base = Base.read(BASE_PROOF["proof"]["proofValue"])
    proof = Derived.read(json.loads(raw)["proof"]["proofValue"])
    assert base.hmac_key not in multibase.decode(proof.write())
    assert set(proof.signatures) < set(base.signatures)
    assert len(proof.labels) < len(Derived.read(SHOWN["proof"]["proofValue"]).labels)
