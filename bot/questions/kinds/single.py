"""Single choice: one of several options is right."""

from bot.questions.kinds import options
from bot.questions.kinds.kind import HandIn, with_why

SINGLE = options.chosen(
    name="single choice",
    form=with_why(options.WRITTEN, required=True),
    how="Choose one.",
    hand_in=HandIn.EVERY_PRESS,
)
