"""The site as it runs for others: `cairn serve` on the loopback address, web and worker."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import urllib3

from university.telling import Surprise

HOST: Final = "127.0.0.1"
USUAL_PORT: Final = 8000
PATIENCE: Final = 60.0
PAUSE: Final = 0.1
LAST_LINES: Final = 15


@dataclass(frozen=True, slots=True)
class Server:
    """A running site."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def until(self, done: Callable[[], bool], *, what: str) -> None:
        """Wait for something that web or worker does, as long as there is hope."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            if self.process.poll() is not None:
                raise Surprise(f"The server ended while {what}.\n{self._tail()}")
            if time.monotonic() > deadline:
                raise Surprise(f"Waited {PATIENCE:g} seconds in vain: {what}.\n{self._tail()}")
            time.sleep(PAUSE)

    def ready(self) -> bool:
        try:
            answer = urllib3.request("GET", f"{self.address}/readyz", timeout=5, retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200

    def stay(self) -> None:
        """Serve until somebody ends it."""
        self.process.wait()
        raise Surprise(f"The server ended by itself.\n{self._tail()}")

    def _tail(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])


@contextmanager
def serving(log: Path, *, port: int | None = None) -> Iterator[Server]:
    """Run `cairn serve` on a port, or on the usual one or a free one where none is given."""
    chosen = port or _free_port()
    command = [sys.executable, "-m", "cairn.cli.main", "serve", "--bind", f"{HOST}:{chosen}"]
    with log.open("ab") as stream:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT
        )
    server = Server(process, chosen, log)
    try:
        server.until(server.ready, what="the site was starting")
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, USUAL_PORT))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
