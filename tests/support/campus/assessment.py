"""Marks, results and awards."""

from __future__ import annotations

from datetime import date
from typing import Any

from cairn.assessment import selectors, services
from cairn.assessment.models import Award, Mark, Result
from cairn.assessment.services import Correction, MarksReport, Released, Settled
from tests.support.campus import delivery


class Learner(delivery.Learner):
    """A learner who is marked and may earn an award."""

    def mark(self, *, units: int | None = None, each: Any = None, **scores: Any) -> Learner:
        """Marks for the first ``units`` tasks, ``each`` the same; or by key: ``mark(t1=70)``."""
        tasks = [task.key for task in self.run.offering.version.text.tasks]
        wanted = dict.fromkeys(tasks[:units], each) if each is not None else {}
        services.record_marks(self.enrolment, scores=wanted | scores, by=self.campus.teacher)
        return self

    def correct(self, **scores: Any) -> Correction | None:
        """Correct marks, one by one, with everything that follows."""
        correction = None
        for task, score in scores.items():
            correction = services.correct_mark(
                self.enrolment, task=task, score=score, by=self.campus.registrar
            )
        self.campus.settle()
        return correction

    def award_now(self, *, on: date | None = None) -> Learner:
        """Release this offering's results and confer its awards."""
        self.run.release()
        self.run.confer(on=on)
        return self

    @property
    def award(self) -> Award:
        """The newest award, standing or not."""
        with self.campus.here():
            award = Award.objects.filter(enrolment=self.enrolment).order_by("-pk").first()
        assert award is not None, "No award was conferred."
        return award

    @property
    def result(self) -> Result | None:
        with self.campus.here():
            return selectors.newest_result(self.enrolment)

    def traces(self) -> list[str]:
        with self.campus.here():
            return [
                *super().traces(),
                *(
                    public_id
                    for model in (Mark, Result, Award)
                    for public_id in model.objects.filter(enrolment=self.enrolment).values_list(
                        "public_id", flat=True
                    )
                ),
            ]


class Run(delivery.Run):
    """An offering whose learners are marked and awarded."""

    learners: dict[str, Any]

    def marks(self, *rows: str, header: str = "id,task,score", **options: Any) -> MarksReport:
        """Import a sheet of marks of these lines."""
        report = services.import_marks(
            self.offering, delivery.sheet(header, *rows), by=self.campus.teacher, **options
        )
        self.campus.settle()
        return report

    def release(self) -> Released:
        return services.release_results(self.offering, by=self.campus.teacher)

    def confer(self, *, on: date | None = None) -> Settled:
        settled = services.confer_awards(self.offering, on=on, by=self.campus.registrar)
        self.campus.settle()
        return settled


class Part(delivery.Part):
    """``campus.offering().enrol("ada").mark(units=2, each=71).award_now()``"""

    run_class = Run
    learner_class = Learner

    def withdraw(self, award: Award, *, reason: str) -> Award:
        withdrawn = services.withdraw_award(award, reason=reason, by=self.registrar)
        self.settle()
        return withdrawn
