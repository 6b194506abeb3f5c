"""Sheets: upload, match, dry run, fix, confirm, result. Nothing is written before the last button."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.assessment import selectors as assessment
from cairn.assessment import services as assessing
from cairn.delivery import selectors, services
from cairn.delivery.models import Enrolment, ImportDraft, Sheet
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.sheet import SheetError, Table
from cairn.sheet.writing import as_csv, as_xlsx
from cairn.sheet.writing import report as annotated
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.teach import sheets
from cairn.web.teach.forms import UploadForm
from cairn.web.teach.reading import rights

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASTED: Final = "pasted.tsv"


@signed_in
def roster(request: PageRequest, offering: str) -> HttpResponse:
    return _upload(request, offering, Sheet.ROSTER)


@signed_in
def marks(request: PageRequest, offering: str) -> HttpResponse:
    return _upload(request, offering, Sheet.MARKS)


def _upload(request: PageRequest, public_id: str, kind: Sheet) -> HttpResponse:
    row = selectors.taught_for(request.actor, public_id)
    allowed = rights(request.actor, row)
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        name = file.name if file else PASTED
        try:
            raw = _bytes(file) if file else form.cleaned_data["paste"].encode()
            draft = services.start_draft(row, kind=kind, file_name=name, raw=raw, by=request.actor)
        except (Refused, Denied) as exc:
            form.refuse(exc, "file" if file else "paste")
        else:
            fault = _unreadable(draft)
            if not fault:
                return redirect("teach:import-match", draft.public_id)
            services.drop_draft(draft, by=request.actor)
            form.refuse(fault, "file" if file else "paste")
    return page(
        request,
        "teach/import_upload.html",
        offering=row,
        kind=kind.value,
        form=form,
        may=allowed.enrol if kind is Sheet.ROSTER else allowed.mark,
        planned=row.state == "planned",
        status=422 if form.errors else 200,
    )


def _bytes(file: Any) -> bytes:
    """What was uploaded; one byte more than is kept tells that there is too much."""
    return bytes(file.read(services.MOST_BYTES + 1))


def _unreadable(draft: ImportDraft) -> str:
    try:
        table = sheets.table_of(draft)
    except SheetError as exc:
        return str(exc)
    return "" if table.rows else _("The sheet has a first row and nothing below it. Add the rows.")


def _draft(request: PageRequest, public_id: str) -> ImportDraft:
    return selectors.drafts(request.actor).find(public_id)


@signed_in
def match(request: PageRequest, draft: str) -> HttpResponse:
    row = _draft(request, draft)
    if row.outcome is not None:
        return redirect("teach:import-done", row.public_id)
    table = sheets.table_of(row)
    columns = sheets.columns_of(row, table)
    fields = sheets.fields(row)
    refusals: list[str] = []
    if request.method == "POST":
        chosen = {
            column.position: request.POST.get(f"c-{column.position}", "") for column in columns
        }
        known = {field.name for field in fields}
        chosen = {at: name for at, name in chosen.items() if name in known}
        refusals = _faults(row, chosen, fields)
        if not refusals:
            services.match_draft(row, columns=chosen, titles=table.titles, by=request.actor)
            return redirect("teach:import-check", row.public_id)
        row.columns = {str(at): name for at, name in chosen.items()}
        columns = sheets.columns_of(row, table)
    return page(
        request,
        "teach/import_match.html",
        draft=row,
        offering=row.offering,
        table=table,
        columns=columns,
        fields=fields,
        refusals=refusals,
        status=422 if refusals else 200,
    )


def _faults(draft: ImportDraft, chosen: dict[int, str], fields: list[sheets.Field]) -> list[str]:
    names = list(chosen.values())
    found = [
        _("Say which column is “%(field)s”.") % {"field": field.label}
        for field in fields
        if field.needed and field.name not in names
    ]
    found += [
        _("Two columns are “%(field)s”. Choose one.") % {"field": field.label}
        for field in fields
        if names.count(field.name) > 1 and field.name != "name"
    ]
    if draft.kind == Sheet.MARKS and not found:
        if ("task" in names) != ("score" in names):
            found.append(
                _("With one mark in a row, both the key of the task and the mark have a column.")
            )
        elif not set(names) - {"id"}:
            found.append(_("Say which column holds the marks of a task."))
    return found


@signed_in
def check(request: PageRequest, draft: str) -> HttpResponse:
    return _check(request, _draft(request, draft))


def _check(
    request: PageRequest, row: ImportDraft, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    if row.outcome is not None:
        return redirect("teach:import-done", row.public_id)
    if row.columns is None:
        return redirect("teach:import-match", row.public_id)
    try:
        checked = sheets.dry_run(row, by=request.actor)
    except (Refused, Denied) as exc:
        checked, refusal, status = None, str(exc), 409
    return page(
        request,
        "teach/import_check.html",
        draft=row,
        offering=row.offering,
        checked=checked,
        faulty=sheets.faulty_rows(row, checked) if checked else [],
        general=[one for one in checked.problems if one.row is None or one.row <= checked.table.top]
        if checked
        else [],
        refusal=refusal,
        status=status,
    )


@signed_in
def fix(request: PageRequest, draft: str) -> HttpResponse:
    """Correct the faulty cells in the page, or leave rows out."""
    row = _draft(request, draft)
    if request.method == "POST" and row.columns is not None and row.outcome is None:
        table = sheets.table_of(row)
        edits: dict[tuple[int, int], str] = {}
        without = []
        for number, cells in table.rows:
            if request.POST.get(f"leave-{number}"):
                without.append(number)
            for at in map(int, row.columns):
                text = request.POST.get(f"e-{number}-{at}")
                before = row.edits.get(f"{number}:{at}", cells[at] if at < len(cells) else "")
                if text is not None and text.strip() != before:
                    edits[(number, at)] = text.replace("\0", "\ufffd").strip()[:1000]
        services.edit_draft(row, edits=edits, without=without, by=request.actor)
    return redirect("teach:import-check", row.public_id)


@signed_in
def confirm(request: PageRequest, draft: str) -> HttpResponse:
    row = _draft(request, draft)
    if request.method != "POST" or row.columns is None or row.outcome is not None:
        return redirect("teach:import-check", row.public_id)
    try:
        checked = sheets.write(row, expected=request.POST.get("seen", ""), by=request.actor)
    except (Refused, Denied) as exc:
        return _check(request, row, refusal=str(exc), status=409)
    report = checked.report
    if not report.written:
        return redirect("teach:import-check", row.public_id)
    outcome = {
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "undo": sheets.undoing(row, report),
    }
    services.finish_draft(row, outcome=outcome, by=request.actor)
    return redirect("teach:import-done", row.public_id)


@signed_in
def done(request: PageRequest, draft: str) -> HttpResponse:
    row = _draft(request, draft)
    if row.outcome is None:
        return redirect("teach:import-check", row.public_id)
    return page(
        request,
        "teach/import_done.html",
        draft=row,
        offering=row.offering,
        outcome=row.outcome,
        undoable=len(row.outcome["undo"]),
        why_not=_why_no_undo(row),
    )


def _why_no_undo(row: ImportDraft) -> str:
    """Why the import cannot be taken back any more; empty when it can."""
    if row.outcome is None or not row.outcome["undo"]:
        return _("There is nothing to take back.")
    keys = {line[0] for line in row.outcome["undo"]}
    here = Enrolment.objects.filter(offering=row.offering)
    people = {one.source_key: one for one in here if one.source_key in keys}
    told = assessment.newest_results(one.pk for one in people.values())
    if told:
        return _("Results were released since. Correct single marks instead.")
    marks_now = assessment.newest_marks([one.pk for one in people.values()])
    if row.kind == Sheet.ROSTER:
        return _("Marks were given since. Withdraw people one by one.") if marks_now else ""
    for key, task, _before, written in row.outcome["undo"]:
        one = people.get(key)
        standing = marks_now.get(one.pk, {}).get(task) if one else None
        now = "absent" if standing is None or standing.score is None else str(standing.score)
        if not _same(now, written):
            return _("Some of these marks were changed since. Correct single marks instead.")
    return ""


def _same(one: str, other: str) -> bool:
    return assessing.read_score(one) == assessing.read_score(other)


@signed_in
def undo(request: PageRequest, draft: str) -> HttpResponse:
    row = _draft(request, draft)
    if request.method != "POST" or row.outcome is None:
        return redirect("teach:import-done", row.public_id)
    why_not = _why_no_undo(row)
    if why_not:
        messages.error(request, why_not)
        return redirect("teach:import-done", row.public_id)
    back = row.outcome["undo"]
    if row.kind == Sheet.ROSTER:
        table = Table.of(("id", "name", "state"), back)
        report: Any = services.import_roster(row.offering, table, by=request.actor)
    else:
        table = Table.of(("id", "task", "score"), [line[:3] for line in back])
        report = assessing.import_marks(row.offering, table, by=request.actor)
    if report.problems:
        messages.error(request, str(report.problems[0]))
        return redirect("teach:import-done", row.public_id)
    services.finish_draft(row, outcome={**row.outcome, "undo": []}, by=request.actor)
    words = ngettext("%(n)s change is taken back.", "%(n)s changes are taken back.", len(back))
    messages.success(request, words % {"n": len(back)})
    return redirect("teach:cohort", row.offering.public_id)


@signed_in
def drop(request: PageRequest, draft: str) -> HttpResponse:
    row = _draft(request, draft)
    if request.method == "POST":
        services.drop_draft(row, by=request.actor)
        messages.info(request, _("The sheet is forgotten. Nothing was changed."))
    return redirect("teach:cohort", row.offering.public_id)


@signed_in
def report(request: PageRequest, draft: str, ext: str) -> HttpResponse:
    """The same file back, each row with what became of it and what to fix."""
    row = _draft(request, draft)
    if ext not in ("csv", "xlsx") or row.columns is None:
        raise NotFound("report")
    checked = sheets.dry_run(row, by=request.actor)
    lines = annotated(checked.table, sheets.results(checked.report), checked.problems)
    return _file(lines, ext, f"{_stem(row.file_name)}-checked", name="Checked")


@signed_in
def template(request: PageRequest, offering: str, kind: str, ext: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, offering)
    if kind not in list(Sheet) or ext not in ("csv", "xlsx"):
        raise NotFound("template")
    lines, means = sheets.template_lines(row, kind)
    return _file(lines, ext, f"{kind}-{_stem(row.code)}", name=kind.title(), dictionary=means)


def _file(
    lines: list[list[str]],
    ext: str,
    stem: str,
    *,
    name: str,
    dictionary: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    if ext == "csv":
        body, kind = as_csv(lines), "text/csv; charset=utf-8"
    else:
        body, kind = as_xlsx(lines, name=name, dictionary=dictionary or ()), XLSX
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{stem}.{ext}"'
    return response


def _stem(name: str) -> str:
    """A file name that any system takes."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(
        each if each.isascii() and (each.isalnum() or each in "-_") else "-" for each in stem
    )
    return kept.strip("-")[:60] or "sheet"
