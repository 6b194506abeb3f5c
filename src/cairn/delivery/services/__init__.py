"""The verbs of delivery; nothing else writes its tables."""

from cairn.delivery.services.enrolments import complete, enrol, reinstate, withdraw
from cairn.delivery.services.offerings import close_offering, open_offering, plan_offering
from cairn.delivery.services.roster import ImportReport, import_roster

__all__ = [
    "ImportReport",
    "close_offering",
    "complete",
    "enrol",
    "import_roster",
    "open_offering",
    "plan_offering",
    "reinstate",
    "withdraw",
]
