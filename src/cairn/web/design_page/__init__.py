"""The living page of the design: every part of it, drawn by what the pages are made of."""
