"""The longest texts of a question, in characters; those of a bank's item, so that every card that shows one has room."""

PROMPT, HINT, POINTS, MODEL, EXPLANATION, OPTIONS = 900, 300, 1810, 1800, 1200, 3000
OPTION, POINT, FEEDBACK, CODE, STEP = 180, 300, 300, 2000, 200
ACCEPTED, BACK = 100, 900
FOLLOW_UPS = 5
"""So many follow-up questions an item may have."""
