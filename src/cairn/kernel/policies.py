"""Who may keep people, units, roles and clients, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.kernel.actor import Actor
from cairn.kernel.permissions import PERMISSIONS, Verdict, no, yes

if TYPE_CHECKING:
    from cairn.kernel.models import OrgUnit, Person


def may_administer(actor: Actor, unit: OrgUnit | None = None) -> Verdict:
    return actor.holds("kernel.administer", at=unit)


def may_add_people(actor: Actor) -> Verdict:
    return actor.holds("kernel.add_people")


def may_erase(actor: Actor) -> Verdict:
    return actor.holds("kernel.erase")


def may_read_ledger(actor: Actor) -> Verdict:
    return actor.holds("ledger.read")


def may_keep_person(actor: Actor, person: Person) -> Verdict:
    """Everyone keeps their own addresses; administrators keep those of all."""
    if actor.person_id == person.pk:
        return yes()
    return actor.holds("kernel.administer")


def may_delegate(actor: Actor, giver: Person, permission: str, unit: OrgUnit) -> Verdict:
    """One lends what one holds; an administrator may lend on behalf of someone who is away."""
    if permission not in PERMISSIONS:
        return no(f"There is no permission “{permission}”.")
    if actor.person_id != giver.pk and not actor.holds("kernel.administer", at=unit):
        return no("You can lend only what you hold yourself. An administrator can help.")
    if not Actor.of(giver).holds_by_role(permission, at=unit):
        return no(f"Only who holds “{permission}” by a role can lend it.")
    return yes()


def may_read_notice(actor: Actor, person: Person) -> Verdict:
    return yes() if actor.person_id == person.pk else no("This notice is for someone else.")
