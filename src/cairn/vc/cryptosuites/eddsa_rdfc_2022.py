"""eddsa-rdfc-2022: Ed25519 over canonical RDF (Data Integrity EdDSA Cryptosuites v1.0, §3.2)."""

from __future__ import annotations

from cairn.vc.cryptosuites import suites
from cairn.vc.cryptosuites.hashing import HashThenSign, rdfc_hashes

SUITE = HashThenSign("eddsa-rdfc-2022", ("Ed25519",), rdfc_hashes)

suites.register(SUITE.name)(SUITE)
