"""Multiple choice: several options are right, and each is marked or left."""

from dataclasses import replace
from functools import partial

from bot.chat.words import counted
from bot.questions.kinds import options
from bot.questions.kinds.asked import Given, Prepared
from bot.questions.kinds.kind import HandIn, with_why
from bot.questions.kinds.presses import At, Rows, check, taps


def _controls(at: At, question: Prepared, given: Given) -> Rows:
    because = None if given.picks else "Choose at least one first."
    return (*taps(at, range(len(question.choices)), given.picks), (check(at, because),))


def _mark(_question: Prepared, given: Given, index: int, on: bool) -> Given:
    marked = {*given.picks, index} if on else {*given.picks} - {index}
    return replace(given, picks=tuple(sorted(marked)))


def _grade(question: Prepared, given: Given) -> float:
    """Share of the right options marked less share of the wrong ones marked: marking all earns nothing."""
    key, picks = set(question.key), set(given.picks)
    wrong_ones = len(question.choices) - len(key)
    hits = len(key & picks) / len(key)
    misses = len(picks - key) / wrong_ones if wrong_ones else 0.0
    return max(0.0, hits - misses)


def _explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    reasons = options.explained(question, given)
    if given is None or given.picks == question.key:
        return reasons
    hits = len(set(given.picks) & set(question.key))
    wrong = len(given.picks) - hits
    also = f", and chose {counted(wrong, 'that is', 'that are')} not right" if wrong else ""
    return (f"You found {hits} of the {len(question.key)} right ones{also}.", *reasons)


MULTI = options.chosen(
    name="several right",
    edited_in=with_why(replace(options.WRITTEN, read=partial(options.read_options, several=True))),
    fits=partial(options.fits, several=True),
    flaws=partial(options.flaws, several=True),
    how="Choose every one that is right, then check. A wrong one takes away what a right one gives.",
    hand_in=HandIn.BUTTON,
    effort=1.5,
    several=True,
    prepare=partial(options.prepare, several=True),
    controls=_controls,
    tap=_mark,
    complete=lambda _question, given: bool(given.picks),
    grade=_grade,
    explained=_explained,
)
