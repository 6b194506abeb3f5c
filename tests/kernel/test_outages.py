"""Brokers and databases that go away under a worker: once, whatever the other tests run on."""

import time

from tests.kernel.counted import WORK, ask, counted, finished, states
from tests.support.databases import postgres


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
