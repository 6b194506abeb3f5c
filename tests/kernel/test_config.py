"""Settings come from the environment, and each slip is named with its cure."""

import os
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from cairn.cli import server_doctor
from cairn.kernel.config import NotSet, Settings, problems, table
from cairn.vc.keyfile import Kek, LockedKey

SOUND = {
    "CAIRN_ORIGIN": "https://badges.example.edu",
    "CAIRN_SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789-ABCDEFGHIJKLMNOP",
}
PAGE = Path(__file__).resolve().parents[2] / "docs/reference/settings.md"


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("CAIRN_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("CAIRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def said(monkeypatch):
    def say(**settings):
        for name, value in (SOUND | settings).items():
            monkeypatch.setenv(name, value)
        return Settings()

    return say


def test_a_server_needs_no_setting_to_start(tmp_path):
    settings = Settings()
    assert settings.database == f"sqlite:///{tmp_path}/data/cairn.sqlite3"
    assert (settings.engine, settings.debug, settings.is_https) == ("embedded", False, False)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Badges.Example.edu", "https://badges.example.edu"),
        ("https://badges.example.edu/", "https://badges.example.edu"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_origin_is_kept_in_one_spelling(said, given, kept):
    assert said(CAIRN_ORIGIN=given).origin == kept


@pytest.mark.parametrize(
    "origin",
    [
        "badges.example.edu",
        "ftp://badges.example.edu",
        "https://",
        "https://u:p@badges.example.edu",
        "https://badges.example.edu/path",
        "https://badges.example.edu?q",
        "https://badges.example.edu:port",
    ],
)
def test_an_origin_that_is_none_is_refused_without_repeating_it(said, origin):
    with pytest.raises(ValidationError) as caught:
        said(CAIRN_ORIGIN=origin)
    ((name, cure),) = problems(caught.value)
    assert name == "CAIRN_ORIGIN"
    assert "u:p" not in cure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAIRN_ENGINE", "pigeons"),
        ("CAIRN_TIME_ZONE", "Mars/Olympus"),
        ("CAIRN_STALE_AFTER", "0"),
        ("CAIRN_LOG_LEVEL", "loud"),
        ("CAIRN_DEBUG", "perhaps"),
        ("CAIRN_SQLITE_SYNC", "OFF"),
    ],
)
def test_a_value_that_cannot_be_is_named(said, name, value):
    with pytest.raises(ValidationError) as caught:
        said(**{name: value})
    assert [found for found, _ in problems(caught.value)] == [name]


def test_secrets_are_not_shown(said):
    settings = said(
        CAIRN_KEK="5a" * 32, CAIRN_BROKER_URL="amqp://u:hush@h//", CAIRN_SECRET_KEY="hush" * 20
    )
    assert "hush" not in repr(settings)
    assert "5a5a" not in repr(settings)


def test_a_secret_key_is_read_from_its_file(said, tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("from the file\n")
    settings = said(CAIRN_SECRET_KEY_FILE=str(tmp_path / "secret"))
    assert settings.signing_secret == SOUND["CAIRN_SECRET_KEY"]
    monkeypatch.delenv("CAIRN_SECRET_KEY")
    assert Settings().signing_secret == "from the file"


def test_a_secret_key_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("CAIRN_SECRET_KEY_FILE", "/nowhere")
    with pytest.raises(NotSet, match=r"/nowhere \(CAIRN_SECRET_KEY_FILE\) cannot be read"):
        _ = Settings().signing_secret


def test_a_secret_that_is_made_is_never_made_twice():
    first, second = Settings(), Settings()
    assert first.signing_secret == second.signing_secret
    assert stat.S_IMODE(first.own_secret_key_file.stat().st_mode) == 0o600
    assert [path.name for path in first.data_dir.iterdir()] == ["secret-key"]


def test_the_key_encryption_key_is_the_one_of_the_other_commands(tmp_path):
    with pytest.raises(NotSet):
        Settings().key_encryption_key()
    made = Settings().key_encryption_key(make=True)
    assert (tmp_path / "config/cairn/kek").exists()
    assert Settings().key_encryption_key().fingerprint == made.fingerprint


def test_a_key_encryption_key_in_a_file_is_read_and_never_made(tmp_path, monkeypatch):
    kek = Kek.generate()
    monkeypatch.setenv("CAIRN_KEK_FILE", str(tmp_path / "kek"))
    with pytest.raises(NotSet):
        Settings().key_encryption_key(make=True)
    (tmp_path / "kek").write_text(kek.to_text())
    assert Settings().key_encryption_key().fingerprint == kek.fingerprint


def test_a_key_encryption_key_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("CAIRN_KEK", "short")
    with pytest.raises(LockedKey):
        Settings().key_encryption_key()


def test_the_reference_names_every_setting_as_the_code_has_it():
    assert "\n".join(table()) in PAGE.read_text("utf-8")


# --- doctor


def wrong(findings):
    return [(found.problem, found.cure) for found in findings if found.problem]


def test_sound_settings_have_no_problem(said):
    assert wrong(server_doctor.about_settings(said())) == []


@pytest.mark.parametrize(
    ("settings", "problem", "cure"),
    [
        ({"CAIRN_ORIGIN": "http://badges.example.edu"}, "is not https", "Put TLS in front"),
        ({"CAIRN_ORIGIN": "http://localhost:8000"}, "this machine alone", "Set CAIRN_ORIGIN"),
        ({"CAIRN_SECRET_KEY": "changeme"}, "easy to guess (8 characters)", "Make one: python3"),
        ({"CAIRN_SECRET_KEY": "ab" * 40}, "easy to guess", "Make one: python3"),
        ({"CAIRN_SECRETKEY": "x"}, "nobody reads CAIRN_SECRETKEY", "Correct the spelling"),
        ({"CAIRN_DEBUG": "1"}, "shows the variables", "Unset CAIRN_DEBUG"),
    ],
)
def test_the_doctor_names_a_problem_and_its_cure(said, settings, problem, cure):
    (found,) = wrong(server_doctor.about_settings(said(**settings)))
    assert problem in found[0]
    assert cure in found[1]


def test_the_doctor_sees_a_secret_that_cannot_be_read(said, monkeypatch):
    settings = said(CAIRN_SECRET_KEY_FILE="/nowhere")
    monkeypatch.delenv("CAIRN_SECRET_KEY")
    ((problem, cure),) = wrong(server_doctor.about_settings(Settings()))
    assert problem.startswith("/nowhere (CAIRN_SECRET_KEY_FILE) cannot be read")
    assert cure.startswith("Correct the path")
    assert settings.signing_secret == SOUND["CAIRN_SECRET_KEY"]


def test_the_doctor_sees_a_folder_that_others_may_look_into(tmp_path):
    tmp_path.chmod(0o755)
    (found,) = [
        found for found in wrong(server_doctor.about_folder(tmp_path)) if "mode" in found[0]
    ]
    assert found[1] == f"Run: chmod 700 {tmp_path}"


def test_the_doctor_sees_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    ((problem, cure),) = wrong(server_doctor.about_folder(tmp_path / "data"))
    assert problem.startswith("it cannot be written")
    assert "CAIRN_DATA_DIR" in cure


def test_the_doctor_sees_a_disk_that_is_nearly_full(tmp_path, monkeypatch):
    usage = server_doctor.shutil.disk_usage(tmp_path)._replace(free=1024**2)
    monkeypatch.setattr(server_doctor.shutil, "disk_usage", lambda path: usage)
    tmp_path.chmod(0o700)
    ((problem, cure),) = wrong(server_doctor.about_folder(tmp_path))
    assert problem == "1 MiB are free in the data directory"
    assert cure.startswith("Free some space")
