"""What a server is told by its environment: every setting, what it means and what it is when unset.

This module imports no Django, so that `cairn doctor` can read settings that keep Django from
starting. The table of docs/reference/settings.md is written from the fields of ``Settings``.
"""

from __future__ import annotations

import os
import secrets
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from cairn.vc.keyfile import Kek

Engine = Literal["embedded", "celery"]
PREFIX: Final = "CAIRN_"
SECRET_KEY_BYTES: Final = 48
_SMALL_FILE: Final = 4096


class NotSet(Exception):
    """A secret that the server needs was not given, or could not be read."""


def _home(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback) / "cairn"


class Settings(BaseSettings):
    """The settings of one server; each field is the variable of its name after ``CAIRN_``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, populate_by_name=True
    )

    origin: str = Field(
        default="http://127.0.0.1:8000",
        description="The address by which the world knows this site, such as "
        "`https://badges.example.edu`. It stands in every credential: choose it before the first one.",
    )
    database_url: str = Field(
        default="",
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="Where the rows live: `postgresql://user:password@host/name` or "
        "`sqlite:////path/to/file`. Unset: `cairn.sqlite3` in the data directory.",
    )
    data_dir: Path = Field(
        default_factory=lambda: _home("XDG_DATA_HOME", ".local/share"),
        description="Folder for what the server writes: the SQLite database and its own secret key. "
        "Unset: `cairn` under `XDG_DATA_HOME` (or `~/.local/share`).",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs sessions and links: at least 50 random characters. Unset: "
        "`CAIRN_SECRET_KEY_FILE`, else `secret-key` in the data directory, made on first use.",
    )
    secret_key_file: Path | None = Field(
        default=None, description="A file that holds the secret key, for container secrets."
    )
    kek: SecretStr | None = Field(
        default=None,
        description="The key-encryption key that opens the signing keys: 32 bytes as base64url or "
        "hex.",
    )
    kek_file: Path | None = Field(
        default=None,
        description="A file that holds it. Where neither is set: `cairn/kek` under "
        "`XDG_CONFIG_HOME` (or `~/.config`).",
    )
    engine: Engine = Field(
        default="embedded",
        description="What carries jobs to workers: `embedded` (the database) or `celery` "
        "(Celery and RabbitMQ).",
    )
    broker_url: SecretStr = Field(
        default=SecretStr("amqp://guest:guest@127.0.0.1:5672//"),
        description="The RabbitMQ of the engine `celery`.",
    )
    time_zone: str = Field(
        default="UTC",
        description="The time zone of pages and logs; an institution has its own besides.",
    )
    debug: bool = Field(
        default=False,
        description="Show errors with their variables to the browser. Never on a server that others "
        "reach.",
    )
    demo: bool = Field(
        default=False,
        description="Let anybody act as anybody, and say so on every page. Set by `make demo`; never on "
        "a server that others reach.",
    )
    behind_proxy: bool = Field(
        default=False,
        description="Believe `X-Forwarded-Proto`. Only when a proxy of yours sets it itself.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How a log line looks: for people or for a log collector."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least important line that is still written."
    )
    sqlite_sync: Literal["FULL", "NORMAL"] = Field(
        default="FULL",
        description="How SQLite waits for the disk. `NORMAL` is faster and can lose the last commits "
        "when the power fails: for tests.",
    )
    stale_after: int = Field(
        default=120,
        ge=1,
        description="Seconds without a sign of life after which a running job is given to another "
        "worker.",
    )

    mail_url: SecretStr | None = Field(
        default=None,
        description="The mail server: `smtp+tls://user:password@host:587` (STARTTLS), "
        "`smtps://user:password@host:465`, or `smtp://host:25` without encryption. Unset: mail waits.",
    )
    mail_from: str = Field(
        default="",
        description="Whom mail comes from, such as `Harbour University <registry@example.edu>`: people "
        "read what is answered to it. Unset: mail waits.",
    )
    mail_hold_minutes: int = Field(
        default=10,
        ge=0,
        le=1440,
        description="Minutes between the issuing of credentials and their mail, in which a registrar can "
        "undo it.",
    )

    @field_validator("mail_url")
    @classmethod
    def _mail_url_is_one(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
                raise ValueError("write it as smtp+tls://user:password@host:587")
            _ = parts.port
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from_is_one_address(cls, value: str) -> str:
        found = parseaddr(value)[1]
        if value and ("@" not in found or any(sign in value for sign in "\r\n\0")):
            raise ValueError("write it as Harbour University <registry@example.edu>")
        return value

    @property
    def sends_mail(self) -> bool:
        """Does mail leave this site? In a demonstration it never does."""
        return bool(self.mail_url and self.mail_from) and not self.demo

    @field_validator("origin")
    @classmethod
    def _origin_is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError("write it as https://badges.example.edu")
        if parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise ValueError("it ends with the host name: no path, no question mark")
        _ = parts.port  # a port that is no number raises here
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("time_zone")
    @classmethod
    def _time_zone_exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("write a name of the time zone database, such as Europe/Amsterdam")
        return value

    @field_validator("data_dir", "secret_key_file", "kek_file")
    @classmethod
    def _whole_path(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def database(self) -> str:
        """The database URL, given or by default."""
        return self.database_url or f"sqlite:///{self.data_dir / 'cairn.sqlite3'}"

    @property
    def own_secret_key_file(self) -> Path:
        return self.data_dir / "secret-key"

    @cached_property
    def signing_secret(self) -> str:
        """The secret key; made and kept in the data directory when nobody gave one."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        if self.secret_key_file is not None:
            return _small_text(self.secret_key_file, "CAIRN_SECRET_KEY_FILE")
        if not self.own_secret_key_file.exists():
            _make_private(self.own_secret_key_file, secrets.token_urlsafe(SECRET_KEY_BYTES))
        return _small_text(self.own_secret_key_file, "the data directory")

    @property
    def default_kek_file(self) -> Path:
        """Where the commands without a server keep the key of this account, too."""
        return _home("XDG_CONFIG_HOME", ".config") / "kek"

    def key_encryption_key(self, *, make: bool = False) -> Kek:
        """Return the key that opens the signing keys; ``make`` it where none was ever given."""
        if self.kek is not None:
            return Kek.from_text(self.kek.get_secret_value())
        path = self.kek_file or self.default_kek_file
        if make and self.kek_file is None and not path.exists():
            _make_private(path, Kek.generate().to_text())
        return Kek.from_text(_small_text(path, "CAIRN_KEK_FILE"))


def _small_text(path: Path, named_by: str) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(_SMALL_FILE)
    except OSError as exc:
        raise NotSet(f"{path} ({named_by}) cannot be read: {exc.strerror}.") from exc
    text = raw.decode("utf-8", "replace").strip()
    if not text:
        raise NotSet(f"{path} ({named_by}) is empty.")
    return text


def _make_private(path: Path, text: str) -> None:
    """Write a secret once, readable by this account alone; another process may have been first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)  # atomic, and never over a secret that exists
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def variable(field: str) -> str:
    """Return the name in the environment of a field."""
    return "DATABASE_URL" if field == "database_url" else f"{PREFIX}{field.upper()}"


def problems(exc: ValidationError) -> list[tuple[str, str]]:
    """Return each refused variable with what to write instead, never with the value it had."""
    found = []
    for error in exc.errors(include_url=False, include_input=False, include_context=False):
        field = str(error["loc"][0]).lower() if error["loc"] else ""
        name = "DATABASE_URL" if field == "database_url" else f"{PREFIX}{field.upper()}"
        found.append((name, error["msg"].removeprefix("Value error, ")))
    return found


def _default(field: str) -> str:
    info = Settings.model_fields[field]
    if info.default_factory is not None or info.default in (None, "", PydanticUndefined):
        return ""
    value = info.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _choices(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return "One of " + ", ".join(f"`{choice}`" for choice in get_args(annotation)) + ". "
    return ""


def table() -> list[str]:
    """Return the rows of the reference table: variable, default, meaning."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for field, info in Settings.model_fields.items():
        words = _choices(info.annotation) + (info.description or "")
        rows.append(f"| `{variable(field)}` | {_default(field)} | {words} |")
    return rows
