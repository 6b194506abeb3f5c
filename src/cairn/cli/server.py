"""The commands that run a server; Django is imported only when one of them runs."""

from __future__ import annotations

import typer

from cairn.cli.command import Command
from cairn.cli.server_backup import backup, restore
from cairn.cli.server_data import createinstitution, migrate, replay
from cairn.cli.server_doctor import doctor
from cairn.cli.server_rooms import (
    erase_person,
    import_marks,
    import_roster,
    issue_batch,
    rotatekey,
    setupissuer,
)
from cairn.cli.server_run import serve, worker


def register(app: typer.Typer) -> None:
    """Add the commands of the server to the command `cairn`."""
    for command, name, summary in (
        (serve, "serve", "Serve the site, with one worker."),
        (worker, "worker", "Run jobs."),
        (migrate, "migrate", "Make or update the tables."),
        (createinstitution, "createinstitution", "Set up an institution."),
        (setupissuer, "setupissuer", "Let the institution issue."),
        (rotatekey, "rotatekey", "Sign with a new key from now on."),
        (issue_batch, "issue-batch", "Sign the credentials of an offering."),
        (erase_person, "erase-person", "Erase the personal data of a person."),
        (replay, "replay", "Let a subscriber hear old facts again."),
        (backup, "backup", "Write everything into one archive."),
        (restore, "restore", "Read an archive back, on either database."),
        (doctor, "doctor", "Say what is wrong here, and the cure."),
    ):
        app.command(name, short_help=summary, cls=Command)(command)
    sheets = typer.Typer(
        help="Read a class list or a mark sheet into an offering.", no_args_is_help=True
    )
    for read, name, summary in (
        (import_roster, "roster", "Enrol the learners of a class list."),
        (import_marks, "marks", "Record the marks of a sheet."),
    ):
        sheets.command(name, short_help=summary, cls=Command)(read)
    app.add_typer(sheets, name="import", short_help="Read a class list or a mark sheet.")
