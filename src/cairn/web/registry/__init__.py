"""The registrar's pages: what waits to be issued, what was issued, and what has to be put right."""
