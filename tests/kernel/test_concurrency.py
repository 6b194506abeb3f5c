"""Two that write at once wait for each other; nothing is lost and nothing is counted twice."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from cairn.kernel import services
from cairn.kernel.change import change
from cairn.kernel.facts import ROLE_ENDED, ROLE_GIVEN
from cairn.kernel.ledger import verify_chain
from cairn.kernel.models import LedgerEntry, Person
from cairn.kernel.tenancy import within
from tests.support.kernel import console, institution, person, told

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4
ROUNDS = 10


def together(*works):
    """Run functions in threads that start as one, and raise what any of them raised."""
    barrier, faults = Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait(30)
            work()
        except BaseException as fault:  # noqa: BLE001 -- raised again below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]


def test_writers_at_once_make_one_chain():
    north = institution()
    people = [person(north, f"P{number}") for number in range(WRITERS)]

    def write(somebody):
        for _ in range(ROUNDS):
            with change(somebody, by=console(north)) as record:
                record(ROLE_GIVEN, somebody)
                record(ROLE_ENDED, somebody)

    together(*(lambda somebody=one: write(somebody) for one in people))
    chain = verify_chain(north)
    assert (chain.intact, chain.entries) == (True, 2 + WRITERS + 2 * WRITERS * ROUNDS)
    pairs = told(north)[2 + WRITERS :]
    assert pairs == ["role.given", "role.ended"] * (WRITERS * ROUNDS)


def test_a_change_reads_what_the_one_before_it_wrote():
    north = institution()
    ada = person(north, "0")

    def count():
        own = Person.objects.unscoped().get(pk=ada.pk)
        for _ in range(ROUNDS):
            with change(own, by=console(north)):
                own.full_name = str(int(own.full_name) + 1)
                own.save()

    together(*[count] * WRITERS)
    ada.refresh_from_db()
    assert ada.full_name == str(WRITERS * ROUNDS)


def test_a_locked_row_may_still_be_pointed_at():
    """An institution that is being changed does not keep others from adding rows to it."""
    north, by = institution(), None
    by = console(north)
    added = []

    def add():
        added.append(services.add_person(north, full_name="Ada", by=by))

    with change(north, by=by):
        if connection.vendor == "postgresql":
            together(add)
            assert len(added) == 1


def test_the_table_is_emptied_after_a_test_and_guarded_again():
    north = institution()
    with within(north):
        assert LedgerEntry.objects.count() == 2
    with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
        cursor.execute("DELETE FROM kernel_ledgerentry")
