"""Quizzes that a group plays together in its channel."""
