"""Where one arrives after signing in, and the page about one's own ways in."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from cairn.issuing.models import Credential
from cairn.kernel.actor import Actor
from cairn.kernel.models import Person
from cairn.web import nav
from cairn.web.page import PageRequest, page, signed_in


class SignIn(LoginView):  # type: ignore[misc]
    """Sign in. Somebody whose account is not of this site is told so, and not sent in circles."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and getattr(request, "actor", None) is None:
            return HttpResponseRedirect(reverse("account_home"))
        return super().dispatch(request, *args, **kwargs)


login = SignIn.as_view()


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey, and return to the list of one's ways in; recovery codes are seen from there."""

    def get_success_url(self) -> str:
        return reverse("account_settings")


add_passkey = AddPasskey.as_view()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the first page that is theirs."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        if request.user.is_authenticated:
            return page(request, "account/elsewhere.html")
        return HttpResponseRedirect(reverse("account_login"))
    desk = nav.arrival(request)
    if desk:
        return HttpResponseRedirect(desk)
    if _learns(actor):
        try:
            return HttpResponseRedirect(reverse("learner:home"))
        except NoReverseMatch:
            pass  # a site without the learners' pages
    return page(request, "account/nothing_here.html")


def _learns(actor: Actor) -> bool:
    """Does somebody hold a credential here, or are they enrolled?"""
    from cairn.delivery.models import Enrolment

    return (
        Enrolment.objects.for_actor(actor).filter(person__public_id=actor.id).exists()
        or Credential.objects.for_actor(actor)
        .filter(award__enrolment__person__public_id=actor.id)
        .exists()
    )


@require_safe
@signed_in
def security(request: PageRequest) -> HttpResponse:
    """The ways in of the one who asks: address, password, passkeys, a second step."""
    account: Any = request.user
    ways = list(Authenticator.objects.filter(user=account).order_by("created_at", "pk"))
    codes = next((one for one in ways if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return page(
        request,
        "account/security.html",
        account=account,
        person=Person.objects.for_actor(request.actor).find(request.actor.id),
        has_password=account.has_usable_password(),
        passkeys=[
            {"row": one, "name": one.wrap().name}
            for one in ways
            if one.type == Authenticator.Type.WEBAUTHN
        ],
        totp=next((one for one in ways if one.type == Authenticator.Type.TOTP), None),
        codes=codes,
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )
