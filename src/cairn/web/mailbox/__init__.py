"""The mail of the demonstration, where none leaves: every letter as it would have arrived."""
