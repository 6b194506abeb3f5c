"""What delivery does later."""

from __future__ import annotations

from datetime import timedelta

from cairn.delivery import services
from cairn.kernel.actor import Actor
from cairn.kernel.jobs import Running, job
from cairn.kernel.models import Institution
from cairn.kernel.sweeping import schedule
from cairn.kernel.tenancy import within

SWEEP = "sweep-imports"


@job(SWEEP)
def sweep_imports(running: Running) -> None:  # noqa: ARG001 -- for all institutions
    """Forget uploaded sheets that nobody confirmed within a day."""
    for institution in Institution.objects.all():
        with within(institution):
            services.sweep_drafts(by=Actor.system(SWEEP, institution=institution))


schedule("sweep-imports", kind=SWEEP, period=timedelta(hours=1))
