"""Keys on P-256 and P-384: published values, the one spelling of a key, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import did, ecdsa, multibase
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.ecdsa import P256, P384, Curve
from cairn.vc.errors import BadKey
from cairn.vc.keys import PRIVATE_PREFIXES, Algorithm, PublicKey, SoftwareSigner, WrongKind
from tests.vc.test_keys import assert_hidden, full_traceback

VECTORS = Path(__file__).parents[1] / "vectors"
RFC6979: list[dict[str, Any]] = json.loads((VECTORS / "rfc6979/ecdsa.json").read_text("utf-8"))
CURVES = [P256, P384]
KINDS: list[Algorithm] = ["P-256", "P-384"]
PRIMES = {
    P256: 2**256 - 2**224 + 2**192 + 2**96 - 1,
    P384: 2**384 - 2**128 - 2**96 + 2**32 - 1,
}


def name(value: Any) -> str:
    return value.name if isinstance(value, Curve) else str(value)


def w3c(kind: Algorithm) -> dict[str, str]:
    file = f"vc-di-ecdsa/{kind.replace('-', '').lower()}KeyPair.json"
    found: dict[str, str] = json.loads((VECTORS / file).read_text("utf-8"))
    return found


@pytest.mark.parametrize("vector", RFC6979, ids=lambda v: f"{v['curve']} {v['message']}")
def test_rfc_6979_vectors_byte_for_byte(vector: dict[str, Any]) -> None:
    signer = SoftwareSigner.from_secret(vector["curve"], bytes.fromhex(vector["secret"]))
    message, signature = vector["message"].encode(), bytes.fromhex(vector["r"] + vector["s"])
    x, y = bytes.fromhex(vector["x"]), bytes.fromhex(vector["y"])
    assert signer.public.jwk == {
        "kty": "EC",
        "crv": vector["curve"],
        "x": multibase.encode64(x),
        "y": multibase.encode64(y),
    }
    assert signer.sign(message) == signature
    assert signer.public.verifies(signature, message) is True
    assert signer.public.verifies(signature, message + b"\0") is False


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_of_the_w3c_are_read_and_written_alike(kind: Algorithm) -> None:
    pair = w3c(kind)
    signer = SoftwareSigner.from_multibase(pair["secretKeyMultibase"])
    assert signer.public.algorithm == kind
    assert signer.public == PublicKey.from_multibase(pair["publicKeyMultibase"])
    assert signer.public.multibase == str(signer.public) == pair["publicKeyMultibase"]
    assert PublicKey.from_jwk(signer.public.jwk) == signer.public
    written = signer.sealed(lambda secret: PRIVATE_PREFIXES[kind] + secret)
    assert multibase.base58btc(written) == pair["secretKeyMultibase"]


@settings(max_examples=10)
@given(st.sampled_from(KINDS), st.binary(max_size=50), st.integers(0, 511))
def test_a_new_key_signs_what_it_verifies_and_one_flipped_bit_does_not(
    kind: Algorithm, message: bytes, bit: int
) -> None:
    signer = SoftwareSigner.generate(kind)
    signature = signer.sign(message)
    assert len(signature) == {"P-256": 64, "P-384": 96}[kind]
    flipped = int.from_bytes(signature, "big") ^ (1 << bit)
    assert signer.public.verifies(signature, message) is True
    assert signer.public.verifies(flipped.to_bytes(len(signature), "big"), message) is False
    assert PublicKey.from_multibase(signer.public.multibase) == signer.public
    assert PublicKey.from_jwk(signer.public.jwk) == signer.public


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_another_length_or_out_of_range_does_not_verify(kind: Algorithm) -> None:
    signer = SoftwareSigner.generate(kind)
    signature = signer.sign(b"award")
    size = len(signature) // 2
    order = (P256 if kind == "P-256" else P384).order.to_bytes(size, "big")
    wrong = [
        b"",
        signature[:-1],
        signature + b"\0",
        bytes(2 * size),
        bytes(size) + signature[size:],
        signature[:size] + bytes(size),
        order + signature[size:],
        signature[:size] + order,
        b"\xff" * 2 * size,
    ]
    assert [signer.public.verifies(one, b"award") for one in wrong] == [False] * len(wrong)


def test_a_did_key_of_each_kind_is_its_own_document() -> None:
    for kind in KINDS:
        public = PublicKey.from_multibase(w3c(kind)["publicKeyMultibase"])
        document = did.resolve(did_key.did_from(public), Shelf())
        method = f"did:key:{public}#{public}"
        assert document["verificationMethod"][0]["publicKeyMultibase"] == public.multibase
        assert (document["assertionMethod"], document["authentication"]) == ([method], [method])


@pytest.mark.parametrize("curve", CURVES, ids=name)
def test_what_is_no_point_of_the_curve_is_nobodys_key(curve: Curve) -> None:
    kind: Algorithm = "P-256" if curve is P256 else "P-384"
    good = PublicKey.from_multibase(w3c(kind)["publicKeyMultibase"])
    x, y = curve.coordinates(good.raw)
    other_y = (PRIMES[curve] - int.from_bytes(y, "big")).to_bytes(curve.size, "big")
    too_large = PRIMES[curve].to_bytes(curve.size, "big")
    off = [
        b"\4" + x,  # 04 begins the long form
        b"\0" + x,
        b"\2" + too_large,  # x of p is x of 0 in another spelling
        b"\2" + b"\xff" * curve.size,
    ]
    for raw in off:
        with pytest.raises(BadKey, match=f"not a point of the curve {kind}"):
            PublicKey(kind, raw)
    for raw in (b"", good.raw[:-1], good.raw + b"\0", b"\4" + x + y):
        with pytest.raises(BadKey, match=f"this one has {len(raw)}\\."):
            PublicKey(kind, raw)
    assert PublicKey(kind, bytes([good.raw[0] ^ 1]) + x).jwk["y"] == multibase.encode64(other_y)


@pytest.mark.parametrize("curve", CURVES, ids=name)
def test_half_of_all_texts_are_on_the_curve(curve: Curve) -> None:
    squares = 0
    prime = PRIMES[curve]
    for number in range(1, 33):
        # SEC 1 §2.3.4: x is on the curve when x³ - 3x + b is a square; both prefixes agree.
        raw = number.to_bytes(curve.size, "big")
        answers = {curve.is_usable_point(sign + raw) for sign in (b"\2", b"\3")}
        assert len(answers) == 1
        squares += answers == {True}
        high = (number + prime).to_bytes(curve.size + 1, "big")
        assert high[0] == 1 or not curve.is_usable_point(b"\2" + high[1:])
    assert 6 < squares < 26


@pytest.mark.parametrize("curve", CURVES, ids=name)
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"y": None}, "no text member y"),
        ({"x": 7}, "no text member x"),
        ({"x": "AA"}, "not a point of the curve"),
        ({"y": ""}, "not a point of the curve"),
        ({"y": "A" * 43}, "not a point of the curve"),
        ({"d": "AA"}, "holds the private member d"),
        ({"use": "enc"}, 'its use must be "sig"'),
        ({"kty": "OKP"}, "Of JSON Web Keys"),
        ({"crv": "secp256k1"}, "Of JSON Web Keys"),
    ],
    ids=str,
)
def test_every_other_json_web_key_is_refused_with_the_reason(
    curve: Curve, change: dict[str, Any], says: str
) -> None:
    kind: Algorithm = "P-256" if curve is P256 else "P-384"
    jwk = PublicKey.from_multibase(w3c(kind)["publicKeyMultibase"]).jwk
    with pytest.raises(BadKey, match=says):
        PublicKey.from_jwk({**jwk, **change})


def test_the_coordinates_of_one_curve_are_no_key_of_the_other() -> None:
    jwk = PublicKey.from_multibase(w3c("P-256")["publicKeyMultibase"]).jwk
    with pytest.raises(BadKey, match="not a point of the curve P-384"):
        PublicKey.from_jwk({**jwk, "crv": "P-384"})


def test_a_key_that_stands_in_the_wrong_place_says_what_kind_is_wanted() -> None:
    public = PublicKey.from_multibase(w3c("P-384")["publicKeyMultibase"])
    public.must_be("P-256", "P-384", what="A proof")
    with pytest.raises(WrongKind) as caught:
        public.must_be("Ed25519", "P-256", what="A proof")
    assert str(caught.value) == (
        "A proof is made with a key of the kind Ed25519 or P-256; this one is P-384."
    )
    assert caught.value.code == "key.wrong_kind"


@pytest.mark.parametrize("above", [0, 1])
@pytest.mark.parametrize("curve", CURVES, ids=name)
def test_a_secret_out_of_range_is_refused_and_not_shown_by_a_traceback(
    curve: Curve, above: int
) -> None:
    kind: Algorithm = "P-256" if curve is P256 else "P-384"
    secret = (curve.order + above).to_bytes(curve.size, "big")
    text = multibase.base58btc(PRIVATE_PREFIXES[kind] + secret)
    for shown in (
        full_traceback(lambda: SoftwareSigner.from_secret(kind, secret), BadKey),
        full_traceback(lambda: SoftwareSigner.from_multibase(text), BadKey),
    ):
        assert f"A private key of {kind} is a number of {curve.size} bytes" in shown
        assert_hidden(secret, shown)
    for wrong in (bytes(curve.size), b"", b"\1", b"\0" * curve.size + b"\1"):
        with pytest.raises(BadKey, match="a number of"):
            SoftwareSigner.from_secret(kind, wrong)


@pytest.mark.parametrize(
    "text",
    [multibase.base58btc(b"\xed\x01" + bytes(range(30))), multibase.base58btc(bytes(30)) + "0", ""],
)
def test_a_text_that_is_no_private_key_is_refused_and_not_repeated(text: str) -> None:
    shown = full_traceback(lambda: SoftwareSigner.from_multibase(text), BadKey)
    assert "The text is not a private Multikey" in shown
    assert not text or text not in shown
    assert_hidden(bytes(range(30)), shown)


def test_a_private_ed25519_multikey_is_its_seed() -> None:
    seed = bytes(range(32))
    again = SoftwareSigner.from_multibase(multibase.base58btc(b"\x80\x26" + seed))
    assert again.public == SoftwareSigner.from_seed(seed).public
    assert again.public == SoftwareSigner.from_secret("Ed25519", seed).public


def test_new_keys_differ_and_are_of_the_kind_asked_for() -> None:
    for kind in ("Ed25519", "P-256", "P-384"):
        one, two = SoftwareSigner.generate(kind), SoftwareSigner.generate(kind)
        assert one.public.algorithm == two.public.algorithm == kind
        assert one.public != two.public


def test_an_openssl_that_knows_no_rfc_6979_signs_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = ec.ECDSA

    def old(digest: Any, deterministic_signing: bool = False) -> ec.ECDSA:
        if deterministic_signing:
            raise UnsupportedAlgorithm("OpenSSL is older than 3.2")
        return real(digest)

    monkeypatch.setattr(ec, "ECDSA", old)
    ecdsa._scheme.cache_clear()
    signer = SoftwareSigner.generate("P-256")
    signature = signer.sign(b"award")
    ecdsa._scheme.cache_clear()
    assert signer.public.verifies(signature, b"award") is True
    assert signer.sign(b"award") != signature
