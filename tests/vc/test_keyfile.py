"""Key files: they open for their secret, for nothing else, and only as they were written."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.vc import jcs, keyfile, multibase
from cairn.vc.errors import BadKey
from cairn.vc.keyfile import BadKeyFile, Kek, LockedKey, Passphrase, Secret, WrongSecret
from cairn.vc.keys import PRIVATE_PREFIX, Algorithm, SoftwareSigner

VECTORS = Path(__file__).parents[1] / "vectors/keyfile"
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
DID = "did:web:example.edu"
KEK = Kek(bytes(range(32)))
WORDS = "Grüße aus dem Hörsaal"
CREATED = datetime(2026, 2, 28, 9, 30, tzinfo=UTC)


def signer() -> SoftwareSigner:
    return SoftwareSigner.from_seed(SEED)


def method(did: str = DID) -> str:
    return f"{did}#{signer().public.multibase}"


def locked(secret: Secret = KEK, **change: Any) -> bytes:
    given = {"did": DID, "verification_method": method(), "created": CREATED, **change}
    return keyfile.lock(signer(), secret=secret, **given)


def changed(raw: bytes, **change: Any) -> bytes:
    """Return the key file with some members changed, or removed where the value is ``...``."""
    members = {**json.loads(raw), **change}
    return json.dumps({name: value for name, value in members.items() if value is not ...}).encode()


def protection(**change: Any) -> dict[str, Any]:
    usual = {"kdf": "scrypt", "n": 2**15, "r": 8, "p": 1, "salt": multibase.encode64(bytes(16))}
    return {name: value for name, value in {**usual, **change}.items() if value is not ...}


def full_traceback(call: Callable[[], Any], expected: type[Exception]) -> str:
    """Return the traceback below ``call``, with every local variable, as an error page shows it."""
    with pytest.raises(expected) as caught:
        call()
    below = caught.tb.tb_next.tb_next if caught.tb.tb_next else None
    shown = traceback.TracebackException(
        type(caught.value), caught.value, below, capture_locals=True
    )
    return "".join(shown.format())


@pytest.mark.parametrize(
    ("name", "secret", "did"),
    [
        ("passphrase.json", Passphrase(WORDS), f"did:key:{signer().public.multibase}"),
        ("kek.json", KEK, DID),
    ],
)
def test_the_key_files_of_version_1_still_open(name: str, secret: Secret, did: str) -> None:
    raw = (VECTORS / name).read_bytes()
    file, opened = keyfile.unlock(raw, secret=secret)
    assert file.id == did
    assert file.verification_method == method(did)
    assert file.created == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert opened.public == file.public == signer().public
    assert opened.sign(b"award") == signer().sign(b"award")


def test_a_passphrase_typed_in_another_unicode_form_opens_the_same_file() -> None:
    raw = (VECTORS / "passphrase.json").read_bytes()
    decomposed = unicodedata.normalize("NFD", WORDS)
    assert decomposed != WORDS
    _, opened = keyfile.unlock(raw, secret=Passphrase(decomposed))
    assert opened.public == signer().public


def test_what_is_locked_with_a_passphrase_opens_with_it_only() -> None:
    raw = locked(Passphrase("four words of mine"))
    assert keyfile.unlock(raw, secret=Passphrase("four words of mine"))[1].public == signer().public
    with pytest.raises(WrongSecret, match="The passphrase does not open this key file") as caught:
        keyfile.unlock(raw, secret=Passphrase("four words of mine "))
    assert caught.value.code == "key.wrong_secret"


def test_what_is_locked_with_a_key_opens_with_it_only() -> None:
    raw, other = locked(KEK), Kek(bytes(32))
    file, opened = keyfile.unlock(raw, secret=KEK)
    assert (file.id, opened.public) == (DID, signer().public)
    with pytest.raises(WrongSecret) as caught:
        keyfile.unlock(raw, secret=other)
    assert KEK.fingerprint in str(caught.value)
    assert other.fingerprint in str(caught.value)


@pytest.mark.parametrize(
    ("lock", "offer", "says"),
    [
        (KEK, Passphrase("words"), f"fingerprint {KEK.fingerprint}; a passphrase was given"),
        (Passphrase("words"), KEK, "a passphrase; a key-encryption key was given"),
    ],
    ids=["passphrase for a key", "key for a passphrase"],
)
def test_the_other_kind_of_secret_is_named(lock: Secret, offer: Secret, says: str) -> None:
    with pytest.raises(LockedKey, match=says) as caught:
        keyfile.unlock(locked(lock), secret=offer)
    assert caught.value.code == "key.locked"


def test_the_header_is_read_without_a_secret() -> None:
    file = keyfile.read(locked(created=datetime(2026, 2, 28, 10, 30, 5, 99, tzinfo=_east(1))))
    assert file.id == DID
    assert file.verification_method == method()
    assert file.public == signer().public
    assert file.created == datetime(2026, 2, 28, 9, 30, 5, tzinfo=UTC)
    assert file.asks_for == f"the key-encryption key with fingerprint {KEK.fingerprint}"
    assert keyfile.read(locked(Passphrase("words"))).asks_for == "a passphrase"


def _east(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


def test_the_same_key_is_never_locked_twice_the_same_way() -> None:
    first, second = json.loads(locked()), json.loads(locked())
    assert first["nonce"] != second["nonce"]
    assert first["ciphertext"] != second["ciphertext"]


def test_a_key_file_is_written_for_eyes_and_without_the_seed() -> None:
    raw = locked()
    assert raw.startswith(b'{\n  "version": 1,\n  "id": "did:web:example.edu",\n')
    assert raw.endswith(b"\n}\n")
    for spelling in (SEED, SEED.hex().encode(), multibase.encode64(SEED).encode()):
        assert spelling not in raw


OTHER = SoftwareSigner.from_seed(bytes(32)).public.multibase


@pytest.mark.parametrize(
    "change",
    [
        {"id": "did:web:example.ed", "verificationMethod": method("did:web:example.ed")},
        {"verificationMethod": method() + "x"},
        {"publicKeyMultibase": OTHER},
        {"created": "2026-02-28T09:30:01Z"},
        {"nonce": multibase.encode64(bytes(12))},
        {"ciphertext": multibase.encode64(bytes(50))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_file_does_not_open(change: dict[str, str]) -> None:
    raw = changed(locked(), **change)
    keyfile.read(raw)
    with pytest.raises(BadKeyFile, match="was changed since it was locked"):
        keyfile.unlock(raw, secret=KEK)


def test_a_changed_header_of_a_passphrase_file_does_not_open() -> None:
    raw = changed(locked(Passphrase("words")), publicKeyMultibase=OTHER)
    with pytest.raises(WrongSecret, match="or the file was changed"):
        keyfile.unlock(raw, secret=Passphrase("words"))


def test_the_order_and_spacing_of_the_members_do_not_matter() -> None:
    members = json.loads(locked())
    raw = json.dumps(dict(reversed(members.items()))).encode()
    assert keyfile.unlock(raw, secret=KEK)[1].public == signer().public


def rewritten(plain: bytes) -> bytes:
    """Return a key file that a program other than ours made, with the right secret."""
    header = {name: value for name, value in json.loads(locked()).items() if name != "ciphertext"}
    nonce, associated = multibase.decode64(header["nonce"]), jcs.canonicalize(header).encode()
    sealed = AESGCM(bytes(range(32))).encrypt(nonce, plain, associated)
    return json.dumps({**header, "ciphertext": multibase.encode64(sealed)}).encode()


def test_the_documented_format_is_enough_to_write_a_key_file() -> None:
    _, opened = keyfile.unlock(rewritten(PRIVATE_PREFIX + SEED), secret=KEK)
    assert opened.public == signer().public


@pytest.mark.parametrize(
    "plain", [PRIVATE_PREFIX + bytes(32), b"\xed\x01" + SEED], ids=["another key", "another kind"]
)
def test_a_key_other_than_the_header_says_is_refused(plain: bytes) -> None:
    with pytest.raises(BadKeyFile, match="its secret fits and its content does not"):
        keyfile.unlock(rewritten(plain), secret=KEK)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"\xff", b'{"version": 1, "version": 1}', b"[" * 10_000, b'{"a": "\0"}'],
    ids=["empty", "cut", "array", "binary", "twice", "deep", "nul"],
)
def test_what_is_not_a_key_file_is_called_so(raw: bytes) -> None:
    with pytest.raises(BadKeyFile, match="This is not a key file") as caught:
        keyfile.read(raw)
    assert caught.value.code == "key.file_malformed"


def test_a_large_file_is_refused_unread() -> None:
    with pytest.raises(BadKeyFile, match="at most 16,384 bytes"):
        keyfile.read(changed(locked(), id="did:web:" + "a" * 16_384))


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        ({"version": 2}, "/version", "has version 2 of the format; this Cairn reads version 1"),
        ({"version": True}, "/version", "version must be a whole number"),
        ({"version": ...}, "/version", "version is missing"),
        ({"nonce": ...}, "/nonce", "nonce is missing"),
        ({"secretKeyMultibase": "z"}, "/secretKeyMultibase", "is not part of the format"),
        ({"id": 7}, "/id", "id must be text"),
        ({"id": "https://example.edu"}, "/verificationMethod", "must name a DID"),
        ({"id": "did:web:other.edu"}, "/verificationMethod", "same DID with a fragment"),
        ({"verificationMethod": DID}, "/verificationMethod", "same DID with a fragment"),
        (
            {"publicKeyMultibase": "z6Mk"},
            "/publicKeyMultibase",
            "must be a Multikey of Ed25519, P-256 or P-384",
        ),
        ({"created": "2026-02-28"}, "/created", "a time such as"),
        ({"created": "2026-2-28T9:30:00Z"}, "/created", "a time such as"),
        ({"created": "2026-02-28T09:30:00+00:00"}, "/created", "a time such as"),
        ({"nonce": "AAAA"}, "/nonce", "12 bytes in base64url"),
        ({"nonce": "AAAAAAAAAAAAAAA="}, "/nonce", "12 bytes in base64url"),
        ({"ciphertext": "AAAA"}, "/ciphertext", "50 bytes in base64url"),
        ({"protection": None}, "/protection", "protection must be an object"),
        ({"protection": {}}, "/protection/kdf", "protection.kdf is missing"),
        ({"protection": {"kek": 1}}, "/protection/kek", "protection.kek must be text"),
        ({"protection": {"kek": "a", "kdf": "b"}}, "/protection/kdf", "not part of the format"),
        ({"protection": protection(kdf="pbkdf2")}, "/protection/kdf", 'must be "scrypt"'),
        ({"protection": protection(n=...)}, "/protection/n", "protection.n is missing"),
        ({"protection": protection(n=32768.0)}, "/protection/n", "must be a whole number"),
        ({"protection": protection(p=True)}, "/protection/p", "must be a whole number"),
        ({"protection": protection(salt="AAAA")}, "/protection/salt", "16 bytes in base64url"),
    ],
)
def test_each_malformed_member_is_named(change: dict[str, Any], pointer: str, says: str) -> None:
    with pytest.raises(BadKeyFile, match=says) as caught:
        keyfile.read(changed(locked(), **change))
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    "cost",
    [
        {"n": 2**30},
        {"n": 2**18},
        {"n": 2**13},
        {"n": 0},
        {"n": -1},
        {"n": 40000},
        {"r": 1024},
        {"r": 0},
        {"p": 5},
        {"p": 0},
        {"p": 2**30},
    ],
    ids=str,
)
def test_a_hostile_file_cannot_ask_for_endless_work_or_memory(cost: dict[str, int]) -> None:
    raw = changed(locked(), protection=protection(**cost))
    with pytest.raises(BadKeyFile, match="n from 16384 to 131072, r 8, p from 1 to 4"):
        keyfile.unlock(raw, secret=Passphrase("words"))


@pytest.mark.parametrize(
    "change",
    [
        {"did": "https://example.edu"},
        {"verification_method": DID},
        {"did": "did:web:other.edu"},
    ],
    ids=str,
)
def test_a_key_is_not_locked_under_a_name_that_would_not_open(change: dict[str, str]) -> None:
    with pytest.raises(BadKeyFile, match="must name a DID"):
        locked(**change)


def test_a_time_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        locked(created=datetime(2026, 2, 28))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [bytes(range(32)).hex(), bytes(range(32)).hex().upper(), multibase.encode64(bytes(range(32)))],
    ids=["hex", "upper-case hex", "base64url"],
)
def test_a_key_encryption_key_is_read_in_either_spelling(text: str) -> None:
    assert Kek.from_text(f" {text}\n").fingerprint == KEK.fingerprint == "V_MIRLcN_xfbms-UAA9P8Q"


def test_a_generated_key_survives_being_written() -> None:
    kek = Kek.generate()
    assert Kek.from_text(kek.to_text()).fingerprint == kek.fingerprint
    assert kek.fingerprint != Kek.generate().fingerprint


@pytest.mark.parametrize(
    "text", ["", "secret", "0" * 63, "0" * 65, "g" * 64, "A" * 44, "\u0660" * 64]
)
def test_a_damaged_key_encryption_key_is_refused_and_not_repeated(text: str) -> None:
    shown = full_traceback(lambda: Kek.from_text(text), LockedKey)
    assert "opy the whole key again" in shown
    assert len(text) < 8 or text not in shown


def test_a_key_encryption_key_of_another_length_is_refused_and_not_shown() -> None:
    raw = b"xyzzy-9." * 5
    shown = full_traceback(lambda: Kek(raw), LockedKey)
    assert "A key-encryption key has 32 bytes; this one has 40." in shown
    assert "keyfile.py" in shown
    assert "xyzzy" not in shown


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(LockedKey, match="The passphrase is empty"):
        Passphrase("")


@pytest.mark.parametrize("secret", [Passphrase("xyzzy-9"), Kek(b"xyzzy-9." * 4)], ids=repr)
def test_secrets_do_not_show_or_copy_themselves(secret: Secret) -> None:
    shown = f"{secret!r} {secret} {secret!a} {[secret]} {dir(secret)}"
    shown += repr([getattr(secret, name) for name in type(secret).__slots__])
    assert "xyzzy" not in shown
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy, vars, json.dumps):
        with pytest.raises(TypeError) as caught:
            attempt(secret)
        assert "xyzzy" not in str(caught.value)


@pytest.mark.parametrize(
    ("secret", "expected"),
    [(Kek(b"xyzzy-9." * 4), WrongSecret), (Passphrase("xyzzy-9."), LockedKey)],
    ids=repr,
)
def test_a_failed_unlock_shows_no_secret_even_with_its_variables(
    secret: Secret, expected: type[Exception]
) -> None:
    shown = full_traceback(lambda: keyfile.unlock(locked(), secret=secret), expected)
    assert "keyfile.py" in shown
    assert "xyzzy" not in shown


def test_a_key_that_does_not_match_its_header_shows_in_no_traceback() -> None:
    seed = b"xyzzy-9." * 4
    shown = full_traceback(
        lambda: keyfile.unlock(rewritten(PRIVATE_PREFIX + seed), secret=KEK), BadKeyFile
    )
    assert "keyfile.py" in shown
    assert "xyzzy" not in shown
    assert seed.hex() not in shown


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384"])
def test_each_kind_of_key_is_kept_and_signs_again(kind: Algorithm) -> None:
    kept = SoftwareSigner.generate(kind)
    name = f"{DID}#{kept.public.multibase}"
    raw = keyfile.lock(kept, did=DID, verification_method=name, created=CREATED, secret=KEK)
    file, opened = keyfile.unlock(raw, secret=KEK)
    assert file.public == opened.public == kept.public
    assert kept.public.verifies(opened.sign(b"award"), b"award")


@pytest.mark.parametrize("kind", ["P-521", "RSA"])
def test_a_kind_that_no_multikey_spells_is_not_locked(kind: Algorithm) -> None:
    with pytest.raises(BadKey, match=f"this one is of kind {kind}"):
        keyfile.lock(
            SoftwareSigner.generate(kind),
            did=DID,
            verification_method=method(),
            created=CREATED,
            secret=KEK,
        )


def test_a_header_of_another_kind_than_the_secret_does_not_open() -> None:
    nist = SoftwareSigner.generate("P-256").public.multibase
    with pytest.raises(BadKeyFile, match="was changed since it was locked"):
        keyfile.unlock(changed(locked(), publicKeyMultibase=nist), secret=KEK)
    larger = SoftwareSigner.generate("P-384").public.multibase
    with pytest.raises(BadKeyFile, match="must be 66 bytes"):
        keyfile.unlock(changed(locked(), publicKeyMultibase=larger), secret=KEK)
