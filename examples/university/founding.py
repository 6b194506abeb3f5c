"""The university itself: its tree, its people, its issuer, and what it has approved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from cairn.design import rules
from cairn.design import services as design
from cairn.design.models import Proposal, Version
from cairn.design.selectors import problems_of
from cairn.issuing import services as issuing
from cairn.issuing.models import Credential, IssuerProfile
from cairn.kernel import services as kernel
from cairn.kernel.actor import Actor
from cairn.kernel.models import Institution, OrgUnit
from cairn.kernel.permissions import Role
from cairn.kernel.tenancy import within
from cairn.quality import services as quality
from university.place import learner_address
from university.telling import Surprise

HERE: Final = Path(__file__).parent
NAME: Final = "Harbour University (a demonstration)"
#: The credentials that the demo issues are of this one.
ON_REAL_DATA: Final = "module-aaa"


@dataclass(frozen=True, slots=True)
class University:
    """A university with a faculty, a school, and one person in each role."""

    institution: Institution
    root: OrgUnit
    faculty: OrgUnit
    school: OrgUnit
    administrator: Actor
    registrar: Actor
    author: Actor
    reviewer: Actor
    teacher: Actor

    @property
    def staff(self) -> tuple[Actor, ...]:
        return (self.administrator, self.registrar, self.author, self.reviewer, self.teacher)


@dataclass(frozen=True, slots=True)
class Draft:
    """A micro-credential as its author wrote it, and what still deserves a look."""

    slug: str
    proposal: Proposal
    warnings: int


def found() -> University:
    """Set the university up. Whoever runs the server names the administrator, who does the rest."""
    institution = kernel.create_institution(
        name=NAME, slug="harbour", country="AU", time_zone="Australia/Melbourne"
    )
    console = Actor.system("command-line", institution=institution)
    with within(institution):
        root = OrgUnit.objects.get(parent=None)
    administrator = _person("Ines Calloway", Role.ADMINISTRATOR, at=root, by=console)
    faculty = kernel.add_org_unit(
        root, name="Faculty of Science and Business", kind="faculty", by=administrator
    )
    school = kernel.add_org_unit(
        faculty, name="School of Computing", kind="school", by=administrator
    )
    return University(
        institution,
        root,
        faculty,
        school,
        administrator,
        registrar=_person("Tomas Eriksen", Role.REGISTRAR, at=root, by=administrator),
        author=_person("Grace Obi", Role.AUTHOR, at=school, by=administrator),
        reviewer=_person("Haruki Lindgren", Role.REVIEWER, at=faculty, by=administrator),
        teacher=_person("Mina Farrow", Role.TEACHER, at=school, by=administrator),
    )


def _person(name: str, role: Role, *, at: OrgUnit, by: Actor) -> Actor:
    address = f"{name.lower().replace(' ', '.')}@harbour.example"
    person = kernel.add_person(by.institution, full_name=name, address=address, by=by)
    kernel.give_role(person, role=role, at=at, by=by)
    kernel.create_account(person, login=address, by=by)
    return Actor.of(person)


def let_learners_in(university: University, *, most: int = 5) -> int:
    """Give the first few who hold a credential an account; to see and show one, nobody needs it."""
    with within(university.institution):
        held = Credential.objects.standing().select_related("award__enrolment__person")
        enrolments = [row.award.enrolment for row in held.order_by("pk")[:most]]
    for enrolment in enrolments:
        login = learner_address(enrolment.source_key)
        kernel.create_account(enrolment.person, login=login, by=university.administrator)
    return len(enrolments)


def set_up_issuer(university: University) -> IssuerProfile:
    return issuing.set_up_issuer(
        university.institution, email="credentials@harbour.example", by=university.administrator
    )


def drafts(university: University) -> list[Draft]:
    """Let the author propose and draft what the files beside this module describe."""
    return [_draft(university, path) for path in sorted(HERE.glob("*.yaml"))]


def written(university: University, path: Path) -> Proposal:
    """Let the author propose what a file describes, finished or not."""
    text: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    author = university.author
    proposal = design.propose(university.school, slug=path.stem, title=text["title"], by=author)
    return design.save_draft(proposal, content=text, by=author)


def _draft(university: University, path: Path) -> Draft:
    proposal = written(university, path)
    with within(university.institution):
        problems = problems_of(proposal)
    if blocking := rules.blocking(problems):
        raise Surprise(f"{path.name}: " + " ".join(str(problem) for problem in blocking))
    return Draft(path.stem, proposal, len(problems))


def approve(university: University, finished: Iterable[Draft]) -> dict[str, Version]:
    """Submit each draft, and let somebody who wrote none of it decide."""
    approved = {}
    for draft in finished:
        review = quality.submit(draft.proposal, by=university.author)
        reason = "Outcomes, tasks and rule fit together, and what is not known is said."
        quality.decide(review, outcome="approve", reason=reason, by=university.reviewer)
        review.version.refresh_from_db()
        approved[draft.slug] = review.version
    return approved
