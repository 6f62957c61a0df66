"""The bank's formats: each file turns one of them into items and back, from text to values and nothing else."""

from bot.questions.exchange.imported import Exported, Imported, Problem
from bot.questions.exchange.intake import read_any

__all__ = ["Exported", "Imported", "Problem", "read_any"]
