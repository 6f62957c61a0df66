"""The bank's formats: each file turns one of them into items and back, from text to values and nothing else."""

from bot.questions.exchange.imported import Exported, Imported, Problem
from bot.questions.exchange.intake import read_any
from bot.questions.exchange.opening import is_packed, read_file, why_not

__all__ = ["Exported", "Imported", "Problem", "is_packed", "read_any", "read_file", "why_not"]
