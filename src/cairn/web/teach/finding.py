"""What search finds of the teaching pages: cohorts, and the people in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cairn.delivery import selectors
from cairn.delivery.models import Enrolment
from cairn.kernel.actor import Actor
from cairn.web.search import EACH, Hit, finder


@finder
def cohorts(actor: Actor, words: str) -> Iterable[Hit]:
    found = selectors.taught(actor).filter(Q(title__icontains=words) | Q(code__icontains=words))
    for each in found[:EACH]:
        url = reverse("teach:cohort", args=[each.public_id])
        yield Hit(f"{each.title} ({each.code})", _("Cohort"), url)


@finder
def learners(actor: Actor, words: str) -> Iterable[Hit]:
    here = Enrolment.objects.for_actor(actor).filter(
        Q(person__full_name__icontains=words) | Q(source_key__istartswith=words),
        offering__in=selectors.taught(actor).order_by().values("pk"),
    )
    for each in here.select_related("person", "offering").order_by("person__full_name")[:EACH]:
        url = reverse("teach:person", args=[each.offering.public_id, each.public_id])
        yield Hit(f"{each.person.full_name}, {each.offering.code}", _("Learner"), url)
