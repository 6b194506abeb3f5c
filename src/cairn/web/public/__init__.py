"""Pages for everybody: explore, one micro-credential, one credential, verify, and what stands behind."""
