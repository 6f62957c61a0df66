"""What kinds share whose choices are written out as options, each with a reason: single, multi and tf_reason."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.chat.cards import TextField
from bot.chat.words import clean_line, clean_lines, too_long
from bot.questions.bounds import FEEDBACK, OPTION, OPTIONS
from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds.asked import LETTERS, Given, NotForAQuiz, Prepared, asked, corrected, lettered
from bot.questions.kinds.kind import Objective, QuestionForm, UnfitError, with_why
from bot.questions.kinds.presses import taps
from bot.questions.literal import plainly
from bot.questions.model import Item
from bot.questions.seeds import order


def prepare(item: Item, seed: int, *, several: bool = False) -> Prepared:
    """The options in a drawn order, or as they are written where the item says so. Raises NotForAQuiz."""
    count = len(item.options)
    shown = order(count, seed, item.id) if item.shuffle else tuple(range(count))
    options = tuple(item.options[index] for index in shown)
    key = tuple(place for place, option in enumerate(options) if option.correct)
    if not key or (len(key) > 1 and not several):
        raise NotForAQuiz(f"{item.id} has {len(key)} right options.")
    return replace(
        asked(item),
        choices=tuple(option.text for option in options),
        feedback=tuple(option.feedback for option in options),
        key=key,
    )


def pick(_question: Prepared, given: Given, index: int, _on: bool) -> Given:
    """A press takes the place of the one before."""
    return replace(given, picks=(index,))


def _corrected(shown: Prepared, new: Prepared) -> Prepared | None:
    found = corrected(shown, new)
    return found and replace(found, key=tuple(sorted(found.key)))


def _tally(question: Prepared, given: tuple[Given, ...], _right: int) -> str:
    """How many chose what."""
    chosen = Counter(pick for each in given for pick in each.picks)
    return "\n".join(
        f"- **{LETTERS[i]}**{' ✓' if i in question.key else ''} · {chosen[i]} · {words}"
        for i, words in enumerate(question.choices)
    )


def explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    """The chosen choices and the other right ones, with their reasons."""
    picks = given.picks if given else ()
    chosen = [_with_reason(question, i, "You chose") for i in picks]
    missed = [_with_reason(question, i, "Right is") for i in question.key if i not in picks]
    return (*chosen, *missed)


def _with_reason(question: Prepared, index: int, lead: str) -> str:
    mark = "✓" if index in question.key else "✗"
    why = f"\\\n{question.feedback[index]}" if question.feedback[index] else ""
    return f"{mark} {lead} **{LETTERS[index]}**: {question.choices[index]}{why}"


def key_words(question: Prepared) -> str:
    """The right choices in plain words, a line each."""
    return "\n".join(plainly(question.choices[i]) for i in question.key)


def fits(item: Item, *, several: bool = False) -> None:
    """Raises UnfitError for options that can't be asked: too few, alike, too long, or not as many right ones as may be."""
    texts = [clean_line(option.text).casefold() for option in item.options]
    if not 2 <= len(texts) <= 6 or len(set(texts)) < len(texts) or not all(texts):
        raise UnfitError("It needs two to six different options.")
    if any(len(text) > OPTION for text in texts):
        raise UnfitError(f"One of its options is longer than {OPTION} characters.")
    count = sum(option.correct for option in item.options)
    if count == 0 or (count > 1 and not several):
        raise UnfitError(f"It has {count or 'no'} right options.")


def flaws(item: Item, *, several: bool = False, statement: bool = False) -> Iterator[Flaw]:
    """How long the prompt is before options, how many of these there are, and how many are right.

    Nothing is said of the prompt where it is a ``statement``, nor of options where there are none.
    """
    words, count, good = len(item.prompt.split()), len(item.options), sum(one.correct for one in item.options)
    if words > 60 and not statement:
        yield warning("stem-length", f"The prompt has {words} words; 60 are enough. Shorten it.", "prompt")
    if count and several and not 2 <= good <= count - 1:
        message = f"{good} of {count} options are right. Mark at least two, and not all."
        yield error("keys", message, "options")
    elif count and not several and good != 1:
        yield error("keys", f"{good} options are right. Mark exactly one with “correct: true”.", "options")
    low, high = (4, 6) if several else (3, 4)
    if count and not low <= count <= high:
        message = f"There are {count} options; this kind takes {low} to {high}."
        yield error("option-count", message, "options")


OPTION_LINES = TextField(
    "options",
    "Options, one per line",
    long=True,
    placeholder="* The right one starts with a star\n> Why it is right\nA wrong one\n> Why it is wrong",
    most=OPTIONS,
    help="A star marks what is right. A line that begins with > gives the reason for the option above it.",
)
"""The field for options with their reasons."""


def read_options(said: Mapping[str, str], errors: dict[str, str], *, several: bool = False) -> dict[str, Any]:
    """The options that were typed."""
    found: list[dict[str, Any]] = []
    for line in clean_lines(said.get("options", "")):
        if line.startswith(">") and found:
            found[-1]["feedback"] += f"\n{line[1:].strip()}"
        else:
            words = line[1:].strip() if line.startswith(("*", "- ")) else line
            found.append({"text": words, "correct": line.startswith("*"), "feedback": ""})
    found = [{**option, "feedback": option["feedback"].strip()} for option in found]
    wrong = _wrong(found, several=several)
    if wrong:
        errors["options"] = wrong
    return {"options": found}


def _wrong(found: list[dict[str, Any]], *, several: bool) -> str:
    """What is wrong with options that were typed, "" where nothing is."""
    texts = [str(option["text"]) for option in found]
    right = sum(bool(option["correct"]) for option in found)
    if not 2 <= len(found) <= 6:
        return f"Two to six options, one per line. There are {len(found) or 'none'}."
    if right == 0 or (right > 1 and not several):
        only = "each right option" if several else "the right option, and before that one only"
        return f"Put a * before {only}. There are {right or 'none'}."
    if len({text.casefold() for text in texts}) < len(texts) or not all(texts):
        return "Each option must be different. Two are the same, or one is empty."
    reasons = [option["feedback"] for option in found]
    return too_long(max(texts, key=len), OPTION, "The longest option") or too_long(
        max(reasons, key=len), FEEDBACK, "The longest reason"
    )


def option_values(item: Mapping[str, Any]) -> dict[str, str]:
    """What the field for options holds."""
    lines = []
    for option in item.get("options", ()):
        words = str(option["text"])
        mark = "* " if option.get("correct") else "- " if words.startswith(("*", ">", "- ")) else ""
        lines.append(mark + words)
        lines += [f"> {line}".rstrip() for line in str(option.get("feedback", "")).splitlines()]
    return {"options": "\n".join(lines)}


WRITTEN = QuestionForm((OPTION_LINES,), read_options, option_values)
"""The options in a form."""


chosen = partial(
    Objective,
    holds="options",
    edited_in=with_why(WRITTEN),
    corrected=_corrected,
    fits=fits,
    flaws=flaws,
    prepare=prepare,
    prompt=lambda question, given: (lettered(question, given.picks),),
    controls=lambda at, question, _given: taps(at, range(len(question.choices))),
    tap=pick,
    grade=lambda question, given: float(given.picks == question.key),
    tally=_tally,
    explained=explained,
    key_words=key_words,
)
"""A kind of which one option is right and one is picked, unless it says otherwise."""
