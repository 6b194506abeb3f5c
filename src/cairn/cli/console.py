"""What the commands print: calm, readable without colour, and safe to show.

Text from documents is written by strangers. It is never read as markup, and characters that steer a
terminal or reorder a line are shown as what they are.
"""

from __future__ import annotations

import functools
import io
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

P = ParamSpec("P")
R = TypeVar("R")

#: Controls (C0, DEL, C1), bidirectional marks and overrides, separators, and stray surrogates.
_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


class Stop(Exception):
    """A command cannot go on. The message is for the person at the keyboard, with the cure."""


class Misuse(Stop):
    """The command was not understood: exit code 2, as for any wrong option."""


def safe(text: object) -> str:
    """Return text on one line, with every character that steers a terminal spelled out."""
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", str(text))


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes text as text: no markup, no emoji names, no guessed colours."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def indented(content: RenderableType, columns: int) -> None:
    """Print something with room at its left, wrapped to the width that is left."""
    from rich.padding import Padding

    console().print(Padding(content, (0, 2, 0, columns), expand=False))


def say(text: str = "") -> None:
    """Print lines for people; the caller has made foreign text :func:`safe`."""
    typer.echo(text)


def complain(text: str) -> None:
    """Print to the error stream, each line made safe; on a terminal no word is cut in two."""
    width = shutil.get_terminal_size().columns if sys.stderr.isatty() else 0
    for line in text.splitlines() or [""]:
        typer.echo(folded(safe(line), width) if width else safe(line), err=True)


def folded(text: str, width: int, *, indent: str = "") -> str:
    """Fold text between its words; a path or an address stays whole, so that it can be copied."""
    return textwrap.fill(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 credential" or "1,234 credentials"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Let a command end with one plain line and exit code 1 or 2 where the person can mend it.

    Anything else is a bug and rises.
    """

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        _never_fail_to_encode()
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            # Whoever read us has seen enough; Python would complain again while it shuts down.
            sys.stdout = None
            raise typer.Exit(1) from None
        except OSError as exc:
            if exc.filename is None and exc.errno is None:
                raise
            complain(about_files(exc))
            raise typer.Exit(2 if isinstance(exc, FileNotFoundError) else 1) from exc
        except _mistakes() as exc:
            complain(_explained(exc))
            raise typer.Exit(2 if isinstance(exc, Misuse) else 1) from exc

    return wrapped


@contextmanager
def naming(path: Path | str) -> Iterator[None]:
    """Put the file in front of what is said about it: a command often reads several."""
    try:
        yield
    except _mistakes() as exc:
        if isinstance(exc, Stop):
            raise
        if getattr(exc, "problems", None):
            raise Stop(f"{path} cannot be used as it is:\n{_explained(exc)}") from exc
        raise Stop(f"{path}: {_explained(exc)}") from exc


def _never_fail_to_encode() -> None:
    """Spell out what the terminal has no letter for; a "?" in its place would mean "unknown"."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _mistakes() -> tuple[type[Exception], ...]:
    """Name what people can mend; imported only when something was raised."""
    from cairn.cli.definition import DefinitionError
    from cairn.fetch import FetchError
    from cairn.sheet import SheetError
    from cairn.vc.errors import CredentialError

    return (Stop, CredentialError, FetchError, SheetError, DefinitionError)


def _explained(exc: Exception) -> str:
    problems = getattr(exc, "problems", None)
    if problems:
        return "\n".join(str(problem) for problem in problems)
    place = getattr(exc, "pointer", None)
    return f"{exc} (at {place})" if place else str(exc)


def about_files(exc: OSError) -> str:
    """Say what a file system refused, and the cure."""
    import errno

    where = str(exc.filename) if exc.filename is not None else "A file"
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{where}: the disk is full. Free some space, then run the same command again."
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where}: you may not read or write here. Check the permissions, or choose another place."
    if exc.errno == errno.ENOENT:
        return f"{where}: there is no such file or folder. Check the spelling."
    if exc.errno == errno.EEXIST:
        return (
            f"{where} exists already and is not overwritten. Choose another name, or move it away."
        )
    if exc.errno == errno.ENOTDIR:
        return f"{where}: a file stands where a folder is needed. Choose another place."
    if exc.errno == errno.EISDIR:
        return f"{where} is a folder, and a file is needed."
    return f"{where}: {exc.strerror or exc}."
