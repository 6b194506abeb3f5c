"""Teaching pages without scripts: cohorts, people, marks, results, awards, corrections."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cairn.assessment.models import Award, Mark, Result
from cairn.delivery.models import Enrolment, Offering
from cairn.kernel import services
from cairn.kernel.models import LedgerEntry

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOSTILE = ("a\0b", "\u202egnp.exe", "<script>alert(1)</script>", "x" * 1_000_000)


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    made = Campus()
    assert made.issuer
    return made


@pytest.fixture
def enter(campus):
    """A browser with somebody signed in: ``enter(campus.teacher)``."""

    def come(actor):
        from cairn.kernel.models import Account, Person

        with campus.here():
            person = Person.objects.get(pk=actor.person_id)
        account = Account.objects.filter(person=person).first() or services.create_account(
            person, login=f"{actor.id}@harbour.example", password="", by=campus.console
        )
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(account, backend=BACKEND)
        return client

    return come


def words(answer):
    text = answer.content.decode()
    text = text[text.index("<main") : text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def at(name, *rows):
    return reverse(f"teach:{name}", args=[row.public_id for row in rows])


def everything(campus):
    with campus.here():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Offering, Enrolment, Mark, Result, Award, LedgerEntry)
        ]


# --- who may see what -----------------------------------------------------------------------------


def test_strangers_are_sent_to_sign_in_and_others_find_nothing(campus, enter):
    run = campus.offering()
    ada = run.enrol("ada")
    stranger = Client(SERVER_NAME="127.0.0.1")
    addresses = [
        at("cohort", run.offering),
        at("marks", run.offering),
        at("results", run.offering),
        at("release", run.offering),
        at("confer", run.offering),
        at("import-roster", run.offering),
        at("person", run.offering, ada.enrolment),
    ]
    learner = enter(type(campus.teacher).of(ada.person))
    author = enter(campus.author)
    for address in addresses:
        assert stranger.get(address).status_code == 302
        assert learner.get(address).status_code == 404
        assert author.get(address).status_code == 404


def test_a_cohort_says_what_is_next_through_its_life(campus, enter):
    offering = campus.planned()
    registrar, teacher = enter(campus.registrar), enter(campus.teacher)
    place = at("cohort", offering)
    assert "Nobody is enrolled yet." in words(registrar.get(place))
    run = campus.run_class(campus, offering)
    run.enrol("ada", "grace", "mary")
    assert "3 people are enrolled. Open the cohort when it begins." in words(registrar.get(place))
    registrar.post(at("open", offering))
    offering.refresh_from_db()
    assert "3 people wait for marks." in words(teacher.get(place))
    for name, score in (("ada", 80), ("grace", 30)):
        run.learners[name].mark(units=2, each=score)
    run.learners["mary"].mark(t1=70)
    said = words(teacher.get(place))
    assert "2 of 3 marked." in said
    assert "1 waits for Live task." in said
    assert f"{at('marks', offering)}?task=t2" in teacher.get(place).content.decode()
    run.learners["mary"].mark(t2=70)
    assert "3 results wait to be released." in words(teacher.get(place))
    run.release()
    said = words(teacher.get(place))
    assert "2 people have passed and have no award yet." in said
    assert "It comes with the role registrar." in said
    assert "Preview and confer" in words(registrar.get(place))
    run.confer()
    assert "2 awards stand. Nothing waits for you." in words(teacher.get(place))
    run.learners["grace"].mark(t1=31)
    assert "1 result waits to be released." in words(teacher.get(place))
    run.learners["grace"].mark(t1=30)
    assert "2 awards stand. Nothing waits for you." in words(teacher.get(place))


def test_planning_opening_and_closing(campus, enter):
    version = campus.approved_version()
    registrar = enter(campus.registrar)
    form = {
        "version": version.public_id,
        "code": "SEC-9",
        "title": "",
        "starts_on": "2026-12-24",
        "ends_on": "2026-12-01",
        "kind": "pilot",
    }
    answer = registrar.post(reverse("teach:plan"), form)
    assert "There is a problem" in words(answer)
    answer = registrar.post(reverse("teach:plan"), form | {"ends_on": "2027-02-01"})
    with campus.here():
        made = Offering.objects.get()
    assert answer.url == at("cohort", made)
    assert (made.code, made.kind, made.title) == ("SEC-9", "pilot", "Foundations of security")
    assert registrar.get(at("open", made)).status_code == 200
    registrar.post(at("open", made))
    made.refresh_from_db()
    assert made.state == "open"
    registrar.post(at("close", made))
    made.refresh_from_db()
    assert made.state == "closed"
    before = everything(campus)
    assert registrar.post(at("open", made)).status_code == 409
    assert everything(campus) == before


def test_a_teacher_reads_why_and_changes_nothing_that_is_not_theirs(campus, enter):
    run = campus.offering()
    ada = run.enrol("ada").mark(units=2, each=71)
    run.release()
    teacher = enter(campus.teacher)
    assert at("import-roster", run.offering) not in teacher.get(at("cohort", run.offering)).text
    before = everything(campus)
    for address in (
        at("close", run.offering),
        at("confer", run.offering),
        at("withdraw", run.offering, ada.enrolment),
        at("reinstate", run.offering, ada.enrolment),
        at("enrol", run.offering),
        at("import-roster", run.offering),
    ):
        answer = teacher.post(address, {"source_key": "x", "name": "X", "email": "", "paste": "id"})
        assert answer.status_code in (200, 403, 409, 422), address
        assert "comes with the role registrar" in words(answer), address
        assert everything(campus) == before, address


# --- people ---------------------------------------------------------------------------------------


def test_enrolling_by_hand_withdrawing_and_coming_back(campus, enter):
    run = campus.offering()
    registrar = enter(campus.registrar)
    form = {"source_key": "0012", "name": "Ada Lovelace", "email": "ada@private.example"}
    assert registrar.post(at("enrol", run.offering), form).status_code == 302
    with campus.here():
        one = Enrolment.objects.select_related("person").get()
    assert (one.source_key, one.person.full_name, one.state) == ("0012", "Ada Lovelace", "enrolled")
    refused = registrar.post(at("enrol", run.offering), form | {"source_key": "0013"})
    assert "is in this offering as 0012" in words(refused)
    registrar.post(at("withdraw", run.offering, one))
    one.refresh_from_db()
    assert one.state == "withdrawn"
    assert "Reinstate" in words(registrar.get(at("person", run.offering, one)))
    registrar.post(at("reinstate", run.offering, one))
    one.refresh_from_db()
    assert one.state == "enrolled"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_answered(campus, enter, text):
    run = campus.offering()
    ada = run.enrol("ada")
    registrar = enter(campus.registrar)
    before = everything(campus)
    for address, form in (
        (at("enrol", run.offering), {"source_key": text, "name": "A", "email": ""}),
        (at("enrol", run.offering), {"source_key": "1", "name": f"{text}\0", "email": ""}),
        (at("marks", run.offering) + "?task=t1", {f"m-{ada.enrolment.public_id}": text}),
        (
            reverse("teach:correct", args=[run.offering.public_id, ada.enrolment.public_id, "t1"]),
            {"score": text, "was": "0"},
        ),
    ):
        answer = registrar.post(address, form)
        # Markup is text like any other, and printed as such.
        assert answer.status_code in ((200, 302, 422) if "script" in text else (200, 422)), address
        assert b"<script>alert" not in answer.content
    if "script" not in text:
        assert everything(campus) == before
    for name in ("q", "after", "before", "sort", "show", "task"):
        assert registrar.get(at("cohort", run.offering), {name: text[:5000]}).status_code == 200
        assert registrar.get(at("marks", run.offering), {name: text[:5000]}).status_code == 200


def test_people_are_found_sorted_and_paged(campus, enter):
    run = campus.offering()
    run.roster(*(f"s{number:03},Person {number:03}," for number in range(60)))
    teacher = enter(campus.teacher)
    place = at("cohort", run.offering)
    first = teacher.get(place)
    assert words(first).count("Person 0") == 50
    more = re.search(r'rel="next" href="([^"]+)"', first.content.decode())[1].replace("&amp;", "&")
    second = teacher.get(place + more)
    assert "Person 049" not in words(second)
    assert words(second).count("Person 05") == 10
    back = re.search(r'rel="prev" href="([^"]+)"', second.content.decode())[1]
    assert words(teacher.get(place + back.replace("&amp;", "&"))).count("Person 0") == 50
    assert words(teacher.get(place, {"q": "s007"})).count("Person 0") == 1
    last_first = words(teacher.get(place, {"sort": "-name"}))
    assert last_first.index("Person 059") < last_first.index("Person 058")
    assert "Person 000" not in last_first


@pytest.mark.parametrize("name", ["cohort", "marks", "results", "release", "confer"])
def test_the_number_of_queries_does_not_grow(campus, enter, name):
    def asked(people, code):
        run = campus.offering(code)
        run.roster(*(f"{code}{number},Person {number}," for number in range(people)))
        header = "id,t1,t2"
        run.marks(*(f"{code}{number},70,80" for number in range(people)), header=header)
        run.release()
        client = enter(campus.registrar)
        client.get(at(name, run.offering))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(at(name, run.offering)).status_code == 200
        return len(queries)

    few, many = asked(5, "A"), asked(60, "B")
    # A second page asks nothing more; results pages count all in one query.
    assert few == many
    assert many <= 60


def test_the_list_of_cohorts_asks_as_often_for_one_as_for_many(campus, enter):
    teacher = enter(campus.teacher)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert teacher.get(reverse("teach:home")).status_code == 200
        return len(queries)

    campus.offering("ONE").enrol("ada")
    teacher.get(reverse("teach:home"))
    one = asked()
    for number in range(8):
        campus.offering(f"MORE-{number}").enrol("ada", "grace")
    assert asked() == one
    assert "MORE-7" in words(teacher.get(reverse("teach:home"), {"q": "more-7"}))


# --- marks ----------------------------------------------------------------------------------------


def test_marks_are_saved_row_by_row_and_faults_keep_what_was_typed(campus, enter):
    run = campus.offering()
    ada, grace, mary, joan = (run.enrol(name) for name in ("ada", "grace", "mary", "joan"))
    teacher = enter(campus.teacher)
    place = at("marks", run.offering) + "?task=t1"
    form = {
        f"m-{ada.enrolment.public_id}": "71,5",
        f"was-{ada.enrolment.public_id}": "0",
        f"m-{grace.enrolment.public_id}": "lots",
        f"m-{mary.enrolment.public_id}": "absent",
        f"m-{joan.enrolment.public_id}": "",
    }
    answer = teacher.post(place, form)
    assert answer.status_code == 422
    said = words(answer)
    assert "1 mark" not in said
    assert "2 marks saved." in said
    assert (
        "Grace: lots is not a mark. Write a number from 0 to 100, such as 67.5, or absent." in said
    )
    assert 'value="lots"' in answer.content.decode()
    with campus.here():
        marks = dict(Mark.objects.values_list("enrolment__source_key", "score"))
    assert {key: score and str(score) for key, score in marks.items()} == {
        "ada": "71.50",
        "mary": None,
    }


def test_nobodys_mark_is_written_over_unseen(campus, enter):
    run = campus.offering()
    ada = run.enrol("ada").mark(t1=60)
    key = ada.enrolment.public_id
    teacher = enter(campus.teacher)
    place = at("marks", run.offering) + "?task=t1"
    ada.mark(t1=71)
    before = everything(campus)
    answer = teacher.post(place, {f"m-{key}": "65", f"was-{key}": "1"})
    assert answer.status_code == 422
    assert "Somebody recorded 71 meanwhile. Save again to put 65 in its place." in words(answer)
    assert everything(campus) == before
    assert teacher.post(place, {f"m-{key}": "65", f"was-{key}": "2"}).status_code == 302
    with campus.here():
        assert list(Mark.objects.order_by("number").values_list("number", "score")) == [
            (1, 60), (2, 71), (3, 65),
        ]  # fmt: skip


def test_one_row_is_saved_as_it_is_left(campus, enter):
    run = campus.offering()
    ada = run.enrol("ada")
    key = ada.enrolment.public_id
    teacher = enter(campus.teacher)
    place = at("mark", run.offering, ada.enrolment)
    answer = teacher.post(place, {"task": "t1", f"m-{key}": "50", f"was-{key}": "0"})
    assert answer.status_code == 200
    assert answer.content.decode().startswith(f'<tr id="row-{key}"')
    assert "Saved" in answer.content.decode()
    assert teacher.get(place).status_code == 405
    assert teacher.post(place, {"task": "nope", f"m-{key}": "50"}).status_code == 404


# --- results, awards, corrections -----------------------------------------------------------------


def test_release_and_confer_say_first_what_they_do(campus, enter):
    run = campus.offering()
    run.enrol("ada").mark(units=2, each=80)
    run.enrol("grace").mark(t1=20)
    teacher, registrar = enter(campus.teacher), enter(campus.registrar)
    before = everything(campus)
    said = words(teacher.get(at("release", run.offering)))
    assert "2 results are released for the first time." in said
    assert "1 of 2 passes" in said
    assert "1 person lacks a mark, which counts zero." in said
    assert "Grace 8 Live task" in said
    assert everything(campus) == before
    assert teacher.post(at("release", run.offering)).url == at("results", run.offering)
    assert "There is nothing new to release" in words(teacher.get(at("release", run.offering)))
    said = words(registrar.get(at("confer", run.offering)))
    assert "1 person has earned the award" in said
    assert "Grace The marks are not enough." in said
    registrar.post(at("confer", run.offering))
    campus.settle()
    with campus.here():
        assert [each.enrolment.source_key for each in Award.objects.all()] == ["ada"]
    assert "Nothing new was earned" in words(registrar.get(at("confer", run.offering)))


def test_a_correction_shows_its_consequences_before_it_is_made(campus, enter):
    run = campus.offering()
    ada = run.enrol("ada").mark(units=2, each=60)
    ada.issue()
    registrar, teacher = enter(campus.registrar), enter(campus.teacher)
    place = reverse("teach:correct", args=[run.offering.public_id, ada.enrolment.public_id, "t2"])
    before = everything(campus)
    said = words(registrar.get(place, {"score": "20"}))
    assert "The award is withdrawn, and its credential is revoked." in said
    assert "Record this mark and withdraw the award" in said
    assert "comes with the role registrar" in words(teacher.get(place, {"score": "20"}))
    assert "the outcome stays the same" in words(registrar.get(place, {"score": "70"}))
    refused = teacher.post(place, {"score": "20", "was": "1"})
    assert "There is a problem" in words(refused)
    unseen = registrar.post(place, {"score": "20", "was": "0"})
    assert "recorded another mark meanwhile" in words(unseen)
    assert everything(campus) == before
    answer = registrar.post(place, {"score": "20", "was": "1"})
    assert answer.url == at("person", run.offering, ada.enrolment)
    campus.settle()
    assert ada.award.withdrawn_on is not None
    assert ada.credential.state == "revoked"
    said = words(registrar.get(answer.url))
    assert "Award withdrawn" in said
    assert "2 entries" in said


def test_an_award_is_taken_back_for_a_reason(campus, enter):
    run = campus.offering()
    ada = run.enrol("ada").mark(units=2, each=60)
    ada.issue()
    registrar = enter(campus.registrar)
    place = at("take-back", run.offering, ada.enrolment)
    before = everything(campus)
    assert "Fill in" in words(registrar.post(place, {"reason": " "}))
    assert everything(campus) == before
    registrar.post(place, {"reason": "Work of another person."})
    campus.settle()
    assert ada.award.reason == "Work of another person."


def test_search_finds_cohorts_and_people_of_those_who_teach_them(campus, enter):
    run = campus.offering()
    ada = run.enrol("ada")
    found = enter(campus.teacher).get(reverse("search"), {"q": "ada"})
    assert at("person", run.offering, ada.enrolment) in found.content.decode()
    hidden = enter(campus.author).get(reverse("search"), {"q": "ada"})
    assert at("person", run.offering, ada.enrolment) not in hidden.content.decode()
