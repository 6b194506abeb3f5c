"""The AAA data in a database, and the question who earned the award, in SQL alone."""

import csv
from pathlib import Path
from sqlite3 import Connection, connect
from typing import Final

OULAD: Final = Path(__file__).resolve().parents[2] / "examples/oulad"
TABLES: Final = ("courses", "assessments", "studentInfo", "studentAssessment")

#: Integers throughout: 100 * 40 and not 40.0, so that no mark is lost to rounding.
EARNED: Final = """
with task as (
    select id_assessment, code_module, code_presentation, cast(weight as integer) as weight
    from assessments where assessment_type = 'TMA'
), total as (
    select code_module, code_presentation, sum(weight) as weight from task group by 1, 2
), earned as (
    select info.code_module as module, info.code_presentation as presentation,
           info.id_student as student, info.rowid as place, total.weight as total,
           coalesce((
               select sum(cast(mark.score as integer) * task.weight)
               from studentAssessment as mark join task using (id_assessment)
               where mark.id_student = info.id_student
                 and task.code_module = info.code_module
                 and task.code_presentation = info.code_presentation
                 and mark.score <> ''
           ), 0) as points
    from studentInfo as info join total using (code_module, code_presentation)
    where info.final_result <> 'Withdrawn'
)
select module || '-' || presentation || '-' || student,
       'Learner ' || student,
       '',
       date(substr(presentation, 1, 4) || '-10-01', '+' || module_presentation_length || ' days'),
       (points * 10 / total / 10) || '.' || (points * 10 / total % 10)
from earned join courses on code_module = module and code_presentation = presentation
where points >= 40 * total
order by place
"""


def loaded() -> Connection:
    """Return the shipped files as tables of a database in memory, every value as text."""
    connection = connect(":memory:")
    for table in TABLES:
        header, *lines = rows((OULAD / f"{table}.csv").read_text("utf-8"))
        places = ", ".join("?" * len(header))
        connection.execute(f"create table {table} ({', '.join(header)})")
        connection.executemany(f"insert into {table} values ({places})", lines)
    return connection


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(text.splitlines())]
