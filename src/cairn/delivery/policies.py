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


def may_bring_marks(actor: Actor, org_unit_id: int) -> Verdict:
    """To upload a sheet of marks; whether its marks may be given is asked when they are."""
    return actor.holds("assessment.mark", at=org_unit_id)
