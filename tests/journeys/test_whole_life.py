"""One micro-credential from three questions to a corrected name, by everybody whose work it is."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import NARROW, WIDE

OUTCOMES = (
    "Classify a security incident by its impact\n"
    "Contain an incident without destroying evidence\n"
    "Report an incident to those who must know"
)
GENUINE = "Genuine and current"


@pytest.fixture(
    params=[(WIDE, True), (NARROW, True), (WIDE, False)], ids=["wide", "narrow", "without scripts"]
)
def town(request, visitor, stage):
    width, scripts = request.param
    return Town(
        visitor, stage, f"Incident response {width}{'' if scripts else ' plain'}", width, scripts
    )


class Town:
    """The people of one story. Each has a browser of their own."""

    def __init__(self, visitor, stage, title, width, scripts):
        self.make, self.stage, self.title = visitor, stage, title
        self.width, self.scripts = width, scripts
        self.key = re.sub(r"\W", "", title).lower()
        self.staff = {}

    def who(self, role):
        if role not in self.staff:
            self.staff[role] = self.make(width=self.width, scripts=self.scripts).act_as(role)
        return self.staff[role]

    def stranger(self, *, scripts=True):
        return self.make(width=self.width, scripts=scripts)

    # --- design and review

    def define(self):
        author = self.who("author").open("/studio/start")
        page = author.page
        page.locator("[name=outcomes]").fill(OUTCOMES)
        page.locator("[name=prerequisites]").fill("People who run servers")
        page.locator("[name=hours]").fill("40")
        page.locator("[name=task]").fill("Handle a simulated incident and defend the decisions")
        page.locator("[name=title]").fill(self.title)
        author.press("Make my first draft")
        self.draft = page.url.removesuffix("/")
        self.write("basics", description="Handle an incident from the first sign to the report.")
        self.write("assessment", **{"tasks-0-weight": "100"}, choose={"tasks-0-secure": "yes"})
        self.write("level", level="AQF level 7", level_comparison="Compared with AQF level 7.")
        self.write("award", pass_mark="50")

    def write(self, section, *, choose=None, **texts):
        author = self.who("author").open(f"{self.draft}/{section}")
        for name, text in texts.items():
            author.page.locator(f'[name="{name}"]').first.fill(text)
        for name, value in (choose or {}).items():
            author.page.locator(f'[name="{name}"]').first.select_option(value)
        for box in author.page.locator('input[type=checkbox][name$="-outcomes"]').all():
            box.check()
        author.press("Save and go on")

    def submit(self):
        self.who("author").open(f"{self.draft}/submit").press("Submit for review")
        assert "/submitted" in self.who("author").page.url

    def decide(self, outcome, reason):
        reviewer = self.who("reviewer").open("/review/").follow(self.title)
        reviewer.page.locator(f"[name=outcome][value={outcome}]").check()
        reviewer.page.locator("[name=reason]").fill(reason)
        reviewer.press("Record the decision")
        assert "/decided" in reviewer.page.url

    # --- teaching

    def teach(self):
        registrar = self.who("registrar").open("/teach/plan")
        page = registrar.page
        option = page.locator("[name=version] option").filter(has_text=self.title)
        page.locator("[name=version]").select_option(option.get_attribute("value"))
        page.locator("[name=code]").fill(self.key.upper()[-20:])
        page.locator("[name=title]").fill(f"Cohort of {self.title}")
        page.locator("[name=starts_on]").fill("2026-11-02")
        page.locator("[name=ends_on]").fill("2026-12-14")
        registrar.press("Plan this cohort")
        self.cohort = page.url.removesuffix("/")
        registrar.open(f"{self.cohort}/open")
        page.locator("main form button").last.click()
        page.wait_for_load_state()
        self.import_sheet(
            "roster",
            "id,name,email\n"
            f"{self.key}1,Ada Byron,ada.{self.key}@example.org\n"
            f"{self.key}2,Bo Lindqvist,bo.{self.key}@example.org\n",
        )
        registrar.open(f"{self.cohort}/marks")
        for box, mark in zip(
            page.locator("input[inputmode=decimal]").all(), ("71", "38"), strict=True
        ):
            box.fill(mark)
        if self.scripts:
            page.wait_for_timeout(300)
        registrar.press("Save marks")

    def import_sheet(self, kind, text):
        registrar = self.who("registrar").open(f"{self.cohort}/import/{kind}")
        registrar.page.locator("main textarea").first.fill(text)
        registrar.press("Upload")
        registrar.press("See what it would do")
        registrar.press(re.compile("^Import 2 people"))
        registrar.sees("The class list is in")

    def release(self):
        registrar = self.who("registrar").open(f"{self.cohort}/release")
        registrar.press("Release 2 results")
        registrar.open(f"{self.cohort}/confer")
        registrar.page.locator("main form button.main").last.click()
        registrar.page.wait_for_load_state()

    # --- the registry

    def take_over(self):
        """The registry decides to look at each award itself, before the first is conferred."""
        registrar = self.who("registrar").open("/registry/")
        registrar.page.get_by_label("A registrar, from this queue").check()
        registrar.page.locator("form[action$=policy] button").click()
        registrar.sees("From now on a registrar issues. New awards wait in this queue.")

    def issue(self):
        """Looked at, signed, taken back while nobody knows of it, signed again, and only then sent."""
        registrar = self.who("registrar").open("/registry/")
        registrar.follow(f"Cohort of {self.title}")
        registrar.sees("As it will read").sees("Ada Byron").sees("1 letter leaves")
        assert self.credential() == ""
        registrar.press("Issue 1 credential").sees("1 credential is issued")
        self.undone = f"/c/{self.credential()}"
        registrar.follow("Undo").press("Undo them").sees("The awards wait in the queue again.")
        registrar.follow("Look again").press("Issue 1 credential").sees("1 credential is issued")
        self.address = f"/c/{self.credential()}"
        assert self.address != self.undone
        assert not any(state == "kept" for state, _ in self.letters())
        registrar.press("Send the mail now").sees("The mail is on its way.")
        self.stage.wait(lambda: ("kept", self.address[3:]) in self.letters())
        assert [about for state, about in self.letters() if state == "kept"] == [self.address[3:]]

    def letters(self):
        """What Ada was or will be told: how far the letter is ("kept" is what a demonstration sent),
        and about which credential."""
        return self.stage.rows(
            "SELECT m.state, m.about FROM kernel_mail m "
            "JOIN kernel_emailaddress e ON e.person_id = m.person_id "
            f"WHERE m.kind = 'credential-ready' AND e.address = 'ada.{self.key}@example.org'"
        )

    def credential(self, name="Ada Byron"):
        found = self.stage.rows(
            "SELECT c.public_id FROM issuing_credential c "
            "JOIN assessment_award a ON a.id = c.award_id "
            "JOIN delivery_enrolment e ON e.id = a.enrolment_id "
            f"WHERE e.source_key = '{self.key}1' ORDER BY c.id DESC LIMIT 1"
        )
        return found[0][0] if found else ""

    def act(self, action, reason):
        record = f"/registry/credentials/{self.credential()}"
        registrar = self.who("registrar").open(f"{record}/{action}")
        registrar.page.locator("[name=reason]").fill(reason)
        registrar.page.locator("main form button.btn").first.click()
        registrar.page.wait_for_load_state()

    def save(self, reader):
        """The page as one file, in the folder of somebody who wants to have it when the site is gone."""
        with reader.page.expect_download() as download:
            reader.page.locator(f'a[download][href^="{self.address}"][href$="html"]').first.click()
        kept = self.stage.folder / f"kept-{self.key}.html"
        download.value.save_as(kept)
        return kept

    # --- the learner

    def learner(self):
        """Ada signs in with a code that reaches her by mail."""
        if "ada" in self.staff:
            return self.staff["ada"]
        address = f"ada.{self.key}@example.org"
        self.stage.python(
            "import sys\n"
            "from cairn.kernel.models import EmailAddress\n"
            "from cairn.kernel import services\n"
            "from cairn.kernel.actor import Actor\n"
            "e = EmailAddress.objects.unscoped().get(address=sys.argv[1])\n"
            "by = Actor.system('command-line', institution=e.institution)\n"
            "services.create_account(e.person, login=sys.argv[1], by=by)\n",
            address,
        )
        ada = self.make(width=self.width, scripts=self.scripts).open("/account/login/code/")
        ada.page.locator("main input[type=email]").first.fill(address)
        ada.page.locator("main form button").first.click()
        ada.page.wait_for_load_state()
        ada.page.locator("main input:not([type=hidden])").first.fill(self.code(address))
        ada.page.locator("main form button").first.click()
        ada.page.wait_for_load_state()
        self.staff["ada"] = ada
        return ada

    def code(self, address):
        query = f"SELECT text FROM kernel_mail WHERE \"to\" = '{address}' ORDER BY id DESC LIMIT 1"
        found: list[str] = []

        def there():
            rows = self.stage.rows(query)
            text = rows[0][0] if rows else ""
            found[:] = re.findall(r"(?<!\d)(\d{6}|\d{3} \d{3})(?!\d)", text)
            return bool(found)

        self.stage.wait(there)
        return found[0].replace(" ", "")


def test_from_an_idea_to_a_corrected_name(town):
    town.define()
    town.write("criteria", narrative="Handle the incident.")
    town.submit()
    town.decide("return", "Say how the decisions are defended.")
    town.who("author").open(town.draft).sees("Say how the decisions are defended.")
    town.write("criteria", narrative="Handle the incident and defend each decision in person.")
    town.submit()
    town.decide("approve", "Outcomes, task and rule fit together.")
    town.take_over()
    town.teach()
    town.release()
    town.issue()

    # The learner opens what the mail says, with no account; a stranger's browser checks it.
    mail = town.stranger(scripts=town.scripts).open("/demo/mail")
    mail.page.get_by_role(
        "link", name=re.compile(rf"your {town.title} credential", re.IGNORECASE)
    ).first.click()
    mail.page.wait_for_load_state()
    letter = mail.page.frame_locator("iframe")
    mail.leads(letter.get_by_role("link", name="Open my credential"), f"**{town.address}")
    mail.sees(GENUINE)
    stranger = town.stranger().open(town.address).sees(GENUINE).sees("Checked in this browser")
    plain = town.stranger(scripts=False).open(town.address).sees(GENUINE)
    plain.sees("Checked by this server")
    plain.open(town.undone).sees(re.compile("Revoked on"))
    kept = town.save(stranger)

    # She keeps it to herself, then shows it again.
    ada = town.learner().open(f"/learn/credentials/{town.credential()}")
    ada.page.locator("[name=visibility][value=private]").check()
    ada.press("Keep this choice")
    assert GENUINE not in town.stranger().open_any(town.address).page.content()
    ada.page.locator("[name=visibility][value=public]").check()
    ada.press("Keep this choice")
    stranger.open(town.address).sees(GENUINE)

    # A registrar suspends nothing, but revokes by mistake; the page says so to everybody.
    former = town.address
    ada.open("/learn/name")
    ada.page.locator("[name=wanted]").fill("Ada Lovelace")
    ada.page.locator("[name=note]").fill("I married in May.")
    ada.press("Send to the registrar")
    registrar = town.who("registrar").open("/registry/names").follow(re.compile("Ada"))
    registrar.press("Correct the name")
    town.stage.wait(lambda: f"/c/{town.credential()}" != former)
    town.address = f"/c/{town.credential()}"
    stranger.open(town.address).sees(GENUINE)
    stranger.sees("Ada Lovelace")
    stranger.open(former).sees(re.compile("replaced", re.IGNORECASE))
    town.act("revoke", "Issued for another person.")
    stranger.open(town.address).sees(re.compile("Revoked on"))
    town.stranger(scripts=False).open(town.address).sees(re.compile("Revoked on"))

    reads_without_the_server(town, kept)


def reads_without_the_server(town, kept):
    """What was saved before all that still says what was so then."""
    town.stage.stop()
    try:
        alone = town.stranger()
        alone.context.set_offline(True)
        alone.page.goto(kept.as_uri())
        alone.sees(GENUINE).sees("Nobody was asked.").sees("cannot be told here")
    finally:
        town.stage.serve()
