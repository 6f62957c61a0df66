"""Single choice: one of several options is right."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.questions.kinds import options
from bot.questions.kinds.kind import WHY, HandIn, QuestionForm, explained


def _read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    return explained(options.read_options(said, errors), errors)


_FIELDS = (options.OPTION_LINES, replace(WHY, required=True))

SINGLE = options.chosen(
    name="single choice",
    form=QuestionForm(_FIELDS, _read, options.option_values),
    how="Choose one.",
    hand_in=HandIn.EVERY_PRESS,
)
