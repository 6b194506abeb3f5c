"""Who may plan offerings and keep their rosters, and why not."""

from __future__ import annotations

from cairn.kernel.actor import Actor
from cairn.kernel.permissions import Verdict


def may_plan(actor: Actor, org_unit_id: int) -> Verdict:
    """Also for opening and closing."""
    return actor.holds("delivery.plan", at=org_unit_id)


def may_enrol(actor: Actor, org_unit_id: int) -> Verdict:
    """Also for withdrawing, reinstating and importing a class list."""
    return actor.holds("delivery.enrol", at=org_unit_id)
