"""The small university of the demo: what it is made of, and how each of its people works."""
