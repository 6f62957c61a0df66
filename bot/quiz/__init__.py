"""Quizzes: items with a checkable answer, solo or in a group, and their review by spaced repetition."""
