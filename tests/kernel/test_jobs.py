"""A job is done once, whatever happens to the worker, the queue or the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cairn.kernel import clock, jobs, sweeping
from cairn.kernel.errors import Refused
from cairn.kernel.jobs import Lost, Retry, drain, enqueue, run
from cairn.kernel.models import Institution, Job
from cairn.kernel.sweeping import Sweeper, schedule, tick

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Stopwatch:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture(autouse=True)
def registries(monkeypatch):
    monkeypatch.setattr(jobs, "_kinds", dict(jobs._kinds))
    monkeypatch.setattr(sweeping, "_schedules", {})


@pytest.fixture
def stopwatch():
    return Stopwatch()


@pytest.fixture
def sweeper(stopwatch):
    return Sweeper(stopwatch=stopwatch)


@pytest.fixture
def time():
    with clock.frozen(NOON) as hands:
        yield hands


def told(kind, **options):
    """Register a job that notes its runs."""
    runs = []
    jobs.job(kind, **options)(runs.append)
    return runs


def state(row):
    return Job.objects.get(pk=row.pk).state


def dies(row):
    """A worker takes the job and is never heard of again."""
    return jobs._claim(row.public_id)


def test_a_job_is_done_once_by_its_key(time):
    runs = told("greet")
    first = enqueue("greet", key="greet:1", args={"award": "awd_1"})
    assert enqueue("greet", key="greet:1") == first
    assert drain() == 1
    assert enqueue("greet", key="greet:1").state == "done"
    assert drain() == 0
    assert [(job.args, job.attempt) for job in runs] == [({"award": "awd_1"}, 1)]


def test_a_key_that_another_kind_of_job_has_is_refused(time):
    enqueue("greet", key="1")
    with pytest.raises(ValueError, match="belongs to another job"):
        enqueue("wave", key="1")


def test_a_key_that_another_institution_has_is_refused(time):
    one, two = (
        Institution.objects.create(name=slug, slug=slug, country="NL", created_at=NOON)
        for slug in ("one", "two")
    )
    enqueue("greet", key="1", institution=one)
    with pytest.raises(ValueError, match="belongs to another job"):
        enqueue("greet", key="1", institution=two)


def test_two_workers_cannot_take_one_job(time):
    runs = told("greet")
    row = enqueue("greet", key="1")
    assert dies(row) is not None
    assert run(row.public_id) is False
    assert runs == []


def test_a_job_that_is_rolled_back_was_never_asked_for(time):
    with transaction.atomic():
        enqueue("greet", key="1")
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


def test_a_job_waits_for_its_hour(time):
    runs = told("greet")
    enqueue("greet", key="1", run_at=NOON + timedelta(hours=1))
    assert drain() == 0
    time.advance(timedelta(hours=1))
    assert drain() == 1
    assert len(runs) == 1


def test_a_failed_attempt_rests_longer_each_time_and_then_the_job_fails(time):
    @jobs.job("stumble", retry=Retry(limit=3))
    def stumble(running):
        raise KeyError("Ada Lovelace")

    row = enqueue("stumble", key="1")
    waits = []
    for _ in range(2):
        with pytest.raises(KeyError):
            drain()
        waits.append(Job.objects.get().run_at - clock.now())
        assert drain() == 0
        time.advance(waits[-1])
    with pytest.raises(KeyError):
        drain()
    row.refresh_from_db()
    assert waits == [timedelta(seconds=2), timedelta(seconds=4)]
    assert (row.state, row.attempt, row.finished_at) == ("failed", 3, clock.now())
    assert row.error.startswith("KeyError in ")
    assert "Ada" not in row.error


def test_the_rest_between_attempts_has_a_longest():
    assert Retry().wait(1) == timedelta(seconds=2)
    assert Retry().wait(200) == timedelta(minutes=10)


def test_what_is_refused_is_not_tried_again(time):
    class NotNow(Refused):
        code = "test.not_now"

    @jobs.job("refuse")
    def refuse(running):
        raise NotNow

    row = enqueue("refuse", key="1")
    with pytest.raises(NotNow):
        drain()
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "test.not_now")


def test_a_failed_job_can_be_given_another_chance(time):
    runs = told("greet")
    row = enqueue("greet", key="1")
    Job.objects.update(state="failed", attempt=10, finished_at=NOON)
    assert jobs.again(row)
    assert drain() == 1
    assert runs[0].attempt == 1
    assert jobs.again(row) is False


def test_a_job_of_a_kind_that_this_version_does_not_know_waits_for_one_that_does(time):
    row = enqueue("from-the-future", key="1")
    with pytest.raises(jobs.UnknownKind):
        drain()
    assert state(row) == "waiting"


def test_progress_is_kept_and_the_next_attempt_goes_on_from_there(time, sweeper, stopwatch):
    seen = []

    @jobs.job("count")
    def count(running):
        seen.append(running.done)
        for number in range(running.done + 1, 6):
            running.progress(number, total=5)
            if number == 3 and len(seen) == 1:
                raise TimeoutError

    row = enqueue("count", key="1")
    with pytest.raises(TimeoutError):
        drain()
    time.advance(timedelta(minutes=1))
    drain()
    row.refresh_from_db()
    assert seen == [0, 3]
    assert (row.state, row.done, row.total) == ("done", 5, 5)


def test_getting_further_starts_the_count_of_attempts_again(time):
    row = enqueue("count", key="1")
    Job.objects.update(attempt=7)
    running = dies(row)
    running.progress(0)
    assert Job.objects.get().attempt == 8
    running.progress(1)
    assert Job.objects.get().attempt == 1


def test_a_worker_that_dies_is_noticed_when_its_heart_stands_still(time, sweeper, stopwatch):
    runs = told("greet")
    row = enqueue("greet", key="1")
    dies(row)
    sweeper.sweep()
    stopwatch.seconds = 119
    sweeper.sweep()
    assert state(row) == "running"
    stopwatch.seconds = 120
    sweeper.sweep()
    assert state(row) == "waiting"
    drain()
    assert runs[0].attempt == 2


def test_a_worker_that_lives_is_left_alone(time, sweeper, stopwatch):
    row = enqueue("greet", key="1")
    running = dies(row)
    for _ in range(10):
        sweeper.sweep()
        stopwatch.seconds += 119
        running.progress(0)
    sweeper.sweep()
    assert state(row) == "running"


def test_a_worker_given_up_for_dead_can_write_nothing_any_more(time, sweeper, stopwatch):
    row = enqueue("greet", key="1")
    zombie = dies(row)
    sweeper.sweep()
    stopwatch.seconds = 120
    sweeper.sweep()
    heir = dies(row)
    with pytest.raises(Lost):
        zombie.progress(5)
    with jobs._settled(zombie):
        pass
    assert (state(row), Job.objects.get().done) == ("running", 0)
    heir.progress(1)
    assert Job.objects.get().done == 1


def test_the_work_of_a_lost_run_is_rolled_back(time):
    row = enqueue("greet", key="1")
    zombie = dies(row)
    Job.objects.update(claim="another")

    @transaction.atomic
    def work():
        Institution.objects.create(name="x", slug="x", country="NL", created_at=NOON)
        zombie.progress(1)

    with pytest.raises(Lost):
        work()
    assert Institution.objects.count() == 0


def test_a_job_that_kills_every_worker_is_given_up(time, sweeper, stopwatch):
    told("poison", retry=Retry(limit=3))
    row = enqueue("poison", key="1")
    for _ in range(3):
        assert dies(row) is not None
        sweeper.sweep()
        stopwatch.seconds += 120
        sweeper.sweep()
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.error == "The worker died 3 times without getting further."


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=1)])
def test_a_clock_that_jumps_neither_kills_a_job_nor_keeps_a_dead_one(
    time, sweeper, stopwatch, jump
):
    alive, dead = enqueue("greet", key="1"), enqueue("greet", key="2")
    running = dies(alive)
    dies(dead)
    sweeper.sweep()
    time.advance(jump)
    for _ in range(3):
        stopwatch.seconds += 60
        running.progress(0)
        sweeper.sweep()
    assert (state(alive), state(dead)) == ("running", "waiting")


def test_a_clock_put_back_does_not_hold_up_what_rests_or_is_due(time):
    runs = told("greet")
    enqueue("greet", key="1")
    resting = enqueue("greet", key="2")
    Job.objects.filter(pk=resting.pk).update(
        run_at=NOON + timedelta(seconds=4), held_since=NOON, queued_at=None
    )
    time.advance(timedelta(days=-365))
    assert drain() == 2
    assert len(runs) == 2


def test_a_clock_put_back_does_not_start_a_job_before_its_hour(time):
    told("greet")
    enqueue("greet", key="1", run_at=NOON + timedelta(hours=1))
    time.advance(timedelta(days=-365))
    assert drain() == 0


def test_an_id_that_the_queue_lost_is_sent_again(time, sweeper, stopwatch):
    from django_tasks_db.models import DBTaskResult

    row = enqueue("greet", key="1")
    DBTaskResult.objects.all().delete()
    sweeper.sweep()
    stopwatch.seconds = 10
    sweeper.sweep()
    assert [entry.args_kwargs["args"] for entry in DBTaskResult.objects.all()] == [[row.public_id]]


def test_an_id_that_waits_its_turn_is_not_sent_twice(time, sweeper, stopwatch):
    from django_tasks_db.models import DBTaskResult

    enqueue("greet", key="1")
    for seconds in (0, 100, 10_000):
        stopwatch.seconds = seconds
        sweeper.sweep()
    assert DBTaskResult.objects.count() == 1


def test_a_job_whose_hour_has_come_is_sent_by_the_sweeper(time, sweeper):
    row = enqueue("greet", key="1", run_at=NOON + timedelta(hours=1))
    assert sweeper.sweep() == 0
    time.advance(timedelta(hours=1))
    assert sweeper.sweep() == 1
    row.refresh_from_db()
    assert row.queued_at == clock.now()


def test_a_schedule_asks_once_in_each_slot_whoever_ticks(time):
    runs = told("publish")
    schedule("lists", kind="publish", period=timedelta(hours=1))
    assert [row.key for row in tick()] == [f"tick:lists:{int(NOON.timestamp() // 3600)}"]
    assert tick() == []
    time.advance(timedelta(minutes=59))
    assert tick() == []
    time.advance(timedelta(minutes=1))
    assert len(tick()) == 1
    drain()
    assert len(runs) == 2


def test_a_clock_put_back_asks_for_no_slot_twice(time):
    schedule("lists", kind="publish", period=timedelta(hours=1))
    tick()
    time.advance(timedelta(hours=-3))
    assert len(tick()) == 1
    time.advance(timedelta(hours=3))
    assert tick() == []


def test_what_was_done_long_ago_is_forgotten(time, sweeper):
    told("greet")
    enqueue("greet", key="1")
    drain()
    time.advance(timedelta(days=31))
    sweeper.sweep()
    assert Job.objects.count() == 0


def test_two_functions_for_one_kind_are_refused():
    told("greet")
    with pytest.raises(ValueError, match="Two functions"):
        told("greet")


def test_the_database_refuses_progress_beyond_the_total(time):
    enqueue("greet", key="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(done=2, total=1)


def test_sweeping_costs_the_same_queries_whatever_the_number_of_jobs(
    time, sweeper, stopwatch, django_assert_num_queries
):
    for number in range(3):
        dies(enqueue("greet", key=str(number)))
    sweeper.sweep()
    with django_assert_num_queries(4, connection=connection):
        sweeper.sweep()
    for number in range(3, 30):
        dies(enqueue("greet", key=str(number)))
    with django_assert_num_queries(4, connection=connection):
        sweeper.sweep()
