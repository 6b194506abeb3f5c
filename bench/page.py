"""Write docs/reference/benchmarks.md and its plot from the figures in bench/results/.

    python bench/page.py

`make bench ARGS=--write` measures, keeps the figures and writes the page.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "bench/results"
PAGE: Final = ROOT / "docs/reference/benchmarks.md"
PLOT: Final = ROOT / "docs/reference/issuing.svg"
COLOURS: Final = {"sqlite": "#0d4a5b", "postgres": "#b0603a"}
NAMES: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
SPEEDS: Final = {1: "as it is", 4: "a quarter as fast", 6: "a sixth as fast"}
WIDTH: Final = 480
HEIGHT: Final = 300
LEFT, RIGHT, TOP, BOTTOM = 64, 460, 24, 250


def main() -> None:
    library = json.loads((RESULTS / "library.json").read_text("utf-8"))
    issuing = json.loads((RESULTS / "issuing.json").read_text("utf-8"))
    parts = [
        "# Benchmarks",
        "Measured and written by `make bench ARGS=--write`; the figures are kept in `bench/results/`.",
        "## The credential library",
        library["text"].strip(),
        *streaming(),
        *growth(),
        "## Issuing, end to end",
        (
            "One job signs a whole batch: rows, documents, status list, ledger and progress, each "
            "credential verified before it is kept. It is compared with signing and verifying the same "
            "credentials alone, in memory, in one process of the same run. SQLite waits for the disk "
            "(`synchronous=FULL`). Goals: at most 1.5 times the time, at most 300 MiB."
        ),
        table(issuing),
        (
            "![Seconds against the number of awards, on logarithmic axes: both databases follow the "
            "straight line.](issuing.svg)"
        ),
        linear(issuing),
        *pages(),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", "utf-8")
    drawn = plot(
        "Seconds to issue, by number of awards", "awards in one job", issuing_lines(issuing)
    )
    PLOT.write_text(drawn, "utf-8")


def streaming() -> list[str]:
    """How much memory it takes to issue without end, once that was measured."""
    path = RESULTS / "streaming.json"
    if not path.exists():
        return []
    marks = json.loads(path.read_text("utf-8"))["marks"]
    first, last = marks[0], marks[-1]
    return [
        (
            f"Issued one after another (`python bench/streaming.py`), {first['credentials']:,} credentials "
            f"take at most {first['mebibytes']:.0f} MiB, and {last['credentials']:,} take "
            f"{last['mebibytes']:.0f} MiB."
        )
    ]


def pages() -> list[str]:
    """How quickly pages answer and what they weigh, once that was measured."""
    path = RESULTS / "pages.json"
    if not path.exists():
        return []
    kept = json.loads(path.read_text("utf-8"))
    lines = [
        "| page | median, ms | 95th percentile, ms | processor, 95th percentile, ms | first visit, KB |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in kept["rows"]:
        weight = f"{row['bytes'] / 1000:.1f}" if "bytes" in row else ""
        cpu = f"{row['cpu']:.1f}" if "cpu" in row else ""
        lines.append(
            f"| {row['page']} | {row['median']:.1f} | {row['p95']:.1f} | {cpu} | {weight} |"
        )
    speeds = ["| processor | from request to verdict, ms |", "|---|---:|"]
    speeds += [
        f"| {SPEEDS.get(row['throttle'], row['throttle'])} | {row['ms']:.0f} |"
        for row in kept["verdicts"]
    ]
    return [
        "## Pages",
        (
            f"Whole answers of `cairn serve` on SQLite with {kept['size']:,} credentials, one after the "
            "other, over the loopback address; how long the processor worked for one, which does not grow when "
            "the machine does other things as well; and everything that a browser with nothing yet receives "
            "(page, styles, fonts, scripts, packed, with all headers). Goals: public pages under 50 ms "
            "at the 95th percentile, the page of a credential under 100 KB; a mark that is typed in a "
            f"class of {kept['class']} is saved within 200 ms. The least that any answer took in the "
            f"same run, `/healthz`: {kept['floor']:.1f} ms; the load of the machine: {kept['load']:.1f}."
        ),
        "\n".join(lines),
        (
            "From the request for the page of a credential to the verdict of the browser itself, in "
            "Chromium with its processor slowed down, on the machine that also serves:"
        ),
        "\n".join(speeds),
    ]


def table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| database | awards | alone, ms each | issued, ms each | ratio | CPU ratio | a second | most memory |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {NAMES[row['database']]} | {row['size']:,} | {row['alone']:.2f} | {row['issued']:.2f} "
        f"| {row['ratio']:.2f}x | {row['cpu_ratio']:.2f}x | {row['rate']:,.0f} "
        f"| {row['peak']:.0f} MiB |"
        for row in rows
    ]
    return "\n".join(lines)


def linear(rows: list[dict[str, Any]]) -> str:
    """The slope on logarithmic axes, in words: 1 is linear."""
    said = []
    for database in NAMES:
        own = [row for row in rows if row["database"] == database]
        if len(own) > 1:
            first, last = own[0], own[-1]
            growth = math.log(seconds(last) / seconds(first)) / math.log(
                last["size"] / first["size"]
            )
            said.append(f"{NAMES[database]} {growth:.2f}")
    return (
        f"The slope of the line, where 1 is linear: {', '.join(said)}. Memory does not grow with the "
        "number of awards."
    )


def seconds(row: dict[str, Any]) -> float:
    return float(row["issued"]) * float(row["size"]) / 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot: its name, its colour, and where it goes."""

    name: str
    colour: str
    points: list[tuple[float, float]]


def issuing_lines(rows: list[dict[str, Any]]) -> list[Line]:
    return [
        Line(
            NAMES[database],
            colour,
            [(row["size"], seconds(row)) for row in rows if row["database"] == database],
        )
        for database, colour in COLOURS.items()
    ]


def plot(title: str, caption: str, lines: list[Line], *, ticks: list[float] | None = None) -> str:
    """Both axes logarithmic, so that what is linear is a straight line of slope one."""
    points = [point for line in lines for point in line.points]
    across = ticks or sorted({point[0] for point in points})
    least, most = min(point[0] for point in points), max(point[0] for point in points)
    low, high = min(point[1] for point in points), max(point[1] for point in points)
    floor, roof = math.floor(math.log10(low)), math.ceil(math.log10(high))

    def x(size: float) -> float:
        span = math.log10(most) - math.log10(least) or 1
        return LEFT + (math.log10(size) - math.log10(least)) / span * (RIGHT - LEFT - 40)

    def y(value: float) -> float:
        return BOTTOM - (math.log10(value) - floor) / ((roof - floor) or 1) * (BOTTOM - TOP)

    out = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="sans-serif" font-size="12"><title>{title}</title>'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        )
    ]
    for power in range(floor, roof + 1):
        at = y(10.0**power)
        out.append(f'<path d="M{LEFT} {at:.1f}H{RIGHT}" stroke="#dbd9d0"/>')
        out.append(
            f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#4a524e">'
            f"{duration(10.0**power)}</text>"
        )
    out += [
        f'<text x="{x(size):.1f}" y="{BOTTOM + 20}" text-anchor="middle" fill="#4a524e">{size:,}</text>'
        for size in across
    ]
    out.append(
        f'<text x="{LEFT}" y="{BOTTOM + 40}" fill="#4a524e">{caption}, both axes logarithmic</text>'
    )
    for rank, line in enumerate(lines):
        placed = [(x(size), y(value)) for size, value in line.points]
        way = " ".join(f"{right:.1f},{down:.1f}" for right, down in placed)
        out.append(
            f'<polyline points="{way}" fill="none" stroke="{line.colour}" stroke-width="2"/>'
        )
        out += [
            f'<circle cx="{right:.1f}" cy="{down:.1f}" r="4" fill="{line.colour}"/>'
            for right, down in placed
        ]
        out.append(
            f'<text x="{LEFT + 10}" y="{TOP + 14 + 16 * rank}" fill="{line.colour}">{line.name}</text>'
        )
    return "\n".join([*out, "</svg>", ""])


def duration(value: float) -> str:
    """A power of ten in its own unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size * 0.99:
            return f"{value / size:g} {unit}"
    return f"{value:g} s"


def growth() -> list[str]:
    """How the library's cost grows, once that was measured."""
    path = RESULTS / "growth.json"
    if not path.exists():
        return []
    kept = json.loads(path.read_text("utf-8"))
    teal, clay, plum = "#0d4a5b", "#b0603a", "#7d5078"
    by_count = [
        Line(name, colour, [(row["credentials"], row[key]) for row in kept["count"]])
        for name, colour, key in (("issued", teal, "issue"), ("verified", clay, "verify"))
    ]
    by_size = [
        Line(name, colour, [(row["bytes"], row[key]) for row in kept["size"]])
        for name, colour, key in (
            ("issued, shape known", teal, "issue"),
            ("verified, shape known", clay, "verify"),
            ("issued, first of its shape", plum, "first"),
        )
    ]
    (PAGE.parent / "growth-count.svg").write_text(
        plot(
            "Seconds, by number of credentials",
            "credentials of 3.7 KB",
            by_count,
            ticks=[row["credentials"] for row in kept["count"]][::2],
        ),
        "utf-8",
    )
    (PAGE.parent / "growth-size.svg").write_text(
        plot(
            "Time for one credential, by its size",
            "bytes of one credential",
            by_size,
            ticks=[row["bytes"] for row in kept["size"]][::2],
        ),
        "utf-8",
    )
    slopes = "; ".join(f"{line.name} {steepness(line):.2f}" for line in by_size)
    return [
        "### How the cost grows",
        (
            "Measured by `python bench/growth.py`, CPU time of one process. With the number of "
            "credentials the slope, where 1 is linear, is "
            + ", ".join(f"{steepness(line):.2f} ({line.name})" for line in by_count)
            + f". With the size of one it is: {slopes}; below 1 because a part of the work is the "
            "same for all."
        ),
        "![Seconds against the number of credentials: straight lines.](growth-count.svg)",
        "![Time against the size of one credential: nearly straight lines.](growth-size.svg)",
    ]


def steepness(line: Line) -> float:
    (left, low), (right, high) = line.points[0], line.points[-1]
    return math.log(high / low) / math.log(right / left)


if __name__ == "__main__":
    main()
