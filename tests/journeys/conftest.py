"""A real site in processes of its own, and a real browser in front of it."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.rabbitmq import free_port
from tests.support.site import ROOT, Site

BROWSERS = ("chromium", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "vendor/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = 1280, 375


class Stage(Site):
    """The small university of the demonstration, before anybody has been taught."""

    names: dict[str, str]

    def set(self, scene: str) -> None:
        """Let everything happen that a journey finds there."""
        self.env["PYTHONPATH"] += os.pathsep + str(ROOT / "examples")
        self.tables()
        self.module(scene)
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def begin(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.serve()

    def serve(self) -> None:
        self.process = self.start("serve", "--bind", f"127.0.0.1:{self.port}")
        self.wait(self._answers)

    def stop(self) -> None:
        self.process.stop()

    def _answers(self) -> bool:
        import urllib3

        try:
            answer = urllib3.request("GET", f"{self.url}/readyz", timeout=2, retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200


def _site(folder: Path) -> Stage:
    return Stage(
        folder,
        CAIRN_ORIGIN="https://harbour.example",
        CAIRN_DEMO="true",
        CAIRN_STALE_AFTER="60",
    )


@pytest.fixture(scope="session")
def scenery(tmp_path_factory):
    """A scene is set once in a session; every journey plays in a copy."""
    models: dict[str, Stage] = {}

    def copy(scene: str) -> Stage:
        if scene not in models:
            models[scene] = _site(tmp_path_factory.mktemp("scene") / "site")
            models[scene].set(f"tests.journeys.{scene}")
        folder = tmp_path_factory.mktemp(scene) / "site"
        shutil.copytree(models[scene].folder, folder)
        return _site(folder)

    return copy


@pytest.fixture(scope="module")
def stage(scenery):
    site = scenery("stage")
    site.begin()
    yield site
    site.close()


@pytest.fixture(scope="module")
def furnished(scenery):
    """The same university where something of everything happened; ``names`` says what is called how."""
    site = scenery("furnished")
    site.names = json.loads((site.folder / "furnished.json").read_text("utf-8"))
    site.begin()
    yield site
    site.close()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("There is no Chromium here. Install it, for example: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield started
        started.close()


class Visitor:
    """Somebody with a browser of their own: a width, a theme, scripts or none."""

    def __init__(self, browser, stage, *, width=WIDE, scripts=True, dark=False, **options):
        self.stage = stage
        self.context = browser.new_context(
            base_url=stage.url,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
            locale="en-AU",
            timezone_id="Australia/Melbourne",
            accept_downloads=True,
            **options,
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.trouble: list[str] = []
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message):
        if message.type == "error" and "Content Security Policy" in message.text:
            self.trouble.append(message.text)

    def act_as(self, role: str) -> Visitor:
        """Sign in with one press, as the demonstration lets everybody."""
        self.page.goto("/demo")
        self.page.locator(f'form:has(input[name="role"][value="{role}"]) button').first.click()
        self.page.wait_for_load_state()
        return self

    def open(self, path: str) -> Visitor:
        answer = self.page.goto(path)
        assert answer is None or answer.status < 400, f"{path}: {answer.status}"
        return self

    def open_any(self, path: str) -> Visitor:
        """Open an address whose answer may be a refusal."""
        self.page.goto(path)
        return self

    def press(self, name: str | re.Pattern[str]) -> Visitor:
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        return self

    def follow(self, name: str | re.Pattern[str]) -> Visitor:
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        return self

    def leads(self, link: Any, url: str) -> Visitor:
        """Follow a link in a letter; pressed once more, as people do, if nothing came of it."""
        from playwright.sync_api import TimeoutError as TooLate

        for last in (False, False, True):
            link.click()
            try:
                self.page.wait_for_url(url, wait_until="commit", timeout=5_000)
            except TooLate:
                if last:
                    raise
            else:
                break
        self.page.wait_for_load_state()
        return self

    def sees(self, text: str | re.Pattern[str]) -> Visitor:
        self.page.get_by_text(text).first.wait_for()
        return self

    def close(self) -> None:
        self.context.close()
        assert self.trouble == []


@pytest.fixture
def visitor(browser, stage):
    made: list[Visitor] = []

    def make(**options) -> Visitor:
        made.append(Visitor(browser, stage, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def faults(page) -> list[str]:
    """What axe finds that is serious or worse."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
