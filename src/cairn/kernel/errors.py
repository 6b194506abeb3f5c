"""The answers that cross a door: not found, denied with a reason, refused with a code.

Anything else that rises is a bug and is left to rise. A row of another institution is
:class:`NotFound`, exactly like a row that does not exist.
"""

from typing import Any, ClassVar


class NotFound(Exception):
    """There is no such thing, or none that you may know of."""

    code: ClassVar[str] = "not_found"

    def __init__(self, what: str = "") -> None:
        self.what = what
        super().__init__(f"There is no {what or 'such thing'} here.")


class Denied(Exception):
    """You may not do this; the reason says why, and often who may."""

    code: ClassVar[str] = "denied"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Refused(Exception):
    """The request is understood and allowed, and cannot be done as things stand."""

    code: str = "refused"
    message: ClassVar[str] = "This cannot be done as things stand."

    def __init__(self, code: str | None = None, message: str | None = None, **context: Any) -> None:
        """A subclass fixes code and message; its ``{words}`` are filled from ``context``."""
        if code is not None:
            self.code = code
        self.context = context
        text = self.message if message is None else message
        super().__init__(text.format(**context) if context and message is None else text)
