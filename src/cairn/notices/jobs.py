"""What goes out later: every letter that is due, and those that a dead worker left."""

from __future__ import annotations

from datetime import timedelta

from cairn.kernel import mailing
from cairn.kernel.jobs import Retry, Running, job
from cairn.kernel.models import Institution
from cairn.kernel.sweeping import schedule
from cairn.kernel.tenancy import within
from cairn.notices import post


@job(mailing.JOB, retry=Retry(limit=6))
def send_mail(running: Running) -> None:
    """Write what has no words yet, then send what is due; run again, it goes on where it was."""
    if running.institution is not None:
        post.deliver(running.institution, beat=running.progress)
        return
    for institution in Institution.objects.all():
        with within(institution):
            post.deliver(institution, beat=running.progress)


schedule("send-mail", kind=mailing.JOB, period=timedelta(minutes=5))
