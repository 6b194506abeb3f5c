"""About oneself: the name on credentials, and the addresses by which one is reached."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.issuing import services as issuing
from cairn.issuing.models import NameCorrection
from cairn.kernel import clock, mailing, services
from cairn.kernel.errors import Refused
from cairn.kernel.models import EmailAddress, Person
from cairn.web.learner.forms import AddressForm, CodeForm, NameForm
from cairn.web.page import PageRequest, page, signed_in

VALID_FOR: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
MOST_CODES: Final = 5
_AN_HOUR: Final = 3600
_PENDING: Final = "learner-address"


def _me(request: PageRequest) -> Person:
    return Person.objects.for_actor(request.actor).get(public_id=request.actor.id)


# --- name ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def name(request: PageRequest) -> HttpResponse:
    """Ask the registrar to be named otherwise, and see what became of it."""
    me = _me(request)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            issuing.ask_name_correction(me, **form.cleaned_data, by=request.actor)
        except Refused as exc:
            form.refuse(exc, "wanted")
        else:
            messages.success(request, _("Sent to the registrar. You will hear by e-mail."))
            return redirect("learner:name")
    wishes = NameCorrection.objects.for_actor(request.actor).filter(person=me).order_by("-pk")
    rows = list(wishes[:5])
    return page(
        request,
        "learner/name.html",
        status=422 if form.errors else 200,
        form=form,
        person=me,
        wishes=rows,
        waiting=next((one for one in rows if one.state == "asked"), None),
    )


# --- addresses -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def addresses(request: PageRequest) -> HttpResponse:
    """The addresses of the reader; a new one is written down once its code came back."""
    me = _me(request)
    form = AddressForm(request.POST or None)
    mine = list(EmailAddress.objects.for_actor(request.actor).filter(person=me).order_by("pk"))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"].lower()
        if any(one.address == address and one.verified_at for one in mine):
            form.refuse(_("This address stands in your list already."), "address")
        elif not _may_send(me):
            form.refuse(_("Five codes were sent within an hour. Try again later."), "address")
        else:
            _send(request, address)
            return redirect("learner:confirm")
    return page(
        request,
        "learner/addresses.html",
        status=422 if form.errors else 200,
        form=form,
        mine=mine,
        personal=any(one.kind == "personal" and one.verified_at for one in mine),
        pending=_pending(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def confirm(request: PageRequest) -> HttpResponse:
    """Take the code that was sent, and write the address down."""
    pending = _pending(request)
    if pending is None:
        messages.warning(request, _("There is no code to confirm. Ask for a new one."))
        return redirect("learner:addresses")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _fits(request, pending, form.cleaned_data["code"]):
            try:
                _keep(request, pending["address"])
            except Refused as exc:
                form.refuse(exc, "code")
            else:
                del request.session[_PENDING]
                messages.success(
                    request, _("%(address)s is yours.") % {"address": pending["address"]}
                )
                return redirect("learner:addresses")
        elif _PENDING in request.session:
            form.refuse(_("This is not the code that was sent. Look at the newest mail."), "code")
        else:
            messages.error(request, _("Five codes did not fit. Ask for a new one."))
            return redirect("learner:addresses")
    return page(
        request,
        "learner/confirm.html",
        status=422 if form.errors else 200,
        form=form,
        address=pending["address"],
    )


def _may_send(person: Person) -> bool:
    key = f"learner-codes-{person.public_id}"
    cache.add(key, 0, _AN_HOUR)
    try:
        return cache.incr(key) <= MOST_CODES
    except ValueError:  # it ended between the two lines
        return True


def _send(request: PageRequest, address: str) -> None:
    code = f"{secrets.randbelow(1_000_000):06d}"
    request.session[_PENDING] = {
        "address": address,
        "digest": _digest(address, code),
        "until": (clock.now() + VALID_FOR).isoformat(),
        "tries": 0,
    }
    wish = mailing.Wish(
        "address-code",
        f"code:{secrets.token_hex(8)}",
        person=_me(request),
        to=address,
        language=get_language() or "",
        context={"code": code, "minutes": VALID_FOR.seconds // 60},
    )
    mailing.mail(request.institution, wish)


def _pending(request: PageRequest) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = request.session.get(_PENDING)
    until = parse_datetime(kept["until"]) if kept else None
    return kept if until is not None and clock.now() < until else None


def _fits(request: PageRequest, pending: dict[str, Any], code: str) -> bool:
    if constant_time_compare(pending["digest"], _digest(pending["address"], code)):
        return True
    pending["tries"] += 1
    request.session[_PENDING] = pending
    if pending["tries"] >= MOST_TRIES:
        del request.session[_PENDING]
    return False


def _digest(address: str, code: str) -> str:
    return salted_hmac("cairn.web.learner", f"{address}\0{code}", algorithm="sha256").hexdigest()


def _keep(request: PageRequest, address: str) -> None:
    """The person was reached there, so it is theirs, unless it is somebody else's already."""
    me = _me(request)
    row = EmailAddress.objects.for_actor(request.actor).filter(person=me, address=address).first()
    if row is None:
        kind = EmailAddress.Kind.PERSONAL
        row = services.add_email(me, address=address, kind=kind, by=request.actor)
    services.verify_email(row, by=request.actor)
