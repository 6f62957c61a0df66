"""Points in a ledger, the totals kept beside it, activity and streaks."""

from bot.features.points.personal_data import personal_data
from bot.services import Feature

FEATURE = Feature("points", personal_data=personal_data())
