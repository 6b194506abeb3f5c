"""Who acts: a person, an API client, or a named system process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, cast

from cairn.kernel import clock
from cairn.kernel.errors import Denied
from cairn.kernel.permissions import (
    PERMISSIONS,
    SYSTEMS,
    UnknownSystem,
    Verdict,
    no,
    roles_with,
    system_holds,
    yes,
)

if TYPE_CHECKING:
    from cairn.kernel.models import Account, ApiClient, Institution, OrgUnit, Person


class ActorKind(StrEnum):
    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who is behind a request or a job. It asks the tables each time: rights may end any moment."""

    institution: Institution
    kind: ActorKind
    id: str
    person_id: int | None = None

    @classmethod
    def of(cls, who: Account | Person) -> Self:
        """The person, or the person behind an account."""
        person = cast("Person", getattr(who, "person", who))
        return cls(person.institution, ActorKind.PERSON, person.public_id, person.pk)

    @classmethod
    def client(cls, client: ApiClient) -> Self:
        return cls(client.institution, ActorKind.CLIENT, client.public_id)

    @classmethod
    def system(cls, name: str, *, institution: Institution) -> Self:
        """A part of Cairn that acts on its own, with the permissions listed for its name."""
        if name not in SYSTEMS:
            raise UnknownSystem(name)
        return cls(institution, ActorKind.SYSTEM, name)

    def holds(
        self, permission: str, *, at: OrgUnit | int | None = None, on: date | None = None
    ) -> Verdict:
        """Does a role or a delegation bring this permission at the unit, or anywhere above it?

        Without ``at`` the whole institution is meant; without ``on``, today.
        """
        roles = roles_with(permission)
        if self.kind is ActorKind.SYSTEM:
            held = system_holds(self.id, permission)
        elif self.kind is ActorKind.CLIENT:
            held = self._client_holds(permission)
        else:
            day = clock.today(self.institution) if on is None else on
            line = self._line(at)
            held = self._by_role(self.person_id, roles, line, day) or self._by_delegation(
                permission, roles, line, day
            )
        if held:
            return yes()
        what = PERMISSIONS[permission].rstrip(".")
        what = what[0].lower() + what[1:]
        return no(f"You may not do this here: {what}. {_who(roles)}")

    def holds_by_role(
        self, permission: str, *, at: OrgUnit | int | None = None, on: date | None = None
    ) -> bool:
        """Does the person hold it in their own right, and not by delegation?"""
        day = clock.today(self.institution) if on is None else on
        return self._by_role(self.person_id, roles_with(permission), self._line(at), day)

    def must(self, policy: Callable[..., Verdict], *facts: Any, **more: Any) -> None:
        """Raise :class:`Denied` with the policy's reason, unless it says yes."""
        verdict = policy(self, *facts, **more)
        if not verdict.allowed:
            raise Denied(verdict.reason)

    def _line(self, at: OrgUnit | int | None) -> tuple[int, ...]:
        from cairn.kernel.models import OrgUnit

        units = OrgUnit.objects.for_actor(self)
        if at is None:
            return tuple(units.filter(parent=None).values_list("pk", flat=True))
        # Read again even when a row was given: of another institution, or moved, it is not ours.
        unit = units.filter(pk=at if isinstance(at, int) else at.pk).first()
        return () if unit is None else unit.line

    def _by_role(
        self, person_id: int | None, roles: frozenset[Any], line: tuple[int, ...], day: date
    ) -> bool:
        from cairn.kernel.models import Membership

        return bool(line and roles) and (
            Membership.objects.for_actor(self)
            .on(day)
            .filter(
                person_id=person_id or 0,
                person__erased_on=None,
                role__in=roles,
                org_unit_id__in=line,
            )
            .exists()
        )

    def _by_delegation(
        self, permission: str, roles: frozenset[Any], line: tuple[int, ...], day: date
    ) -> bool:
        """Lent by someone who still holds it by role: what the giver loses, the receiver loses."""
        from cairn.kernel.models import Delegation

        lent = (
            Delegation.objects.for_actor(self)
            .on(day)
            .filter(
                receiver_id=self.person_id,
                receiver__erased_on=None,
                permission=permission,
                org_unit_id__in=line,
            )
            .select_related("org_unit")
        )
        return any(self._by_role(one.giver_id, roles, one.org_unit.line, day) for one in lent)

    def _client_holds(self, permission: str) -> bool:
        from cairn.kernel.models import ApiClient

        client = ApiClient.objects.for_actor(self).filter(public_id=self.id, revoked_on=None)
        return any(permission in one.permissions for one in client)


def _who(roles: frozenset[Any]) -> str:
    if not roles:
        return "No role brings it."
    return f"It comes with the role {' or '.join(sorted(role.value for role in roles))}."
