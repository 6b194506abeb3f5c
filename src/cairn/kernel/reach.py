"""Where an actor holds a permission: the lists of the rooms show what lies there.

:meth:`cairn.kernel.actor.Actor.holds` answers for one unit; this answers for all of them in a fixed
number of queries, by the same rule.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from cairn.kernel import clock
from cairn.kernel.actor import Actor, ActorKind
from cairn.kernel.models import Delegation, Membership
from cairn.kernel.permissions import roles_with


def reach(actor: Actor, *permissions: str, unit: str = "org_unit") -> Q:
    """The condition for rows whose ``unit`` lies where the actor holds one of the permissions.

    ``unit`` is the path of look-ups from the row to its org unit.
    """
    if actor.kind is not ActorKind.PERSON:
        held = any(actor.holds(permission) for permission in permissions)
        return Q() if held else Q(pk__in=[])
    found = Q(pk__in=[])
    for path in _places(actor, permissions):
        found |= Q(**{f"{unit}__path__startswith": path})
    return found


def _places(actor: Actor, permissions: tuple[str, ...]) -> set[str]:
    day = clock.today(actor.institution)
    roles: set[Any] = set().union(*(roles_with(permission) for permission in permissions))
    held = Membership.objects.for_actor(actor).on(day).filter(person__erased_on=None)
    assert actor.person_id is not None  # an actor of kind person has one
    own = held.filter(person_id=actor.person_id, role__in=roles)
    return {*own.values_list("org_unit__path", flat=True), *_lent(actor, permissions, held, day)}


def _lent(actor: Actor, permissions: tuple[str, ...], held: Any, day: Any) -> set[str]:
    """Units where somebody lent a permission that they still hold there by role."""
    lent = list(
        Delegation.objects.for_actor(actor)
        .on(day)
        .filter(
            receiver_id=actor.person_id,
            receiver__erased_on=None,
            permission__in=permissions,
        )
        .values_list("giver_id", "permission", "org_unit__path")
    )
    if not lent:
        return set()
    givers = list(
        held.filter(person_id__in={giver for giver, _, _ in lent}).values_list(
            "person_id", "role", "org_unit__path"
        )
    )
    return {
        path
        for giver, permission, path in lent
        for person, role, root in givers
        if person == giver and role in roles_with(permission) and path.startswith(root)
    }
