"""The bank's formats: each file turns one of them into items and back, from text to values and nothing else."""

from bot.bank.formats.imported import Exported, Imported, Problem
from bot.bank.formats.intake import read_any

__all__ = ["Exported", "Imported", "Problem", "read_any"]
