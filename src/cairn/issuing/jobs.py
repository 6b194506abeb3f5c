"""What issuing does later."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from cairn.issuing import selectors, services
from cairn.issuing.models import IssuerProfile
from cairn.issuing.services.batches import KIND, finish, issuance_of_job
from cairn.issuing.services.issue import PAGE
from cairn.kernel.actor import Actor
from cairn.kernel.jobs import Running, job
from cairn.kernel.sweeping import schedule
from cairn.kernel.tenancy import within

RENEW = "renew-status-lists"


@job(KIND)
def issue_batch(running: Running) -> None:
    """Sign what a batch is about, a page at a time; run again, it goes on where it was."""
    assert running.institution is not None  # services.issue names it
    by = Actor.system("issue-credentials", institution=running.institution)
    batch = selectors.Batch(running.args)
    unsigned, total = batch.unsigned(), batch.size()
    signed = max(total - len(unsigned), 0)
    running.progress(signed, total=total)
    issuance = issuance_of_job(running.id)
    for start in range(0, len(unsigned), PAGE):
        page = unsigned[start : start + PAGE]
        done = min(signed + start + len(page), total)
        kept = partial(running.progress, done)
        services.issue_page(page, issuance=issuance, kept=kept, by=by)
    if issuance is not None:
        finish(issuance, by=by)


@job(RENEW)
def renew_status_lists(running: Running) -> None:  # noqa: ARG001 -- for all institutions
    """Sign the lists of every issuer again before they run out."""
    for issuer in IssuerProfile.objects.unscoped().select_related("institution"):
        by = Actor.system("publish-status", institution=issuer.institution)
        with within(issuer.institution):
            services.renew_status_lists(issuer, by=by)


schedule("renew-status-lists", kind=RENEW, period=timedelta(hours=1))
