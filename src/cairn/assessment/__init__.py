"""Assessment: marks are given, judged into results, and decided into awards."""
