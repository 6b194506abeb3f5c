"""The addresses of the teaching pages."""

from django.urls import path

from cairn.web.teach import cohort, finding, home, importing, marks, person, results

app_name = "teach"

__all__ = ["finding"]

urlpatterns = [
    path("", home.home, name="home"),
    path("plan", home.plan, name="plan"),
    path("imports/<str:draft>/match", importing.match, name="import-match"),
    path("imports/<str:draft>/check", importing.check, name="import-check"),
    path("imports/<str:draft>/fix", importing.fix, name="import-fix"),
    path("imports/<str:draft>/confirm", importing.confirm, name="import-confirm"),
    path("imports/<str:draft>/done", importing.done, name="import-done"),
    path("imports/<str:draft>/undo", importing.undo, name="import-undo"),
    path("imports/<str:draft>/drop", importing.drop, name="import-drop"),
    path("imports/<str:draft>/report.<str:ext>", importing.report, name="import-report"),
    path("<str:offering>/", cohort.people, name="cohort"),
    path("<str:offering>/about", cohort.about, name="about"),
    path("<str:offering>/open", home.open_, name="open"),
    path("<str:offering>/close", home.close, name="close"),
    path("<str:offering>/marks", marks.marks, name="marks"),
    path("<str:offering>/marks/<str:enrolment>", marks.one, name="mark"),
    path("<str:offering>/results", results.results, name="results"),
    path("<str:offering>/release", results.release, name="release"),
    path("<str:offering>/confer", results.confer, name="confer"),
    path("<str:offering>/import/roster", importing.roster, name="import-roster"),
    path("<str:offering>/import/marks", importing.marks, name="import-marks"),
    path("<str:offering>/templates/<str:kind>.<str:ext>", importing.template, name="template"),
    path("<str:offering>/enrol", person.enrol, name="enrol"),
    path("<str:offering>/people/<str:enrolment>", person.person, name="person"),
    path("<str:offering>/people/<str:enrolment>/withdraw", person.withdraw, name="withdraw"),
    path("<str:offering>/people/<str:enrolment>/reinstate", person.reinstate, name="reinstate"),
    path("<str:offering>/people/<str:enrolment>/award", person.take_back, name="take-back"),
    path("<str:offering>/people/<str:enrolment>/marks/<str:task>", person.correct, name="correct"),
]
