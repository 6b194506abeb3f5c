"""What follows in quality when something happens below."""

from __future__ import annotations

from cairn.design import facts as design
from cairn.kernel.actor import Actor
from cairn.kernel.events import on
from cairn.kernel.models import LedgerEntry
from cairn.quality import services
from cairn.quality.models import Review


@on(design.PROPOSAL_WITHDRAWN)
def close_reviews(entries: list[LedgerEntry]) -> None:
    """Nobody decides about what was given up."""
    waiting = Review.objects.filter(
        version__proposal__public_id__in=[entry.subject for entry in entries]
    ).open()
    for review in waiting.select_related("version__proposal__achievement", "institution"):
        services.close(review, by=Actor.system("deliver-facts", institution=review.institution))
