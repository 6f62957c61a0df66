"""Single choice: one of several options is right."""

from collections.abc import Mapping
from typing import Any

from bot.chat.cards import TextField
from bot.chat.words import clean_lines
from bot.questions.bounds import EXPLANATION, OPTION, OPTIONS
from bot.questions.kinds import options
from bot.questions.kinds.kind import HandIn, QuestionForm, bounded

_FIELDS = (
    TextField(
        "options",
        "Options, one per line",
        long=True,
        placeholder="* The right one starts with a star\nA wrong one that sounds right\nAnother wrong one",
        most=OPTIONS,
    ),
    TextField(
        "why",
        "Why is it right?",
        long=True,
        placeholder="What others should take away from it.",
        most=EXPLANATION,
    ),
)


def _read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    explanation = bounded(said, "why", EXPLANATION, errors)
    if not explanation:
        errors["why"] = "Say in a sentence or two why it is right: that is what others learn from."
    return {"options": _options(said.get("options", ""), errors), "explanation": explanation}


def _options(said: str, errors: dict[str, str]) -> list[dict[str, Any]]:
    found = [
        {"text": line.lstrip("*").strip(), "correct": line.startswith("*"), "feedback": ""}
        for line in clean_lines(said)
    ]
    texts = [str(option["text"]) for option in found]
    right = sum(bool(option["correct"]) for option in found)
    if not 2 <= len(found) <= 6:
        errors["options"] = f"Two to six options, one per line. There are {len(found) or 'none'}."
    elif right != 1:
        errors["options"] = (
            f"Put a * before the right option, and before that one only. There are {right or 'none'}."
        )
    elif len({text.casefold() for text in texts}) < len(texts) or not all(texts):
        errors["options"] = "Each option must be different. Two are the same, or one is empty."
    elif any(len(text) > OPTION for text in texts):
        errors["options"] = f"An option has at most {OPTION} characters. Shorten the long one."
    return found


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    written = [("* " if o.get("correct") else "") + str(o["text"]) for o in item.get("options", ())]
    return {"options": "\n".join(written), "why": str(item.get("explanation", ""))}


SINGLE = options.chosen(
    name="single choice",
    form=QuestionForm(_FIELDS, _read, _values),
    how="Choose one.",
    hand_in=HandIn.EVERY_PRESS,
)
