"""Workers that are killed: on real processes, on both engines."""

import random
import time

from tests.kernel.counted import WORK, ask, counted, finished, states


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


def test_a_worker_at_rest_ends_at_once(site):
    ask(site, 1, "count")
    worker = site.start(*WORK)
    site.wait(finished(site))
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 10
