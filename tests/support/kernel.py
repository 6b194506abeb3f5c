"""Small institutions for tests of the kernel and of the rooms."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

from django.db import connection

from cairn.kernel import services
from cairn.kernel.actor import Actor
from cairn.kernel.models import Institution, LedgerEntry, OrgUnit, Person
from cairn.kernel.permissions import Role
from cairn.kernel.tenancy import within


def institution(slug: str = "north") -> Institution:
    return services.create_institution(
        name=f"University of {slug.title()}", slug=slug, country="nl", time_zone="Europe/Amsterdam"
    )


def root(owner: Institution) -> OrgUnit:
    with within(owner):
        return OrgUnit.objects.get(parent=None)


def console(owner: Institution) -> Actor:
    """The command line: it may do what keeps an institution going."""
    return Actor.system("command-line", institution=owner)


def person(owner: Institution, name: str = "Ada", *, address: str = "") -> Person:
    return services.add_person(owner, full_name=name, address=address, by=console(owner))


def holder(owner: Institution, role: Role, *, at: OrgUnit | None = None, name: str = "") -> Actor:
    """Someone who has held a role since long ago."""
    somebody = person(owner, name or role.value.title())
    services.give_role(
        somebody, role=role, at=at or root(owner), since=date(2020, 1, 1), by=console(owner)
    )
    return Actor.of(somebody)


def told(owner: Institution) -> list[str]:
    """The names of the facts in the ledger, oldest first."""
    with within(owner):
        return list(LedgerEntry.objects.order_by("number").values_list("fact", flat=True))


@contextmanager
def forced(table: str = "kernel_ledgerentry"):
    """Do what someone with the database's own password can do: set its triggers aside."""
    from cairn.kernel import appendonly

    with connection.cursor() as cursor:
        for statement in appendonly.drop_triggers(connection.vendor, table):
            cursor.execute(statement)
        yield cursor
        for statement in appendonly.add_triggers(connection.vendor, table):
            cursor.execute(statement)
