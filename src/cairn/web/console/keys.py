"""Signing keys and status lists: what signs, since when, and what each press would mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cairn.issuing import policies, rules, services
from cairn.issuing.models import Credential, IssuerProfile, SigningKey, StatusList
from cairn.issuing.states import CURRENT, CredentialState, KeyState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.permissions import Verdict
from cairn.web.console.frame import keepers_of_keys, show, verdict_of
from cairn.web.page import PageRequest

STATES: Final = {
    KeyState.ACTIVE: ("good", gettext_lazy("Signs")),
    KeyState.SUSPENDED: ("warn", gettext_lazy("Suspended")),
    KeyState.RETIRED: ("", gettext_lazy("Retired")),
    KeyState.REVOKED: ("bad", gettext_lazy("Revoked")),
}


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done with keys, and what happens then."""

    name: str
    label: Promise
    title: Promise
    then: tuple[Promise, ...]
    done: Promise
    harm: bool
    act: Callable[..., Any]
    when: frozenset[str] | None
    otherwise: Promise


_NONE: Final = gettext_lazy("There is no key that signs.")
VERBS: Final = {
    verb.name: verb
    for verb in (
        Verb(
            "rotate",
            gettext_lazy("Rotate"),
            gettext_lazy("Sign with a new key?"),
            (
                gettext_lazy("A new key is made, and signs from now on."),
                gettext_lazy("What the former key signed still verifies; it stays published."),
                gettext_lazy("The status lists are signed again when they are due."),
            ),
            gettext_lazy("A new key signs from now on."),
            False,
            services.rotate_key,
            None,
            _NONE,
        ),
        Verb(
            "suspend",
            gettext_lazy("Suspend"),
            gettext_lazy("Sign nothing for now?"),
            (
                gettext_lazy("No credential is signed until the key is resumed or rotated."),
                gettext_lazy("What waits is kept, and signed afterwards."),
                gettext_lazy(
                    "Status lists are not renewed meanwhile: after some weeks verifiers would say "
                    "that the status is unknown."
                ),
            ),
            gettext_lazy("Nothing is signed until you resume."),
            True,
            services.suspend_key,
            frozenset({KeyState.ACTIVE}),
            gettext_lazy("Only a key that signs can be suspended."),
        ),
        Verb(
            "resume",
            gettext_lazy("Resume"),
            gettext_lazy("Let the key sign again?"),
            (gettext_lazy("What waited is signed, in the order in which it came."),),
            gettext_lazy("The key signs again."),
            False,
            services.resume_key,
            frozenset({KeyState.SUSPENDED}),
            gettext_lazy("Only a suspended key can be resumed."),
        ),
    )
}


@require_safe
@keepers_of_keys
def keys(request: PageRequest) -> HttpResponse:
    actor = request.actor
    rows = list(SigningKey.objects.for_actor(actor).order_by("-pk"))
    verdict = verdict_of(request, policies.may_set_up)
    current = next((row for row in rows if row.state in CURRENT), None)
    signed = dict(
        Credential.objects.for_actor(actor)
        .order_by()
        .values("key_id")
        .annotate(number=Count("pk"))
        .values_list("key_id", "number")
    )
    return show(
        request,
        "keys.html",
        "keys",
        issuer=IssuerProfile.objects.for_actor(actor).first(),
        current=current,
        current_state=STATES[KeyState(current.state)] if current else None,
        rows=[
            {"key": row, "state": STATES[KeyState(row.state)], "signed": signed.get(row.pk, 0)}
            for row in rows
        ],
        verbs=[{"verb": verb, "why": _why_not(verb, current, verdict)} for verb in VERBS.values()],
        lists=_lists(actor),
    )


def _why_not(verb: Verb, current: SigningKey | None, verdict: Verdict) -> str:
    if not verdict:
        return verdict.reason
    if verb.when is None:
        return ""
    if current is None:
        return str(_NONE)
    return "" if current.state in verb.when else str(verb.otherwise)


def _lists(actor: Actor) -> list[dict[str, Any]]:
    """Each list with what lies on it, and when it is signed again."""
    counted: dict[int, dict[str, int]] = {}
    tally = Credential.objects.for_actor(actor).order_by().values("status_list_id", "state")
    for row in tally.annotate(number=Count("pk")):
        counted.setdefault(row["status_list_id"], {})[row["state"]] = row["number"]
    now, found = clock.now(), []
    rows = StatusList.objects.for_actor(actor).order_by("number")
    for one in rows.defer("bits", "taken", "document"):
        states = counted.get(one.pk, {})
        due = one.valid_until - rules.RENEW_BEFORE
        found.append(
            {
                "row": one,
                "all": sum(states.values()),
                "revoked": states.get(CredentialState.REVOKED, 0),
                "suspended": states.get(CredentialState.SUSPENDED, 0),
                "replaced": states.get(CredentialState.REPLACED, 0),
                "due": due,
                "late": due < now,
                "stale": one.valid_until < now,
            }
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_of_keys
def turn(request: PageRequest, verb: str) -> HttpResponse:
    """Say what happens next, and do it when it is confirmed."""
    if verb not in VERBS:
        raise NotFound("verb")
    chosen = VERBS[verb]
    key = SigningKey.objects.for_actor(request.actor).current().first()
    return _confirm(
        request,
        chosen,
        key,
        _why_not(chosen, key, verdict_of(request, policies.may_set_up)),
        request.institution,
    )


REVOKE: Final = Verb(
    "revoke",
    gettext_lazy("Revoke"),
    gettext_lazy("Revoke this key for good?"),
    (
        gettext_lazy("Nothing that this key signed verifies any more, from this moment."),
        gettext_lazy("This is for a key that may be in other hands. It cannot be undone."),
        gettext_lazy("Issue the credentials again afterwards, with another key."),
    ),
    gettext_lazy("The key is revoked."),
    True,
    services.revoke_key,
    None,
    _NONE,
)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_of_keys
def revoke(request: PageRequest, public_id: str) -> HttpResponse:
    key: Any = SigningKey.objects.for_actor(request.actor).find(public_id)
    gone = key.state == KeyState.REVOKED
    return _confirm(request, REVOKE, key, _("It is revoked already.") if gone else "", key)


def _confirm(
    request: PageRequest, verb: Verb, key: SigningKey | None, why: str, subject: Any
) -> HttpResponse:
    refused = ""
    if request.method == "POST" and not why:
        typed = request.POST.get("public", "").strip()
        if verb is REVOKE and key is not None and typed != key.public_id:
            refused = _("Type the id of the key as it stands above, to show that it is this one.")
        else:
            try:
                verb.act(subject, by=request.actor)
            except (Refused, Denied) as exc:
                refused = str(exc)
            else:
                messages.success(request, str(verb.done))
                return HttpResponseRedirect(reverse("console:keys"))
    signed = Credential.objects.for_actor(request.actor).filter(key=key).count() if key else 0
    return show(
        request,
        "key_confirm.html",
        "keys",
        verb=verb,
        key=key,
        why=why,
        refused=refused,
        signed=signed,
        is_revoke=verb is REVOKE,
    )
