"""Files as the commands write them: whole or not at all, whatever happens in between."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cairn.cli.console import Stop


def read_bounded(path: Path, *, limit: int) -> bytes:
    """Read a file, or stop with a sentence when it is larger than ``limit`` bytes."""
    with path.open("rb") as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise Stop(f"{path} has more than {limit:,} bytes, which is the most that is read.")
    return raw


def write_whole(
    path: Path, content: bytes, *, scratch: Path | None = None, flush: bool = True
) -> None:
    """Put content at a path in one step: a reader sees the old file or the new one.

    ``scratch`` is a folder on the same file system for the half-written file; whoever was killed
    leaves it there, and not among the results. Without ``flush`` the caller flushes the folder, once
    for many files.
    """
    with _half_written(path, scratch or path.parent, 0o644) as (descriptor, half):
        _fill(descriptor, content)
        half.replace(path)
    if flush:
        flush_folder(path.parent)


def write_new(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put content at a path where nothing stands yet, in one step; else raise FileExistsError."""
    with _half_written(path, path.parent, mode) as (descriptor, half):
        _fill(descriptor, content)
        os.link(half, path)
        half.unlink()
    flush_folder(path.parent)


def write_if_changed(path: Path, content: bytes, *, scratch: Path | None = None) -> bool:
    """Write only what differs from what stands there; tell whether anything was written."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    write_whole(path, content, scratch=scratch)
    return True


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path, *, busy: str) -> Iterator[None]:
    """Hold a folder for this process alone, or stop with the sentence ``busy``.

    The system lets go of the lock when the process ends, however it ends.
    """
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(busy) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _half_written(path: Path, folder: Path, mode: int) -> Iterator[tuple[int, Path]]:
    half = folder / f".{secrets.token_hex(8)}.part"
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            yield descriptor, half
        finally:
            half.unlink(missing_ok=True)
    except OSError as exc:
        # People know the file they asked for, not the one that is written on the way to it.
        missing = isinstance(exc, FileNotFoundError)
        exc.filename, exc.filename2 = str(folder if missing else path), None
        raise


def _fill(descriptor: int, content: bytes) -> None:
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
