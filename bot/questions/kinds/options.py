"""What kinds share whose choices are written out as options, each with a reason: single, multi and tf_reason."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bot.chat.words import clean_line
from bot.questions.bounds import OPTION
from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds.asked import LETTERS, Given, NotForAQuiz, Prepared, asked, lettered
from bot.questions.kinds.kind import Objective, UnfitError
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


chosen = partial(
    Objective,
    holds="options",
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
