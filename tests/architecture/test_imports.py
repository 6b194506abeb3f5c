import ast
import sys
from pathlib import Path

from tests.architecture.source import SRC, imports, modules, name, run, tree


def test_every_import_goes_down_the_house():
    done = run(Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache")
    assert done.returncode == 0, done.stdout


def test_no_rules_file_knows_django():
    offenders = [
        name(path)
        for path in modules()
        if path.name == "rules.py"
        and any(found.split(".")[0] == "django" for found in imports(path))
    ]
    assert offenders == []


def test_the_credential_library_has_no_clock_no_network_and_no_open_file():
    banned_imports = {"urllib.request", "asyncio", "time", "pathlib", "os.path", "shutil"}
    banned_names = {"open", "print", "input"}
    banned_methods = {"now", "utcnow", "today"}
    offenders = []
    for path in sorted((SRC / "cairn/vc").rglob("*.py")):
        offenders += [
            f"{name(path)} imports {found}" for found in banned_imports & {*imports(path)}
        ]
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and (
                getattr(node.func, "id", None) in banned_names
                or getattr(node.func, "attr", None) in banned_methods
            ):
                offenders.append(f"{name(path)}:{node.lineno}: {ast.unparse(node.func)}()")
    assert offenders == []


def test_the_command_line_starts_without_the_heavy_parts():
    """`cairn --help` is what a newcomer runs first; parsers and ciphers wait until a command needs them."""
    heavy = "cryptography nacl jsonschema_rs yaml urllib3 django"
    script = f"import sys, cairn.cli.main; print(*(set('{heavy}'.split()) & set(sys.modules)))"
    done = run(sys.executable, "-c", script)
    assert (done.stdout.split(), done.returncode) == ([], 0)
