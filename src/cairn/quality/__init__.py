"""Quality: somebody other than the author decides, and says why."""
