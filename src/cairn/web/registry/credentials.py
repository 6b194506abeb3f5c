"""Credentials as a registrar sees them: a list, one record with its whole history, and each way on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cairn.issuing import policies, selectors, services
from cairn.issuing.models import Credential
from cairn.issuing.states import CREDENTIAL, CredentialState
from cairn.kernel.errors import NotFound, Refused
from cairn.kernel.permissions import Verdict, no, yes
from cairn.web.forms import Form
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.registry.finding import matching
from cairn.web.registry.queue import for_registrars, words_of
from cairn.web.registry.reading import read_record

AT_ONCE: Final = 50
_LISTED: Final = "award__enrolment__offering__version__achievement"


class ReasonForm(Form):
    """Why: it stands on the public page, in the mail and in the record."""

    reason = forms.CharField(
        label=_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"cure": _lazy("Say why, in a sentence. The learner may ask.")},
    )


@dataclass(frozen=True, slots=True)
class Action:
    """A way on: its words, and who sees what next."""

    name: str
    label: str | Promise
    title: str | Promise
    icon: str
    next: tuple[str | Promise, ...]
    harm: bool = False
    to: CredentialState | None = None
    done: str | Promise = ""


ACTIONS: Final = {
    one.name: one
    for one in (
        Action(
            "resend", _lazy("Send the mail again"), _lazy("Send the mail about this credential again"),
            "mail",
            (
                _lazy("The holder receives the same letter once more, with the permanent link."),
                _lazy("Nothing about the credential changes."),
            ),
            done=_lazy("The mail is on its way."),
        ),
        Action(
            "replace", _lazy("Replace"), _lazy("Replace this credential by a new one"), "swap",
            (
                _lazy("A new credential is signed for the same award, with the name as it stands now."),
                _lazy("Whoever opens the former link reads that it was replaced, and by which."),
                _lazy("The holder is written to, with the new link and your reason."),
            ),
            to=CredentialState.REPLACED,
            done=_lazy("It was replaced. This is the new credential."),
        ),
        Action(
            "suspend", _lazy("Suspend"), _lazy("Suspend this credential for now"), "pause",
            (
                _lazy("Whoever opens or checks it from now on reads that it does not count."),
                _lazy("You can reinstate it at any time. The holder is not written to."),
            ),
            to=CredentialState.SUSPENDED,
            done=_lazy("It is suspended, and published as such."),
        ),
        Action(
            "reinstate", _lazy("Reinstate"), _lazy("Let this credential count again"), "undo",
            (
                _lazy("Whoever opens or checks it reads that it is genuine again."),
                _lazy("Copies of the status list that others keep catch up within five minutes."),
            ),
            to=CredentialState.ISSUED,
            done=_lazy("It counts again, and is published as such."),
        ),
        Action(
            "revoke", _lazy("Revoke"), _lazy("Revoke this credential"), "stop",
            (
                _lazy("Whoever opens or checks it reads that it was revoked, and when."),
                _lazy("The holder is written to at once, with your reason."),
                _lazy("The award stays. To take that back as well, withdraw it from the cohort."),
            ),
            harm=True,
            to=CredentialState.REVOKED,
            done=_lazy("It is revoked, and published as such."),
        ),
    )
}  # fmt: skip


@signed_in
def listing(request: PageRequest) -> HttpResponse:
    """Fifty at a time, the newest first."""
    for_registrars(request)
    words, state = words_of(request), request.GET.get("state", "")
    rows = selectors.credentials_to_keep(request.actor).select_related(_LISTED)
    if words:
        rows = rows.filter(matching(words))
    if state in set(CredentialState):
        rows = rows.filter(state=state)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: AT_ONCE + 1])
    return page(
        request,
        "registry/credentials.html",
        partial="registry/_credentials.html",
        here="credentials",
        words=words,
        state=state,
        states=_state_words(),
        found=found[:AT_ONCE],
        more=found[AT_ONCE - 1].pk if len(found) > AT_ONCE else None,
        before=before,
    )


def _state_words() -> list[tuple[str, str]]:
    return [
        (CredentialState.ISSUED.value, _("Counts")),
        (CredentialState.SUSPENDED.value, _("Suspended")),
        (CredentialState.REVOKED.value, _("Revoked")),
        (CredentialState.REPLACED.value, _("Replaced")),
    ]


def _found(request: PageRequest, public_id: str) -> Credential:
    rows = selectors.credentials_to_keep(request.actor)
    found: Credential = rows.select_related(_LISTED, "replaces", "issuance").find(public_id)
    return found


@signed_in
def record(request: PageRequest, public_id: str) -> HttpResponse:
    for_registrars(request)
    row = _found(request, public_id)
    verdict = policies.may_revoke(request.actor, selectors.org_unit_of(row))
    offers = [(one, _allowed(row, one, verdict)) for one in ACTIONS.values()]
    return page(
        request,
        "registry/record.html",
        here="credentials",
        credential=row,
        record=read_record(row),
        actions=[one for one, may in offers if may],
        refused=[(one, may.reason) for one, may in offers if not may],
    )


def _allowed(row: Credential, action: Action, verdict: Verdict) -> Verdict:
    """May this be done now? Where not, the reason is printed beside the button."""
    if not verdict:
        return verdict
    if action.name == "resend":
        if row.state == CredentialState.ISSUED:
            return yes()
        return no(_("Only a credential that counts can be announced."))
    assert action.to is not None  # the others change the state
    if CREDENTIAL.allows(row.state, action.to):
        return yes()
    return no(_("Not from where it stands now."))


@signed_in
def act(request: PageRequest, public_id: str, action: str) -> HttpResponse:
    """GET says what happens next and asks for a reason; POST does it."""
    for_registrars(request)
    row = _found(request, public_id)
    chosen = ACTIONS.get(action)
    if chosen is None:
        raise NotFound("page")
    form = ReasonForm(request.POST or None)
    refused = ""
    if request.method == "POST" and (chosen.name == "resend" or form.is_valid()):
        try:
            row = _do(chosen, row, form, request)
        except Refused as exc:
            if chosen.name == "resend":
                refused = str(exc)
            else:
                form.refuse(exc)
        else:
            messages.success(request, str(chosen.done))
            return redirect("registry:record", row.public_id)
    return page(
        request,
        "registry/act.html",
        status=409 if refused or (form.is_bound and not form.is_valid()) else 200,
        here="credentials",
        credential=row,
        action=chosen,
        form=form,
        refused=refused,
    )


def _do(action: Action, row: Credential, form: ReasonForm, request: PageRequest) -> Credential:
    if action.name == "resend":
        services.resend([row], by=request.actor)
        return row
    verb: Any = getattr(services, action.name)
    changed: Credential = verb(row, reason=form.cleaned_data["reason"], by=request.actor)
    return changed


@signed_in
@require_POST
def together(request: PageRequest) -> HttpResponse:
    """Several at once: the first post shows what is about to happen, the second does it."""
    for_registrars(request)
    ids = list(dict.fromkeys(request.POST.getlist("credential")))[:AT_ONCE]
    wanted = request.POST.get("action", "")
    kept = selectors.credentials_to_keep(request.actor).select_related(_LISTED)
    rows = list(kept.filter(public_id__in=[one for one in ids if "\0" not in one]))
    if not rows or wanted not in {"resend", "revoke"}:
        messages.warning(request, _("Choose at least one credential first."))
        return redirect("registry:credentials")
    sure = request.POST.get("sure") == "yes"
    form = ReasonForm(request.POST if sure and wanted == "revoke" else None)
    refused = ""
    if sure and (wanted == "resend" or form.is_valid()):
        try:
            told = _do_together(wanted, rows, form, request)
        except Refused as exc:
            refused = str(exc)
        else:
            messages.success(request, told)
            return redirect("registry:credentials")
    return page(
        request,
        "registry/together.html",
        status=409 if refused or (form.is_bound and not form.is_valid()) else 200,
        here="credentials",
        rows=rows,
        action=ACTIONS[wanted],
        form=form,
        refused=refused,
    )


def _do_together(
    wanted: str, rows: list[Credential], form: ReasonForm, request: PageRequest
) -> str:
    if wanted == "resend":
        count = services.resend(rows, by=request.actor)
        told = ngettext(
            "%(count)s letter is on its way.", "%(count)s letters are on their way.", count
        )
    else:
        reason = form.cleaned_data["reason"]
        count = services.revoke_many(rows, reason=reason, by=request.actor)
        told = ngettext(
            "%(count)s credential was revoked.", "%(count)s credentials were revoked.", count
        )
    return told % {"count": count}


@signed_in
def document(request: PageRequest, public_id: str) -> HttpResponse:
    """The document as it was signed, byte for byte."""
    for_registrars(request)
    row = _found(request, public_id)
    published = selectors.published_credential(row.public_id)
    if published is None or published.raw is None:
        raise NotFound("document")
    answer = HttpResponse(published.raw, content_type="application/vc")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.public_id}.json"'
    return answer
