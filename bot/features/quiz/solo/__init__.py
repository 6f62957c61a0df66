"""Quizzes for oneself, on private cards."""
