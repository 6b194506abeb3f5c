"""cairn import, issue-batch and erase-person: thin doors to the verbs of the rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cairn.cli.console import Stop, complain, counted, safe, say
from cairn.cli.server_setup import at_the_keyboard, needs_server, the_institution

SHEET_LIMIT: Final = 64 * 1024 * 1024
SHOWN: Final = 50

Sheet = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, as it comes out of your system.")]
OfferingId = Annotated[str, typer.Option(metavar="ID", help="The offering: off_...")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]
InstitutionSlug = Annotated[
    str, typer.Option(metavar="NAME", help="Its short name, where there are several.")
]


@needs_server
def import_roster(
    file: Sheet, offering: OfferingId, dry_run: DryRun = False, institution: InstitutionSlug = ""
) -> None:
    """Enrol the learners of a class list.

    \b
    Example:
      cairn import roster roster.csv --offering off_7h2k... --dry-run

    If one row has a fault, every fault is listed with its row and its cure, and nothing is changed.
    The same file again changes nothing.
    """
    from cairn.delivery.services import import_roster as do_import

    _import(do_import, file, offering, institution, dry_run=dry_run)


@needs_server
def import_marks(
    file: Sheet, offering: OfferingId, dry_run: DryRun = False, institution: InstitutionSlug = ""
) -> None:
    """Record the marks of a sheet.

    \b
    Example:
      cairn import marks marks.csv --offering off_7h2k... --dry-run

    If one row has a fault, every fault is listed with its row and its cure, and nothing is changed.
    The same file again changes nothing; a mark that differs is a correction, and recorded as one.
    """
    from cairn.assessment.services import import_marks as do_import

    _import(do_import, file, offering, institution, dry_run=dry_run)


def _import(service: Any, file: Path, offering: str, slug: str, *, dry_run: bool) -> None:
    from cairn.cli.files import read_bounded
    from cairn.delivery.models import Offering
    from cairn.kernel.tenancy import within

    institution = the_institution(slug or None)
    raw = read_bounded(file, limit=SHEET_LIMIT)
    with within(institution):
        row = Offering.objects.find(offering)
        report = service(row, raw, dry_run=dry_run, by=at_the_keyboard(institution))
    for problem in report.problems[:SHOWN]:
        complain(str(problem))
    if (hidden := len(report.problems) - SHOWN) > 0:
        complain(f"... and {hidden:,} more.")
    for note in report.notes:
        say(safe(note))
    say(
        f"{report.new:,} new, {report.changed:,} changed, {report.same:,} the same, "
        f"{counted(len(report.problems), 'problem')}"
        + ("" if report.written else "; nothing was changed")
    )
    if report.problems:
        raise typer.Exit(1)


@needs_server
def setupissuer(institution: InstitutionSlug = "") -> None:
    """Let the institution issue under the address in CAIRN_ORIGIN, with a first signing key.

    \b
    Example:
      cairn setupissuer

    cairn createinstitution does this where CAIRN_ORIGIN has a host name already. What was conferred
    in the meantime is signed then.
    """
    from cairn.issuing import services

    owner = the_institution(institution or None)
    issuer = services.set_up_issuer(owner, by=at_the_keyboard(owner))
    say(f"Issuer:        {safe(issuer.did)}")


@needs_server
def rotatekey(institution: InstitutionSlug = "") -> None:
    """Sign with a new key from now on. What the old one signed goes on to verify.

    \b
    Example:
      cairn rotatekey

    The old key stays in the DID document, so what it signed can be checked. It signs nothing more.
    """
    from cairn.issuing import services

    owner = the_institution(institution or None)
    key = services.rotate_key(owner, by=at_the_keyboard(owner))
    say(f"Signing key:   {safe(key.public)} ({key.public_id})")


@needs_server
def issue_batch(
    offering: OfferingId,
    later: Annotated[
        bool, typer.Option("--later", help="Leave the work to cairn worker and return at once.")
    ] = False,
    institution: InstitutionSlug = "",
) -> None:
    """Sign the credentials of every award of an offering that has none yet.

    \b
    Example:
      cairn issue-batch --offering off_7h2k...

    The worker does this by itself when awards are conferred; this is for doing it now. Stopped at
    any moment, it goes on where it was. Run again, it finds nothing to do.
    """
    from cairn.delivery.models import Offering
    from cairn.issuing import services
    from cairn.kernel import jobs
    from cairn.kernel.models import Job
    from cairn.kernel.tenancy import within

    owner = the_institution(institution or None)
    with within(owner):
        row = Offering.objects.find(offering)
        job = services.issue_offering(row, by=at_the_keyboard(owner))
    if later:
        say(f"{job.public_id}: the worker signs them.")
        return
    jobs.run(job.public_id)
    job = Job.objects.get(pk=job.pk)
    if job.state != Job.State.DONE:
        raise Stop(f"{job.public_id} is {job.state}. {job.error or 'Another worker has it.'}")
    say(f"{counted(job.done, 'award')} looked at; every one has its credential.")


@needs_server
def erase_person(
    person: Annotated[str, typer.Argument(metavar="ID", help="The person: per_...")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    institution: InstitutionSlug = "",
) -> None:
    """Erase the personal data of a person, in every room. This cannot be taken back.

    \b
    Example:
      cairn erase-person per_7h2k...

    What stays is the proof that something was issued: an id, a hash, a status. Credentials that the
    person keeps can still be verified. Backups made before still hold the data.
    """
    from cairn.kernel import personal
    from cairn.kernel.models import Person
    from cairn.kernel.tenancy import within

    owner = the_institution(institution or None)
    with within(owner):
        row = Person.objects.find(person)
        if not yes and not typer.confirm(f"Erase {row.public_id} for good?"):
            raise typer.Exit(1)
        personal.erase_person(row, by=at_the_keyboard(owner))
    say(f"{row.public_id} is erased.")
