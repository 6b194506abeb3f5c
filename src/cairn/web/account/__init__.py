"""Signing in, and one's own sign-in settings."""
