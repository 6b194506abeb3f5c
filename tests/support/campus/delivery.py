"""Offerings and the learners in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from cairn.delivery import services
from cairn.delivery.models import Enrolment, Kind, Offering
from cairn.delivery.services import ImportReport
from cairn.kernel.models import Person
from tests.support.campus import design

STARTS_ON, ENDS_ON = date(2026, 9, 1), date(2026, 12, 18)


def sheet(*rows: str) -> bytes:
    """A file with these lines."""
    return "\n".join([*rows, ""]).encode()


class Learner:
    """One enrolment with the words of the rooms above it; parts add to what it can do."""

    def __init__(self, run: Run, enrolment: Enrolment) -> None:
        self.run = run
        self.campus = run.campus
        self.enrolment = enrolment

    @property
    def person(self) -> Person:
        return self.enrolment.person

    @property
    def ledger(self) -> list[str]:
        """What happened to this enrolment and to what hangs on it."""
        return self.campus.ledger(*self.traces())

    def traces(self) -> list[str]:
        """The public ids under which the ledger tells of this learner."""
        return [self.enrolment.public_id]

    def withdraw(self) -> Learner:
        services.withdraw(self.enrolment, by=self.campus.registrar)
        self.campus.settle()
        return self


class Run:
    """An offering with its learners by name."""

    learner_class = Learner

    def __init__(self, campus: Any, offering: Offering) -> None:
        self.campus = campus
        self.offering = offering
        self.learners: dict[str, Any] = {}

    def enrol(self, *names: str) -> Any:
        """Enrol people by name; their ids are their names. Returns the last one."""
        for name in names:
            enrolment = services.enrol(
                self.offering,
                person=self.campus.person(name),
                source_key=name,
                by=self.campus.registrar,
            )
            self.learners[name] = self.campus.learner(self, enrolment)
        return self.learners[names[-1]]

    def roster(self, *rows: str, header: str = "id,name,email", **options: Any) -> ImportReport:
        """Import a class list of these lines."""
        report = services.import_roster(
            self.offering, sheet(header, *rows), by=self.campus.registrar, **options
        )
        self.campus.settle()
        return report

    def close(self) -> Run:
        services.close_offering(self.offering, by=self.campus.registrar)
        return self


class Part(design.Part):
    """``campus.offering()`` is open, and always the same for one code."""

    run_class: type[Run] = Run
    learner_class: type[Learner] = Learner

    def learner(self, run: Run, enrolment: Enrolment) -> Any:
        return self.learner_class(run, enrolment)

    def planned(self, code: str = "SEC-2026", **options: Any) -> Offering:
        """An offering that is planned; options are those of the service, and ``version``."""
        version = options.pop("version", None) or self.approved_version()
        dates = {"starts_on": STARTS_ON, "ends_on": ENDS_ON}
        return services.plan_offering(version, code=code, **(dates | options), by=self.registrar)

    def offering(self, code: str = "SEC-2026", **options: Any) -> Any:
        """An open offering as a :class:`Run`."""
        runs = self.__dict__.setdefault("_runs", {})
        if code not in runs:
            planned = self.planned(code, **options)
            runs[code] = self.run_class(self, services.open_offering(planned, by=self.registrar))
        return runs[code]

    def pilot(self, code: str = "SEC-PILOT") -> Any:
        return self.offering(code, kind=Kind.PILOT)
