"""Public ids: three letters that tell the kind, and 128 random bits.

Integer keys stay inside; what leaves the house is opaque and cannot be counted or guessed.
"""

import base64
import re
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField

FORM = re.compile(r"[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}")
LENGTH = 30
# Crockford's letters leave out i, l, o and u, which a person reads as others.
_CROCKFORD = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz"
)


def new(prefix: str) -> str:
    """Draw an id of this kind that nobody had before."""
    drawn = base64.b32encode(secrets.token_bytes(16)).translate(_CROCKFORD, b"=")
    return f"{prefix}_{drawn.decode('ascii')}"


def is_public_id(text: str) -> bool:
    return FORM.fullmatch(text) is not None


class PublicId(_Text):
    """The id of a row as the world sees it: ``public_id = PublicId("awd")``."""

    def __init__(self, prefix: str, **options: Any) -> None:
        if re.fullmatch("[a-z]{3}", prefix) is None:
            raise ValueError(f"{prefix!r} is not a prefix: give three small letters.")
        self.prefix = prefix
        options |= {
            "max_length": LENGTH,
            "unique": True,
            "editable": False,
            "default": partial(new, prefix),
        }
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, _, options = super().deconstruct()
        for fixed in ("max_length", "unique", "editable", "default"):
            options.pop(fixed, None)
        return name, path, [self.prefix], options

    def db_type(self, connection: Any) -> str | None:
        # By this name of the same type Django leaves out a second index, for LIKE, that nobody uses.
        if connection.vendor == "postgresql":
            return f"character varying({LENGTH})"
        return super().db_type(connection)
