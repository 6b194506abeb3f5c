"""What happened is told to every subscriber: after commit, at least once, again when asked."""

from datetime import UTC, datetime, timedelta

import pytest

from cairn.kernel import clock, events, facts, jobs
from cairn.kernel.change import change, change_many
from cairn.kernel.errors import Refused
from cairn.kernel.models import Delivery, Job
from cairn.kernel.tenancy import current
from tests.support.kernel import console, institution, person

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nobody_else_hears(monkeypatch):
    monkeypatch.setattr(events, "SUBSCRIBERS", {})


def drain():
    """Do what is due; a subscriber that fails is somebody's bug, and here the point."""
    while True:
        try:
            jobs.drain()
        except events.NotHeard:
            continue
        return


class Ear:
    """A subscriber that notes what it heard and, as often as it is told to, fails."""

    __module__ = "cairn.testing.reactions"

    def __init__(self, *heard, fails=0, name="ear"):
        self.heard, self.fails, self.__name__, self.within = [], fails, name, []
        events.on(*heard)(self)

    def __call__(self, entries):
        self.within.append(current())
        self.heard.append([(entry.fact, entry.subject) for entry in entries])
        if self.fails:
            self.fails -= 1
            raise ValueError("Ada Lovelace has no such row")


def deliveries():
    rows = Delivery.objects.unscoped().order_by("pk")
    return list(rows.values_list("subscriber", "state", "attempts", "error"))


def test_a_fact_is_heard_after_the_change(north):
    ear = Ear(facts.PERSON_ADDED)
    ada = person(north)
    assert ear.heard == []
    drain()
    assert ear.heard == [[("person.added", ada.public_id)]]
    assert ear.within == [north]
    assert deliveries() == [("testing.ear", "done", 1, "")]


def test_nobody_is_told_of_what_did_not_happen(north):
    ear = Ear(facts.ROLE_GIVEN)
    ada = person(north)
    with pytest.raises(Refused), change(ada, by=console(north)) as record:
        record(facts.ROLE_GIVEN, ada)
        raise Refused
    drain()
    assert (ear.heard, deliveries(), Job.objects.count()) == ([], [], 0)


def test_many_rows_make_one_delivery_to_each_who_asked(north):
    first, second = Ear(facts.ROLE_GIVEN), Ear(facts.ROLE_GIVEN, facts.ROLE_ENDED, name="other")
    Ear(facts.EMAIL_ADDED, name="deaf")
    ada = person(north)
    with change_many(north, by=console(north)) as record:
        for _ in range(100):
            record(facts.ROLE_GIVEN, ada)
            record(facts.PERSON_ADDED, ada)
            record(facts.ROLE_ENDED, ada)
    assert [row[0] for row in deliveries()] == ["testing.ear", "testing.other"]
    drain()
    assert [len(part) for part in first.heard] == [100]
    assert second.heard == [[("role.given", ada.public_id), ("role.ended", ada.public_id)] * 100]


def test_a_long_range_is_told_in_parts(north, monkeypatch):
    monkeypatch.setattr(events, "AT_ONCE", 40)
    ear = Ear(facts.ROLE_GIVEN)
    ada = person(north)
    with change_many(north, by=console(north)) as record:
        for _ in range(100):
            record(facts.ROLE_GIVEN, ada)
    drain()
    assert [len(part) for part in ear.heard] == [40, 40, 20]


def test_a_subscriber_that_fails_is_told_again_later(north):
    with clock.frozen(NOON) as hands:
        ear = Ear(facts.PERSON_ADDED, fails=2)
        person(north)
        with pytest.raises(events.NotHeard, match=r"testing\.ear"):
            jobs.drain()
        assert deliveries() == [("testing.ear", "waiting", 1, "ValueError")]
        drain()
        assert len(ear.heard) == 1
        hands.advance(events.FIRST_PAUSE)
        drain()
        assert len(ear.heard) == 2
        hands.advance(events.FIRST_PAUSE)
        drain()
        assert len(ear.heard) == 2
        hands.advance(events.FIRST_PAUSE)
        drain()
    assert deliveries() == [("testing.ear", "done", 3, "")]


def test_a_refusal_is_retried_too_for_the_next_change_may_allow_it(north):
    with clock.frozen(NOON) as hands:

        def hear(entries):
            calls.append(len(entries))
            if len(calls) == 1:
                raise Refused("award.not_yet", "Not yet.")

        calls = []
        hear.__module__ = "cairn.testing.reactions"
        events.on(facts.PERSON_ADDED)(hear)
        person(north)
        drain()
        assert deliveries() == [("testing.hear", "waiting", 1, "award.not_yet")]
        hands.advance(events.FIRST_PAUSE)
        drain()
    assert deliveries() == [("testing.hear", "done", 2, "")]


def test_what_a_failure_says_is_not_kept_because_it_may_tell_a_name(north):
    Ear(facts.PERSON_ADDED, fails=1)
    person(north)
    drain()
    kept = [*Delivery.objects.unscoped().values(), *Job.objects.values()]
    assert "Ada" not in str(kept)


def test_one_that_always_fails_is_given_up_and_hinders_nobody(north):
    with clock.frozen(NOON) as hands:
        Ear(facts.PERSON_ADDED, fails=1000)
        good = Ear(facts.PERSON_ADDED, name="good")
        person(north)
        for _ in range(events.MOST_ATTEMPTS + 3):
            drain()
            hands.advance(timedelta(days=1))
    assert deliveries() == [
        ("testing.ear", "failed", events.MOST_ATTEMPTS, "ValueError"),
        ("testing.good", "done", 1, ""),
    ]
    assert len(good.heard) == 1


def test_told_again_it_goes_on_where_it_stopped(north, monkeypatch):
    monkeypatch.setattr(events, "AT_ONCE", 2)
    ear = Ear(facts.ROLE_GIVEN)
    ada = person(north)
    with clock.frozen(NOON) as hands:
        with change_many(north, by=console(north)) as record:
            for _ in range(4):
                record(facts.ROLE_GIVEN, ada)
        delivery = Delivery.objects.unscoped().get()
        Delivery.objects.unscoped().update(heard=delivery.first + 1)
        drain()
        hands.advance(timedelta(hours=1))
    assert [len(part) for part in ear.heard] == [2]


def test_a_subscriber_that_came_later_hears_the_past_by_replay(north):
    south = institution("south")
    with clock.frozen(NOON) as hands:
        old = person(north)
        hands.advance(timedelta(days=1))
        new = person(north)
        person(south)
        ear = Ear(facts.PERSON_ADDED)
        drain()
        assert ear.heard == []
        assert events.replay("testing.ear", institution=north) == 1
        drain()
        assert ear.heard == [[("person.added", old.public_id), ("person.added", new.public_id)]]
        ear.heard.clear()
        assert events.replay("testing.ear", since=NOON + timedelta(hours=1)) == 2
        drain()
        assert [len(part) for part in ear.heard] == [1, 1]
        assert events.replay("testing.ear", since=NOON + timedelta(days=9)) == 0


def test_replay_names_those_it_knows():
    Ear(facts.PERSON_ADDED)
    with pytest.raises(events.UnknownSubscriber, match=r"Known subscribers: testing\.ear"):
        events.replay("testing.eye")


def test_two_subscribers_cannot_share_a_name():
    Ear(facts.PERSON_ADDED)
    with pytest.raises(ValueError, match=r"testing\.ear"):
        Ear(facts.EMAIL_ADDED)
