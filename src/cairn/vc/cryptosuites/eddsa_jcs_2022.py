"""eddsa-jcs-2022: Ed25519 over canonical JSON (Data Integrity EdDSA Cryptosuites v1.0, §3.3)."""

from __future__ import annotations

from cairn.vc.cryptosuites import suites
from cairn.vc.cryptosuites.hashing import HashThenSign, jcs_hashes

SUITE = HashThenSign("eddsa-jcs-2022", ("Ed25519",), jcs_hashes, keeps_context=True)

suites.register(SUITE.name)(SUITE)
