"""ecdsa-jcs-2019: P-256 or P-384 over canonical JSON (Data Integrity ECDSA Cryptosuites v1.0, §3.3)."""

from __future__ import annotations

from cairn.vc.cryptosuites import suites
from cairn.vc.cryptosuites.hashing import HashThenSign, jcs_hashes

SUITE = HashThenSign("ecdsa-jcs-2019", ("P-256", "P-384"), jcs_hashes, keeps_context=True)

suites.register(SUITE.name)(SUITE)
