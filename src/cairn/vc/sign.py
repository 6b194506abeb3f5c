"""Signing: add a Data Integrity proof, after making sure that it covers every word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context
from typing import Any, Final

from cairn.vc.cryptosuites import PROOF_TYPE, suites
from cairn.vc.datamodel import datamodel_problems
from cairn.vc.document import JsonObject, dump, pointer
from cairn.vc.errors import Unsignable
from cairn.vc.keys import Signer
from cairn.vc.schema import problems
from cairn.vc.secured import Unsecured
from cairn.vc.timestamps import write_timestamp

DEFAULT_SUITE: Final = "eddsa-rdfc-2022"

_EVEN: Final = Context(16, ROUND_HALF_EVEN)
_UP: Final = Context(16, ROUND_HALF_UP)


def sign(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    cryptosuite: str = DEFAULT_SUITE,
) -> bytes:
    """Return the signed document as the bytes to keep.

    ``verification_method`` is where others find the signer's public key. Raises
    :class:`Unsignable`, or :class:`DataLoss` for a word no context defines, with a JSON pointer.
    """
    if "proof" in document:
        raise Unsignable("The document is signed already.", pointer="/proof")
    _must_conform(document)
    unsecured = Unsecured(document)
    options = {
        "type": PROOF_TYPE,
        "cryptosuite": cryptosuite,
        "created": write_timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    value = suites.get(cryptosuite).create(unsecured, options, signer)
    signed: JsonObject = {**document, "proof": {**options, "proofValue": value}}
    return dump(signed)


def _must_conform(document: Mapping[str, Any]) -> None:
    for problem in (*datamodel_problems(document), *problems(document)):
        raise Unsignable(str(problem), pointer=problem.pointer)
    for place, value in _floats(document, ()):
        if not written_alike(value):
            raise Unsignable(
                "Readers write this number in different ways when they recompute what was signed. "
                "Write it with fewer digits, without an exponent, or as text.",
                pointer=place,
            )


def written_alike(number: float) -> bool:
    """Tell a number that every implementation writes in the same way (JSON-LD 1.1 API §8.6)."""
    if "e" in repr(number) or float(f"{number:.15E}") != number:
        return False
    # Fifteen digits after the point; where the next is a five and the last, some round up.
    return _EVEN.create_decimal_from_float(number) == _UP.create_decimal_from_float(number)


def _floats(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _floats(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _floats(item, (*path, index))
    elif isinstance(value, float):
        yield pointer(*path), value
