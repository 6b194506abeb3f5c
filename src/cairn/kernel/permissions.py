"""Who may do what, as data: permissions and their meaning, roles, and named system processes.

The names of permissions are words here, nothing more; the policies that ask for them live in the
rooms. Answers are verdicts, which carry the reason when they say no.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with a reason for people. Its truth is the answer."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


_YES = Verdict(allowed=True)


def yes() -> Verdict:
    return _YES


def no(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    REGISTRAR = "registrar"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    TEACHER = "teacher"


class UnknownPermission(LookupError):
    """The code asks for a permission that no table knows."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no permission {name!r}. Add a line to PERMISSIONS in cairn.kernel.permissions."
        )


class UnknownSystem(LookupError):
    """The code acts as a system process that no table knows."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no system process {name!r}. Add a line to SYSTEMS in cairn.kernel.permissions."
        )


PERMISSIONS: dict[str, str] = {
    "kernel.administer": "Keep people, org units, roles and API clients.",
    "kernel.add_people": "Make people and their addresses known.",
    "kernel.erase": "Erase the personal data of a person.",
    "ledger.read": "Read the ledger and check its chain.",
    "design.write": "Propose achievements and write their drafts.",
    "quality.submit": "Submit a proposal for review.",
    "quality.decide": "Decide a review.",
    "delivery.plan": "Plan, open and close offerings.",
    "delivery.enrol": "Enrol learners, withdraw them and import rosters.",
    "assessment.mark": "Record and import marks.",
    "assessment.release": "Release the results of an offering.",
    "assessment.confer": "Confer awards.",
    "assessment.withdraw": "Withdraw an award, with a reason.",
    "issuing.set_up": "Set up the issuer and its keys, and rotate them.",
    "issuing.issue": "Issue credentials for awards.",
    "issuing.revoke": "Suspend, reinstate, revoke and replace credentials.",
    "issuing.publish": "Publish status lists.",
}

ROLES: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            "kernel.administer",
            "kernel.add_people",
            "kernel.erase",
            "ledger.read",
            "issuing.set_up",
        }
    ),
    Role.REGISTRAR: frozenset(
        {
            "kernel.add_people",
            "ledger.read",
            "delivery.plan",
            "delivery.enrol",
            "assessment.mark",
            "assessment.release",
            "assessment.confer",
            "assessment.withdraw",
            "issuing.issue",
            "issuing.revoke",
            "issuing.publish",
        }
    ),
    Role.AUTHOR: frozenset({"design.write", "quality.submit"}),
    Role.REVIEWER: frozenset({"quality.decide"}),
    Role.TEACHER: frozenset({"assessment.mark", "assessment.release"}),
}

# A system process is a part of Cairn that acts on its own; it holds what is listed, nothing else.
SYSTEMS: dict[str, frozenset[str]] = {
    "create-institution": frozenset({"kernel.administer", "issuing.set_up"}),
    "command-line": frozenset(PERMISSIONS) - {"quality.decide"},
    "deliver-facts": frozenset(),
    "import-roster": frozenset({"delivery.enrol", "kernel.add_people"}),
    "import-marks": frozenset({"assessment.mark"}),
    "sweep-imports": frozenset(),
    "follow-enrolments": frozenset({"assessment.withdraw"}),
    "issue-credentials": frozenset({"issuing.issue", "issuing.publish"}),
    "follow-awards": frozenset({"issuing.issue", "issuing.revoke", "issuing.publish"}),
    "publish-status": frozenset({"issuing.publish"}),
}


def roles_with(permission: str) -> frozenset[Role]:
    """The roles that bring this permission."""
    if permission not in PERMISSIONS:
        raise UnknownPermission(permission)
    return frozenset(role for role, brings in ROLES.items() if permission in brings)


def system_holds(name: str, permission: str) -> bool:
    if permission not in PERMISSIONS:
        raise UnknownPermission(permission)
    if name not in SYSTEMS:
        raise UnknownSystem(name)
    return permission in SYSTEMS[name]
