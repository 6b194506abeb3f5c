"""Write the tables of docs/reference from the code they describe: errors, commands, facts and more.

What stands outside the two marker lines of a page is written by hand and left alone. `--check`
says whether a page is older than the code.
"""

import ast
import importlib
import inspect
import os
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from typer.core import TyperArgument, TyperGroup

import cairn

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs/reference"
BEGIN = "<!-- written by `make docs` from here -->"
END = "<!-- to here -->"


def set_up() -> None:
    """Start Django on settings of its own, in a folder that is gone afterwards."""
    import django
    from django.apps import apps

    if apps.ready:
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CAIRN_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.site.settings")
        django.setup()


def error_classes() -> list[type[Exception]]:
    """Every exception class of Cairn that has a code of its own."""
    set_up()
    for module in pkgutil.walk_packages(cairn.__path__, "cairn."):
        importlib.import_module(module.name)
    found: dict[str, type[Exception]] = {}
    queue: list[type[Exception]] = [Exception]
    while queue:
        for child in queue.pop().__subclasses__():
            queue.append(child)
            if child.__module__.startswith("cairn.") and isinstance(vars(child).get("code"), str):
                found[f"{child.__module__}.{child.__qualname__}"] = child
    return sorted(found.values(), key=lambda kind: (vars(kind)["code"], kind.__qualname__))


def sentence(thing: object) -> str:
    """The first paragraph of a docstring, on one line and safe in a table."""
    first = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return cell(" ".join(first.split()).replace("``", "`"))


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def errors() -> Iterator[str]:
    yield "| code | means | class |"
    yield "| --- | --- | --- |"
    for kind in error_classes():
        place = f"{kind.__module__}.{kind.__qualname__}"
        yield f"| `{vars(kind)['code']}` | {sentence(kind)} | `{place}` |"


def subcommands() -> list[tuple[str, Any]]:
    """Every command of `cairn`, by name."""
    root = typer.main.get_command(importlib.import_module("cairn.cli.main").app)
    if not isinstance(root, TyperGroup):
        raise SystemExit("cairn.cli.main:app holds a single command; expected several")
    return sorted(_flat(root))


def _flat(group: TyperGroup, before: str = "") -> Iterator[tuple[str, Any]]:
    """The commands of a group of commands stand by their two words: import roster."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _flat(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def names(parameter: Any) -> list[str]:
    """What a person types for an option; an argument has a place and no name."""
    if isinstance(parameter, TyperArgument):
        return []
    return [*parameter.opts, *parameter.secondary_opts]


def parameter_row(parameter: Any, context: typer.Context) -> str:
    name, text = parameter.get_help_record(context) or (parameter.name, parameter.help or "")
    return f"| `{cell(name)}` | {cell(' '.join(text.split()))} |"


def prose(text: str) -> str:
    """Help text as a page: examples, indented in the terminal, become a block of code."""
    out: list[str] = []
    for line in inspect.cleandoc(text).split("\f")[0].splitlines():
        example = line.startswith("  ")
        if example and not out[-1].startswith("    "):
            out.append("")
        out.append(f"    {line.strip()}" if example else line.strip("\b"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()


def commands() -> Iterator[str]:
    for name, command in subcommands():
        context = typer.Context(command, info_name=f"cairn {name}")
        yield f"## `cairn {name}`\n"
        yield prose(command.help or "") + "\n"
        usage = " ".join(["cairn", name, *command.collect_usage_pieces(context)])
        yield f"```text\n{re.sub(r'[{}]', '', usage).replace('......', '...')}\n```\n"
        rows = [parameter_row(parameter, context) for parameter in command.params]
        if rows:
            yield "| argument or option | meaning |\n| --- | --- |"
            yield from rows
        yield ""


def facts() -> Iterator[str]:
    """Every fact, its meaning, the state it tells of and who hears it."""
    error_classes()  # imports every module, so that every fact is registered
    from cairn.kernel.events import SUBSCRIBERS
    from cairn.kernel.facts import REGISTERED

    yield "| fact | what happened | state of the subject afterwards | heard by |"
    yield "| --- | --- | --- | --- |"
    for name, fact in sorted(REGISTERED.items()):
        heard = [one.name for one in SUBSCRIBERS.values() if name in one.facts]
        state = f"`{fact.to}`" if fact.to else ""
        yield f"| `{name}` | {cell(fact.meaning)} | {state} | {', '.join(sorted(heard))} |"


def permissions() -> Iterator[str]:
    """Every permission and the roles that bring it; every system process and what it holds."""
    from cairn.kernel.permissions import PERMISSIONS, ROLES, SYSTEMS

    yield "## Roles\n"
    yield "| permission | allows | roles |"
    yield "| --- | --- | --- |"
    for name, meaning in sorted(PERMISSIONS.items()):
        roles = sorted(role.value for role, brings in ROLES.items() if name in brings)
        yield f"| `{name}` | {cell(meaning)} | {', '.join(roles)} |"
    yield "\n## System processes\n"
    yield "| process | permissions |"
    yield "| --- | --- |"
    for name, held in sorted(SYSTEMS.items()):
        yield f"| `{name}` | {', '.join(f'`{one}`' for one in sorted(held)) or 'none'} |"


def settings() -> Iterator[str]:
    """Every setting of the server."""
    from cairn.kernel.config import table

    yield from table()


def states() -> Iterator[str]:
    """A diagram of every state table."""
    error_classes()
    from cairn.kernel.machine import Machine

    for module in sorted(name for name in sys.modules if re.fullmatch(r"cairn\.\w+\.states", name)):
        for name, machine in vars(sys.modules[module]).items():
            if isinstance(machine, Machine):
                room = module.split(".")[1]
                yield f"## {room}: {name.lower().replace('_', ' ')}\n"
                yield f"```mermaid\n{machine.mermaid()}\n```\n"


def clauses() -> Iterator[tuple[str, str, str]]:
    """Every clause that a test of tests/vcapi asks for over HTTP: reference, demand and test."""
    for path in sorted((ROOT / "tests/vcapi").glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for call in node.decorator_list:
                if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "clause":
                    reference, demand = (ast.literal_eval(given) for given in call.args)
                    yield reference, demand, f"{path.stem}.{node.name}"


def conformance() -> Iterator[str]:
    yield "| clause | demand | test |"
    yield "| --- | --- | --- |"
    for reference, demand, test in clauses():
        yield f"| {cell(reference)} | {cell(demand)} | `{test}` |"


def page(name: str, lines: Iterator[str]) -> tuple[Path, str, str]:
    """A page, its text now, and its text as the code would have it."""
    path = PAGES / name
    now = path.read_text("utf-8")
    before, _, rest = now.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join(lines).strip()
    return path, now, f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


WRITTEN = {
    "errors.md": errors,
    "commands.md": commands,
    "facts.md": facts,
    "permissions.md": permissions,
    "settings.md": settings,
    "states.md": states,
    "conformance.md": conformance,
}


def main() -> int:
    stale = []
    for path, now, wanted in (page(name, lines()) for name, lines in WRITTEN.items()):
        if now == wanted:
            continue
        stale.append(path.name)
        if "--check" not in sys.argv[1:]:
            path.write_text(wanted, "utf-8")
    if stale and "--check" in sys.argv[1:]:
        print(f"docs/reference: {', '.join(stale)} is older than the code. Run: make docs")
        return 1
    print(f"docs/reference: {', '.join(WRITTEN)} agree with the code")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
