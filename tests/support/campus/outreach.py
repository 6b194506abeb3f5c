"""Who may see a credential, and what the public reads."""

from __future__ import annotations

from typing import Any

from django.test import Client

from cairn.kernel import services as kernel
from cairn.kernel.actor import Actor
from cairn.kernel.models import Account
from cairn.outreach import services
from cairn.outreach.models import Sharing, Visibility
from tests.support.campus import issuing


class Learner(issuing.Learner):
    """A learner who decides who sees their credential."""

    def share(self, visibility: Visibility | str) -> Sharing:
        with self.campus.here():
            person = self.enrolment.person
            return services.share(
                self.credential, visibility=Visibility(visibility), by=Actor.of(person)
            )

    @property
    def page(self) -> str:
        """The path of the newest credential."""
        return f"/c/{self.credential.public_id}"


class Part(issuing.Part):
    """``campus.offering().enrol("ada").mark(units=2, each=71).issue().share("private")``"""

    learner_class = Learner

    def signed_in(self, person: Any, **options: Any) -> Client:
        """A browser in which this person has signed in."""
        client = Client(SERVER_NAME="127.0.0.1", **options)
        account = Account.objects.filter(person=person).first() or kernel.create_account(
            person, login=f"{person.public_id}@example.org", password=None, by=self.console
        )
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client
