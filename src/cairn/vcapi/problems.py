"""What is wrong, as a test suite reads it: problem details (RFC 9457, VCDM 2.0 §7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from cairn.vc.document import JsonObject
from cairn.vc.errors import CredentialError

_SECURITY: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"
_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"

#: Names of the specifications for what the library calls by a name of its own, by its beginning.
_NAMES: Final = (
    ("document.data_loss", _SECURITY + "DATA_LOSS_DETECTION_ERROR"),
    ("document.unreadable", _MODEL + "PARSING_ERROR"),
    ("jose.", _MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR"),
    ("proof.", _SECURITY + "PROOF_VERIFICATION_ERROR"),
    ("key.", _SECURITY + "PROOF_VERIFICATION_ERROR"),
    ("disclosure.", _SECURITY + "PROOF_GENERATION_ERROR"),
    ("context.", _SECURITY + "PROOF_TRANSFORMATION_ERROR"),
    ("dates.", _MODEL + "RANGE_ERROR"),
    ("data_model.", _MODEL + "MALFORMED_VALUE_ERROR"),
    ("schema.", _MODEL + "MALFORMED_VALUE_ERROR"),
    ("terms.", _MODEL + "MALFORMED_VALUE_ERROR"),
)
#: RFC 9457 §4.2.1: no more is said than what HTTP says.
_BLANK: Final = "about:blank"
#: Names that Bitstring Status List §3.5 gives as well as other texts.
_OF_STATUS: Final = frozenset({"RANGE_ERROR", "MALFORMED_VALUE_ERROR"})


class BadRequest(CredentialError):
    """A request does not have the form that VC-API gives it."""

    code: ClassVar[str] = "vcapi.request"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the name of its kind, and a sentence with its place."""

    code: str | None
    message: str
    pointer: str | None = None

    @property
    def type(self) -> str:
        """The address that names the kind of problem."""
        code = self.code or ""
        if code.startswith("STATUS_") or code in _OF_STATUS:
            return _STATUS + code
        if code.isupper():
            return _SECURITY + code
        return next((name for start, name in _NAMES if code.startswith(start)), _BLANK)

    @property
    def title(self) -> str:
        """The name of the kind, as short as the specifications write it."""
        return "Refused" if self.type == _BLANK else self.type.rpartition("#")[2]

    def details(self) -> JsonObject:
        """Write the problem as RFC 9457 gives it, with the library's own name and the place."""
        found = {
            "type": self.type,
            "title": self.title,
            "detail": self.message,
            "code": self.code,
            "pointer": self.pointer,
        }
        return {name: value for name, value in found.items() if value is not None}


def problem_of(error: CredentialError) -> Problem:
    """Return what an error of the library says."""
    return Problem(error.code, error.message, error.pointer)


def refused(status: int, *problems: Problem, **members: Any) -> JsonObject:
    """Return the body of a refusal: the first problem at the top, all of them in a list."""
    details = [problem.details() for problem in problems]
    return {**details[0], "status": status, **members, "problemDetails": details}
