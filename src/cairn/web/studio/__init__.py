"""The studio: where a micro-credential is written, from three plain questions to a submission."""
