"""The command that starts the profile."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import urllib.request
from pathlib import Path

from tests.support.desk import Desk


def test_the_command_says_where_it_listens_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with Desk(tmp_path).start("vcapi", "--port", 0, "--tls") as process:
        try:
            assert process.stdout is not None
            first, _, said = (process.stdout.readline().decode() for _ in range(3))
            address = first.removeprefix("Issuers and verifiers: ").strip()
            assert address.startswith("https://127.0.0.1:")
            trusting = ssl._create_unverified_context()
            with urllib.request.urlopen(address, context=trusting, timeout=10) as answer:
                assert json.load(answer)["localConfig"] == address + "localConfig.cjs"
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, b"")
    assert said == "Whatever is sent there is signed. End with Ctrl-C.\n"


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = Desk(tmp_path)("vcapi", "--port", port)
    assert result.exit_code == 1
    assert f"Port {port} cannot be used" in result.stderr
    assert "Choose another --port." in result.stderr
