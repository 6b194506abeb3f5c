"""Which database the session runs on, decided before Django reads its settings.

`CAIRN_TEST_DATABASE=postgres` chooses PostgreSQL; `DATABASE_URL` wins when it is set.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec

from tests.support.postgres import ENGINE, Postgres

HAS_DJANGO = find_spec("django") is not None and find_spec("pytest_django") is not None


@cache
def postgres() -> Postgres:
    """The PostgreSQL of this session, started when it is first asked for."""
    server = Postgres()
    atexit.register(server.remove)
    return server


def prepare() -> None:
    """Give the session a data directory of its own, and its database."""
    if not HAS_DJANGO:
        return
    folder = tempfile.mkdtemp(prefix="cairn-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith("CAIRN_")]:
        if name not in {"CAIRN_TEST_DATABASE", "CAIRN_ENGINE"}:
            del os.environ[name]  # what the developer's own server is told does not matter here
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "cairn.site.settings",
        "CAIRN_DATA_DIR": folder,
        "CAIRN_SQLITE_SYNC": "NORMAL",
        "CAIRN_SECRET_KEY": "for-tests-only-" + "x" * 50,
        "CAIRN_KEK": "00" * 32,
        "CAIRN_LOG_LEVEL": "WARNING",
    }
    if ENGINE == "postgres" and "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = postgres().url
    import django

    django.setup()  # before any conftest.py imports a model
    # The parts of a backend can only be imported after these.
    import django.db.backends.postgresql.base
    import django.db.backends.sqlite3.base

    del os.environ["CAIRN_KEK"]  # the commands that need no server find their keys in their own way


def hash_passwords_quickly() -> None:
    """A quarter of a second for each account is for those who guess; nobody guesses in tests."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
