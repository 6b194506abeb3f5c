"""A worker that is killed again and again while it issues: nothing lost, nothing twice."""

import json
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.databases import ENGINE, postgres
from tests.support.rabbitmq import RabbitMQ
from tests.support.site import Site

MANY = "tests.support.many"
#: Kills and awards: many on each engine and on each database, a few on the other two pairs.
MANY_TIMES, A_FEW_TIMES = (20, 1_000), (4, 250)
OFTEN = {("embedded", "sqlite"), ("celery", "postgres")}


@pytest.fixture(params=["embedded", "celery"])
def site(request, tmp_path):
    settings, broker, name = {}, None, f"killed_{random.randrange(10**9)}"
    url = postgres().database(name) if ENGINE == "postgres" else ""
    if request.param == "celery":
        broker = RabbitMQ()
        settings = {"CAIRN_ENGINE": "celery", "CAIRN_BROKER_URL": broker.url}
    made = Site(tmp_path / "site", database_url=url, **settings)
    made.tables()
    often = (request.param, ENGINE) in OFTEN
    made.kills, made.awards = MANY_TIMES if often else A_FEW_TIMES
    yield made
    if broker is not None:
        broker.remove()
    if url:
        postgres().drop(name)


def job(site):
    ((state, done),) = site.rows("SELECT state, done FROM kernel_job WHERE kind = 'issue-batch'")
    return state, done


class Workers:
    """One worker at a time, each forked from a process that has Django ready."""

    def __init__(self, site):
        self._mother = site.start("-m", MANY, "workers")

    def kill(self):
        """End the worker of the moment as a power failure would; the next one starts."""
        for pid in self._mother.children():
            _kill(*_children(pid), pid)

    def end(self):
        family = [pid for child in self._mother.children() for pid in [child, *_children(child)]]
        _kill(self._mother.pid, *family)
        self._mother.stop()


def _children(pid):
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


def _kill(*pids):
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_every_award_has_one_credential_however_often_the_worker_dies(site):
    site.module(MANY, "fill", str(site.awards))
    dice = random.Random(20261123)
    workers = Workers(site)
    for _ in range(site.kills):
        _, before = job(site)
        site.wait(lambda before=before: job(site)[1] > before)
        time.sleep(dice.uniform(0, 0.3))
        workers.kill()
    state, done = job(site)
    assert state != "done", "It was over before the last kill: give it more awards."
    assert site.rows("SELECT count(*) FROM issuing_credential") == [(done,)]
    site.wait(lambda: job(site) == ("done", site.awards), seconds=120)
    workers.end()
    assert json.loads(site.module(MANY, "check").splitlines()[-1]) == {
        "awards": site.awards,
        "credentials": site.awards,
        "awards_with_one": site.awards,
        "taken": site.awards,
        "disagreements": [],
        "verdicts": {"genuine": site.awards},
        "chain": True,
    }
