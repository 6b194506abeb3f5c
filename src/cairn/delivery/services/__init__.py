"""The verbs of delivery; nothing else writes its tables."""

from cairn.delivery.services.drafts import (
    MOST_BYTES,
    drop_draft,
    edit_draft,
    fingerprint,
    finish_draft,
    match_draft,
    start_draft,
    sweep_drafts,
)
from cairn.delivery.services.enrolments import complete, enrol, reinstate, withdraw
from cairn.delivery.services.offerings import close_offering, open_offering, plan_offering
from cairn.delivery.services.roster import ImportReport, import_roster

__all__ = [
    "MOST_BYTES",
    "ImportReport",
    "close_offering",
    "complete",
    "drop_draft",
    "edit_draft",
    "enrol",
    "fingerprint",
    "finish_draft",
    "import_roster",
    "match_draft",
    "open_offering",
    "plan_offering",
    "reinstate",
    "start_draft",
    "sweep_drafts",
    "withdraw",
]
