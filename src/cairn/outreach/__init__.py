"""Outreach: what the public sees of an institution, and who may see a credential."""
