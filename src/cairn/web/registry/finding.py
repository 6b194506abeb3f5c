"""What the search finds in the registry."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cairn.issuing import selectors
from cairn.kernel.actor import Actor
from cairn.web.search import EACH, Hit, finder

_OFFERING = "award__enrolment__offering__version__achievement"


@finder
def find_credentials(actor: Actor, words: str) -> Iterable[Hit]:
    """Credentials by holder or id, for those who look after them."""
    if not actor.holds("issuing.revoke"):
        return []
    rows = selectors.credentials(actor).filter(matching(words)).select_related(_OFFERING)
    return [
        Hit(
            f"{row.award.enrolment.person.full_name}, "
            f"{row.award.enrolment.offering.version.achievement.title}",
            _("Credential"),
            reverse("registry:record", args=[row.public_id]),
        )
        for row in rows[:EACH]
    ]


def matching(words: str) -> Q:
    """Words of a name, the key in a class list, an id, a title or a code."""
    if words.startswith("crd_"):
        return Q(public_id=words)
    enrolment = "award__enrolment__"
    return (
        Q(**{f"{enrolment}person__full_name__icontains": words})
        | Q(**{f"{enrolment}source_key": words})
        | Q(**{f"{enrolment}offering__code__iexact": words})
        | Q(**{f"{enrolment}offering__version__achievement__title__icontains": words})
    )
