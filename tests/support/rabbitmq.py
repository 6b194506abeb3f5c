"""A real RabbitMQ for the tests of the engine `celery`: Debian's package, a node of our own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

SCRIPTS = (Path("/usr/lib/rabbitmq/bin/rabbitmq-server"), Path("/usr/sbin/rabbitmq-server"))
CURE = (
    "apt-get install --no-install-recommends rabbitmq-server (tools/bootstrap.sh does it as root)"
)


def script() -> Path:
    """Return the program, or fail: without a real broker the engine would not be tested."""
    for path in SCRIPTS:
        if path.exists():
            return path
    raise AssertionError(f"RabbitMQ is not installed. Run: {CURE}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RabbitMQ:
    """One node on loopback; a test may stop it, and start it again with what it had kept."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cairn-mq-", dir="/tmp"))
        self.port, epmd, dist = free_port(), free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        plugins, config = self.folder / "plugins", self.folder / "rabbitmq.conf"
        plugins.write_text("[].\n")
        config.write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndisk_free_limit.absolute = 1MB\n"
        )
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"cairn{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(dist),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        # Erlang's name server would stay behind as a daemon; this one is ours to end.
        self._names = subprocess.Popen(
            ["epmd", "-port", str(epmd)],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._output = (self.folder / "output").open("ab")
        self._process = subprocess.Popen(
            [script()],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "output").read_text("utf-8", "replace")[-4000:])
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.settimeout(1)
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                return probe.recv(7)[:1] == b"\x01"  # connection.start
        except OSError:
            return False

    def stop(self) -> None:
        """Stop at once, in the middle of whatever is going on."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._output.close()
        self._process = None

    def remove(self) -> None:
        self.stop()
        self._names.kill()
        self._names.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
