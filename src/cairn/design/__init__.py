"""Design: what can be recognised, from a first idea to a text that can no longer change."""
