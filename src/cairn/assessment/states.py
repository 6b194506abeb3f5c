"""An award stands until it is withdrawn; a new one may follow, the old one never comes back."""

from enum import StrEnum

from cairn.kernel.machine import Machine


class AwardState(StrEnum):
    STANDING = "standing"
    WITHDRAWN = "withdrawn"


AWARD = Machine({AwardState.STANDING: {AwardState.WITHDRAWN}})


class MarkState(StrEnum):
    """A mark that was given, or the statement that there is none; a correction is another row."""

    GIVEN = "given"
    MISSING = "missing"
