"""How a command writes its usage line."""

from __future__ import annotations

from typing import Any, Final

from typer.core import TyperCommand

_NO_BRACES: Final = str.maketrans("", "", "{}")


class Command(TyperCommand):
    """Writes arguments in the usage line as people know them: FILE, and [FILE] if it may be absent."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        plain = (piece.translate(_NO_BRACES).replace("......", "...") for piece in pieces)
        return [piece.removesuffix("...") if "|" in piece else piece for piece in plain]
