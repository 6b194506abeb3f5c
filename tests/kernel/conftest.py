import random

import pytest

from tests.kernel.counted import TABLE
from tests.support import kernel
from tests.support.databases import ENGINE, postgres
from tests.support.rabbitmq import RabbitMQ
from tests.support.site import Site


@pytest.fixture
def north():
    return kernel.institution("north")


@pytest.fixture
def south():
    return kernel.institution("south")


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
        site.tables()
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
