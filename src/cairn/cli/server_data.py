"""cairn migrate, createinstitution and replay: the tables and what is in them from the first day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cairn.cli.console import Misuse, Stop, counted, safe, say
from cairn.cli.server_setup import at_the_keyboard, needs_server

if TYPE_CHECKING:
    from cairn.kernel.models import Institution


@needs_server
def migrate(
    check: Annotated[
        bool,
        typer.Option("--check", help="Change nothing; exit with 1 if there is something to do."),
    ] = False,
) -> None:
    """Make the tables, or bring those of an older version up to this one.

    \b
    Examples:
      cairn migrate
      cairn migrate --check

    Make a backup first: cairn backup before.cairn.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if check:
        if plan:
            raise Stop(f"{counted(len(plan), 'migration')} to do. Run: cairn migrate")
    else:
        call_command("migrate", interactive=False, verbosity=0)
    say(f"The tables are up to date ({counted(0 if check else len(plan), 'migration')} done).")


@needs_server
def createinstitution(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As it shall be printed.")],
    slug: Annotated[
        str, typer.Option(metavar="NAME", help="A short name in small letters: example-university.")
    ],
    country: Annotated[str, typer.Option(metavar="CC", help="Two letters, as in ISO 3166-1: NL.")],
    time_zone: Annotated[
        str,
        typer.Option(metavar="ZONE", help="Such as Europe/Amsterdam. Default: CAIRN_TIME_ZONE."),
    ] = "",
    admin_name: Annotated[str, typer.Option(metavar="NAME", help="The first administrator.")] = "",
    admin_email: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address by which they sign in.")
    ] = "",
) -> None:
    """Set up an institution: its root, its ledger, its issuer, and its first administrator.

    \b
    Example:
      cairn createinstitution "Example University" --slug example --country NL \\
        --admin-name "Ada Lovelace" --admin-email ada@example.edu

    A site serves one institution: its credentials carry the address in CAIRN_ORIGIN. The first
    signing key is sealed with the key-encryption key, which is made where none was given.
    """
    from django.conf import settings
    from django.db import transaction

    from cairn.kernel import services
    from cairn.kernel.models import OrgUnit
    from cairn.kernel.permissions import Role
    from cairn.kernel.tenancy import within

    _check_words(slug, country, time_zone)
    if bool(admin_name) != bool(admin_email):
        raise Misuse("Give --admin-name and --admin-email together, or neither.")
    with transaction.atomic():
        institution = services.create_institution(
            name=name, slug=slug, country=country, time_zone=time_zone or settings.CAIRN.time_zone
        )
        if admin_email:
            by = at_the_keyboard(institution)
            with within(institution):
                person = services.add_person(
                    institution, full_name=admin_name, address=admin_email, by=by
                )
                services.create_account(person, login=admin_email, by=by)
                root = OrgUnit.objects.get(parent=None)
                services.give_role(person, role=Role.ADMINISTRATOR, at=root, by=by)
        issuer, why = _issuer(institution)
    say(f"Institution:   {safe(institution.name)} ({institution.public_id})")
    if admin_email:
        say(f"Administrator: {safe(admin_name)}, {safe(admin_email)}")
    say(f"Issuer:        {safe(issuer or 'none yet')}")
    if why:
        say(f"{safe(why)} Then run: cairn setupissuer")


def _issuer(institution: Institution) -> tuple[str, str]:
    """Let it issue, where the address of the site has a name; or say why it cannot yet."""
    from cairn.issuing import services
    from cairn.issuing.errors import NoHostName

    try:
        return services.set_up_issuer(institution, by=at_the_keyboard(institution)).did, ""
    except NoHostName as exc:
        return "", str(exc)


def _check_words(slug: str, country: str, time_zone: str) -> None:
    import re
    from zoneinfo import available_timezones

    if re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", slug) is None:
        raise Misuse("--slug takes small letters, digits and hyphens, such as example-university.")
    if re.fullmatch(r"[A-Za-z]{2}", country) is None:
        raise Misuse("--country takes the two letters of ISO 3166-1, such as NL.")
    if time_zone and time_zone not in available_timezones():
        raise Misuse("--time-zone takes a name of the time zone database: Europe/Amsterdam.")


@needs_server
def replay(
    subscriber: Annotated[
        str, typer.Argument(metavar="SUBSCRIBER", help="ROOM.FUNCTION, as in its reactions.py.")
    ],
    since: Annotated[
        str,
        typer.Option(metavar="TIME", help="Facts from this moment on: 2026-02-28. Default: all."),
    ] = "",
) -> None:
    """Let a subscriber hear the facts of the ledger again, oldest first.

    \b
    Example:
      cairn replay issuing.issue_what_was_conferred --since 2026-02-28

    Hearing a fact twice changes nothing. Use it after a subscriber was added or repaired.

    What happens next: the worker tells it; cairn doctor says what waits.
    """
    from datetime import UTC

    from cairn.kernel import events

    moment = None
    if since:
        try:
            moment = datetime.fromisoformat(since)
        except ValueError as exc:
            raise Misuse("--since takes a day or a time: 2026-02-28 or 2026-02-28T09:30Z.") from exc
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if subscriber not in events.SUBSCRIBERS:
        known = ", ".join(sorted(events.SUBSCRIBERS)) or "none"
        raise Misuse(f"There is no subscriber “{safe(subscriber)}”. Known: {known}.")
    planned = events.replay(subscriber, since=moment)
    say(f"{counted(planned, 'delivery', 'deliveries')} planned.")
