"""The life of one micro-credential, as the tutorial tells it, pressed in a browser for its pictures.

Every label here is a label of `docs/tutorial/from-idea-to-verified-badge.md`: where a page changes
its words, this stops, and the tutorial is mended with it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

TITLE: Final = "Incident drill"
OUTCOMES: Final = (
    "Classify a security incident by its impact\n"
    "Contain an incident without destroying evidence\n"
    "Report an incident to those who must know"
)
ROSTER: Final = "id,name,email\ns1,Ada Byron,ada@example.org\ns2,Bo Lindqvist,bo@example.org\n"
#: Its pictures, in the order of the tutorial.
STEPS: Final = (
    "story-start",
    "story-draft",
    "story-submit",
    "story-review",
    "story-returned",
    "story-check",
    "story-marks",
    "story-release",
    "story-issued",
    "story-letter",
    "story-suspended",
)
PATIENCE: Final = 60.0


@contextmanager
def worker() -> Iterator[None]:
    """Jobs run as they do behind ``cairn serve``: credentials are signed, mail is kept."""
    process = subprocess.Popen([Path(sys.executable).with_name("cairn"), "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


class Story:
    """One browser; people change places in it, as the demonstration lets them."""

    def __init__(self, view: Any, origin: str, keep: Callable[[str], None]) -> None:
        self.view, self.origin, self.keep = view, origin, keep

    def tell(self) -> str:
        """From three questions to a credential that was taken back and given again. Returns its public id."""
        self.define()
        self.decide("Return with a reason", "Say how the decisions are defended.")
        self.mend()
        self.decide("Approve", "Outcomes, task and rule fit together.")
        self.teach()
        public_id = self.issue()
        self.suspend(public_id)
        return public_id

    # --- steps

    def define(self) -> None:
        self.be("Grace Obi").follow("Start a micro-credential")
        self.fill("What will people be able to do?", OUTCOMES)
        self.fill("For whom is it?", "People who run servers")
        self.fill("How many hours will it take them?", "40")
        self.fill(
            "How will you see that they can?",
            "Handle a simulated incident and defend the decisions",
        )
        self.fill("What shall it be called?", TITLE)
        self.keep("story-start")
        self.press("Make my first draft")
        self.keep("story-draft")
        self.follow("Go on with Basics")
        self.fill("Description", "Handle an incident from the first sign to the report.")
        self.fill("Mode", "Online").press("Save and go on")
        self.follow("Assessment")
        self.view.get_by_label("Is it known who did the work?").first.select_option(
            label="Yes, it is secure"
        )
        self.fill("Type of assessment", "Simulation with an oral defence").press("Save and go on")
        self.follow("Level and credit").fill("Level", "AQF level 7")
        self.fill("How the level was found", "Compared with the AQF criteria for level 7.")
        self.press("Save and go on").fill("Mark that is enough", "50").press("Save and go on")
        self.fill("What a learner must do to earn it", "Handle the incident.")
        self.press("Save and go on").submit(picture=True)

    def submit(self, *, picture: bool = False) -> None:
        self.follow("Overview").follow("Submit for review")
        if picture:
            self.keep("story-submit")
        self.press("Submit for review").sees("It is submitted")

    def decide(self, decision: str, reason: str) -> None:
        self.be("Haruki Lindgren").follow(TITLE)
        if decision == "Approve":
            self.keep("story-review")
        self.view.get_by_role("radio", name=decision).check()
        self.fill("Reason, kept with the record", reason).press("Record the decision")

    def mend(self) -> None:
        self.be("Grace Obi").follow(TITLE).sees("It came back to you")
        self.keep("story-returned")
        self.follow("Criteria")
        self.fill(
            "What a learner must do to earn it",
            "Handle the incident and defend each decision in person.",
        )
        self.press("Save and go on").submit()

    def teach(self) -> None:
        self.be("Tomas Eriksen").follow("Plan a cohort")
        version = self.view.get_by_label("Micro-credential").first
        option = version.locator("option").filter(has_text=TITLE)
        version.select_option(option.get_attribute("value"))
        self.fill("Code", "DRILL-1").fill("Title", "Incident drill, summer")
        self.fill("First day", "2026-11-02").fill("Last day", "2026-12-14")
        self.press("Plan this cohort").follow("Open").press("Open this cohort")
        self.follow("Import people").fill("Or paste the rows", ROSTER)
        self.press("Upload").press("See what it would do")
        self.keep("story-check")
        self.press("Import 2 people").follow("Back to the cohort").follow("Enter marks")
        self.fill("Ada Byron", "71").fill("Bo Lindqvist", "38")
        self.keep("story-marks")
        self.press("Save marks").follow("Preview and release")
        self.keep("story-release")
        self.press("Release 2 results").follow("Preview and confer").press("Confer 1 award")

    def issue(self) -> str:
        end = time.monotonic() + PATIENCE
        self.open("/registry/")
        while not self.view.get_by_text(re.compile("^1 credential, ")).count():
            if time.monotonic() > end:
                raise SystemExit("The worker did not sign in time.")
            time.sleep(1)
            self.open("/registry/")
        self.follow("What was conferred")
        self.sees("1 credential is issued")
        self.keep("story-issued")
        self.press("Send the mail now").open("/demo/mail")
        self.follow(f"Ada, your {TITLE} credential is ready")
        self.keep("story-letter")
        self.view.frame_locator("iframe").get_by_role("link", name="Open my credential").click()
        self.view.wait_for_url("**/c/crd_*")
        return str(re.search(r"crd_\w+", self.view.url)[0])  # type: ignore[index]

    def suspend(self, public_id: str) -> None:
        """It counts no more, its page says so, and then it counts again."""
        self.open(f"/registry/credentials/{public_id}").follow("Suspend")
        self.fill("Reason", "The marks are looked at again.").press("Suspend")
        self.open(f"/c/{public_id}").sees("Suspended since")
        self.keep("story-suspended")
        self.open(f"/registry/credentials/{public_id}").follow("Reinstate")
        self.fill("Reason", "The marks were right.").press("Reinstate")

    # --- hands and eyes

    def be(self, name: str) -> Story:
        self.open("/demo")
        return self.press(f"Be {name}")

    def open(self, path: str) -> Story:
        self.view.goto(self.origin + path, wait_until="networkidle")
        return self

    def press(self, name: str) -> Story:
        self.view.locator("main").get_by_role("button", name=name, exact=True).first.click()
        self.view.wait_for_load_state("networkidle")
        return self

    def follow(self, name: str) -> Story:
        self.view.locator("main").get_by_role("link", name=name).first.click()
        self.view.wait_for_load_state("networkidle")
        return self

    def fill(self, label: str, words: str) -> Story:
        self.view.locator("main").get_by_label(label).first.fill(words)
        return self

    def sees(self, words: str) -> Story:
        self.view.get_by_text(words).first.wait_for()
        return self
