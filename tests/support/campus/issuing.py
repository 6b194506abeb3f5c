"""Credentials, and looking at them as a stranger does."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings

from cairn.issuing import selectors, services
from cairn.issuing.documents import OwnDocuments
from cairn.issuing.models import Credential, IssuerProfile, StatusList
from cairn.kernel import clock
from cairn.vc.document import parse
from cairn.vc.errors import Unavailable
from cairn.vc.model import Credential as Window
from cairn.vc.report import Report
from cairn.vc.verify import inspect
from tests.support.campus import assessment

SITE = "harbour"


class Stranger:
    """Asks the site for documents over HTTP, as anybody else would."""

    def __init__(self, issuer: IssuerProfile) -> None:
        from django.test import Client

        self._issuer = issuer
        self._client = Client(SERVER_NAME=settings.CAIRN.host)

    def load(self, url: str) -> bytes:
        addresses = self._issuer.addresses
        if url == addresses.did_document:
            path = "/.well-known/did.json"
        elif url.startswith(addresses.origin + "/"):
            path = url.removeprefix(addresses.origin)
        else:
            raise Unavailable(f"{url} is not on this site.")
        response = self._client.get(path)
        if response.status_code != 200:
            raise Unavailable(f"{url} answered {response.status_code}.")
        return bytes(response.content)


class Learner(assessment.Learner):
    """A learner whose award is signed."""

    def issue(self) -> Learner:
        """Everything up to the credential."""
        assert self.campus.issuer
        self.award_now()
        return self

    @property
    def credential(self) -> Credential:
        """The newest credential of this enrolment, standing or not."""
        with self.campus.here():
            rows = Credential.objects.filter(award__enrolment=self.enrolment)
            found = rows.select_related("award", "status_list").order_by("-pk").first()
        assert found is not None, "Nothing was issued."
        return found

    @property
    def badge(self) -> bytes:
        """The newest credential as it was signed."""
        with self.campus.here():
            found = selectors.published_credential(self.credential.public_id)
        assert found is not None
        assert found.raw is not None, "It was erased."
        return found.raw

    @property
    def seen(self) -> Window:
        """The badge through the window of the credential library."""
        return Window(parse(self.badge))

    def traces(self) -> list[str]:
        with self.campus.here():
            rows = Credential.objects.filter(award__enrolment=self.enrolment)
            return [*super().traces(), *rows.values_list("public_id", flat=True)]


class Part(assessment.Part):
    """``campus.offering().enrol("ada").mark(units=2, each=71).issue()``"""

    learner_class = Learner

    @cached_property
    def issuer(self) -> IssuerProfile:
        """The issuer; set up when it is first needed. The first university has the site."""
        slug = self.institution.slug
        origin = settings.CAIRN.origin if slug == SITE else f"https://{slug}.example"
        made = services.set_up_issuer(self.institution, origin=origin, by=self.administrator)
        self.settle()
        return made

    def verify(self, badge: bytes, *, at: datetime | None = None) -> Report:
        """What a stranger finds who fetches from the site; elsewhere, from the database."""
        at = at or clock.now()
        if self.institution.slug == SITE:
            return inspect(badge, documents=Stranger(self.issuer), at=at)
        with self.here():
            return inspect(badge, documents=OwnDocuments(self.issuer), at=at)

    def revoke(self, learner: Learner, *, reason: str = "A mistake.") -> Credential:
        return services.revoke(learner.credential, reason=reason, by=self.registrar)

    def disagreements(self) -> list[str]:
        """Where lists, rows and documents contradict each other."""
        with self.here():
            return [
                *selectors.disagreements(self.issuer),
                *(f"{one} is damaged" for one in selectors.damaged(self.issuer)),
            ]

    @property
    def credentials(self) -> Any:
        """Every credential of the university; ask within ``campus.here()``."""
        return Credential.objects.all()

    @property
    def status_lists(self) -> list[StatusList]:
        with self.here():
            return list(StatusList.objects.order_by("number"))
