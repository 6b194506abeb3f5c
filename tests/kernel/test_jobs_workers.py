"""Workers that are killed, brokers and databases that go away: on real processes, on both engines."""

import random
import time

import pytest

from tests.support.databases import ENGINE, postgres
from tests.support.rabbitmq import RabbitMQ
from tests.support.site import Site

WORK = ("-m", "tests.support.counting", "work")
TABLE = (
    "CREATE TABLE counted (job varchar(30), number integer, CONSTRAINT once UNIQUE (job, number))"
)


@pytest.fixture(scope="module")
def broker():
    broker = RabbitMQ()
    yield broker
    broker.remove()


@pytest.fixture
def make_site(tmp_path):
    made, sites = [], []

    def make(*, engine=ENGINE, **settings):
        name = f"workers_{random.randrange(10**9)}"
        url = ""
        if engine == "postgres":
            url = postgres().database(name)
            made.append(name)
        site = Site(tmp_path / name, database_url=url, **settings)
        sites.append(site)
        site.cairn("migrate")
        site.rows(TABLE)
        return site

    yield make
    for site in sites:
        site.close()
    for name in made:
        postgres().drop(name)


@pytest.fixture(params=["embedded", "celery"])
def site(request, make_site):
    if request.param == "embedded":
        return make_site()
    broker = request.getfixturevalue("broker")
    return make_site(CAIRN_ENGINE="celery", CAIRN_BROKER_URL=broker.url)


def ask(site, total, *keys):
    return site.module("tests.support.counting", "ask", str(total), *keys).split()[-len(keys) :]


def states(site):
    """The jobs that were asked for, without those of the clock."""
    asked = "SELECT key, state FROM kernel_job WHERE key NOT LIKE 'tick:%' ORDER BY key"
    return dict(site.rows(asked))


def counted(site):
    return site.rows("SELECT count(*), count(DISTINCT number), max(number) FROM counted")[0]


def finished(site):
    return lambda: set(states(site).values()) == {"done"}


def test_a_worker_killed_at_random_moments_loses_nothing_and_repeats_nothing(site):
    ask(site, 400, "count")
    dice = random.Random(20261102)
    for _ in range(4):
        before = counted(site)[0]
        worker = site.start(*WORK)
        site.wait(lambda before=before: counted(site)[0] > before)
        time.sleep(dice.uniform(0, 0.3))
        worker.kill()
    assert counted(site)[0] < 400
    worker = site.start(*WORK)
    site.wait(finished(site))
    worker.stop()
    assert counted(site) == (400, 400, 400)


def test_a_worker_that_is_asked_to_stop_ends_soon_and_the_next_one_goes_on(site):
    ask(site, 2000, "count")
    worker = site.start(*WORK)
    site.wait(lambda: counted(site)[0] > 20)
    worker.stop(seconds=20)
    assert states(site) == {"count": "waiting"}
    assert site.rows("SELECT attempt FROM kernel_job WHERE key NOT LIKE 'tick:%'") == [(0,)]
    reached = counted(site)[0]
    worker = site.start(*WORK)
    site.wait(lambda: counted(site)[0] > reached)
    worker.kill()
    assert reached < 2000


def test_two_workers_share_the_jobs_and_do_each_once(site):
    ids = ask(site, 30, "a", "b", "c", "d")
    workers = [site.start(*WORK) for _ in range(2)]
    site.wait(finished(site))
    for worker in workers:
        worker.stop()
    assert site.rows("SELECT job, count(*) FROM counted GROUP BY job ORDER BY job") == [
        (job, 30) for job in sorted(ids)
    ]


def test_a_broker_that_is_away_loses_nothing(make_site, broker):
    site = make_site(CAIRN_ENGINE="celery", CAIRN_BROKER_URL=broker.url)
    worker = site.start(*WORK)
    ask(site, 400, "before")
    site.wait(lambda: counted(site)[0] > 10)
    broker.stop()
    try:
        ask(site, 10, "meanwhile")
        assert states(site)["meanwhile"] == "waiting"
    finally:
        broker.start()
    site.wait(finished(site), seconds=90)
    worker.stop()
    assert states(site) == {"before": "done", "meanwhile": "done"}
    assert site.rows("SELECT count(*) FROM counted") == [(410,)]


def test_a_database_that_is_away_loses_nothing(make_site):
    site = make_site(engine="postgres")
    ask(site, 400, "count")
    worker = site.start(*WORK)
    site.wait(lambda: counted(site)[0] > 10)
    postgres().stop()
    time.sleep(2)
    assert worker.alive()
    postgres().start()
    site.wait(finished(site), seconds=90)
    assert worker.stop() == 0
    assert counted(site) == (400, 400, 400)


def test_a_worker_at_rest_ends_at_once(site):
    ask(site, 1, "count")
    worker = site.start(*WORK)
    site.wait(finished(site))
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 10
