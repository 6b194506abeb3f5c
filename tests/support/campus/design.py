"""Micro-credentials on their way from an idea to an approval."""

from __future__ import annotations

from datetime import date
from typing import Any

from cairn.design import services as design
from cairn.design.models import Achievement, Proposal, Version
from cairn.quality import services as quality
from cairn.quality.models import Review
from tests.support import contents
from tests.support.campus import base


class Part(base.Part):
    """``changes`` replace members of the complete text in ``tests/support/contents.py``."""

    def proposal(self, slug: str = "security", **changes: Any) -> Proposal:
        """A complete draft by the author."""
        data = contents.content(**changes)
        proposal = design.propose(self.school, slug=slug, title=data["title"], by=self.author)
        return design.save_draft(proposal, content=data, by=self.author)

    def submitted(self, slug: str = "security", **changes: Any) -> Review:
        """An open review of a complete draft."""
        return quality.submit(self.proposal(slug, **changes), by=self.author)

    def approved_version(
        self, slug: str = "security", *, until: date | None = None, **changes: Any
    ) -> Version:
        """The version that the reviewer approved; made the first time, and then the same."""
        with self.here():
            known = Version.objects.filter(achievement__slug=slug, approved_on__isnull=False)
            version = known.select_related("achievement__org_unit").order_by("-number").first()
        if version is not None:
            return version
        review = self.submitted(slug, **changes)
        quality.decide(review, outcome="approve", reason="Ready.", until=until, by=self.reviewer)
        self.settle()
        review.version.refresh_from_db()
        return review.version

    def achievement(self, slug: str = "security", **changes: Any) -> Achievement:
        """An achievement with an approved version."""
        return self.approved_version(slug, **changes).achievement
