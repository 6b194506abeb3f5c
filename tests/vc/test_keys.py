"""Keys: what verifies, what is refused, and that the private half stays inside."""

from __future__ import annotations

import base64
import copy
import inspect
import json
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_is_valid_point

from cairn.vc import ed25519, multibase
from cairn.vc.errors import BadKey
from cairn.vc.keys import PublicKey, Signer, SoftwareSigner

VECTORS: list[dict[str, str]] = json.loads(
    (Path(__file__).parents[1] / "vectors/rfc8032/ed25519.json").read_text("utf-8")
)
ENGINES = [ed25519.Libsodium(), ed25519.OpenSSL()]
SEED = bytes.fromhex(VECTORS[0]["seed"])
MULTIBASE = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
ORDER = 2**252 + 27742317777372353535851937790883648493

seeds = st.binary(min_size=32, max_size=32)


def spellings(secret: bytes) -> list[str]:
    """Return the ways in which secret bytes would show in a text."""
    return [
        repr(secret)[2:-1],
        secret.hex(),
        base64.b64encode(secret).decode()[:40],
        base64.urlsafe_b64encode(secret).decode()[:40],
        str(list(secret))[1:-1],
    ]


def assert_hidden(secret: bytes, text: str) -> None:
    assert [spelling for spelling in spellings(secret) if spelling in text] == []


def full_traceback(call: Callable[[], Any], expected: type[Exception]) -> str:
    """Return the traceback below ``call``, with every local variable, as an error page shows it."""
    with pytest.raises(expected) as caught:
        call()
    below = caught.tb.tb_next.tb_next if caught.tb.tb_next else None
    shown = traceback.TracebackException(
        type(caught.value), caught.value, below, capture_locals=True
    )
    return "".join(shown.format())


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_rfc_8032_vectors_byte_for_byte(engine: ed25519.Engine, vector: dict[str, str]) -> None:
    public, sign = engine.open(bytes.fromhex(vector["seed"]))
    message, signature = bytes.fromhex(vector["message"]), bytes.fromhex(vector["signature"])
    assert public.hex() == vector["public"]
    assert sign(message) == signature
    assert engine.verifies(public, signature, message) is True
    assert engine.verifies(public, signature, message + b"\0") is False


@given(seeds, st.binary(max_size=100))
def test_both_engines_make_the_same_key_and_the_same_signature(seed: bytes, message: bytes) -> None:
    (public, sign), (public_too, sign_too) = (engine.open(seed) for engine in ENGINES)
    assert public == public_too
    assert sign(message) == sign_too(message)
    assert ed25519.is_usable_point(public)


@given(seeds, st.integers(0, 511))
def test_one_flipped_bit_of_a_signature_verifies_with_neither_engine(seed: bytes, bit: int) -> None:
    public, sign = ENGINES[0].open(seed)
    flipped = int.from_bytes(sign(b"award"), "big") ^ (1 << bit)
    signature = flipped.to_bytes(64, "big")
    assert [engine.verifies(public, signature, b"award") for engine in ENGINES] == [False, False]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_a_signature_has_one_form(engine: ed25519.Engine) -> None:
    # RFC 8032 §5.1.7: S is below the group order, or anyone could write a second signature.
    public, sign = engine.open(SEED)
    signature = sign(b"award")
    second = int.from_bytes(signature[32:], "little") + ORDER
    assert (
        engine.verifies(public, signature[:32] + second.to_bytes(32, "little"), b"award") is False
    )


def test_openssl_steps_in_where_pynacl_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ed25519.engine().name == "libsodium"
    monkeypatch.setitem(sys.modules, "nacl", None)
    fallback = ed25519.engine.__wrapped__()
    assert fallback.name == "openssl"
    monkeypatch.setattr(ed25519, "engine", lambda: fallback)
    signer = SoftwareSigner.from_seed(SEED)
    assert signer.public.multibase == MULTIBASE
    assert signer.sign(b"").hex() == VECTORS[0]["signature"]
    assert signer.public.verifies(signer.sign(b"award"), b"award")
    assert not signer.public.verifies(signer.sign(b"award"), b"other")


# The eight points whose eightfold is the identity, and the other ways to write some of them.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
NON_CANONICAL = [
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
NOT_ON_THE_CURVE = ["0200000000000000000000000000000000000000000000000000000000000000"]


@pytest.mark.parametrize("point", SMALL_ORDER + NON_CANONICAL + NOT_ON_THE_CURVE)
def test_points_under_which_a_signature_proves_nothing_are_refused(point: str) -> None:
    with pytest.raises(BadKey, match="cannot be an Ed25519 public key"):
        PublicKey("Ed25519", bytes.fromhex(point))


def test_half_of_all_texts_are_on_the_curve_and_libsodium_agrees() -> None:
    points = [bytes([number]) + bytes(range(31)) for number in range(64)]
    usable = [point for point in points if ed25519.is_usable_point(point)]
    valid = [point for point in points if crypto_core_ed25519_is_valid_point(point)]
    assert 20 < len(usable) < 44
    assert set(valid) <= set(usable)  # libsodium also wants the prime-order subgroup


@given(seeds)
def test_a_public_key_survives_being_written(seed: bytes) -> None:
    public = SoftwareSigner.from_seed(seed).public
    assert public.multibase.startswith("z6Mk")
    assert PublicKey.from_multibase(public.multibase) == public
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": multibase.encode64(public.raw)}
    assert PublicKey.from_jwk(jwk) == public


def test_a_known_key_is_written_as_others_write_it() -> None:
    public = SoftwareSigner.from_seed(SEED).public
    assert (public.algorithm, public.raw.hex()) == ("Ed25519", VECTORS[0]["public"])
    assert str(public) == public.multibase == MULTIBASE


def z(prefix: str, length: int) -> str:
    return multibase.base58btc(bytes.fromhex(prefix) + b"\x55" * length)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("u" + multibase.encode64(b"\xed\x01" + bytes(32)), "starts with z. "),
        ("", "starts with z. "),
        (z("ed01", 31), "has 32 bytes; this one has 31"),
        (z("ed01", 33), "has 32 bytes; this one has 33"),
        (z("ed", 32), "not a key of a known kind"),
        ("z", "not a key of a known kind"),
        (z("8024", 33), "not a point of the curve P-256"),
        (z("8024", 32), "P-256 has 33 bytes, as a compressed point; this one has 32"),
        (z("8124", 49), "not a point of the curve P-384"),
        (z("8626", 32), "This is a private P-256 key"),
        (z("8726", 48), "This is a private P-384 key"),
        (z("e701", 33), "a secp256k1 key"),
        (z("ec01", 32), "an X25519 key, which encrypts and cannot sign"),
        (z("eb01", 96), "a BBS key"),
        (MULTIBASE + "=", "does not belong to base58btc"),
        (MULTIBASE + "1", "not a key of a known kind"),
    ],
)
def test_every_other_multikey_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(BadKey, match=says) as caught:
        PublicKey.from_multibase(text)
    assert caught.value.code == "key.malformed"


def test_a_private_key_in_the_place_of_a_public_one_is_called_out_and_not_repeated() -> None:
    text = multibase.base58btc(b"\x80\x26" + SEED)
    with pytest.raises(BadKey, match="This is a private Ed25519 key") as caught:
        PublicKey.from_multibase(text)
    assert text[6:] not in str(caught.value)
    assert_hidden(SEED, str(caught.value))


JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def test_the_key_of_rfc_8037_is_read() -> None:
    assert PublicKey.from_jwk(JWK).raw.hex() == VECTORS[0]["public"]
    assert PublicKey.from_jwk({**JWK, "kid": "k1", "use": "sig", "alg": "EdDSA"}) is not None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}, "holds the private member d"),
        ({"d": None}, "holds the private member d"),
        ({"k": "AA"}, "holds the private member k"),
        ({"kty": "EC"}, "kty OKP with crv Ed25519"),
        ({"crv": "P-256"}, "kty OKP with crv Ed25519"),
        ({"kty": "EC", "crv": "P-521"}, "kty EC with crv P-256 or P-384"),
        ({"kty": "EC", "crv": ["P-256"]}, "kty EC with crv P-256 or P-384"),
        ({"crv": "X25519"}, "kty OKP with crv Ed25519"),
        ({"use": "enc"}, 'its use must be "sig"'),
        ({"x": None}, "no text member x"),
        ({"x": 7}, "no text member x"),
        ({"x": JWK["x"] + "="}, "base64url without padding"),
        ({"x": "AAAA" * 10}, "has 32 bytes; this one has 30"),
    ],
)
def test_every_other_json_web_key_is_refused_with_the_reason(
    change: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadKey, match=says):
        PublicKey.from_jwk({**JWK, **change})


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length_does_not_verify(length: int) -> None:
    signer = SoftwareSigner.from_seed(SEED)
    signature = (signer.sign(b"award") * 2)[:length]
    assert signer.public.verifies(signature, b"award") is False


def test_a_signature_verifies_under_its_key_and_message_only() -> None:
    signer, other = SoftwareSigner.generate(), SoftwareSigner.generate()
    signature = signer.sign(b"award")
    assert signer.public.verifies(signature, b"award") is True
    assert signer.public.verifies(signature, b"Award") is False
    assert other.public.verifies(signature, b"award") is False


def test_a_hardware_module_can_stand_in_for_the_software_signer() -> None:
    class Module:
        public = SoftwareSigner.from_seed(SEED).public

        def sign(self, message: bytes) -> bytes:
            return SoftwareSigner.from_seed(SEED).sign(message)

    signer: Signer = Module()
    assert signer.public.verifies(signer.sign(b"award"), b"award")


def test_nothing_printed_about_a_signer_shows_its_seed() -> None:
    signer = SoftwareSigner.from_seed(SEED)
    assert repr(signer) == f"<SoftwareSigner {MULTIBASE}>"
    texts = [str(signer), f"{signer}", f"{signer!a:>10}", f"{[signer]}", repr(dir(signer))]
    texts.append(repr(inspect.getmembers_static(signer)))
    texts.append(repr([getattr(signer, name) for name in SoftwareSigner.__slots__]))
    assert_hidden(SEED, "".join(texts))


@pytest.mark.parametrize(
    "attempt",
    [pickle.dumps, copy.copy, copy.deepcopy, lambda signer: signer.__getstate__()],
    ids=["pickle", "copy", "deepcopy", "getstate"],
)
def test_a_signer_refuses_to_be_copied(attempt: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="is not copied or pickled: it holds a secret"):
        attempt(SoftwareSigner.from_seed(SEED))


def test_a_signer_has_no_variables_and_no_json() -> None:
    signer = SoftwareSigner.from_seed(SEED)
    for attempt in (vars, json.dumps):
        with pytest.raises(TypeError) as caught:
            attempt(signer)
        assert_hidden(SEED, str(caught.value))


def test_a_seed_of_the_wrong_length_is_not_shown_by_a_traceback() -> None:
    long_seed = SEED + b"!"
    shown = full_traceback(lambda: SoftwareSigner.from_seed(long_seed), BadKey)
    assert "keys.py" in shown
    assert "An Ed25519 seed has 32 bytes; this one has 33." in shown
    assert_hidden(SEED, shown)


def test_generated_keys_differ() -> None:
    assert SoftwareSigner.generate().public != SoftwareSigner.generate().public
