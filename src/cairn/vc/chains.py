"""Chains of proofs: a proof that was made over earlier ones, so that they cannot be taken away.

``previousProof`` names them by their ``id`` (VC-DI §2.1.2, §4.3, §4.5). Proofs that name none are a set:
each stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cairn.vc.cryptosuites import BadProof
from cairn.vc.document import JsonObject

_PLACE: Final = "/previousProof"


def entries(proof: Any) -> list[Any]:
    """Return the proofs of a document, whichever way they are written."""
    return proof if isinstance(proof, list) else [] if proof is None else [proof]


def names(previous: Any) -> list[str]:
    """Read ``previousProof``: one id, or several that differ."""
    listed = previous if isinstance(previous, list) else [previous]
    if not listed or not all(isinstance(name, str) and name for name in listed):
        raise BadProof(
            "The proof builds on others, but does not name them by their ids.", pointer=_PLACE
        )
    if len(set(listed)) < len(listed):
        raise BadProof("The proof names one of those it builds on twice.", pointer=_PLACE)
    return listed


def before(proof: Mapping[str, Any], all_proofs: Sequence[Any]) -> list[int]:
    """Return where the proofs stand that this one builds on, in the order of the document.

    BadProof where one of them is missing, stands twice, or builds on this one in its turn.
    """
    if "previousProof" not in proof:
        return []
    named = names(proof["previousProof"])
    for name in named:
        count = sum(1 for one in all_proofs if isinstance(one, dict) and one.get("id") == name)
        if count != 1:
            fault = "is not among the proofs here" if count == 0 else "names more than one of them"
            raise BadProof(f"The proof builds on “{name}”, which {fault}.", pointer=_PLACE)
    found = _standing(named, all_proofs)
    if _comes_back(proof, found, all_proofs):
        raise BadProof("The proof builds on itself, by way of others.", pointer=_PLACE)
    return found


def matching(proof: Mapping[str, Any], all_proofs: Sequence[Any]) -> list[JsonObject]:
    """Return the proofs that this one builds on and therefore covers (VC-DI §4.3, steps 3 to 5)."""
    return [all_proofs[index] for index in before(proof, all_proofs)]


def _standing(named: Sequence[str], all_proofs: Sequence[Any]) -> list[int]:
    return [
        index
        for index, one in enumerate(all_proofs)
        if isinstance(one, dict) and one.get("id") in named
    ]


def _comes_back(proof: Mapping[str, Any], found: Sequence[int], all_proofs: Sequence[Any]) -> bool:
    seen: set[int] = set()
    waiting = list(found)
    while waiting:
        index = waiting.pop()
        if all_proofs[index] is proof:
            return True
        if index not in seen:
            seen.add(index)
            earlier = all_proofs[index].get("previousProof")
            listed = earlier if isinstance(earlier, list) else [earlier]
            waiting += _standing([name for name in listed if isinstance(name, str)], all_proofs)
    return False
