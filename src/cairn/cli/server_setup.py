"""What every command of the server does first: find Django, and the institution."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import typer

from cairn.cli.console import Stop, complain, plainly

if TYPE_CHECKING:
    from cairn.kernel.actor import Actor
    from cairn.kernel.models import Institution

P = ParamSpec("P")
R = TypeVar("R")

MODULES: Final = ("django", "django_tasks", "django_tasks_db", "pydantic_settings", "structlog")
INSTALL: Final = 'This command needs the server: pip install "cairn-credentials[server]"'


def needs_server(command: Callable[P, R]) -> Callable[P, R]:
    """Set Django up before the command, and say the three answers of the rooms as plain lines."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        start()
        from django.db import OperationalError, ProgrammingError

        from cairn.kernel.errors import Denied, NotFound, Refused

        try:
            return command(*args, **kwargs)
        except (Refused, Denied, NotFound) as exc:
            raise Stop(str(exc)) from exc
        except (OperationalError, ProgrammingError) as exc:
            raise Stop(_about_database(exc)) from exc

    return plainly(wrapped)


def installed() -> bool:
    """Is the extra `server` here?"""
    return all(find_spec(name) is not None for name in MODULES)


def start() -> None:
    """Set Django up, or end with one line that says how it is installed or what setting is wrong."""
    if not installed():
        complain(INSTALL)
        raise typer.Exit(2)
    from pydantic import ValidationError

    from cairn.kernel.config import NotSet, problems

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.site.settings")
    import django

    try:
        django.setup()
    except ValidationError as exc:
        for name, cure in problems(exc):
            complain(f"{name}: {cure}.")
        raise typer.Exit(2) from exc
    except NotSet as exc:
        raise Stop(str(exc)) from exc


def _about_database(exc: Exception) -> str:
    text = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
    if "no such table" in text or "does not exist" in text:
        return "The tables are not there yet, or older than this version. Run: cairn migrate"
    if "locked" in text:
        return "Another process is writing to the database. Try again in a moment."
    if "disk" in text and "full" in text:
        return "The disk of the database is full. Free some space, then run the same command again."
    return f"The database cannot be used: {text}. Run cairn doctor for the cure."


def the_institution(slug: str | None = None) -> Institution:
    """Return the institution of this site, or the one with the short name."""
    from cairn.kernel.models import Institution

    found = list(Institution.objects.filter(**({"slug": slug} if slug else {}))[:2])
    if len(found) == 1:
        return found[0]
    if slug:
        raise Stop(f"There is no institution “{slug}” here.")
    if not found:
        raise Stop("There is no institution yet. Set one up with cairn createinstitution.")
    raise Stop("There are several institutions here. Name one with --institution.")


def at_the_keyboard(institution: Institution) -> Actor:
    """Return who acts when a command does: whoever may log in to the server."""
    from cairn.kernel.actor import Actor

    return Actor.system("command-line", institution=institution)
