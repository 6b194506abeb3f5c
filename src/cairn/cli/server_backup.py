"""cairn backup and restore: a whole site in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.console import Stop, counted, safe, say
from cairn.cli.presence import absent
from cairn.cli.server_setup import needs_server


@needs_server
def backup(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the archive.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
) -> None:
    """Write the rows, the sealed signing keys and the files into one archive.

    \b
    Example:
      cairn backup 2026-11-02.cairn

    The site goes on meanwhile; the archive shows one moment. It holds personal data and is readable
    by you alone. The key-encryption key is not in it: keep a copy of that in another place.

    What happens next: read it back once, into an empty database, with cairn restore.
    """
    from django.conf import settings

    from cairn.kernel import archive

    if out.exists() and not force:
        raise Stop(f"{out} exists already and is not overwritten. Choose another name.")
    contents = archive.write(out, data_dir=settings.CAIRN.data_dir)
    say(
        f"{safe(out)}: {counted(contents.rows, 'row')}, {counted(contents.files, 'file')}, "
        f"{out.stat().st_size:,} bytes"
    )


@needs_server
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive of cairn backup.")],
    force: Annotated[
        bool, typer.Option("--force", help="Put it in the place of everything that is here.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Read the archive and change nothing.")
    ] = False,
) -> None:
    """Read an archive back, into the database that DATABASE_URL names: SQLite or PostgreSQL.

    \b
    Examples:
      cairn restore 2026-11-02.cairn
      cairn restore 2026-11-02.cairn --check

    Stop the site first: while cairn serve or cairn worker runs on this data directory, nothing is
    read back. The archive is checked whole before anything is changed, and the rows appear
    all together or not at all. One of an older version is brought up to this one. On SQLite the
    database that was there stays beside it, as .before-restore.

    What happens next: cairn doctor says whether the signing keys open, then start the site.
    """
    from django.conf import settings

    from cairn.kernel import archive

    if check:
        contents = archive.inspect(file)
        said = "is whole"
    else:
        with absent():
            contents = archive.read(file, data_dir=settings.CAIRN.data_dir, force=force)
        said = "is read back"
    say(
        f"{safe(file)} {said}: {counted(contents.rows, 'row')}, {counted(contents.files, 'file')}, "
        f"made by Cairn {safe(contents.version)} at {safe(contents.made_at)}"
    )
