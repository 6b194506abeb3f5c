"""Everything that a site knows, in one file that no database engine owns.

An archive is a ZIP: one file of JSON lines for each table, the files of the data directory, and
``manifest.json`` with the version of the tables and a SHA-256 of every part. Rows keep their keys,
so what was written on SQLite is read back on PostgreSQL, and the other way round. The rows are read
in one snapshot while the site goes on; neither way holds more than a batch in memory.

Signing keys travel sealed. The key-encryption key is not in the archive, on purpose.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from cairn import __version__
from cairn.kernel import bulk, clock
from cairn.kernel.errors import Refused
from cairn.kernel.ledger import verify_chain

FORMAT: Final = "cairn-archive-1"
MANIFEST: Final = "manifest.json"
BATCH: Final = 2_000
PIECE: Final = 1024 * 1024
MANIFEST_LIMIT: Final = 16 * 1024 * 1024
# What the server can make again, or what belongs to one machine.
NOT_KEPT: Final = frozenset({"contenttypes", "auth", "sessions", "django_tasks_db"})

Tell = Callable[[str], None]


class NotAnArchive(Refused):
    """The file is no archive of Cairn, or was cut short or altered."""

    code = "archive.unreadable"
    message = "{path} is no whole archive of Cairn: {why}. Nothing was changed."


class NewerArchive(Refused):
    """The archive was made by a version that this one does not know."""

    code = "archive.newer"
    message = "This archive was made by Cairn {version}, which is newer. Install that one first."


class NotEmpty(Refused):
    """The archive would be read into a site that has rows."""

    code = "archive.not_empty"
    message = (
        "This site has rows already, and nothing was changed. Name an empty database in DATABASE_URL, "
        "or give --force to put the archive in the place of everything that is here."
    )


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds."""

    version: str
    made_at: str
    rows: int
    files: int


# --- write


def write(path: Path, *, data_dir: Path, tell: Tell = lambda _: None) -> Contents:
    """Write the archive; it appears under its name only when it is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    parts: dict[str, dict[str, Any]] = {}
    try:
        with (
            _private(draft) as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
        ):
            with _snapshot():
                migrations = _applied()
                for number, model in enumerate(_tables(), 1):
                    name = f"tables/{number:03}-{model._meta.label_lower}.jsonl"
                    parts[name] = _add(archive, name, _lines(model)) | {
                        "model": model._meta.label_lower
                    }
                    tell(f"{model._meta.label_lower}: {parts[name]['lines']:,}")
            for file in _files(data_dir):
                name = f"files/{file.relative_to(data_dir / 'files').as_posix()}"
                parts[name] = _add(archive, name, _pieces(file))
            manifest = {
                "format": FORMAT,
                "version": __version__,
                "made_at": clock.now().isoformat(),
                "migrations": migrations,
                "parts": parts,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return _contents(manifest)


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read one moment of the database, without holding up those who write."""
    if connection.in_atomic_block:
        yield
        return
    reading = {"postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
    with connection.cursor() as cursor:
        # Not atomic(): on SQLite that takes the write lock (transaction_mode IMMEDIATE).
        cursor.execute(reading.get(connection.vendor, "BEGIN DEFERRED"))
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _tables() -> list[type[models.Model]]:
    """Return every table that is kept, those first that others point to."""
    waiting = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in NOT_KEPT and model._meta.managed and not model._meta.proxy
    ]
    done: list[type[models.Model]] = []
    while waiting:
        ready = [model for model in waiting if _needs(model).isdisjoint(set(waiting) - {model})]
        # Tables that point at each other: any order will do, constraints are checked at the end.
        chosen = ready or waiting[:1]
        done += chosen
        waiting = [model for model in waiting if model not in chosen]
    return done


def _needs(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def _lines(model: type[models.Model]) -> Iterator[bytes]:
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.order_by("pk").values_list(*names)
    last: Any = None
    position = names.index(str(model._meta.pk.attname))
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        for row in batch:
            line = dict(zip(names, map(_plain, row), strict=True))
            yield json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        last = batch[-1][position]


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    return value


def _files(data_dir: Path) -> Iterator[Path]:
    folder = data_dir / "files"
    yield from sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes]) -> dict[str, Any]:
    digest, lines, size = hashlib.sha256(), 0, 0
    with archive.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            lines += 1
            part.write(piece)
    return {"sha256": digest.hexdigest(), "bytes": size, "lines": lines}


def _applied() -> dict[str, list[str]]:
    """Return the last migrations of each app that stand in this database."""
    loader = MigrationExecutor(connection).loader
    done = set(loader.applied_migrations)
    leaves: dict[str, list[str]] = {}
    for app, name in sorted(done):
        node = loader.graph.node_map.get((app, name))
        if node and not any(child.key[0] == app and child.key in done for child in node.children):
            leaves.setdefault(app, []).append(name)
    return leaves


# --- read


def read(
    path: Path, *, data_dir: Path, force: bool = False, tell: Tell = lambda _: None
) -> Contents:
    """Check the whole archive, then put it in the place of an empty database, or of this one."""
    with _opened(path) as archive:
        manifest = _checked(archive, path)
        targets = _targets(manifest)
        if not force and _has_rows():
            raise NotEmpty
        with _emptied():
            _load(archive, manifest, targets, tell)
        for name in manifest["parts"]:
            if name.startswith("files/"):
                _extract(archive, name, data_dir)
    return _contents(manifest)


def inspect(path: Path) -> Contents:
    """Check the whole archive and change nothing."""
    with _opened(path) as archive:
        return _contents(_checked(archive, path))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as exc:
        raise NotAnArchive(path=path, why="it is not a ZIP file, or its end is missing") from exc
    with archive:
        yield archive


def _checked(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    """Read every part against the manifest before anything is done with it."""
    names = archive.namelist()
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > MANIFEST_LIMIT:
        raise NotAnArchive(path=path, why="it has no manifest")
    try:
        manifest = json.loads(archive.read(MANIFEST))
        known = manifest["format"] == FORMAT
        wanted = {name: (part["sha256"], part["bytes"]) for name, part in manifest["parts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as exc:
        raise NotAnArchive(path=path, why="its manifest cannot be read") from exc
    if not known:
        raise NotAnArchive(path=path, why="its format is another one")
    if sorted(names) != sorted([*wanted, MANIFEST]):
        raise NotAnArchive(path=path, why="its parts are not those of the manifest")
    for name, expected in wanted.items():
        if _measured(archive, name, path) != expected:
            raise NotAnArchive(path=path, why=f"{name} is not what was written")
    return dict(manifest)


def _measured(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as part:
            while piece := part.read(PIECE):
                digest.update(piece)
                size += len(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError) as exc:
        raise NotAnArchive(path=path, why=f"{name} is damaged") from exc
    return digest.hexdigest(), size


def _targets(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the migrations at which the archive was made, if this version has them all."""
    known = MigrationExecutor(None).loader.graph.nodes
    targets = [(app, name) for app, names in manifest["migrations"].items() for name in names]
    if any(target not in known for target in targets):
        raise NewerArchive(version=manifest["version"])
    return targets


def _has_rows() -> bool:
    tables = set(connection.introspection.table_names())
    return any(
        model._base_manager.exists() for model in _tables() if model._meta.db_table in tables
    )


@contextmanager
def _emptied() -> Iterator[None]:
    """Give an empty database to fill, which takes the place of the other only when it is full."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            _drop_tables()
            yield
        return
    target = Path(connection.settings_dict["NAME"])
    fresh = target.with_name(f"{target.name}.restoring")
    _forget(fresh)
    connection.close()
    connection.settings_dict["NAME"] = str(fresh)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _swap(fresh, target)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(target)
        _forget(fresh)


def _forget(database: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _swap(fresh: Path, target: Path) -> None:
    """Put the new file in its place; what was there stays beside it, as ``.before-restore``."""
    if target.exists():
        connection.settings_dict["NAME"] = str(target)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        target.replace(target.with_name(f"{target.name}.before-restore"))
    fresh.replace(target)


def _drop_tables() -> None:
    names = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)} CASCADE")


def _load(
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    targets: list[tuple[str, str]],
    tell: Tell,
) -> None:
    """Make the tables as they were then, fill them, and bring them up to this version."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    then = MigrationExecutor(connection).loader.project_state(targets).apps
    filled: list[type[models.Model]] = []
    with transaction.atomic():
        for name, part in manifest["parts"].items():
            if name.startswith("tables/"):
                model = then.get_model(part["model"])
                with archive.open(name) as lines:
                    _fill(model, lines)
                filled.append(model)
                tell(f"{part['model']}: {part['lines']:,}")
        _set_sequences(filled)
        connection.check_constraints()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    _check_ledgers()


def _fill(model: type[models.Model], lines: IO[bytes]) -> None:
    fields = model._meta.concrete_fields
    names = [field.name for field in fields]

    def values() -> Iterator[list[Any]]:
        for line in lines:
            row = json.loads(line)
            yield [
                field.get_db_prep_save(_python(field, row[field.attname]), connection)
                for field in fields
            ]

    stream = values()
    while batch := [row for _, row in zip(range(BATCH), stream, strict=False)]:
        bulk.copy(model, names, batch)


def _python(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    if isinstance(field, models.DurationField):
        return timedelta(seconds=value)
    if field.is_relation:
        return field.target_field.to_python(value)
    return field.to_python(value)


def _set_sequences(filled: Sequence[type[models.Model]]) -> None:
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(filled)):
            cursor.execute(statement)


def _check_ledgers() -> None:
    from cairn.kernel.models import Institution

    for institution in Institution.objects.order_by("pk"):
        chain = verify_chain(institution)
        if chain.problem:
            raise NotAnArchive(
                path="The archive", why=f"the ledger of {institution.public_id} is broken"
            )


def _extract(archive: zipfile.ZipFile, name: str, data_dir: Path) -> None:
    folder = (data_dir / "files").resolve()
    target = (data_dir / name).resolve()
    if not target.is_relative_to(folder):
        raise NotAnArchive(path="The archive", why=f"{name} leads outside of the data directory")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    with archive.open(name) as part, _private(draft) as stream:
        while piece := part.read(PIECE):
            stream.write(piece)
    draft.replace(target)


def _contents(manifest: dict[str, Any]) -> Contents:
    parts = manifest["parts"]
    return Contents(
        version=manifest["version"],
        made_at=manifest["made_at"],
        rows=sum(part["lines"] for name, part in parts.items() if name.startswith("tables/")),
        files=sum(name.startswith("files/") for name in parts),
    )
