"""Showing a part of a credential: the machinery under ecdsa-sd-2023 (VC-DI-ECDSA §3.4 and §3.5).

pointers     which part of a document is meant
trace        its quads, with names that stay the same from part to whole
statements   the lines that are signed one by one, under labels that tell nothing
proofvalue   what a base proof and a derived proof hold, in CBOR
"""
