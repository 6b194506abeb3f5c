"""What an import contract cannot see: who writes which table, who hears, whose rows, what is personal."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from cairn.kernel import events, facts, personal
from cairn.kernel.ids import PublicId
from cairn.kernel.permissions import PERMISSIONS, SYSTEMS
from cairn.kernel.tenancy import Owned
from tests.architecture.source import SRC, modules, name, tree

FLOOR = "kernel"
# The only files that write rows: a room's verbs, and what erases people in it. The kernel's own
# floor is made of writers (ledger, jobs, deliveries), so there every file but these may write.
WRITERS = {"services", "personal"}
READERS = {"models", "selectors", "policies", "rules", "states", "reach", "actor", "permissions"}
WRITES = {
    "create", "update", "delete", "save", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "insert", "copy", "_raw_delete", "raw",
}  # fmt: skip
# Where rows of every institution may be read, and why.
UNSCOPED = {
    "src/cairn/kernel/tenancy.py": "the door itself",
    "src/cairn/kernel/ledger.py": "verify_chain() names its institution and runs without one open",
    "src/cairn/issuing/jobs.py": "the schedule renews the lists of every issuer",
    "src/cairn/issuing/selectors.py": "a site finds its issuer by its own address",
    "src/cairn/issuing/services/issuers.py": "a DID is one across institutions",
}


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("cairn.")]


def rooms() -> list[str]:
    return [app.label for app in apps.get_app_configs() if app.name.startswith("cairn.")]


def place(path: Path) -> tuple[str, str]:
    """The room of a file, and the piece of furniture in it."""
    parts = path.relative_to(SRC / "cairn").with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def written(path: Path) -> Iterator[tuple[str, int]]:
    """The models that a file writes, as far as its text tells: ``Award.objects.create(...)``."""
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in WRITES:
            continue
        text = ast.unparse(node.func)
        if node.func.attr in {"insert", "copy"}:
            if text.startswith("bulk.") and node.args:
                yield ast.unparse(node.args[0]), node.lineno
        elif found := re.match(
            r"(?:models\.)?(\w+)\.(?:objects|_base_manager|_default_manager)\b", text
        ):
            yield found[1], node.lineno


def saves(path: Path) -> Iterator[int]:
    """Where a file saves or deletes some row, whichever."""
    for node in ast.walk(tree(path)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"save", "delete"}
            and not ast.unparse(node.func.value).startswith(("super()", "image", "buffer"))
        ):
            yield node.lineno


def in_rooms() -> list[tuple[Path, str, str]]:
    known = {*rooms()}
    files = [(path, *place(path)) for path in modules()]
    return [file for file in files if file[1] in known and file[2] not in {"migrations", "models"}]


def test_only_a_rooms_services_write_its_tables():
    home = {model.__name__: model._meta.app_label for model in ours()}
    offenders = []
    for path, room, furniture in in_rooms():
        for model, line in written(path):
            owner = home.get(model)
            allowed = furniture in WRITERS if room != FLOOR else furniture not in READERS
            if owner and not (allowed and owner == room):
                offenders.append(f"{name(path)}:{line} writes {owner}.{model}")
    assert offenders == []


#: Modules that draw: what they save is a picture in memory.
DRAWING = {"qr", "preview"}


def test_rows_are_saved_and_deleted_by_services_only():
    offenders = [
        f"{name(path)}:{line}"
        for path, room, furniture in in_rooms()
        if (furniture not in WRITERS if room != FLOOR else furniture in READERS)
        and furniture not in DRAWING
        for line in saves(path)
    ]
    assert offenders == []


def test_no_door_writes_a_table():
    offenders = []
    for path in modules():
        if place(path)[0] in {"api", "cli", "web", "notices"}:
            offenders += [
                f"{name(path)}:{line} writes {model}"
                for model, line in written(path)
                if model in {one.__name__ for one in ours()}
            ]
    assert offenders == []


def test_no_two_models_share_a_name_and_no_two_a_prefix():
    names = Counter(model.__name__ for model in ours())
    prefixes = Counter(
        field.prefix
        for model in ours()
        for field in model._meta.concrete_fields
        if isinstance(field, PublicId)
    )
    twice = [one for one, count in (names + prefixes).items() if count > 1]
    assert twice == []


def test_every_list_of_all_institutions_is_known():
    found = {
        name(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "unscoped"
    }
    assert found == {*UNSCOPED}


def test_every_row_of_a_room_belongs_to_an_institution():
    loose = [
        model._meta.label
        for model in ours()
        if model._meta.app_label != FLOOR and not issubclass(model, Owned)
    ]
    assert loose == []


def test_models_point_down_and_nothing_points_back():
    order = {label: floor for floor, label in enumerate(rooms())}
    offenders = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and (
            field.remote_field.related_name != "+"
            or order[field.related_model._meta.app_label] > order[model._meta.app_label]
        )
    ]
    assert offenders == []


def test_personal_fields_are_declared():
    assert personal.undeclared() == []


def test_declared_fields_exist_and_belong_to_the_room_that_declares_them():
    offenders = []
    for room in personal.rooms():
        for model, told in room.FIELDS.items():
            fields = {field.name for field in model._meta.concrete_fields}
            offenders += [f"{model._meta.label}.{field}" for field in {*told} - fields]
            if not room.__name__.startswith(f"cairn.{model._meta.app_label}."):
                offenders.append(f"{room.__name__} speaks for {model._meta.label}")
    assert offenders == []


def test_every_room_with_people_in_it_can_erase_them():
    about = {m._meta.app_label for m in ours() if personal.leads_to_person(m)}
    able = {room.__name__.split(".")[1] for room in personal.rooms() if callable(room.erase)}
    assert sorted(about - able) == []


def test_every_reaction_is_subscribed():
    """A fact recorded before a subscriber is imported would be heard by nobody."""
    defined = set()
    for path in modules():
        room, furniture = place(path)
        if furniture != "reactions" or room not in rooms():
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(one).split("(")[0] in {"on", "events.on"} for one in node.decorator_list
            ):
                defined.add(f"{room}.{node.name}")
            assert not (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and not node.decorator_list
            ), f"{name(path)}:{node.lineno} hears nothing"
    subscribed = {one for one in events.SUBSCRIBERS if not one.startswith("testing.")}
    assert subscribed == defined


def test_rooms_hear_only_what_happens_below():
    """A fact is named in the facts.py of its room, and heard in that room or above it."""
    order = {label: floor for floor, label in enumerate(rooms())}
    home = {}
    for room in rooms():
        if find_spec(f"cairn.{room}.facts"):
            module = __import__(f"cairn.{room}.facts", fromlist=["*"])
            for fact in vars(module).values():
                if isinstance(fact, facts.Fact):
                    home.setdefault(fact.name, room)
    offenders = [
        f"{subscriber.name} hears {fact}"
        for subscriber in events.SUBSCRIBERS.values()
        if subscriber.name.split(".")[0] in order
        for fact in subscriber.facts
        if order[home[fact]] > order[subscriber.name.split(".")[0]]
    ]
    assert offenders == []


def test_every_fact_is_recorded_somewhere():
    text = "\n".join(
        path.read_text("utf-8") for path in modules() if place(path)[1] not in {"facts", ""}
    )
    unused = []
    for path, _, furniture in in_rooms():
        if furniture == "facts":
            for node in tree(path).body:
                if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Fact("):
                    constant = ast.unparse(node.targets[0])
                    if not re.search(rf"\b{constant}\b", text):
                        unused.append(f"{name(path)}: {constant}")
    assert unused == []


def asked(method: str) -> Iterator[tuple[str, str]]:
    for path in modules():
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == method
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value), f"{name(path)}:{node.lineno}"


def test_every_permission_that_is_asked_for_has_a_meaning():
    assert [found for found in asked("holds") if found[0] not in PERMISSIONS] == []


def test_every_system_process_that_acts_has_its_permissions_listed():
    named = [found for found in asked("system") if "kernel/facts" not in found[1]]
    assert [found for found in named if found[0] not in SYSTEMS] == []


def verbs(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions of a services file that callers of the room may use."""
    index = path.parent / "__init__.py"
    whole = path.stem == "services"
    offered = "" if whole or not index.exists() else index.read_text("utf-8")
    for node in tree(path).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if whole or re.search(rf"\b{node.name}\b", offered):
            yield node


def test_actors_come_last_and_are_never_optional_in_services():
    offenders = []
    for path, _, furniture in in_rooms():
        for verb in verbs(path) if furniture == "services" else ():
            keyword = verb.args.kwonlyargs
            named = [one.arg for one in (*verb.args.args, *keyword)]
            if "by" in named and (
                not keyword or keyword[-1].arg != "by" or verb.args.kw_defaults[-1] is not None
            ):
                offenders.append(f"{name(path)}:{verb.lineno} {verb.name}")
    assert offenders == []


@pytest.mark.django_db
def test_no_migration_is_pending(capsys):
    labels = rooms()
    try:
        call_command("makemigrations", *labels, check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)
