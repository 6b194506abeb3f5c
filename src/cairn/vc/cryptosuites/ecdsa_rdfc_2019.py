"""ecdsa-rdfc-2019: P-256 or P-384 over canonical RDF (Data Integrity ECDSA Cryptosuites v1.0, §3.2)."""

from __future__ import annotations

from cairn.vc.cryptosuites import suites
from cairn.vc.cryptosuites.hashing import HashThenSign, rdfc_hashes

SUITE = HashThenSign("ecdsa-rdfc-2019", ("P-256", "P-384"), rdfc_hashes)

suites.register(SUITE.name)(SUITE)
