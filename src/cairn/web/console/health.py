"""How the server fares: what was looked at, what is wrong, and the cure in words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Max, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cairn.issuing.models import SigningKey
from cairn.kernel import clock, jobs, mailing
from cairn.kernel.actor import Actor
from cairn.kernel.config import NotSet
from cairn.kernel.errors import NotFound
from cairn.kernel.models import Job, LedgerHead
from cairn.vc.errors import CredentialError
from cairn.vc.keyfile import unlock
from cairn.web.console.frame import administrators, show
from cairn.web.page import PageRequest

LEAST_DISK: Final = 1024**3
LATE: Final = timedelta(minutes=15)
#: The hourly jobs leave a trace at least so often.
QUIET: Final = timedelta(hours=2)
MOST_FAILED: Final = 25


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at. A cure stands only where something is wrong."""

    what: str
    says: str
    tone: str = "good"
    cure: str = ""


def _ours(request: PageRequest) -> Any:
    """Jobs of this institution, and those of the house that belong to none."""
    return Job.objects.filter(Q(institution=None) | Q(institution=request.institution))


@require_safe
@administrators
def health(request: PageRequest) -> HttpResponse:
    findings = [
        _database(),
        _migrations(),
        *_worker(request),
        *_mail(request),
        _disk(),
        _keys(request.actor),
        _ledger(request),
    ]
    states = dict(
        _ours(request)
        .order_by()
        .values("state")
        .annotate(number=Count("pk"))
        .values_list("state", "number")
    )
    failed = _ours(request).filter(state=Job.State.FAILED).order_by("-finished_at", "-pk")
    return show(
        request,
        "health.html",
        "health",
        findings=findings,
        wrong=sum(bool(one.cure) for one in findings),
        counts=[
            (_("Waiting"), states.get(Job.State.WAITING, 0)),
            (_("Running"), states.get(Job.State.RUNNING, 0)),
            (_("Done"), states.get(Job.State.DONE, 0)),
            (_("Failed"), states.get(Job.State.FAILED, 0)),
        ],
        failed=list(failed[:MOST_FAILED]),
        more=max(0, states.get(Job.State.FAILED, 0) - MOST_FAILED),
    )


def _database() -> Finding:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return Finding(_("Database"), f"{names.get(connection.vendor, connection.vendor)}.")


def _migrations() -> Finding:
    """Compare what the code brings with what the tables know, without building the whole graph."""
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationRecorder(connection).applied_migrations())
    missing = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ()) - known
    if missing:
        number = len(missing)
        says = ngettext("%(n)d is to do.", "%(n)d are to do.", number) % {"n": number}
        return Finding(_("Migrations"), says, "bad", _("Run: cairn migrate"))
    return Finding(_("Migrations"), _("All done."))


def _worker(request: PageRequest) -> Iterator[Finding]:
    now = clock.now()
    last = Job.objects.aggregate(beat=Max("heartbeat"), end=Max("finished_at"))
    sign = max((one for one in last.values() if one is not None), default=None)
    stuck = Job.objects.due(now - LATE).filter(created_at__lt=now - LATE).count()
    cure = _("Start one: cairn worker, or cairn serve without --no-worker.")
    if stuck:
        says = ngettext(
            "%(n)d job is due for a quarter of an hour, and nobody takes it.",
            "%(n)d jobs are due for a quarter of an hour, and nobody takes them.",
            stuck,
        )
        yield Finding(_("Worker"), says % {"n": stuck}, "bad", cure)
    elif sign is None:
        yield Finding(_("Worker"), _("No sign of life yet."), "warn", cure)
    elif sign < now - QUIET:
        says = _("No sign of life for %(n)d hours.") % {"n": (now - sign) // timedelta(hours=1)}
        yield Finding(_("Worker"), says, "warn", cure)
    else:
        minutes = (now - sign) // timedelta(minutes=1)
        says = ngettext("Seen %(n)d minute ago.", "Seen %(n)d minutes ago.", minutes)
        yield Finding(_("Worker"), says % {"n": minutes} if minutes else _("Seen just now."))
    failed = _ours(request).filter(state=Job.State.FAILED).count()
    if failed:
        says = ngettext("%(n)d failed for good.", "%(n)d failed for good.", failed) % {"n": failed}
        cure = _("Read below why. When that is mended, let it run again.")
        yield Finding(_("Jobs"), says, "bad", cure)
    else:
        yield Finding(_("Jobs"), _("None failed."))


def _mail(request: PageRequest) -> Iterator[Finding]:
    """How things stand with the outbox: what waits too long, what was refused."""
    box, what = mailing.outbox(request.institution), _("Mail")
    says = ngettext("%(n)d letter waits.", "%(n)d letters wait.", box.waiting) % {"n": box.waiting}
    if box.overdue and box.oldest is not None:
        late = ngettext(
            "%(n)d should have left, the oldest %(minutes)d minutes ago.",
            "%(n)d should have left, the oldest %(minutes)d minutes ago.",
            box.overdue,
        )
        minutes = (clock.now() - box.oldest) // timedelta(minutes=1)
        if settings.CAIRN.sends_mail or settings.CAIRN.demo:
            cure = _("See that a worker runs and that the mail server of CAIRN_MAIL_URL answers.")
        else:
            cure = _("Set CAIRN_MAIL_URL and CAIRN_MAIL_FROM: without them letters wait.")
        told = late % {"n": box.overdue, "minutes": minutes}
        yield Finding(what, f"{says} {told}", "bad", cure)
    else:
        yield Finding(what, says if box.waiting else _("Nothing waits."))
    if box.failed:
        says = ngettext("%(n)d was refused for good.", "%(n)d were refused for good.", box.failed)
        cure = _("Correct the address, then send the letter again from the credential's record.")
        yield Finding(_("Refused mail"), says % {"n": box.failed}, "warn", cure)


def _disk() -> Finding:
    free = shutil.disk_usage(settings.CAIRN.data_dir).free
    says = _("%(n)s GiB are free.") % {"n": f"{free / 1024**3:,.1f}"}
    if free < LEAST_DISK:
        cure = _("Free some space: below 1 GiB a large batch may not find room.")
        return Finding(_("Disk of the data"), says, "bad", cure)
    return Finding(_("Disk of the data"), says)


def _keys(actor: Actor) -> Finding:
    """Open the key that signs, as issuing will have to."""
    what = _("Key-encryption key")
    key = SigningKey.objects.for_actor(actor).current().first()
    if key is None:
        return Finding(what, _("Nothing is sealed yet."), "")
    try:
        unlock(bytes(key.sealed), secret=settings.CAIRN.key_encryption_key())
    except (NotSet, CredentialError, OSError):
        cure = _(
            "Set CAIRN_KEK or CAIRN_KEK_FILE to the key that sealed it: without it, it is lost."
        )
        return Finding(what, _("It does not open the key that signs."), "bad", cure)
    return Finding(what, _("It opens the key that signs."))


def checked_at(request: PageRequest) -> dict[str, Any] | None:
    """What the last check of the chain found, if anybody asked for one lately."""
    found: dict[str, Any] | None = cache.get(f"chain:{request.institution.public_id}")
    return found


def _ledger(request: PageRequest) -> Finding:
    head = LedgerHead.objects.filter(institution=request.institution).first()
    number = head.number if head else 0
    last = checked_at(request)
    says = ngettext("%(n)s fact.", "%(n)s facts.", number) % {"n": f"{number:,}"}
    if last is None:
        return Finding(_("Ledger"), f"{says} {_('The chain was not checked lately.')}", "")
    if last["problem"]:
        cure = _("Stop the server, and compare the database with its last backup.")
        return Finding(_("Ledger"), last["problem"], "bad", cure)
    return Finding(_("Ledger"), f"{says} {_('Every hash was right when last checked.')}")


@require_POST
@administrators
def retry(request: PageRequest, public_id: str) -> HttpResponse:
    """Give one failed job another chance."""
    row = _ours(request).filter(public_id=public_id).first()
    if row is None:
        raise NotFound("job")
    if jobs.again(row):
        messages.success(request, _("The job runs again: %(kind)s.") % {"kind": row.kind})
    else:
        messages.warning(request, _("This job did not fail, so there is nothing to do."))
    return HttpResponseRedirect(reverse("console:health"))
