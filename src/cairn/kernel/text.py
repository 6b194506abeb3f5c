"""Text as people give it, in the form the tables keep."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def line(text: str) -> str:
    """One line: composed characters, no control characters, no stray spaces."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def address(text: str) -> str:
    """An e-mail address as it is compared: small letters, nothing around it."""
    return line(text).lower()
