"""JSON Canonicalization Scheme (RFC 8785)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def canonicalize(value: Any) -> str:
    """Write a value read by :func:`cairn.vc.document.parse` in its one canonical form."""
    if isinstance(value, dict):
        # §3.2.3: names are ordered by UTF-16 code units, not by code points.
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = (f"{json.dumps(k, ensure_ascii=False)}:{canonicalize(value[k])}" for k in names)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonicalize, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """Write a double as ECMAScript does (§3.2.2.3): shortest digits, exponent outside 1e-6..1e21."""
    digits = repr(value)
    if abs(value) >= 1e21 or 0 < abs(value) < 1e-6:
        mantissa, exponent = digits.split("e")
        return f"{mantissa}e{int(exponent):+d}"
    return format(Decimal(digits), "f").removesuffix(".0") if value else "0"
