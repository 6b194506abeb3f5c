"""Key files: a signing key at rest, encrypted, with a clear header that says whose it is.

The format is documented in docs/reference/key-file.md. The header is authenticated together with
the key, so nobody can put a stolen key under another name or another name over a key.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.vc import jcs, multibase
from cairn.vc.document import JsonObject, parse, pointer
from cairn.vc.errors import BadKey, CredentialError, Unreadable
from cairn.vc.keys import PRIVATE_PREFIXES, SECRET_BYTES, Hidden, PublicKey, SoftwareSigner

VERSION: Final = 1
MAX_BYTES: Final = 16 * 1024

_MEMBERS: Final = (
    "version",
    "id",
    "verificationMethod",
    "publicKeyMultibase",
    "created",
    "protection",
    "nonce",
    "ciphertext",
)
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16
_PREFIX_BYTES: Final = 2
_TAG_BYTES: Final = 16
_KEK_BYTES: Final = 32
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_FINGERPRINT_DOMAIN: Final = b"cairn key-encryption key fingerprint v1\0"


class BadKeyFile(BadKey):
    """The file is not a key file, or was changed since it was locked."""

    code = "key.file_malformed"


class LockedKey(CredentialError):
    """The key file asks for another kind of secret than the one given."""

    code = "key.locked"


class WrongSecret(LockedKey):
    """The secret is of the right kind and does not open this key file."""

    code = "key.wrong_secret"


class Passphrase(Hidden):
    """A passphrase a person remembers; read as Unicode NFC, so every keyboard types the same one."""

    __slots__ = ("stretch",)

    def __init__(self, text: str) -> None:
        secret = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
        if not secret:
            raise LockedKey("The passphrase is empty. Choose one of several words.")
        self.stretch: Callable[[Scrypt], bytes] = lambda cost: cost.derive(secret)


class Kek(Hidden):
    """A key-encryption key: 32 random bytes that a machine keeps in its environment or in a file."""

    __slots__ = ("fingerprint", "reveal")

    def __init__(self, raw: bytes) -> None:
        length = len(raw)
        if length != _KEK_BYTES:
            del raw  # a traceback that shows variables must not show this one
            raise LockedKey(
                f"A key-encryption key has {_KEK_BYTES} bytes; this one has {length}. "
                "Copy the whole key again, or make a new one."
            )
        secret = bytes(raw)
        digest = hashlib.sha256(_FINGERPRINT_DOMAIN + secret).digest()
        self.fingerprint = multibase.encode64(digest[:16])
        self.reveal: Callable[[], bytes] = lambda: secret

    @classmethod
    def generate(cls) -> Self:
        """Make a new key-encryption key from the system's randomness."""
        return cls(os.urandom(_KEK_BYTES))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read 64 hexadecimal or 43 base64url characters; white space around them is ignored."""
        raw = _kek_bytes(text.strip())
        del text
        if raw is None:
            raise LockedKey(
                "A key-encryption key is written as 64 hexadecimal digits, or as 43 characters of "
                "base64url without padding. This text is neither; copy the whole key again."
            )
        return cls(raw)

    def to_text(self) -> str:
        """Write the key as base64url, for the file or the environment that keeps it."""
        return multibase.encode64(self.reveal())


Secret = Passphrase | Kek


@dataclass(frozen=True, slots=True)
class Scrypt:
    """How a passphrase becomes an AES key (RFC 7914)."""

    salt: bytes
    n: int = 2**15
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        # A key file may come from a stranger: at most 128 MiB and two seconds of work.
        costly = (
            self.n not in (2**14, 2**15, 2**16, 2**17) or self.r != 8 or self.p not in range(1, 5)
        )
        if costly or len(self.salt) != _SALT_BYTES:
            raise BadKeyFile(
                "The key file asks for a way of stretching the passphrase that Cairn does not follow: "
                "scrypt with n from 16384 to 131072, r 8, p from 1 to 4 and a salt of 16 bytes. "
                "Restore the file from a backup.",
                pointer="/protection",
            )

    def derive(self, secret: bytes) -> bytes:
        memory = 128 * self.r * (self.n + self.p + 2)
        return hashlib.scrypt(
            secret, salt=self.salt, n=self.n, r=self.r, p=self.p, maxmem=memory, dklen=_KEK_BYTES
        )

    def as_json(self) -> JsonObject:
        return {
            "kdf": "scrypt",
            "n": self.n,
            "r": self.r,
            "p": self.p,
            "salt": multibase.encode64(self.salt),
        }

    @property
    def asks_for(self) -> str:
        return "a passphrase"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """Which key-encryption key opens the file."""

    fingerprint: str

    def as_json(self) -> JsonObject:
        return {"kek": self.fingerprint}

    @property
    def asks_for(self) -> str:
        return f"the key-encryption key with fingerprint {self.fingerprint}"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a key file says without being opened. Nothing here is trustworthy before ``unlock``."""

    id: str
    verification_method: str
    public: PublicKey
    created: datetime
    protection: Scrypt | Wrapped
    nonce: bytes
    ciphertext: bytes

    def __post_init__(self) -> None:
        if not self.id.startswith("did:") or not self.verification_method.startswith(f"{self.id}#"):
            raise BadKeyFile(
                "The key file must name a DID as its id, and a verification method that is the same "
                f"DID with a fragment; it names {self.id!r} and {self.verification_method!r}.",
                pointer="/verificationMethod",
            )

    @property
    def asks_for(self) -> str:
        """The secret that opens it, for a sentence: "a passphrase", "the key-encryption key ..."."""
        return self.protection.asks_for

    def header(self) -> JsonObject:
        """Everything but the ciphertext: the part that is readable, and authenticated."""
        return {
            "version": VERSION,
            "id": self.id,
            "verificationMethod": self.verification_method,
            "publicKeyMultibase": self.public.multibase,
            "created": self.created.strftime(_TIME),
            "protection": self.protection.as_json(),
            "nonce": multibase.encode64(self.nonce),
        }


def lock(
    signer: SoftwareSigner,
    *,
    did: str,
    verification_method: str,
    created: datetime,
    secret: Secret,
) -> bytes:
    """Write the key file of a signer, to be opened by ``secret`` only.

    ``created`` needs a time zone and is kept to the second, in UTC. Raises BadKey for a kind of key that
    no Multikey spells.
    """
    if created.tzinfo is None:
        raise ValueError("The time a key was created needs a time zone.")
    kind = signer.public.algorithm
    if kind not in SECRET_BYTES:
        raise BadKey(
            f"A key file holds an Ed25519, P-256 or P-384 key, and this one is of kind {kind}. Keep it "
            "in a store of its own."
        )
    file = KeyFile(
        id=did,
        verification_method=verification_method,
        public=signer.public,
        created=created.astimezone(UTC).replace(microsecond=0),
        protection=_protection(secret),
        nonce=os.urandom(_NONCE_BYTES),
        ciphertext=b"",
    )
    cipher = _cipher(file.protection, secret)
    ciphertext = signer.sealed(
        lambda seed: cipher.encrypt(file.nonce, PRIVATE_PREFIXES[kind] + seed, _authenticated(file))
    )
    written = {**file.header(), "ciphertext": multibase.encode64(ciphertext)}
    return json.dumps(written, ensure_ascii=False, indent=2).encode() + b"\n"


def read(raw: bytes) -> KeyFile:
    """Read what a key file says in clear, or raise :class:`BadKeyFile`; no secret is needed."""
    try:
        found = parse(raw, max_bytes=MAX_BYTES, max_depth=4)
    except Unreadable as exc:
        raise BadKeyFile(
            f"This is not a key file: it must be one JSON object of at most {MAX_BYTES:,} bytes. "
            "Name the file that keygen wrote, or restore it from a backup."
        ) from exc
    version = found.get("version")
    if type(version) is int and version != VERSION:
        raise BadKeyFile(
            f"The key file has version {version} of the format; this Cairn reads version {VERSION}. "
            "Update Cairn.",
            pointer="/version",
        )
    members = _Members(found, _MEMBERS)
    members.integer("version")
    public = members.public_key("publicKeyMultibase")
    sealed = _PREFIX_BYTES + SECRET_BYTES[public.algorithm] + _TAG_BYTES
    return KeyFile(
        id=members.text("id"),
        verification_method=members.text("verificationMethod"),
        public=public,
        created=members.time("created"),
        protection=_read_protection(found["protection"]),
        nonce=members.data("nonce", _NONCE_BYTES),
        ciphertext=members.data("ciphertext", sealed),
    )


def unlock(raw: bytes, *, secret: Secret) -> tuple[KeyFile, SoftwareSigner]:
    """Open a key file: what it says, now authenticated, and the signer it holds.

    Raises :class:`LockedKey` when the file asks for another kind of secret, :class:`WrongSecret`
    when this one does not fit, :class:`BadKeyFile` when the file is malformed or was changed.
    """
    file = read(raw)
    signer = _decrypt(file, _cipher(file.protection, secret))
    if signer is None and isinstance(file.protection, Scrypt):
        raise WrongSecret(
            "The passphrase does not open this key file, or the file was changed since it was "
            "locked. Try the passphrase again; then restore the file from a backup."
        )
    if signer is None or signer.public != file.public:
        raise BadKeyFile(
            "The key file was changed since it was locked: its secret fits and its content does "
            "not. Restore it from a backup."
        )
    return file, signer


def _protection(secret: Secret) -> Scrypt | Wrapped:
    if isinstance(secret, Kek):
        return Wrapped(secret.fingerprint)
    return Scrypt(os.urandom(_SALT_BYTES))


def _cipher(protection: Scrypt | Wrapped, secret: Secret) -> AESGCM:
    if isinstance(protection, Scrypt) and isinstance(secret, Passphrase):
        return AESGCM(secret.stretch(protection))
    if isinstance(protection, Wrapped) and isinstance(secret, Kek):
        if secret.fingerprint != protection.fingerprint:
            raise WrongSecret(
                f"This key file opens with {protection.asks_for}; the one given has fingerprint "
                f"{secret.fingerprint}. Supply the key it was locked with."
            )
        return AESGCM(secret.reveal())
    given = "a passphrase" if isinstance(secret, Passphrase) else "a key-encryption key"
    raise LockedKey(f"This key file opens with {protection.asks_for}; {given} was given.")


def _decrypt(file: KeyFile, cipher: AESGCM) -> SoftwareSigner | None:
    try:
        secret_key = cipher.decrypt(file.nonce, file.ciphertext, _authenticated(file))
    except InvalidTag:
        return None
    kind = file.public.algorithm
    if not secret_key.startswith(PRIVATE_PREFIXES[kind]):
        return None
    return SoftwareSigner.from_secret(kind, secret_key[_PREFIX_BYTES:])


def _authenticated(file: KeyFile) -> bytes:
    """Return the additional data of AES-GCM: the header in its canonical form (RFC 8785)."""
    return jcs.canonicalize(file.header()).encode()


def _read_protection(value: object) -> Scrypt | Wrapped:
    if isinstance(value, dict) and "kek" in value:
        return Wrapped(_Members(value, ("kek",), "protection").text("kek"))
    members = _Members(value, ("kdf", "n", "r", "p", "salt"), "protection")
    if members.text("kdf") != "scrypt":
        raise members.malformed("kdf", 'must be "scrypt"')
    cost = (members.integer(name) for name in ("n", "r", "p"))
    return Scrypt(members.data("salt", _SALT_BYTES), *cost)


class _Members:
    """The members of one object of a key file, each read as what the format says it is."""

    def __init__(self, value: object, names: tuple[str, ...], *path: str) -> None:
        self._path = path
        if not isinstance(value, dict):
            raise self.malformed(None, "must be an object")
        self._value = value
        missing = [name for name in names if name not in value]
        foreign = sorted(value.keys() - set(names))
        if missing:
            raise self.malformed(missing[0], "is missing")
        if foreign:
            raise self.malformed(foreign[0], "is not part of the format")

    def malformed(self, name: str | None, fault: str) -> BadKeyFile:
        path = [*self._path, name] if name else [*self._path]
        return BadKeyFile(
            f"In the key file, {'.'.join(path)} {fault}. Name the file that keygen wrote, or "
            "restore it from a backup.",
            pointer=pointer(*path),
        )

    def text(self, name: str) -> str:
        text = self._value[name]
        if not isinstance(text, str):
            raise self.malformed(name, "must be text")
        return text

    def integer(self, name: str) -> int:
        number = self._value[name]
        if type(number) is not int:  # neither true nor 32768.0
            raise self.malformed(name, "must be a whole number")
        return number

    def data(self, name: str, length: int) -> bytes:
        try:
            data = multibase.decode64(self.text(name))
        except BadKey:
            data = b""
        if len(data) != length:
            raise self.malformed(name, f"must be {length} bytes in base64url without padding")
        return data

    def public_key(self, name: str) -> PublicKey:
        try:
            return PublicKey.from_multibase(self.text(name))
        except BadKey as exc:
            raise self.malformed(
                name, "must be a Multikey of Ed25519, P-256 or P-384: z6Mk..., zDn... or z82..."
            ) from exc

    def time(self, name: str) -> datetime:
        text = self.text(name)
        try:
            time = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
        except ValueError:
            time = None
        if time is None or time.strftime(_TIME) != text:
            raise self.malformed(name, "must be a time such as 2026-02-28T09:30:00Z")
        return time


def _kek_bytes(text: str) -> bytes | None:
    """Decode a key-encryption key, or return None: an error would carry the text along."""
    try:
        return bytes.fromhex(text) if len(text) == 2 * _KEK_BYTES else multibase.decode64(text)
    except (ValueError, BadKey):
        return None
