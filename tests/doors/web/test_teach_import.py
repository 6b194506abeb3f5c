"""The whole story of a sheet, without scripts: upload, match, dry run, fix, confirm, result, undo."""

import io
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cairn.assessment.models import Mark
from cairn.delivery.models import Enrolment, ImportDraft
from cairn.kernel import clock
from cairn.kernel.models import LedgerEntry
from cairn.kernel.personal import erase_person
from cairn.sheet import read_table
from cairn.sheet.writing import as_xlsx
from tests.doors.web.test_teach import at, campus, enter, words

__all__ = ["campus", "enter"]  # fixtures

ROSTER = [
    ["Student number", "First name", "Last name", "E-mail", "Room"],
    ["0012", "Ada", "Lovelace", "ada@private.example", "B1"],
    ["0013", "Grace", "Hopper", "", "B2"],
]
CSV = "\n".join(";".join(line) for line in ROSTER).encode("cp1252")
PASTE = "\n".join("\t".join(line) for line in ROSTER)


def upload(client, run, kind="roster", *, raw=b"", name="list.csv", paste=""):
    data = {"paste": paste}
    if raw:
        data["file"] = SimpleUploadedFile(name, raw)
    return client.post(at(f"import-{kind}", run.offering), data)


def step(answer, name):
    """The address of a step of the same import."""
    return re.sub(r"/[a-z]+$", f"/{name}", answer.url)


def chosen(client, answer):
    """What the page proposes for each column."""
    html = client.get(answer.url).content.decode()
    found = {}
    for at_, options in re.findall(r'<select id="c-(\d+)"(.*?)</select>', html, re.DOTALL):
        told = re.search(r'<option value="([^"]*)" selected', options)
        found[f"c-{at_}"] = told[1] if told else ""
    return found


def matched(client, answer, **changes):
    return client.post(answer.url, chosen(client, answer) | changes)


def seen(answer):
    return re.search(r'name="seen" value="([0-9a-f]+)"', answer.content.decode())[1]


def people(campus):
    with campus.here():
        rows = Enrolment.objects.select_related("person").order_by("source_key")
        return [(row.source_key, row.person.full_name, row.state) for row in rows]


def facts(campus):
    with campus.here():
        return LedgerEntry.objects.count()


@pytest.mark.parametrize(
    "way",
    [
        {"raw": CSV},
        {"raw": as_xlsx(ROSTER, name="List"), "name": "list.xlsx"},
        {"paste": PASTE},
    ],
    ids=["csv", "xlsx", "paste"],
)
def test_a_class_list_from_upload_to_undo(campus, enter, way):
    run, registrar = campus.offering(), enter(campus.registrar)
    before = facts(campus)
    uploaded = upload(registrar, run, **way)
    assert uploaded.status_code == 302
    page = words(registrar.get(uploaded.url))
    assert "0012" in page
    assert "recognised by the id" in page
    assert chosen(registrar, uploaded) == {
        "c-0": "id", "c-1": "name", "c-2": "name", "c-3": "email", "c-4": "",
    }  # fmt: skip
    assert matched(registrar, uploaded).url == step(uploaded, "check")
    checked = registrar.get(step(uploaded, "check"))
    assert "2 people are enrolled." in words(checked)
    assert people(campus) == []
    assert facts(campus) == before
    done = registrar.post(step(uploaded, "confirm"), {"seen": seen(checked)})
    assert done.url == step(uploaded, "done")
    assert people(campus) == [
        ("0012", "Ada Lovelace", "enrolled"),
        ("0013", "Grace Hopper", "enrolled"),
    ]
    assert "The class list is in" in words(registrar.get(done.url))
    after = facts(campus)
    again = upload(registrar, run, **way)
    assert chosen(registrar, again)["c-1"] == "name"
    matched(registrar, again)
    assert "The sheet changes nothing" in words(registrar.get(step(again, "check")))
    assert facts(campus) == after
    registrar.post(step(uploaded, "undo"))
    assert {state for _key, _name, state in people(campus)} == {"withdrawn"}
    assert "nothing to take back" in words(registrar.post(step(uploaded, "undo"), follow=True))


def test_marks_with_faults_are_fixed_in_the_page_all_or_nothing(campus, enter):
    run, teacher = campus.offering(), enter(campus.teacher)
    run.enrol("0012", "0013")
    raw = b"id,Report,Live task (t2)\n0012,71,lots\n0013,absent,60\n99,1,2\n"
    uploaded = upload(teacher, run, "marks", raw=raw)
    assert chosen(teacher, uploaded) == {"c-0": "id", "c-1": "t1", "c-2": "t2"}
    matched(teacher, uploaded)
    page = teacher.get(step(uploaded, "check"))
    said = words(page)
    assert "2 problems, so nothing can be written yet" in said
    assert "lots is not a mark. Write a number from 0 to 100, such as 67.5, or absent." in said
    assert "Nobody with the id 99 is enrolled here." in said
    assert teacher.post(step(uploaded, "confirm"), {"seen": ""}).url == step(uploaded, "check")
    with campus.here():
        assert Mark.objects.count() == 0
    book = teacher.get(step(uploaded, "report.xlsx"))
    table = read_table(book.content)
    assert table.titles == ("id", "Report", "Live task (t2)", "Row", "Result", "What to fix")
    assert table.rows[0][1][:5] == ("0012", "71", "lots", "2", "problem")
    assert table.rows[1][1][3:5] == ("3", "new")
    text = teacher.get(step(uploaded, "report.csv")).content.decode("utf-8-sig")
    assert text.splitlines()[2] == "0013,absent,60,3,new,"
    teacher.post(step(uploaded, "fix"), {"e-2-2": "80", "leave-4": "yes"})
    page = teacher.get(step(uploaded, "check"))
    assert "4 marks are recorded." in words(page)
    teacher.post(step(uploaded, "confirm"), {"seen": seen(page)})
    with campus.here():
        marks = Mark.objects.order_by("enrolment__source_key", "task")
        assert [(row.task, row.score and str(row.score)) for row in marks] == [
            ("t1", "71.00"), ("t2", "80.00"), ("t1", None), ("t2", "60.00"),
        ]  # fmt: skip
    teacher.post(step(uploaded, "undo"))
    with campus.here():
        newest = {(m.enrolment_id, m.task): m.score for m in Mark.objects.order_by("number")}
    assert set(newest.values()) == {None}


def test_the_report_sent_back_corrected_is_read(campus, enter):
    run, teacher = campus.offering(), enter(campus.teacher)
    run.enrol("0012")
    uploaded = upload(teacher, run, "marks", raw=b"id,t1\n0012,?\n")
    matched(teacher, uploaded)
    back = teacher.get(step(uploaded, "report.csv")).content.replace(b"0012,?", b"0012,55")
    again = upload(teacher, run, "marks", raw=back)
    assert chosen(teacher, again) == {"c-0": "id", "c-1": "t1", "c-2": "", "c-3": "", "c-4": ""}
    matched(teacher, again)
    assert "1 mark is recorded." in words(teacher.get(step(again, "check")))


def test_two_imports_at_once_the_second_looks_again(campus, enter):
    run, teacher = campus.offering(), enter(campus.teacher)
    run.enrol("0012")
    first = upload(teacher, run, "marks", raw=b"id,t1\n0012,50\n")
    second = upload(teacher, run, "marks", raw=b"id,t1\n0012,60\n")
    pages = []
    for one in (first, second):
        matched(teacher, one)
        pages.append(teacher.get(step(one, "check")))
    teacher.post(step(first, "confirm"), {"seen": seen(pages[0])})
    answer = teacher.post(step(second, "confirm"), {"seen": seen(pages[1])})
    assert answer.status_code == 409
    assert "Somebody else changed the same rows" in words(answer)
    assert "1 mark is replaced" in words(answer)
    with campus.here():
        assert [str(mark.score) for mark in Mark.objects.all()] == ["50.00"]
    teacher.post(step(second, "confirm"), {"seen": seen(answer)})
    assert "were changed since" in words(teacher.post(step(first, "undo"), follow=True))
    with campus.here():
        assert [str(mark.score) for mark in Mark.objects.order_by("pk")] == ["50.00", "60.00"]


def test_released_results_keep_an_import_from_being_taken_back(campus, enter):
    run, teacher = campus.offering(), enter(campus.teacher)
    run.enrol("0012")
    uploaded = upload(teacher, run, "marks", raw=b"id,t1,t2\n0012,50,60\n")
    matched(teacher, uploaded)
    teacher.post(step(uploaded, "confirm"), {"seen": seen(teacher.get(step(uploaded, "check")))})
    run.release()
    assert "Results were released since." in words(teacher.get(step(uploaded, "done")))
    before = facts(campus)
    teacher.post(step(uploaded, "undo"))
    assert facts(campus) == before


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"", "", "Choose a file, or paste the rows with their titles."),
        (b"\xd0\xcf\x11\xe0", "x.xls", "This is an old Excel workbook, or one with a password."),
        (b"%PDF-1.7", "x.pdf", "This is a PDF, not CSV."),
        (b"PK\x03\x04junk", "x.xlsx", "This workbook cannot be unpacked."),
        (b"id,name\n", "x.csv", "a first row and nothing below it"),
        (b"id,n\0ame\n1,2\n", "x.csv", "NUL character"),
        (b"x" * 10_000_001, "x.csv", "This file is larger than 10 MB."),
    ],
)
def test_what_cannot_be_read_is_named_with_its_cure_and_not_kept(campus, enter, raw, name, said):
    run, registrar = campus.offering(), enter(campus.registrar)
    answer = upload(registrar, run, raw=raw, name=name)
    assert answer.status_code == 422
    assert said in words(answer)
    with campus.here():
        assert ImportDraft.objects.count() == 0


def test_columns_must_be_said_and_said_once(campus, enter):
    run, registrar = campus.offering(), enter(campus.registrar)
    uploaded = upload(registrar, run, raw=b"a,b,c\n1,2,3\n")
    answer = registrar.post(uploaded.url, {"c-0": "email", "c-1": "email", "c-2": "<b>"})
    assert answer.status_code == 422
    said = words(answer)
    assert "Say which column is “Id (recognises the person)”." in said
    assert "Two columns are “E-mail address”. Choose one." in said


def test_a_kept_sheet_is_its_owners_and_goes_after_a_day(campus, enter):
    run, registrar = campus.offering(), enter(campus.registrar)
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with clock.frozen(now) as hands:
        uploaded = upload(registrar, run, raw=CSV)
        assert enter(campus.teacher).get(uploaded.url).status_code == 404
        assert registrar.get(uploaded.url).status_code == 200
        hands.at = now + timedelta(days=1, minutes=1)
        assert registrar.get(uploaded.url).status_code == 404
        from cairn.delivery.jobs import sweep_imports

        sweep_imports(None)
        with campus.here():
            assert ImportDraft.objects.count() == 0


def test_a_sheet_can_be_forgotten_and_goes_with_the_people_in_it(campus, enter):
    run, registrar = campus.offering(), enter(campus.registrar)
    uploaded = upload(registrar, run, raw=CSV)
    registrar.post(step(uploaded, "drop"))
    with campus.here():
        assert ImportDraft.objects.count() == 0
    ada = run.enrol("ada")
    upload(registrar, run, raw=CSV)
    erase_person(ada.person, by=campus.console)
    with campus.here():
        assert ImportDraft.objects.count() == 0


def test_a_teacher_brings_marks_and_no_class_list(campus, enter):
    run, teacher = campus.offering(), enter(campus.teacher)
    before = facts(campus)
    answer = upload(teacher, run, raw=CSV)
    assert answer.status_code == 422
    assert "comes with the role registrar" in words(answer)
    with campus.here():
        assert ImportDraft.objects.count() == 0
    assert facts(campus) == before


def test_templates_come_back_as_they_went(campus, enter):
    run, teacher = campus.offering(), enter(campus.teacher)
    run.enrol("0012")
    address = reverse("teach:template", args=[run.offering.public_id, "marks", "xlsx"])
    raw = teacher.get(address).content
    table = read_table(raw)
    assert table.titles == ("id", "name", "t1", "t2")
    assert table.rows[0][1][:2] == ("0012", "0012")
    uploaded = upload(teacher, run, "marks", raw=raw, name="marks.xlsx")
    assert chosen(teacher, uploaded) == {"c-0": "id", "c-1": "", "c-2": "t1", "c-3": "t2"}


def test_a_thousand_rows_are_checked_within_seconds(campus, enter):
    run, registrar = campus.offering(), enter(campus.registrar)
    lines = [["id", "name", "email"]]
    lines += [[f"{n:05}", f"Person {n}", f"p{n}@private.example"] for n in range(1_000)]
    uploaded = upload(registrar, run, raw=as_xlsx(lines, name="List"), name="list.xlsx")
    matched(registrar, uploaded)
    began = time.perf_counter()
    page = registrar.get(step(uploaded, "check"))
    assert time.perf_counter() - began < 5
    assert "1000 people are enrolled." in words(page)
    assert io.BytesIO(page.content).getbuffer().nbytes < 200_000
