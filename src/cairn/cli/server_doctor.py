"""cairn doctor: what is wrong with this server, one line each, and what to do about it."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cairn.cli.console import complain, counted, plainly, safe, say
from cairn.cli.server_setup import INSTALL, installed

if TYPE_CHECKING:
    from cairn.kernel.config import Settings
    from cairn.vc.keyfile import Kek

LEAST_DISK: Final = 1024**3
LEAST_SECRET: Final = 50
LEAST_LETTERS: Final = 12
# A clock further from the database's than this breaks dates on credentials.
MOST_DRIFT_SECONDS: Final = 60
#: Nothing that Cairn does can have happened before it was made.
FIRST_YEAR: Final = 2026
LATE_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at: fine, or a problem with its cure."""

    what: str
    problem: str = ""
    cure: str = ""


@plainly
def doctor(
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what is wrong.")] = False,
) -> None:
    """Look at settings, database, engine, clock, disk and keys, and name each problem and its cure.

    \b
    Example:
      cairn doctor

    The exit code is 0 when nothing is wrong, 1 when something is, 2 when the server part of Cairn
    is not installed.
    """
    if not installed():
        complain(INSTALL)
        raise typer.Exit(2)
    wrong = 0
    for finding in examine():
        if finding.problem:
            wrong += 1
            say(f"problem  {safe(finding.what)}: {safe(finding.problem)}")
            say(f"         {safe(finding.cure)}")
        elif not quiet:
            say(f"fine     {safe(finding.what)}")
    if wrong:
        say(counted(wrong, "problem"))
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Look at everything that the settings allow to be looked at."""
    from pydantic import ValidationError

    from cairn.kernel.config import Settings, problems

    try:
        settings = Settings()
    except ValidationError as exc:
        for name, cure in problems(exc):
            yield Finding(name, "this is not a value it can have", f"{cure[:1].upper()}{cure[1:]}.")
        return
    yield from about_settings(settings)
    yield from about_folder(settings.data_dir)
    if not _django_stands(settings):
        return
    yield from about_database(settings)
    yield from about_engine(settings)
    yield from about_keys(settings)
    yield from about_mail(settings)


def _django_stands(settings: Settings) -> bool:
    import django

    from cairn.kernel.config import NotSet

    try:
        _ = settings.signing_secret
    except (NotSet, OSError):
        return False  # said already
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.site.settings")
    django.setup()
    return True


def about_settings(settings: Settings) -> Iterator[Finding]:
    yield _origin(settings)
    yield _secret(settings)
    if settings.debug and settings.is_https:
        yield Finding(
            "CAIRN_DEBUG",
            "a public site shows the variables of an error to everyone",
            "Unset CAIRN_DEBUG.",
        )
    yield _variables(settings)


def _origin(settings: Settings) -> Finding:
    name = "CAIRN_ORIGIN"
    local = settings.host in {"localhost", "127.0.0.1", "::1"}
    if settings.is_https and not local:
        return Finding(f"{name} {settings.origin}")
    if local:
        return Finding(
            name,
            f"{settings.origin} is this machine alone; credentials that name it verify nowhere else",
            "Set CAIRN_ORIGIN to the address of the site: https://badges.example.edu.",
        )
    return Finding(
        name,
        f"{settings.origin} is not https, so anyone on the way can change what a verifier reads",
        "Put TLS in front of the site, and set CAIRN_ORIGIN to its https address.",
    )


def _secret(settings: Settings) -> Finding:
    from cairn.kernel.config import NotSet

    name = "CAIRN_SECRET_KEY"
    make = 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    try:
        secret = settings.signing_secret
    except (NotSet, OSError) as exc:
        return Finding(name, str(exc), f"Correct the path or its permissions. {make}")
    if len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_LETTERS:
        return Finding(name, f"it is easy to guess ({counted(len(secret), 'character')})", make)
    return Finding(name)


def _variables(settings: Settings) -> Finding:
    """Find a CAIRN_ variable that no setting has: most likely a slip of the keyboard."""
    from cairn.kernel.config import PREFIX, variable

    elsewhere = {"CAIRN_KEY_PASSPHRASE", "CAIRN_TEST_DATABASE"}
    known = {variable(name) for name in type(settings).model_fields} | elsewhere
    strange = sorted(
        name for name in os.environ if name.startswith(PREFIX) and name.upper() not in known
    )
    if strange:
        return Finding(
            "settings",
            f"nobody reads {', '.join(strange)}",
            "Correct the spelling; docs/reference/settings.md lists every setting.",
        )
    return Finding("settings")


def about_folder(folder: Path) -> Iterator[Finding]:
    what = f"data directory {folder}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = stat.S_IMODE(folder.stat().st_mode)
        draft = folder / f".doctor-{os.getpid()}"
        draft.write_bytes(b"x" * 4096)
        draft.unlink()
    except OSError as exc:
        yield Finding(
            what,
            f"it cannot be written ({exc.strerror})",
            "Give it to the account that runs Cairn, or set CAIRN_DATA_DIR to another folder.",
        )
        return
    if mode & 0o077:
        yield Finding(
            what, f"other accounts may look into it (mode {mode:o})", f"Run: chmod 700 {folder}"
        )
    else:
        yield Finding(what)
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        yield Finding(
            "disk",
            f"{free // 1024**2:,} MiB are free in the data directory",
            "Free some space: below 1 GiB a large batch may not find room.",
        )
    else:
        yield Finding(f"disk, {free / 1024**3:,.0f} GiB free")


def about_database(settings: Settings) -> Iterator[Finding]:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    what = f"database ({connection.vendor})"
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as exc:
        yield Finding(
            what,
            f"it cannot be reached ({_first_line(exc)})",
            "Start it, or correct DATABASE_URL: postgresql://user:password@host/name.",
        )
        return
    if plan:
        yield Finding(what, f"{counted(len(plan), 'migration')} to do", "Run: cairn migrate")
    else:
        yield Finding(what)
    if connection.vendor == "sqlite" and settings.sqlite_sync != "FULL":
        yield Finding(
            "CAIRN_SQLITE_SYNC",
            "a power failure may lose what was committed last",
            "Unset it: NORMAL is for tests.",
        )
    yield _clock(connection)
    if not plan:
        yield from _waiting()


def _first_line(exc: Exception) -> str:
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]


def _clock(connection: Any) -> Finding:
    ask = "SELECT extract(epoch FROM clock_timestamp())"
    drift = 0.0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(ask)
            drift = abs(float(cursor.fetchone()[0]) - time.time())
    if drift > MOST_DRIFT_SECONDS or time.gmtime().tm_year < FIRST_YEAR:
        return Finding(
            "clock",
            f"it reads {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, "
            f"{drift:,.0f} seconds from the database's",
            "Set the clock by NTP: timedatectl set-ntp true.",
        )
    return Finding("clock")


def _waiting() -> Iterator[Finding]:
    from datetime import timedelta

    from cairn.kernel import clock
    from cairn.kernel.models import Job

    failed = Job.objects.filter(state=Job.State.FAILED)
    if number := failed.count():
        kinds = ", ".join(sorted(set(failed.values_list("kind", flat=True))))
        yield Finding(
            "jobs",
            f"{counted(number, 'job')} failed for good: {kinds}",
            "The log says why. When that is mended: cairn worker --retry-failed",
        )
    late = clock.now() - timedelta(seconds=LATE_SECONDS)
    stuck = Job.objects.due(late).filter(created_at__lt=late).count()
    if stuck:
        yield Finding(
            "worker",
            f"{counted(stuck, 'job')} due for a quarter of an hour, and nobody takes them",
            "Start one: cairn worker, or cairn serve without --no-worker.",
        )
    else:
        yield Finding("worker")


def about_engine(settings: Settings) -> Iterator[Finding]:
    from cairn.kernel.engines import Away, current

    what = f"engine {settings.engine}"
    if settings.engine == "embedded":
        yield Finding(what)
        return
    try:
        current().backlog()
    except Away as exc:
        yield Finding(
            what,
            str(exc),
            "Start RabbitMQ, or correct CAIRN_BROKER_URL: amqp://user:password@host//.",
        )
    else:
        yield Finding(what)


def about_keys(settings: Settings) -> Iterator[Finding]:
    """Open every signing key, as issuing will have to."""
    from django.db import DatabaseError

    from cairn.issuing.models import SigningKey
    from cairn.kernel.config import NotSet
    from cairn.vc.errors import CredentialError

    try:
        # The plain manager: whoever runs the doctor looks after the keys of every institution.
        keys = list(SigningKey._base_manager.values_list("public_id", "sealed"))
    except DatabaseError:
        return  # said already
    if not keys:
        yield Finding("signing keys, none yet")
        return
    try:
        kek = settings.key_encryption_key()
    except (NotSet, CredentialError) as exc:
        yield Finding(
            "CAIRN_KEK",
            str(exc),
            "Bring back the key-encryption key that sealed them: without it they are lost.",
        )
        return
    for name, sealed in keys:
        yield _key(name, bytes(sealed), kek)


def _key(name: str, sealed: bytes, kek: Kek) -> Finding:
    from cairn.vc.errors import CredentialError
    from cairn.vc.keyfile import unlock

    try:
        unlock(sealed, secret=kek)
    except CredentialError as exc:
        return Finding(
            f"signing key {name}",
            str(exc),
            "Set CAIRN_KEK or CAIRN_KEK_FILE to the key that sealed it.",
        )
    return Finding(f"signing key {name}")


def about_mail(settings: Settings) -> Iterator[Finding]:
    """Say whether letters leave, and which did not."""
    from datetime import timedelta

    from django.db import DatabaseError

    from cairn.kernel import clock
    from cairn.kernel.models import Mail

    try:
        rows = Mail._base_manager.all()
        since = clock.now() - timedelta(minutes=15)
        late = rows.filter(state=Mail.State.WAITING, hold_until__lte=since)
        waiting, failed = late.count(), rows.filter(state=Mail.State.FAILED).count()
        error = late.exclude(error="").values_list("error", flat=True).first()
    except DatabaseError:
        return  # said already
    if not (settings.sends_mail or settings.demo):
        cure = "Set CAIRN_MAIL_URL and CAIRN_MAIL_FROM (docs/how-to/set-up-mail.md)."
        told = f"no mail server is set, and {counted(waiting, 'letter')} waiting" if waiting else ""
        yield Finding("CAIRN_MAIL_URL, not set: letters wait" if not told else "mail", told, cure)
    elif waiting:
        cure = "Look at CAIRN_MAIL_URL and at the mail server; a worker tries again by itself."
        told = f"{counted(waiting, 'letter')} waiting for more than 15 minutes ({error or 'no worker'})"
        yield Finding("mail", told, cure)
    else:
        yield Finding(f"mail, {counted(failed, 'letter')} refused so far")
