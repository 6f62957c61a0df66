"""A group's own questions: suggesting, reviewing, importing and browsing them, and asking them before the bank's."""
