"""Everybody's main task without a mouse: Tab, Enter, Space, arrows and typing, and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import NARROW, WIDE, Visitor
from tests.journeys.keyboard import Keys


@pytest.fixture
def somebody(browser, furnished):
    made: list[Visitor] = []

    def make(role="", width=WIDE, **options) -> Keys:
        made.append(Visitor(browser, furnished, width=width, **options))
        keys = Keys(made[-1])
        if role:
            made[-1].open("/demo")
            keys.skip().to(f'form:has(input[name="role"][value="{role}"]) button').enter()
        return keys

    yield make
    for one in made:
        one.close()


def test_an_author_starts_one_and_submits_it(somebody):
    keys = somebody("author")
    keys.skip().go("Start a micro-credential").skip()
    keys.fill("[name=outcomes]", "Plan a dive to thirty metres").press("Enter")
    keys.type("Lead three divers home").fill("[name=prerequisites]", "Divers")
    keys.fill("[name=hours]", "30").fill("[name=task]", "Lead a dive and talk it over")
    keys.fill("[name=title]", "Dive leading").push("Make my first draft")
    keys.skip().go(re.compile("Basics"))
    keys.skip().fill("[name=description]", "Lead a small group under water and home again.")
    keys.push("Save and go on").skip().go(re.compile("Assessment"))
    keys.skip().fill('[name="tasks-0-weight"]', "100")
    keys.to('[name="tasks-0-secure"]').press("ArrowDown")
    while keys.page.locator('[name="tasks-0-secure"]').input_value() != "yes":
        keys.press("ArrowDown")
    for box in keys.page.locator('[name="tasks-0-outcomes"]').all():
        keys.to(box)
        if not box.is_checked():
            keys.press("Space")
        assert box.is_checked()
    keys.push("Save and go on").skip().go(re.compile("Level and credit"))
    keys.skip().fill("[name=level]", "AQF level 5")
    keys.fill("[name=level_comparison]", "Compared with AQF level 5.").push("Save and go on")
    keys.skip().go(re.compile("Award rule")).skip().fill("[name=pass_mark]", "50")
    keys.push("Save and go on").skip().go(re.compile("Criteria"))
    keys.skip().fill("[name=narrative]", "Lead a dive.").push("Save and go on")
    keys.skip().go("Overview").skip().go(re.compile("Submit")).skip().push("Submit for review")
    assert "/submitted" in keys.page.url


def test_a_reviewer_remarks_on_one_and_returns_it(somebody):
    keys = somebody("reviewer", width=NARROW)
    keys.skip().to("main h2 a").enter()
    keys.skip().to("main .review-say summary").press("Enter")
    keys.to("main .review-say textarea").type("Which readers is this for?")
    keys.push("Add the remark").visitor.sees("Which readers is this for?")
    first, second = keys.page.locator("[name=outcome]").all()
    keys.to("[name=outcome]").has(first).press("Space", "ArrowDown").has(second)
    assert second.is_checked()
    keys.push("Record the decision").has(".error-summary").to(".error-summary a").press("Enter")
    keys.has("[name=reason]").type("Say whom it is for.")
    keys.push("Record the decision")
    assert "/decided" in keys.page.url


def test_a_teacher_marks_a_class_and_releases(somebody, furnished):
    keys = somebody("teacher", width=NARROW)
    keys.skip().to(f'main h2 a[href*="{furnished.names["cohort"]}"]').enter()
    keys.skip().go(re.compile("^Marks$")).skip().to(
        'main nav[aria-label="Task"] a >> nth=2'
    ).enter()
    fields = keys.page.locator("main input[inputmode=decimal]")
    keys.skip().to(fields.first).type("61").press("Enter").has(fields.nth(1)).type("190")
    keys.press("Enter").has(fields.nth(2)).visitor.sees("Saved")
    keys.press("ArrowUp").has(fields.nth(1))
    keys.visitor.sees(re.compile("between 0 and 100|0 to 100"))
    keys.press("Control+A").type("72").press("Tab").has(fields.nth(2))
    keys.page.get_by_text("Saved").nth(1).wait_for()
    keys.push("Save marks").skip().go(re.compile("^Results")).skip().go("Preview and release")
    keys.skip().push(re.compile("^Release [0-9]+ results?$"))


def test_a_registrar_issues_undoes_and_issues(somebody):
    keys = somebody("registrar")
    keys.go("Registry").skip().go(re.compile("^Look and issue"))
    keys.skip().push(re.compile("^Issue 3 credentials$")).visitor.sees("3 credentials are issued")
    keys.skip().go("Undo").skip().push("Undo them").visitor.sees(
        "The awards wait in the queue again"
    )
    keys.skip().go("Look again").skip().push(re.compile("^Issue 3 credentials$"))
    keys.visitor.sees("3 credentials are issued")
    keys.skip().push("Send the mail now").visitor.sees("The mail is on its way.")
    keys.skip().go("See the credentials").skip().to("main table a").enter()
    keys.skip().go("Revoke").skip().to("[name=reason]").type("Issued for another person.")
    keys.push(re.compile("^Revoke")).visitor.sees(re.compile("^Revoked"))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_stranger_looks_at_one_and_checks_it(somebody, furnished, width):
    keys = somebody(width=width, permissions=["clipboard-read", "clipboard-write"])
    address = f"/c/{furnished.names['genuine']}"
    keys.visitor.open(address).sees("Checked in this browser")
    copy = keys.page.get_by_role("button", name="Copy link")
    keys.skip().to(copy).press("Enter").visitor.sees("Copied")
    keys.go("Check another one").skip().to("#text").press("Control+V")
    assert keys.page.locator("#text").input_value() == f"https://harbour.example{address}"
    keys.push("Check it").visitor.sees("Genuine and current")

    assert address in keys.page.url

    # The text itself is checked without another page, and the answer takes the focus.
    keys.visitor.open("/verify")
    text = keys.page.request.get(f"{address}.json").text()
    keys.skip().to("#text").press("Control+A")
    keys.page.keyboard.insert_text(text)
    keys.to(keys.page.get_by_role("button", name="Check it")).press("Enter")
    keys.visitor.sees("Checked in this browser")
    keys.page.locator("[data-result]:focus").wait_for()
    assert keys.page.locator("h2[data-verdict]").inner_text() == "Genuine and current"


def test_the_palette_and_the_menus(somebody):
    keys = somebody("registrar")
    page = keys.page
    search = page.get_by_role("link", name=re.compile("Search or jump to"))
    palette, field = page.locator("#palette"), page.locator("#palette-q")
    keys.to(search).press("Enter")
    keys.has(field).press("Escape").has(search)
    keys.press("Control+K").has(field).type("Ada")
    chosen = page.locator("#palette [aria-selected=true]")
    found = page.locator("#palette [aria-selected=true]", has_text="Ada")
    found.wait_for()  # before the answer comes, the pages stand there
    first = chosen.inner_text()
    keys.press("ArrowDown")
    assert chosen.inner_text() != first
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    keys.press("ArrowUp")
    assert chosen.inner_text() == first
    keys.press("Escape").has(search)
    assert not palette.is_visible()
    keys.press("Control+K").has(field).press("Control+A").type("Ada")
    found.wait_for()
    keys.press("ArrowDown")
    goes = chosen.get_attribute("data-url")
    keys.enter()
    assert page.url.endswith(goes)

    summary = page.locator(".menu-of-me summary")
    keys.to(summary).press("Enter").to(
        page.get_by_role("link", name="Sign-in and security"), most=3
    )
    keys.press("Escape").has(summary)
    assert not page.locator(".menu-list").is_visible()

    page.set_viewport_size({"width": NARROW, "height": 800})
    page.reload()
    menu = page.get_by_role("button", name="Menu")
    keys.to(menu).press("Enter").to(page.locator("#nav a").first, most=1)
    keys.press("Escape").has(menu)
    assert not page.locator("#nav").is_visible()
    keys.press("Space").to(page.locator("#nav a").first, most=1).enter()
