"""One click, one role: only where everything is a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cairn.issuing.models import Credential
from cairn.kernel import clock
from cairn.kernel.errors import NotFound
from cairn.kernel.models import Account, Membership
from cairn.kernel.permissions import Role
from cairn.web.page import PageRequest, of_the_site, page

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Part:
    """A role that may be tried: what this person does, and what to try first."""

    key: str
    title: Promise
    icon: str
    does: Promise
    first: Promise


PARTS: Final = (
    Part(
        "learner",
        _("Learner"),
        "stones",
        _("Holds what the university has signed, and shows it to others."),
        _("Open a credential, and look at it as a stranger would."),
    ),
    Part(
        "author",
        _("Author"),
        "edit",
        _("Writes micro-credentials: outcomes, tasks, weights, hours."),
        _("Write a new one, and send it for review."),
    ),
    Part(
        "reviewer",
        _("Reviewer"),
        "comment",
        _("Reads what authors send, and approves it or returns it with a reason."),
        _("Open the inbox, and decide what lies there."),
    ),
    Part(
        "teacher",
        _("Teacher"),
        "people",
        _("Marks a cohort and releases its results."),
        _("Open a cohort, and enter a mark or import a sheet."),
    ),
    Part(
        "registrar",
        _("Registrar"),
        "ribbon",
        _("Keeps the one true record: issues, replaces and revokes credentials."),
        _("Look at the queue, issue one, then revoke it with a reason."),
    ),
    Part(
        "administrator",
        _("Administrator"),
        "gear",
        _("Keeps people, roles, signing keys and the server itself."),
        _("Give somebody a role, then read the ledger about it."),
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@of_the_site
def roles(request: PageRequest) -> HttpResponse:
    """Choose whom to be."""
    if not settings.CAIRN.demo:
        raise NotFound("page")
    accounts = _accounts(request)
    if request.method != "POST":
        parts = [{"part": part, "account": accounts.get(part.key)} for part in PARTS]
        return page(request, "account/demo.html", parts=parts)
    account = accounts.get(request.POST.get("role", ""))
    if account is None:
        raise NotFound("role")
    return enter(request, account)


def enter(request: HttpRequest, account: Account) -> HttpResponse:
    request.session.flush()
    login(request, account, backend=BACKEND)
    return HttpResponseRedirect(reverse("account_home"))


def _accounts(request: PageRequest) -> dict[str, Account]:
    """For each part, an account of somebody who plays it: in two queries."""
    day = clock.today(request.institution)
    rows = Account.objects.select_related("person").filter(
        is_active=True, person__institution=request.institution, person__erased_on=None
    )
    found: dict[str, Account] = {}
    held = Membership.objects.on(day).filter(role__in=[role.value for role in Role])
    people = dict(held.order_by("-pk").values_list("role", "person_id"))
    learner = (
        Credential.objects.filter(
            award__enrolment__person_id__in=rows.order_by().values("person_id"),
        )
        .order_by("pk")
        .values_list("award__enrolment__person_id", flat=True)
        .first()
    )
    wanted = {**people, "learner": learner or 0}
    by_person = {row.person_id: row for row in rows.filter(person_id__in=list(wanted.values()))}
    for part in PARTS:
        account = by_person.get(wanted.get(part.key, 0))
        if account is not None:
            found[part.key] = account
    return found
