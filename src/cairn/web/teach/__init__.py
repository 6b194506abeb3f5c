"""The pages of those who teach: cohorts, class lists, marks, results and awards."""
