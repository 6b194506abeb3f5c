"""In CI nothing is skipped: a test that cannot run there is a failure, not a blank."""

import os
import signal
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

from tests.support import databases, emptying

# How long an example takes says more about the machine than about the code.
settings.register_profile("cairn", deadline=None)
settings.load_profile("cairn")

# Who is started in the background of a shell is deaf to Ctrl-C, and so is every process begun by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# pytest-django reads the settings after this file was imported.
databases.prepare()
if databases.HAS_DJANGO:
    emptying.allow()
    databases.hash_passwords_quickly()

# The base install has no Django; its tests are those that need none.
collect_ignore = (
    []
    if databases.HAS_DJANGO
    else [
        "kernel",
        "rooms",
        "contract",
        "journeys",
        "doors/test_demo.py",
        "doors/test_endpoints.py",
        "doors/test_server_commands.py",
        "doors/test_server_rooms.py",
        "doors/test_mail.py",
        "doors/web",
    ]
)

#: Files that mostly wait for processes of their own; begun first, so that nobody waits for them.
LONG = {"test_demo.py", "test_jobs_workers.py", "test_killed.py", "test_server_commands.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG)


IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _fail_if_skipped(report: Any) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"Nothing is skipped in CI. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    if IN_CI:
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    if IN_CI:
        _fail_if_skipped(report)
    return report
