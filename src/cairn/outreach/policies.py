"""Who may do what in outreach, and why not."""

from __future__ import annotations

from cairn.kernel.actor import Actor
from cairn.kernel.permissions import Verdict, no, yes


def may_share(actor: Actor, holder_id: int) -> Verdict:
    """Nobody chooses for the holder, whatever their role."""
    if actor.person_id is not None and actor.person_id == holder_id:
        return yes()
    return no("Only the person who earned it decides who sees it.")


def may_change_face(actor: Actor) -> Verdict:
    return actor.holds("kernel.administer")
