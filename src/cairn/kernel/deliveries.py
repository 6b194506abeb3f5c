"""The job that tells a subscriber what it has to hear."""

from __future__ import annotations

from cairn.kernel import events
from cairn.kernel.jobs import Retry, Running, job

RETRY = Retry(limit=events.MOST_ATTEMPTS, first=events.FIRST_PAUSE, longest=events.LONGEST_PAUSE)


@job(events.JOB, retry=RETRY)
def deliver_facts(running: Running) -> None:
    events.deliver(
        running.args["delivery"],
        beat=running.progress,
        last_attempt=running.attempt >= RETRY.limit,
    )
