"""Derive the files beside this script from the full Open University Learning Analytics dataset.

Kept for provenance: the demo does not run it. The rows of one module are taken over as they stand,
and the columns of ``studentInfo.csv`` that describe a person are left out.

    python examples/oulad/derive.py FOLDER-OF-THE-DOWNLOAD [--out FOLDER]
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
MODULE: Final = "AAA"
#: Who took part and how it ended. Nothing about where somebody lives, their age or their sex.
KEPT: Final = ("code_module", "code_presentation", "id_student", "final_result")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "download", type=Path, metavar="FOLDER", help="where the full CSV files are"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="where the parts go (here)")
    options = parser.parse_args()
    derive(options.download, options.out)


def derive(download: Path, out: Path) -> None:
    """Write the four files for :data:`MODULE`, and print how many rows each one has."""
    assessments = _whole_rows(download / "assessments.csv", {MODULE}, column="code_module")
    parts = {
        "courses.csv": _whole_rows(download / "courses.csv", {MODULE}, column="code_module"),
        "assessments.csv": assessments,
        "studentInfo.csv": _fewer_columns(download / "studentInfo.csv"),
        "studentAssessment.csv": _whole_rows(
            download / "studentAssessment.csv", _ids(assessments), column="id_assessment"
        ),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, lines in parts.items():
        (out / name).write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="")
        print(f"{name}: {len(lines) - 1} rows")


def _whole_rows(path: Path, wanted: set[str], *, column: str) -> list[str]:
    """Return the header and the wanted lines, character for character."""
    header, *lines = path.read_text("utf-8").splitlines()
    place = _cells(header).index(column)
    return [header, *(line for line in lines if _cells(line)[place] in wanted)]


def _fewer_columns(path: Path) -> list[str]:
    """Return the rows of the module with the columns of :data:`KEPT`, in that order."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code_module"] == MODULE]
    return [",".join(KEPT), *(",".join(row[name] for name in KEPT) for row in rows)]


def _ids(assessments: list[str]) -> set[str]:
    place = _cells(assessments[0]).index("id_assessment")
    return {_cells(line)[place] for line in assessments[1:]}


def _cells(line: str) -> list[str]:
    return next(csv.reader([line]))


if __name__ == "__main__":
    main()
