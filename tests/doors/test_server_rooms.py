"""From a class list to credentials by commands alone, on either database."""

import json
import os

import pytest

from tests.support.databases import ENGINE, postgres
from tests.support.site import Site

OFFERING = (
    "from tests.support.campus import Campus\n"
    "campus = Campus()\n"
    "run = campus.offering()\n"
    "with campus.here():\n"
    "    tasks = [task['key'] for task in run.offering.version.content['tasks']]\n"
    "from cairn.issuing import services\n"
    "services.set_up_issuer(campus.institution, by=campus.console)\n"
    "import json; print(json.dumps([run.offering.public_id, tasks]))"
)
AWARD = (
    "import sys\n"
    "from cairn.assessment import services\n"
    "from cairn.delivery.models import Offering\n"
    "from cairn.kernel.actor import Actor\n"
    "from cairn.kernel.models import Institution\n"
    "from cairn.kernel.tenancy import within\n"
    "institution = Institution.objects.get()\n"
    "by = Actor.system('command-line', institution=institution)\n"
    "with within(institution):\n"
    "    offering = Offering.objects.find(sys.argv[1])\n"
    "    services.release_results(offering, by=by)\n"
    "    services.confer_awards(offering, by=by)"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    name = f"rooms_{os.getpid()}"
    url = postgres().database(name) if ENGINE == "postgres" else ""
    site = Site(tmp_path_factory.mktemp("rooms") / "data", database_url=url)
    site.tables()
    yield site
    if url:
        postgres().drop(name)


def test_a_class_is_enrolled_marked_issued_to_and_forgotten_by_commands(site, tmp_path):
    offering, tasks = json.loads(site.python(OFFERING))
    roster, marks = tmp_path / "roster.csv", tmp_path / "marks.csv"
    to = ("--offering", offering)

    roster.write_text("id,name,email\ns1,Ada Lovelace,ada@example.edu\ns1,Bob,b@example.edu\n")
    said = site.cairn("import", "roster", str(roster), *to, code=1)
    assert "Row 3, id:" in said
    assert "1 problem; nothing was changed\n" in said

    roster.write_text("id,name,email\ns1,Ada Lovelace,ada@example.edu\ns2,Bob,bob@example.edu\n")
    dry = site.cairn("import", "roster", str(roster), *to, "--dry-run")
    assert dry == "2 new, 0 changed, 0 the same, 0 problems; nothing was changed\n"
    assert site.cairn("import", "roster", str(roster), *to).startswith("2 new, 0 changed")
    assert site.cairn("import", "roster", str(roster), *to).startswith(
        "0 new, 0 changed, 2 the same"
    )

    marks.write_text(
        "id,task,score\n"
        + "".join(
            f"{who},{task},{score}\n" for task in tasks for who, score in (("s1", 101), ("s2", 80))
        )
    )
    assert "nothing was changed" in site.cairn("import", "marks", str(marks), *to, code=1)
    marks.write_text(marks.read_text().replace("101", "71"))
    assert site.cairn("import", "marks", str(marks), *to).startswith(f"{2 * len(tasks)} new")

    site.python(AWARD, offering)
    assert site.cairn("issue-batch", *to) == "2 awards looked at; every one has its credential.\n"
    site.cairn("issue-batch", *to)
    assert site.rows("SELECT state, count(*) FROM issuing_credential GROUP BY state") == [
        ("issued", 2)
    ]

    site.cairn("rotatekey")
    assert site.rows("SELECT state FROM issuing_signingkey ORDER BY id") == [
        ("retired",),
        ("active",),
    ]

    ((ada,),) = site.rows("SELECT public_id FROM kernel_person WHERE full_name = 'Ada Lovelace'")
    assert site.cairn("erase-person", ada, "--yes") == f"{ada} is erased.\n"
    assert site.rows("SELECT count(*) FROM kernel_person WHERE full_name = 'Ada Lovelace'") == [
        (0,)
    ]
    assert "There is no" in site.cairn("erase-person", "per_nobody", "--yes", code=1)
    assert "There is no" in site.cairn("import", "roster", str(roster), "--offering", "x", code=1)
