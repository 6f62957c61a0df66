"""What organisers want asked: the queue, the plan, what is never asked; and who has read an answer beforehand.

The screens stand with the round (`/round next`) and with the bank (`/bank browse`).
"""

from bot.features.coming.personal_data import personal_data
from bot.features.coming.undoing import UNDOING
from bot.services import Feature

FEATURE = Feature("coming", personal_data=personal_data(), undoing=UNDOING)
