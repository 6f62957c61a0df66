"""Mock interviews: two take a script's parts in turn, and write to each other afterwards; or one takes them alone."""

from bot.features.mock.personal_data import personal_data
from bot.services import Feature

FEATURE = Feature("mock", personal_data=personal_data())
