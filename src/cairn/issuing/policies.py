"""Who may do what in issuing, and why not."""

from __future__ import annotations

from cairn.kernel.actor import Actor
from cairn.kernel.permissions import Verdict, no, yes


def may_set_up(actor: Actor) -> Verdict:
    """Also for keys: whoever makes the issuer answers for them."""
    return actor.holds("issuing.set_up")


def may_issue(actor: Actor, org_unit_id: int | None = None) -> Verdict:
    """For the offerings of an org unit; without one, for all of the institution."""
    return actor.holds("issuing.issue", at=org_unit_id)


def may_revoke(actor: Actor, org_unit_id: int | None = None) -> Verdict:
    """Also suspend, reinstate and replace."""
    return actor.holds("issuing.revoke", at=org_unit_id)


def may_publish(actor: Actor) -> Verdict:
    return actor.holds("issuing.publish")


def may_ask_name_correction(actor: Actor, person_id: int) -> Verdict:
    """Everyone asks for themselves."""
    if actor.person_id == person_id:
        return yes()
    return no("Only the holder can ask for another name.")


def may_correct_names(actor: Actor) -> Verdict:
    """For the whole institution: a name stands on credentials of every unit."""
    return actor.holds("issuing.revoke")
