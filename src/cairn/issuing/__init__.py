"""Issuing: from an award to a signed credential, and what becomes of it."""
