"""Make the site of a first release: run once, when its tables were published.

python -m tests.vectors.upgrade.make FOLDER
"""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.support.site import Site


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        site = Site(Path(scratch) / "data")
        site.cairn("migrate")
        site.cairn(
            "createinstitution",
            "Example University",
            *("--slug", "example", "--country", "NL", "--time-zone", "Europe/Amsterdam"),
            *("--admin-name", "Ada Lovelace", "--admin-email", "ada@example.edu"),
        )
        site.cairn("backup", str(folder / "first-release.cairn"), "--force")
        site.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(site.folder / "cairn.sqlite3", folder / "first-release.sqlite3")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
