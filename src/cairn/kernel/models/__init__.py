"""The rows of the kernel."""

from cairn.kernel.models.account import Account, ApiClient
from cairn.kernel.models.delivery import Delivery, Notice
from cairn.kernel.models.institution import Institution, OrgUnit
from cairn.kernel.models.job import Job
from cairn.kernel.models.ledger import LedgerEntry, LedgerHead
from cairn.kernel.models.mail import Mail
from cairn.kernel.models.membership import Delegation, Membership
from cairn.kernel.models.person import EmailAddress, Person

__all__ = [
    "Account",
    "ApiClient",
    "Delegation",
    "Delivery",
    "EmailAddress",
    "Institution",
    "Job",
    "LedgerEntry",
    "LedgerHead",
    "Mail",
    "Membership",
    "Notice",
    "OrgUnit",
    "Person",
]
