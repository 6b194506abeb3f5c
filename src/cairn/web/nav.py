"""The shell's navigation: at most six items for each audience, each where its reader may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.kernel.actor import Actor
from cairn.kernel.permissions import Role, roles_with


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the shell. ``needs`` names permissions; one of them, anywhere, is enough."""

    name: str
    label: str | Promise
    icon: str = ""
    needs: tuple[str, ...] = ()


PUBLIC: Final = (
    Item("explore", _("Explore"), "search"),
    Item("employers", _("For employers"), "people"),
    Item("verify", _("Verify"), "check"),
    Item("help", _("Help"), "help"),
)
LEARNER: Final = (
    Item("learner:home", _("Home"), "home"),
    Item("learner:credentials", _("Credentials"), "stones"),
    Item("explore", _("Explore"), "search"),
    Item("help", _("Help"), "help"),
)
STAFF: Final = (
    Item("studio:home", _("Micro-credentials"), needs=("design.write",)),
    Item("review:inbox", _("Reviews"), needs=("quality.decide",)),
    Item(
        "teach:home",
        _("Cohorts"),
        needs=("assessment.mark", "assessment.release", "delivery.plan", "delivery.enrol"),
    ),
    Item("registry:queue", _("Registry"), needs=("issuing.issue", "issuing.revoke")),
    Item("console:home", _("Console"), needs=("kernel.administer",)),
)


def items(request: HttpRequest, audience: str) -> list[dict[str, Any]]:
    """The items of a shell that this reader may follow, the current one marked."""
    actor: Actor | None = getattr(request, "actor", None)
    chosen = {"public": PUBLIC, "learner": LEARNER, "staff": STAFF}[audience]
    roles = staff_roles(request) if audience == "staff" else frozenset()
    found = []
    for item in chosen:
        if item.needs and (actor is None or not _brings(roles, item.needs)):
            continue
        try:
            url = reverse(item.name)
        except NoReverseMatch:
            continue  # a part that this site does not have
        found.append(
            {"url": url, "label": item.label, "icon": item.icon, "here": _is_here(request, url)}
        )
    # “/learn/” begins “/learn/credentials” too; only the closest is lit.
    closest = max((len(str(one["url"])) for one in found if one["here"]), default=0)
    for one in found:
        one["here"] = bool(one["here"]) and len(str(one["url"])) == closest
    return found


def _is_here(request: HttpRequest, url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url))


def _brings(roles: frozenset[Role], permissions: tuple[str, ...]) -> bool:
    return any(roles & roles_with(permission) for permission in permissions)


def arrival(request: HttpRequest) -> str | None:
    """Where a member of staff arrives: a registrar, who may plan cohorts too, at the queue."""
    sections = items(request, "staff")
    if not sections:
        return None
    there = [str(one["url"]) for one in sections]
    if staff_roles(request) == {Role.REGISTRAR}:
        try:
            queue = reverse("registry:queue")
        except NoReverseMatch:
            return there[0]  # a site without the registry's pages
        return queue if queue in there else there[0]
    return there[0]


def staff_roles(request: HttpRequest) -> frozenset[Role]:
    """The roles that the reader holds anywhere, own or lent: read once for each request."""
    kept: frozenset[Role] | None = getattr(request, "_staff_roles", None)
    if kept is None:
        kept = _roles(getattr(request, "actor", None))
        request._staff_roles = kept  # type: ignore[attr-defined]  # noqa: SLF001
    return kept


def _roles(actor: Actor | None) -> frozenset[Role]:
    from cairn.kernel import clock
    from cairn.kernel.models import Delegation, Membership

    if actor is None or actor.person_id is None:
        return frozenset()
    day = clock.today(actor.institution)
    own = Membership.objects.for_actor(actor).on(day).filter(person_id=actor.person_id)
    found = {Role(role) for role in own.values_list("role", flat=True)}
    lent = Delegation.objects.for_actor(actor).on(day).filter(receiver_id=actor.person_id)
    for permission in lent.values_list("permission", flat=True):
        # What is lent opens the door of those who hold it; the rooms ask again what is allowed.
        found |= roles_with(permission)
    return frozenset(found)
