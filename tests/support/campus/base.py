"""The institution, its tree and its people."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from cairn.kernel import jobs, services
from cairn.kernel.actor import Actor
from cairn.kernel.models import LedgerEntry, OrgUnit, Person
from cairn.kernel.permissions import Role
from cairn.kernel.tenancy import within

LONG_AGO = date(2020, 1, 1)


class Part:
    """A university with a faculty and a school, and one person in each role.

    ``author``, ``reviewer``, ``registrar``, ``teacher`` and ``administrator`` are actors. Author and
    teacher work in the school, the reviewer in the faculty above it, the others for the whole.
    """

    def __init__(self, slug: str = "harbour", *, time_zone: str = "Europe/Dublin") -> None:
        self.institution = services.create_institution(
            name=f"{slug.title()} University", slug=slug, country="IE", time_zone=time_zone
        )
        with self.here():
            self.root = OrgUnit.objects.get(parent=None)
        self.faculty = self.unit("Science", under=self.root, kind="faculty")
        self.school = self.unit("Computing", under=self.faculty, kind="school")
        self._people: dict[str, Person] = {}

    def here(self):
        """Read the rows of this university: ``with campus.here(): ...``"""
        return within(self.institution)

    @property
    def console(self) -> Actor:
        """The command line, which keeps the university going."""
        return Actor.system("command-line", institution=self.institution)

    def unit(self, name: str, *, under: OrgUnit, kind: str = "school") -> OrgUnit:
        return services.add_org_unit(under, name=name, kind=kind, by=self.console)

    def person(self, name: str) -> Person:
        """The person of this name; the first time, a new one."""
        if name not in self._people:
            self._people[name] = services.add_person(
                self.institution,
                full_name=name.title(),
                given_name=name.split(maxsplit=1)[0].title(),
                address=f"{name.replace(' ', '.').lower()}@{self.institution.slug}.example",
                by=self.console,
            )
        return self._people[name]

    def staff(self, name: str, *roles: Role, at: OrgUnit | None = None) -> Actor:
        """A person who has held these roles since long ago."""
        person = self.person(name)
        for role in roles:
            services.give_role(
                person, role=role, at=at or self.root, since=LONG_AGO, by=self.console
            )
        return Actor.of(person)

    @cached_property
    def administrator(self) -> Actor:
        return self.staff("edsger admin", Role.ADMINISTRATOR)

    @cached_property
    def registrar(self) -> Actor:
        return self.staff("mary registrar", Role.REGISTRAR)

    @cached_property
    def author(self) -> Actor:
        return self.staff("grace author", Role.AUTHOR, at=self.school)

    @cached_property
    def reviewer(self) -> Actor:
        return self.staff("alan reviewer", Role.REVIEWER, at=self.faculty)

    @cached_property
    def teacher(self) -> Actor:
        return self.staff("joan teacher", Role.TEACHER, at=self.school)

    def settle(self) -> int:
        """Let happen what follows: deliver facts and run jobs, until nothing is due."""
        return jobs.drain()

    def ledger(self, *subjects: object) -> list[str]:
        """The names of the facts about these rows, oldest first; of all, without any."""
        with self.here():
            entries = LedgerEntry.objects.order_by("number")
            if subjects:
                entries = entries.filter(subject__in=[str(subject) for subject in subjects])
            return list(entries.values_list("fact", flat=True))
