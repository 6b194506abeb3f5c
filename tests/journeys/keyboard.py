"""Somebody who has a keyboard and no mouse: Tab until it is there, and look where the focus is."""

from __future__ import annotations

import re
from typing import Any, Final

#: What a stop on the way must be: marked, inside the window, and not under something else.
STOP = """(found) => {
  const here = document.activeElement;
  if (!here || here === document.body || here === document.documentElement) {
    return {at: "the top of the page", faults: [], reached: false};
  }
  const said = (here.getAttribute("aria-label") || here.textContent.trim() || here.name || "").slice(0, 40);
  const at = `${here.localName}${here.id ? "#" + here.id : ""} “${said.replace(/\\s+/g, " ")}”`;
  const faults = [];
  const marked = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && !/, 0\\)$|transparent|\\/ 0\\)$/.test(style.outlineColor);
  if (!marked(getComputedStyle(here)) && !marked(getComputedStyle(here, "::after"))) {
    faults.push(`${at} does not show that it has the focus`);
  }
  const inside = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  const points = [...here.getClientRects()].flatMap((box) => [0.1, 0.3, 0.5, 0.7, 0.9].flatMap(
    (x) => [0.15, 0.5, 0.85].map((y) => [box.left + box.width * x, box.top + box.height * y])))
    .filter(([x, y]) => inside(x, y));
  const shown = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (here.contains(top) || top.closest("label")?.control === here);
  });
  if (!points.length) faults.push(`${at} has the focus outside the window`);
  else if (!shown) faults.push(`${at} has the focus under something else`);
  return {at, faults, reached: found.includes(here)};
}"""


#: Milliseconds for which a row that is just saved may still move what stands below it.
SETTLED: Final = 1_500


class Keys:
    """The keyboard of a visitor. Every stop of the focus is looked at."""

    def __init__(self, visitor: Any) -> None:
        self.visitor, self.page = visitor, visitor.page

    def press(self, *names: str) -> Keys:
        for name in names:
            self.page.keyboard.press(name)
        return self

    def type(self, text: str) -> Keys:
        self.page.keyboard.type(text)
        return self

    def stop(self, wanted: Any) -> dict[str, Any]:
        """Where the focus is; a fault is one that stays."""
        for waited in range(0, SETTLED, 100):
            if waited:
                self.page.wait_for_timeout(100)
            found: dict[str, Any] = wanted.evaluate_all(STOP)
            if not found["faults"]:
                return found
        raise AssertionError(f"{self.page.url}: {found['faults']}")

    def to(self, wanted: Any, *, key: str = "Tab", most: int = 60) -> Keys:
        """Press Tab until it has the focus; where it is never reached, tell the way that was gone."""
        if isinstance(wanted, str):
            wanted = self.page.locator(wanted)
        way = []
        for _ in range(most):
            self.press(key)
            found = self.stop(wanted)
            if found["reached"]:
                return self
            way.append(found["at"])
        raise AssertionError(
            f"{self.page.url}: {most} times {key} did not lead there, but to {way}"
        )

    def has(self, wanted: Any) -> Keys:
        """It has the focus, and shows it."""
        if isinstance(wanted, str):
            wanted = self.page.locator(wanted)
        found = self.stop(wanted)
        assert found["reached"], f"{self.page.url}: {found['at']} has the focus"
        return self

    def skip(self) -> Keys:
        """Past everything that is the same on each page, unless an answer began there already."""
        if self.page.url.endswith("#main"):
            return self
        self.to(self.page.get_by_role("link", name="Skip to content"), most=1).press("Enter")
        self.page.locator("#main:focus").wait_for()
        return self

    def go(self, name: str | re.Pattern[str], *, role: str = "link", key: str = "Tab") -> Keys:
        """To a link or button of that name, and through it."""
        self.to(self.page.get_by_role(role, name=name), key=key)
        return self.enter()

    def push(self, name: str | re.Pattern[str], *, key: str = "Tab") -> Keys:
        return self.go(name, role="button", key=key)

    def enter(self) -> Keys:
        """Enter on what leads to another page."""
        with self.page.expect_navigation():
            self.press("Enter")
        self.page.wait_for_load_state()
        return self

    def fill(self, field: str, text: str) -> Keys:
        """To a field, and write what shall stand there instead of what stands there."""
        return self.to(field).press("Control+A").type(text)
