"""Show that the base install is whole without Django: every module it carries imports, the command answers."""

import importlib
import importlib.util
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cairn

# The other packages are the server, which the extra of that name brings the means for.
CARRIED = ("cairn.cli", "cairn.fetch", "cairn.plug", "cairn.sheet", "cairn.vc", "cairn.vcapi")
ABSENT = ("django", "pyld", "pyoxigraph")


def carried() -> Iterator[str]:
    """Every module of the base install."""
    for name in CARRIED:
        yield name
        found = importlib.import_module(name)
        for module in pkgutil.walk_packages(getattr(found, "__path__", ()), f"{name}."):
            yield module.name


def main() -> int:
    for name in ABSENT:
        if importlib.util.find_spec(name) is not None:
            print(f"base install: {name} is installed, so these tests would prove nothing")
            return 1
    if "site-packages" not in Path(cairn.__file__).parts:
        print("base install: cairn is read from the working tree, not from the wheel")
        return 1
    modules = list(carried())
    for name in modules:
        importlib.import_module(name)
    command = Path(sys.executable).parent / "cairn"
    subprocess.run([command, "--help"], check=True, stdout=subprocess.DEVNULL)
    print(f"base install: {len(modules)} modules import without Django, and the command answers")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
