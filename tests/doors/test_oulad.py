"""The class list of the AAA data, counted a second time by SQL that shares no code with the script."""

import subprocess
import sys
from pathlib import Path
from sqlite3 import Connection

import pytest

from tests.support.oulad import EARNED, OULAD, TABLES, loaded, rows


def run(script: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, OULAD / script, *map(str, arguments)],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def database():
    connection = loaded()
    yield connection
    connection.close()


def one(database: Connection, question: str) -> int:
    return database.execute(question).fetchone()[0]


def test_sql_and_script_agree_on_every_row(database):
    header, *roster = rows(run("make_roster.py"))
    assert header == ("id", "name", "email", "issued_on", "result")
    assert roster == list(database.execute(EARNED))
    assert len(roster) == 570


def test_the_roster_goes_to_a_file_when_asked(tmp_path):
    assert run("make_roster.py", "--out", tmp_path / "roster.csv") == ""
    assert (tmp_path / "roster.csv").read_text("utf-8") == run("make_roster.py")


def test_the_data_are_what_the_readme_says(database):
    assert one(database, "select count(*) from studentInfo") == 748
    assert one(database, "select count(distinct id_student) from studentInfo") == 712
    assert one(database, "select count(*) from studentAssessment") == 3149
    assert one(database, "select count(*) from studentAssessment where score = ''") == 3
    # The SQL reads scores and weights as integers, so nothing else may be there.
    assert one(database, "select count(*) from studentAssessment where score glob '*[^0-9]*'") == 0
    assert one(database, "select count(*) from assessments where weight glob '*[^0-9]*'") == 0
    weights = "select sum(weight) from assessments where assessment_type = 'TMA' group by code_presentation"
    assert database.execute(weights).fetchall() == [(100,), (100,)]


def test_no_column_describes_a_person(database):
    columns = [row[1] for row in database.execute("pragma table_info(studentInfo)")]
    assert columns == ["code_module", "code_presentation", "id_student", "final_result"]


def small(folder: Path, *, weights: tuple[str, ...], marks: tuple[str | None, ...], end="Pass"):
    """One learner, one presentation; a mark of None was never handed in."""
    files = {
        "courses.csv": [
            "code_module,code_presentation,module_presentation_length",
            "ZZZ,2014B,240",
        ],
        "assessments.csv": [
            "code_module,code_presentation,id_assessment,assessment_type,date,weight",
            *(f"ZZZ,2014B,{number},TMA,,{weight}" for number, weight in enumerate(weights)),
            "ZZZ,2014B,99,Exam,,100",
        ],
        "studentInfo.csv": [
            "code_module,code_presentation,id_student,final_result",
            f"ZZZ,2014B,7,{end}",
        ],
        "studentAssessment.csv": [
            "id_assessment,id_student,date_submitted,is_banked,score",
            *(f"{number},7,1,0,{mark}" for number, mark in enumerate(marks) if mark is not None),
            "99,7,240,0,100",
        ],
    }
    for name, lines in files.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return rows(run("make_roster.py", "--data", folder))[1:]


def test_exactly_forty_is_enough(tmp_path):
    # In floating point 40/7 + 80/7 + 160/7 is 39.99999999999999.
    earned = small(tmp_path, weights=("1", "2", "4"), marks=("40", "40", "40"))
    assert earned == [("ZZZ-2014B-7", "Learner 7", "", "2014-09-29", "40.0")]


def test_a_hair_below_forty_is_not_enough(tmp_path):
    assert small(tmp_path, weights=("12.5", "87.5"), marks=("39", "40")) == []


@pytest.mark.parametrize("second", ["", " ", None])
def test_a_missing_or_blank_score_counts_zero(tmp_path, second):
    earned = small(tmp_path, weights=("50", "50"), marks=("81", second))
    assert [row[-1] for row in earned] == ["40.5"]
    assert small(tmp_path, weights=("50", "50"), marks=("79", second)) == []


def test_who_withdrew_never_earns_it(tmp_path):
    assert small(tmp_path, weights=("100",), marks=("100",), end="Withdrawn") == []


def test_the_examination_does_not_count(tmp_path):
    assert small(tmp_path, weights=("100",), marks=("0",)) == []


def test_weights_that_do_not_add_to_a_hundred_are_shares(tmp_path):
    earned = small(tmp_path, weights=("20", "40"), marks=("50", "100"))
    assert [row[-1] for row in earned] == ["83.3"]


def test_a_module_whose_tasks_weigh_nothing_awards_nothing(tmp_path):
    assert small(tmp_path, weights=("0", "0"), marks=("90", "90")) == []


def test_deriving_again_takes_only_the_module_and_changes_no_row(tmp_path):
    full, again = tmp_path / "full", tmp_path / "again"
    full.mkdir()
    strangers = {
        "courses": 'BBB,"2014B",234',
        "assessments": '"BBB","2014B","15008","TMA","12","0"',
        "studentInfo": "BBB,2014B,42,Pass",
        "studentAssessment": "15008,42,12,0,55",
    }
    for table, line in strangers.items():
        shipped = (OULAD / f"{table}.csv").read_bytes()
        (full / f"{table}.csv").write_bytes(shipped + line.encode() + b"\n")
    run("derive.py", full, "--out", again)
    for table in TABLES:
        assert (again / f"{table}.csv").read_bytes() == (OULAD / f"{table}.csv").read_bytes()
