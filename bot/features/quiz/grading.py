"""Grading an answer, and building one tap by tap. Partial credit is corrected for guessing: blind marking earns little."""

from dataclasses import dataclass, replace
from itertools import combinations

from bot.features.quiz.numbers import NumberError, read_number
from bot.features.quiz.prepare import Prepared
from bot.questions.model import Kind

__all__ = [
    "Given",
    "Grade",
    "NumberError",
    "complete",
    "grade",
    "judge",
    "next_left",
    "read_number",
    "tap",
    "undo",
]

TRUTH_ONLY = 0.5
"""What a true/false question with a reason earns for the right verdict with a wrong or missing reason."""

_ROUNDING = 1e-9
"""Relative; far above the error of floats, far below any tolerance an author writes."""

_ONE_PICK = frozenset({Kind.SINGLE, Kind.TF_REASON})


@dataclass(frozen=True, slots=True)
class Given:
    """A member's response so far, by indices of shown choices.

    Picks are the chosen option (single, reason), the marked ones ascending (multi), the steps in tapped order (order),
    or for each left item so far its right side (match). `truth` is the verdict on a statement, `number` a numeric answer.
    """

    truth: bool | None = None
    picks: tuple[int, ...] = ()
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """How good an answer is: `score` from 0 to 1, `right` only for the full answer.

    Parts say what of it was right: the answer (single, numeric), verdict and reason (tf_reason), each shown choice
    rightly marked or left (multi), each position (order), each left item (match).
    """

    score: float
    right: bool
    parts: tuple[bool, ...]


def complete(prepared: Prepared, given: Given) -> bool:
    """Whether everything is chosen that the question asks for, so that it can be handed in."""
    kind = prepared.kind
    if kind is Kind.NUMERIC:
        return given.number is not None
    if kind is Kind.TF_REASON:
        return given.truth is not None and len(given.picks) == 1
    if kind in {Kind.ORDER, Kind.MATCH}:
        return len(given.picks) == len(prepared.key)
    return len(given.picks) >= 1


def next_left(prepared: Prepared, given: Given) -> int | None:
    """The left item that the next tap matches, None when all are matched or there are none."""
    place = len(given.picks)
    return place if prepared.kind is Kind.MATCH and place < len(prepared.lefts) else None


def tap(prepared: Prepared, given: Given, index: int) -> Given:
    """The response after choice `index` was tapped.

    Single and reason: it replaces the one before. Multi: it is marked, or unmarked. Order: it comes next. Match: it goes
    to the next left item. A tap that can't count (no such choice, already used) changes nothing.
    """
    if not 0 <= index < len(prepared.choices):
        return given
    if prepared.kind in _ONE_PICK:
        return replace(given, picks=(index,))
    if prepared.kind is Kind.MULTI:
        return replace(given, picks=tuple(sorted(set(given.picks) ^ {index})))
    if index in given.picks:
        return given
    return replace(given, picks=(*given.picks, index))


def judge(prepared: Prepared, given: Given, truth: bool) -> Given:
    """The response after the statement was called true or false; other kinds have none and stay as they are."""
    return replace(given, truth=truth) if prepared.kind is Kind.TF_REASON else given


def undo(prepared: Prepared, given: Given) -> Given:
    """The response one step back: the last step or match is taken back; other kinds start again."""
    if prepared.kind in {Kind.ORDER, Kind.MATCH}:
        return replace(given, picks=given.picks[:-1])
    return Given()


def grade(prepared: Prepared, given: Given) -> Grade:
    """How good the response is. An unfinished one earns what it holds, and is never fully right."""
    match prepared.kind:
        case Kind.MULTI:
            return _marking(prepared, given)
        case Kind.TF_REASON:
            return _verdict(prepared, given)
        case Kind.ORDER:
            return _ordering(prepared, given)
        case Kind.MATCH:
            return _matching(prepared, given)
        case Kind.NUMERIC:
            return _whole(prepared.value is not None and _near(prepared, given.number))
        case _:
            return _whole(given.picks == prepared.key)


def _whole(right: bool) -> Grade:
    return Grade(score=1.0 if right else 0.0, right=right, parts=(right,))


def _near(prepared: Prepared, number: float | None) -> bool:
    if number is None or prepared.value is None:
        return False
    rounding = _ROUNDING * max(abs(prepared.value), prepared.tolerance)
    return abs(number - prepared.value) <= prepared.tolerance + rounding


def _marking(prepared: Prepared, given: Given) -> Grade:
    """Share of the right options marked less share of the wrong ones marked: marking all earns nothing."""
    key, picks = set(prepared.key), set(given.picks)
    wrong_ones = len(prepared.choices) - len(key)
    hits = len(key & picks) / len(key)
    misses = len(picks - key) / wrong_ones if wrong_ones else 0.0
    parts = tuple((index in key) == (index in picks) for index in range(len(prepared.choices)))
    right = key == picks
    return Grade(score=1.0 if right else max(0.0, hits - misses), right=right, parts=parts)


def _verdict(prepared: Prepared, given: Given) -> Grade:
    truth, reason = given.truth is prepared.statement_is, given.picks == prepared.key
    right = truth and reason
    return Grade(score=1.0 if right else TRUTH_ONLY if truth else 0.0, right=right, parts=(truth, reason))


def _ordering(prepared: Prepared, given: Given) -> Grade:
    """Kendall's tau where it is above 0; its mean over all orders is 0. Steps not placed count as misplaced."""
    rank = {index: place for place, index in enumerate(prepared.key)}
    agreed = sum(rank[one] < rank[other] for one, other in combinations(given.picks, 2))
    pairs = len(rank) * (len(rank) - 1) // 2
    right = given.picks == prepared.key
    score = 1.0 if right else max(0.0, 2 * agreed / pairs - 1)
    return Grade(score=score, right=right, parts=_places(prepared, given))


def _matching(prepared: Prepared, given: Given) -> Grade:
    """Share of right pairs beyond the one that blind matching gets on average, however many pairs there are."""
    parts = _places(prepared, given)
    hits, count = sum(parts), len(parts)
    return Grade(score=max(0.0, (hits - 1) / (count - 1)), right=hits == count, parts=parts)


def _places(prepared: Prepared, given: Given) -> tuple[bool, ...]:
    picks = given.picks
    return tuple(place < len(picks) and picks[place] == wanted for place, wanted in enumerate(prepared.key))
