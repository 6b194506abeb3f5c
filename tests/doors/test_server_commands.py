"""The commands that run a server, as processes, on either database."""

import os
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.databases import ENGINE, postgres
from tests.support.rabbitmq import free_port
from tests.support.site import ROOT, Site

SET_UP = ("createinstitution", "Example University", "--slug", "example", "--country", "nl")
ADMIN = ("--admin-name", "Ada Lovelace", "--admin-email", "Ada@Example.edu")
FIRST_RELEASE = ROOT / "tests/vectors/upgrade"


@pytest.fixture(scope="module")
def databases():
    names = []

    def make(engine):
        if engine == "sqlite":
            return ""
        names.append(f"doors_{os.getpid()}_{len(names)}")
        return postgres().database(names[-1])

    yield make
    for name in names:
        postgres().drop(name)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory, databases):
    """A site with an institution, which no test of this module changes."""
    site = Site(tmp_path_factory.mktemp("site") / "data", database_url=databases(ENGINE))
    site.tables()
    site.cairn(*SET_UP, *ADMIN, "--time-zone", "Europe/Amsterdam")
    (site.folder / "files").mkdir()
    (site.folder / "files/crest.svg").write_text("<svg/>")
    yield site
    site.close()


@pytest.fixture
def empty(tmp_path, databases):
    return Site(tmp_path / "data", database_url=databases(ENGINE))


@pytest.fixture(scope="module")
def archive(furnished, tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "site.cairn"
    furnished.cairn("backup", str(path))
    return path


def ledger(site):
    return site.rows("SELECT number, fact, subject, hash FROM kernel_ledgerentry ORDER BY number")


def people(site):
    return site.rows("SELECT id, public_id, full_name FROM kernel_person ORDER BY id")


# --- set-up


def test_an_institution_is_set_up_with_its_root_and_its_administrator(furnished):
    assert furnished.rows("SELECT name, slug, country, time_zone FROM kernel_institution") == [
        ("Example University", "example", "NL", "Europe/Amsterdam")
    ]
    assert furnished.rows("SELECT kind FROM kernel_orgunit") == [("institution",)]
    assert furnished.rows("SELECT login FROM kernel_account") == [("ada@example.edu",)]
    assert furnished.rows("SELECT role FROM kernel_membership") == [("administrator",)]


def test_what_is_refused_is_said_in_one_line_and_changes_nothing(furnished):
    before = ledger(furnished)
    said = furnished.cairn(*SET_UP, code=1)
    assert said == "There is an institution “example” already. Choose another short name.\n"
    assert ledger(furnished) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--slug", "Example!", "--country", "NL"), "--slug takes small letters"),
        (("--slug", "e", "--country", "Holland"), "--country takes the two letters"),
        (("--slug", "e", "--country", "NL", "--time-zone", "Mars"), "--time-zone takes a name"),
        (("--slug", "e", "--country", "NL", "--admin-name", "A"), "together, or neither"),
    ],
)
def test_words_that_cannot_be_are_named(furnished, words, said):
    assert said in furnished.cairn("createinstitution", "E", *words, code=2)


def test_migrate_says_what_is_to_do_and_does_it_once(empty):
    old = "The tables are not there yet, or older than this version. Run: cairn migrate\n"
    assert empty.cairn(*SET_UP, code=1) == old
    assert empty.cairn("serve", code=1).endswith("Run: cairn migrate\n")
    assert "Run: cairn migrate" in empty.cairn("migrate", "--check", code=1)
    empty.cairn("migrate")
    assert empty.cairn("migrate") == "The tables are up to date (0 migrations done).\n"


def test_a_subscriber_that_does_not_exist_is_named(furnished):
    assert "There is no subscriber “nobody.at_all”" in furnished.cairn(
        "replay", "nobody.at_all", code=2
    )


def test_a_setting_that_cannot_be_is_named_without_its_value(furnished):
    said = furnished.cairn("migrate", code=2, CAIRN_ORIGIN="https://badges.example.edu/site?a=b")
    assert said == "CAIRN_ORIGIN: it ends with the host name: no path, no question mark.\n"
    said = furnished.cairn("migrate", code=2, CAIRN_ENGINE="pigeons")
    assert said.startswith("CAIRN_ENGINE: Input should be 'embedded' or 'celery'")


@pytest.mark.parametrize(
    "words",
    [
        ["serve"],
        ["worker"],
        ["migrate"],
        ["doctor"],
        ["backup", "x"],
        ["restore", "x"],
        ["replay", "x"],
        ["createinstitution", "E", "--slug", "e", "--country", "NL"],
        ["import", "roster", "x", "--offering", "off_1"],
        ["import", "marks", "x", "--offering", "off_1"],
        ["issue-batch", "--offering", "off_1"],
        ["erase-person", "per_1"],
    ],
    ids=" ".join,
)
def test_without_the_server_each_command_says_how_it_is_installed(words, tmp_path):
    # -S would hide typer too: Django alone is hidden, as in the base install.
    program = (
        "import sys, importlib.machinery as m\n"
        "find = m.PathFinder.find_spec\n"
        "m.PathFinder.find_spec = classmethod(lambda c, name, path=None, target=None:"
        " None if name.partition('.')[0] == 'django' else find(name, path, target))\n"
        "from cairn.cli.main import app\n"
        "app(sys.argv[1:], prog_name='cairn')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        'This command needs the server: pip install "cairn-credentials[server]"\n'
    )


def test_django_is_not_imported_before_a_server_command_runs(tmp_path):
    program = (
        "import sys; from cairn.cli.main import app\n"
        "heavy = {'django', 'pydantic', 'celery', 'structlog'} & sys.modules.keys()\n"
        "sys.exit(sorted(heavy) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# --- doctor


def test_doctor_finds_a_healthy_site_healthy(furnished):
    said = furnished.cairn("doctor", CAIRN_SQLITE_SYNC="FULL")
    assert {line.split()[0] for line in said.splitlines()} == {"fine"}


def test_doctor_names_each_problem_and_its_cure_and_no_secret(furnished):
    said = furnished.cairn(
        "doctor",
        "--quiet",
        code=1,
        CAIRN_KEK="00" * 32,
        CAIRN_ENGINE="celery",
        CAIRN_BROKER_URL="amqp://guest:secret@127.0.0.1:1//",
    )
    assert "The broker cannot be reached" in said
    assert "Start RabbitMQ" in said
    assert "problem  signing key key_" in said
    assert "Set CAIRN_KEK or CAIRN_KEK_FILE" in said
    assert "secret" not in said


def test_doctor_sees_a_database_that_is_away(furnished):
    url = "postgresql://u:secret@127.0.0.1:1/none"
    said = furnished.cairn("doctor", "--quiet", code=1, DATABASE_URL=url)
    assert "database (postgresql): it cannot be reached" in said
    assert "Start it, or correct DATABASE_URL" in said
    assert "secret" not in said


# --- backup and restore


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_backup_is_read_back_on_either_database(furnished, archive, tmp_path, databases, engine):
    other = Site(tmp_path / "other", database_url=databases(engine))
    other.cairn("restore", str(archive))
    assert ledger(other) == ledger(furnished)
    assert people(other) == people(furnished)
    assert (other.folder / "files/crest.svg").read_text() == "<svg/>"
    # New rows get keys of their own, and the ledger goes on.
    second = ("createinstitution", "Second", "--slug", "second", "--country", "NL")
    other.cairn(*second, CAIRN_ORIGIN="https://second.example.edu")
    assert other.rows("SELECT count(*) FROM kernel_institution") == [(2,)]


def test_an_archive_is_for_its_owner_alone_and_holds_no_secret(furnished, archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    secret = (furnished.folder / "secret-key").read_text().strip()
    with zipfile.ZipFile(archive) as parts:
        text = b"".join(parts.read(name) for name in parts.namelist())
    assert secret.encode() not in text
    assert b"5a" * 32 not in text


def test_a_backup_writes_over_nothing(furnished, tmp_path):
    archive = tmp_path / "site.cairn"
    archive.write_text("mine")
    assert "is not overwritten" in furnished.cairn("backup", str(archive), code=1)
    assert archive.read_text() == "mine"


def test_a_site_with_rows_is_kept_unless_forced(furnished, archive, empty):
    empty.tables()
    empty.cairn("createinstitution", "Other", "--slug", "other", "--country", "NL")
    assert "nothing was changed" in empty.cairn("restore", str(archive), code=1)
    assert empty.rows("SELECT slug FROM kernel_institution") == [("other",)]
    empty.cairn("restore", str(archive), "--force")
    assert empty.rows("SELECT slug FROM kernel_institution") == [("example",)]
    assert ledger(empty) == ledger(furnished)
    if ENGINE == "sqlite":
        assert (empty.folder / "cairn.sqlite3.before-restore").exists()


def test_nothing_is_read_back_under_a_running_site(archive, empty):
    empty.tables()
    empty.cairn("createinstitution", "Other", "--slug", "other", "--country", "NL")
    worker = empty.start("worker")
    try:
        empty.wait((empty.folder / "running.lock").exists)
        said = empty.cairn("restore", str(archive), "--force", code=1)
        assert "The site is running on this data directory" in said
        assert empty.rows("SELECT slug FROM kernel_institution") == [("other",)]
    finally:
        worker.kill()
    empty.cairn("restore", str(archive), "--force")
    assert empty.rows("SELECT slug FROM kernel_institution") == [("example",)]


# --- upgrade


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_the_archive_of_the_first_release_is_brought_up_to_this_one(tmp_path, databases, engine):
    site = Site(tmp_path / "data", database_url=databases(engine))
    site.cairn("restore", str(FIRST_RELEASE / "first-release.cairn"))
    site.cairn("migrate", "--check")
    assert [row[1] for row in ledger(site)][:2] == ["institution.created", "org_unit.added"]
    assert site.rows("SELECT full_name FROM kernel_person ORDER BY id")[0] == ("Ada Lovelace",)


def test_the_database_of_the_first_release_is_brought_up_to_this_one(tmp_path):
    site = Site(tmp_path / "data")
    path = site.folder / "cairn.sqlite3"
    path.write_bytes((FIRST_RELEASE / "first-release.sqlite3").read_bytes())
    site.cairn("migrate")
    site.cairn("migrate", "--check")
    assert site.rows("SELECT full_name FROM kernel_person ORDER BY id")[0] == ("Ada Lovelace",)
    site.cairn("backup", str(tmp_path / "site.cairn"))


# --- serve


def answers(port):
    import urllib.error
    import urllib.request

    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def command(pid):
    path = Path(f"/proc/{pid}/cmdline")
    return path.read_bytes().split(b"\0") if path.exists() else []


def child(process, word):
    return next((pid for pid in process.children() if word in command(pid)), None)


def test_serve_keeps_web_and_worker_alive_and_stops_both(furnished):
    port = free_port()
    process = furnished.start("serve", "--bind", f"127.0.0.1:{port}")
    try:
        furnished.wait(lambda: answers(port) and child(process, b"worker"))
        for word in (b"gunicorn", b"worker"):
            before = child(process, word)
            os.kill(before, signal.SIGKILL)
            furnished.wait(
                lambda word=word, before=before: child(process, word) not in {None, before}
            )
        furnished.wait(lambda: answers(port))
        pids = process.children()
        assert len(pids) == 2
        assert process.stop() == 0
        assert [pid for pid in pids if command(pid) != [] and command(pid) != [b""]] == []
        assert not answers(port)
    finally:
        process.kill()


def test_serve_without_a_worker_runs_none(furnished):
    port = free_port()
    process = furnished.start("serve", "--bind", f"127.0.0.1:{port}", "--no-worker")
    try:
        furnished.wait(lambda: answers(port))
        assert [child(process, word) is None for word in (b"gunicorn", b"worker")] == [False, True]
        assert process.stop() == 0
    finally:
        process.kill()


def test_children_end_when_the_supervisor_is_killed(furnished):
    port = free_port()
    process = furnished.start("serve", "--bind", f"127.0.0.1:{port}")
    furnished.wait(lambda: answers(port) and child(process, b"worker"))
    pids = process.children()
    os.kill(process.pid, signal.SIGKILL)
    process.stop()
    furnished.wait(lambda: all(command(pid) in ([], [b""]) for pid in pids))
    assert not answers(port)
