"""A site whose jobs are counted, and what can be asked of it."""

import random

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
