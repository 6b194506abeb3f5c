import subprocess
import sys

import pytest

from cairn import __version__
from cairn.cli.console import safe
from tests.support.pictures import svg

COMMANDS = ("keygen", "issue", "verify", "revoke", "bake", "unbake", "show")
HEAVY = ("cryptography", "jsonschema_rs", "nacl", "rich", "urllib3", "yaml", "cairn.vc")


def test_help_names_every_command(desk):
    page = desk("--help").stdout
    assert [name for name in COMMANDS if f"\n  {name} " not in page] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_an_example_and_what_happens_next(desk, command):
    page = desk(command, "--help").stdout
    assert f"    cairn {command} " in page
    assert "What happens next:" in page
    assert max(map(len, page.splitlines())) <= 80


def test_help_waits_for_nothing_heavy():
    code = (
        "import sys; sys.argv = ['cairn', '--help']\n"
        "from cairn.cli.main import app\n"
        "try: app()\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_version_is_printed(desk):
    assert desk("--version").stdout == f"cairn {__version__}\n"


def test_an_unknown_option_is_misuse(desk):
    assert desk("verify", "--nonsense").exit_code == 2


def test_a_missing_file_is_one_plain_line(desk):
    result = desk("bake", desk / "none.png", desk / "none.json", "--out", desk / "x.png")
    assert result.exit_code == 2
    assert result.stderr == (
        f"{desk / 'none.png'}: there is no such file or folder. Check the spelling.\n"
    )


def test_a_bug_rises(desk, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cairn.vc.baking.bake", broken)
    (desk / "x").write_bytes(b"{}")
    (desk / "badge").write_bytes(svg())
    with pytest.raises(ZeroDivisionError):
        desk("bake", desk / "badge", desk / "x", "--out", desk / "y")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é ∑ 名前", "plain é ∑ 名前"),
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("two\nlines\r\x07", "two\\u000alines\\u000d\\u0007"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066x\u2069\u200f\x9b", "\\u2066x\\u2069\\u200f\\u009b"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_steers_a_terminal_is_spelled_out(text, shown):
    assert safe(text) == shown
