"""Reviews: read a version, remark beside its text, decide with a reason."""
