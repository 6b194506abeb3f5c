"""The learner's pages: what is next, what is held, who sees it, and how to take all of it along."""
