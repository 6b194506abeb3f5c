"""The verbs of issuing; nothing else writes its tables."""

from cairn.issuing.services.batches import change_policy, issuance_of_job, send_now, undo
from cairn.issuing.services.corrections import ask_name_correction, decide_name_correction
from cairn.issuing.services.credentials import (
    reinstate,
    replace,
    resend,
    revoke,
    revoke_awards,
    revoke_many,
    suspend,
)
from cairn.issuing.services.issue import issue_awards, issue_conferred, issue_offering, issue_page
from cairn.issuing.services.issuers import (
    change_issuer,
    resume_key,
    revoke_key,
    rotate_key,
    set_up_issuer,
    suspend_key,
)
from cairn.issuing.services.lists import renew_status_lists

__all__ = [
    "ask_name_correction",
    "change_issuer",
    "change_policy",
    "decide_name_correction",
    "issuance_of_job",
    "issue_awards",
    "issue_conferred",
    "issue_offering",
    "issue_page",
    "reinstate",
    "renew_status_lists",
    "replace",
    "resend",
    "resume_key",
    "revoke",
    "revoke_awards",
    "revoke_key",
    "revoke_many",
    "rotate_key",
    "send_now",
    "set_up_issuer",
    "suspend",
    "suspend_key",
    "undo",
]
