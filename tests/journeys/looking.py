"""What a page must be for everybody: found by axe, by measuring, and by turning the text up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.journeys.conftest import AXE, NARROW, TAGS, WIDE

#: Text that leaves the window, or that a box hides; a region that scrolls by itself is no loss.
MEASURE = """() => {
  const wide = innerWidth, root = document.documentElement, found = [];
  if (root.scrollWidth > wide) found.push(`scrolls sideways: ${root.scrollWidth} of ${wide}`);
  const name = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "")
    + [...e.classList].map((one) => "." + one).join("");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const text = node.data.trim();
    const holder = node.parentElement;
    if (!text || !holder.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((one) => one.width > 1 && one.height > 1);
    if (!lines.length) continue;
    const left = Math.min(...lines.map((one) => one.left)), right = Math.max(...lines.map((one) => one.right));
    const top = Math.min(...lines.map((one) => one.top)), bottom = Math.max(...lines.map((one) => one.bottom));
    let rolls = false;
    for (let box = holder; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.clipPath === "inset(50%)" || box.matches("svg, option, .sr")) { rolls = true; break; }
      const own = box.getBoundingClientRect();
      if (/auto|scroll/.test(style.overflowX)) { rolls = true; break; }
      if (/hidden|clip/.test(style.overflowX) && (right > own.right + 2 || left < own.left - 2)
        || /hidden|clip/.test(style.overflowY) && (bottom > own.bottom + 4 || top < own.top - 4)) {
        found.push(`${name(box)} hides “${text.slice(0, 40)}”`);
        rolls = true;
        break;
      }
      if (style.position === "fixed") break;
    }
    if (!rolls && (right > wide + 1 || (left < -1 && right > 0))) {
      found.push(`${name(holder)} leaves the window with “${text.slice(0, 40)}”`);
    }
  }
  return [...new Set(found)].slice(0, 8);
}"""
LARGER = "size => { document.documentElement.style.fontSize = size }"


def troubles(page: Any) -> Iterator[str]:
    """Everything that is wrong with a loaded page, in both themes, at every width."""
    page.set_viewport_size({"width": WIDE, "height": 800})
    page.emulate_media(color_scheme="light")
    page.evaluate(AXE.read_text("utf-8"))
    yield from _axe(page, "wide", TAGS)
    page.emulate_media(color_scheme="dark")
    yield from _axe(page, "wide and dark", ["color-contrast"], kind="rule")
    page.set_viewport_size({"width": NARROW, "height": 800})
    yield from _axe(page, "narrow and dark", ["color-contrast"], kind="rule")
    page.emulate_media(color_scheme="light")
    yield from _axe(page, "narrow", TAGS)
    page.set_viewport_size({"width": 320, "height": 800})
    yield from (f"at 320 pixels: {one}" for one in page.evaluate(MEASURE))
    page.set_viewport_size({"width": WIDE, "height": 800})
    page.evaluate(LARGER, "200%")
    yield from (f"with text twice as large: {one}" for one in page.evaluate(MEASURE))
    page.evaluate(LARGER, "")


def _axe(page: Any, when: str, values: list[str], *, kind: str = "tag") -> Iterator[str]:
    found = page.evaluate(
        "([type, values]) => axe.run(document, {runOnly: {type, values}, resultTypes: ['violations']})",
        [kind, values],
    )
    for one in found["violations"]:
        if one["impact"] in {"serious", "critical"}:
            for node in one["nodes"]:
                yield f"{when}: {one['id']}: {node['target']} {node['failureSummary'][:200]}"
