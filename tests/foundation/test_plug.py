"""A part is added by adding one file, and nobody else has to be told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cairn.plug import DuplicatePart, PlugPoint, UnknownPart

Greeting = Callable[[], str]
Package = Callable[[dict[str, str]], str]

POINT = "from cairn.plug import PlugPoint\npoint = PlugPoint('greeting', __name__)\n"
PART = (
    "from {package} import point\n@point.register('{name}')\ndef {name}():\n    return '{text}'\n"
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Build an importable package ``greetings`` from file names and texts."""
    monkeypatch.syspath_prepend(tmp_path)

    def build(files: dict[str, str]) -> str:
        folder = tmp_path / "greetings"
        folder.mkdir()
        for name, text in {"__init__.py": POINT, **files}.items():
            (folder / name).write_text(text)
        return "greetings"

    yield build
    for name in [name for name in sys.modules if name.split(".")[0] in ("greetings", "stranger")]:
        del sys.modules[name]


def part(name: str, text: str) -> str:
    return PART.format(package="greetings", name=name, text=text)


def distribution(folder: Path, name: str, module: str, entries: str) -> None:
    """Install a distribution of one module with entry points, the way pip leaves it on disk."""
    (folder / f"{name}.py").write_text(module)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[cairn.greeting]\n{entries}\n")


def point_of(name: str) -> PlugPoint[Greeting]:
    point: PlugPoint[Greeting] = __import__(name).point
    return point


def test_a_file_in_the_package_is_a_part(package: Package) -> None:
    files = {"hello.py": part("hello", "Hello"), "kia_ora.py": part("kia_ora", "Kia ora")}
    point = point_of(package(files))
    assert point.names() == ("hello", "kia_ora")
    assert point.get("kia_ora")() == "Kia ora"


def test_modules_are_imported_on_first_use_only(package: Package) -> None:
    point = point_of(package({"hello.py": part("hello", "Hello")}))
    assert "greetings.hello" not in sys.modules
    point.get("hello")
    assert "greetings.hello" in sys.modules


def test_an_unknown_name_is_answered_with_the_known_ones(package: Package) -> None:
    files = {"hello.py": part("hello", "Hello"), "moin.py": part("moin", "Moin")}
    with pytest.raises(UnknownPart) as caught:
        point_of(package(files)).get("servus")
    assert str(caught.value) == (
        "There is no greeting part named 'servus'. Known parts: hello, moin."
    )
    assert caught.value.known == ("hello", "moin")
    assert isinstance(caught.value, LookupError)


def test_an_empty_plug_point_says_so(package: Package) -> None:
    with pytest.raises(UnknownPart, match=r"Known parts: none are installed\.$"):
        point_of(package({})).get("hello")


def test_a_name_taken_by_another_part_is_refused(package: Package) -> None:
    point = point_of(package({"hello.py": part("hello", "Hello")}))
    original = point.get("hello")
    with pytest.raises(DuplicatePart, match=r"greetings\.hello\.hello and .*<lambda>"):
        point.register("hello")(lambda: "Hi")
    assert point.get("hello") is original


def test_registering_the_same_part_again_changes_nothing(package: Package) -> None:
    point = point_of(package({"hello.py": part("hello", "Hello")}))
    hello = point.get("hello")
    assert point.register("hello")(hello) is hello
    assert point.names() == ("hello",)


def test_another_distribution_offers_a_part_by_entry_point(
    package: Package, tmp_path: Path
) -> None:
    distribution(tmp_path, "stranger", "def shout():\n    return 'OI'\n", "oi = stranger:shout")
    point = point_of(package({"hello.py": part("hello", "Hello")}))
    assert point.names() == ("hello", "oi")
    assert "stranger" not in sys.modules
    assert point.get("oi")() == "OI"


def test_an_entry_point_may_name_a_module_that_registers_its_part(
    package: Package, tmp_path: Path
) -> None:
    distribution(tmp_path, "stranger", part("oi", "Oi"), "oi = stranger")
    assert point_of(package({})).get("oi")() == "Oi"


def test_an_entry_point_cannot_replace_a_part_of_the_package(
    package: Package, tmp_path: Path
) -> None:
    distribution(tmp_path, "stranger", "def bad():\n    return 'bad'\n", "hello = stranger:bad")
    point = point_of(package({"hello.py": part("hello", "Hello")}))
    assert point.get("hello")() == "Hello"
    assert point.names() == ("hello",)


def test_a_broken_stranger_harms_only_who_asks_for_it(package: Package, tmp_path: Path) -> None:
    distribution(tmp_path, "stranger", "import no_such_module\n", "oi = stranger:shout")
    point = point_of(package({"hello.py": part("hello", "Hello")}))
    assert point.get("hello")() == "Hello"
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        point.get("oi")


def test_two_distributions_with_one_name_are_refused(package: Package, tmp_path: Path) -> None:
    distribution(tmp_path, "stranger", "def shout():\n    return 'OI'\n", "oi = stranger:shout")
    distribution(tmp_path, "stranger2", "def shout():\n    return 'OI'\n", "oi = stranger2:shout")
    with pytest.raises(DuplicatePart, match="stranger2:shout and stranger:shout"):
        point_of(package({})).get("oi")
