"""Sign-in, one's own account, and the one-click roles of the demonstration."""
