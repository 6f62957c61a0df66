"""A typed answer: one of several accepted ones, whatever its case, accents and articles, and with small slips."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.chat.cards import Button, Style, TextField
from bot.chat.words import clean_line, clean_lines, too_long
from bot.questions.bounds import ACCEPTED
from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds.asked import Given, NotForAQuiz, Prepared, asked
from bot.questions.kinds.kind import (
    HandIn,
    MisreadError,
    Objective,
    QuestionForm,
    Typing,
    UnfitError,
    with_why,
)
from bot.questions.kinds.presses import AskTyped
from bot.questions.literal import literal_line
from bot.questions.model import Item

MOST_ACCEPTED = 8
MOST_SLIPS = 2
"""So many letters of a whole answer may be wrong, missing, too many or swapped with their neighbour."""

LONG_WORD, VERY_LONG_WORD = 5, 12
"""Shorter words must match exactly; a long one may have one slip, a very long one two."""

_EXACT = frozenset(
    {"never", "nothing", "nobody", "nowhere", "neither", "without", "hardly", "unless", "except"}
)
"""Negations that are long enough for a slip; the others are short words."""
_OPPOSED = (("inter", "intra"), ("hyper", "hypo"), ("pre", "pro"), ("over", "under"), ("ante", "anti"))
"""Beginnings that mean something else, and that the first two letters or a single slip don't tell apart."""

_POWERS = str.maketrans({sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_APOSTROPHES = re.compile("['’ʼ`´]")
_NOT = re.compile(r"\b(?:cannot|can['’]t)\b|\bwon['’]t\b|(?<=\w)n['’]t\b")
_TOKEN = re.compile(r"(?<![^\W_])-?\d+(?:[.,]\d+)*|[^\W_]+|[#%*/@\\^]|[^\w\s]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DIGITS = re.compile(r"\d+(?:\.\d+)*")
_ARTICLE = re.compile(r"^an? (?=[^\W\d_]{3})")


def normal(said: str) -> str:
    """The words that are compared: without case, accents, articles, quotes and the like.

    What carries meaning stays: digits with their sign and point, negations, and signs such as + # % < =.
    """
    folded = unicodedata.normalize("NFKD", said.translate(_POWERS)).casefold()
    folded = unicodedata.normalize("NFKD", folded)
    bare = "".join(sign for sign in folded if unicodedata.category(sign) not in ("Mn", "Me", "Cf"))
    spelt = _APOSTROPHES.sub("", _NOT.sub(_spelt_out, bare))
    parts = [kept for found in _TOKEN.findall(_THOUSANDS.sub("", spelt)) if (kept := _kept(found))]
    parts = [part for part in parts if part != "the"] or parts[-1:]
    return _ARTICLE.sub("", " ".join(parts))


def _spelt_out(found: re.Match[str]) -> str:
    return {"c": "can not", "w": "will not"}.get(found[0][0], " not")


def _kept(part: str) -> str:
    if part[-1].isalnum():
        return part.replace(",", ".") if part[-1].isdigit() else part
    if part == "&":
        return "and"
    return part if part in "#%*/@\\" or unicodedata.category(part[0]).startswith("S") else ""


def slips(said: str, accepted: str) -> int | None:
    """How many small slips two normal texts are apart; None where they don't mean the same.

    A slip is one letter wrong, missing or too many, or two neighbours swapped, within a long word: its first two letters and its
    last one are right. Numbers, signs, negations and short words must match exactly. What is written in one word or in two is alike.
    """
    if said == accepted:
        return 0
    if _DIGITS.findall(said) != _DIGITS.findall(accepted) or _negations(said) != _negations(accepted):
        return None
    if said.replace(" ", "") == accepted.replace(" ", ""):
        return 0
    ones, others = said.split(), accepted.split()
    if len(ones) != len(others):
        return None
    total = 0
    for one, other in zip(ones, others, strict=True):
        apart = _word_slips(one, other)
        if apart is None:
            return None
        total += apart
    return total if total <= MOST_SLIPS else None


def _negations(said: str) -> list[str]:
    return [word for word in said.split() if word in ("no", "not", "non", "nor", "none") or word in _EXACT]


def _word_slips(one: str, other: str) -> int | None:
    if one == other:
        return 0
    shorter = min(len(one), len(other))
    if shorter < LONG_WORD or not (one.isalpha() and other.isalpha()):
        return None
    if one[:2] != other[:2] or not _same_end(one, other) or _opposed(one, other):
        return None
    from rapidfuzz.distance import OSA  # many a group has no question that is typed

    most = MOST_SLIPS if shorter >= VERY_LONG_WORD else 1
    apart = OSA.distance(one, other, score_cutoff=most)
    return apart if apart <= most else None


def _same_end(one: str, other: str) -> bool:
    """The last letters are alike, but for the s of a plural: employer and employee are two words."""
    return one[-1] == other[-1] or one + "s" == other or other + "s" == one


def _opposed(one: str, other: str) -> bool:
    return any(
        (one.startswith(first) and other.startswith(second))
        or (one.startswith(second) and other.startswith(first))
        for first, second in _OPPOSED
    )


def _prepare(item: Item, _seed: int) -> Prepared:
    if not item.accepted:
        raise NotForAQuiz(f"{item.id} has no accepted answer.")
    return replace(asked(item), accepted=item.accepted)


def _field(_question: Prepared) -> TextField:
    return TextField(
        "words",
        "Your answer",
        placeholder="A word or a few",
        most=ACCEPTED,
        help="Case, accents and a small slip don't matter. Numbers must be exact.",
    )


def _typed(_question: Prepared, typed: str) -> Given:
    words = clean_line(typed)
    if error := too_long(words, ACCEPTED):
        raise MisreadError(error)
    if not normal(words):
        raise MisreadError("Type a word or a few.")
    return Given(words=words)


def _grade(question: Prepared, given: Given) -> float:
    said = normal(given.words)
    return float(
        given.granted
        or (bool(said) and any(slips(said, normal(one)) is not None for one in question.accepted))
    )


def _same(one: Given, other: Given) -> bool:
    return normal(one.words) == normal(other.words)


def _said(given: Given) -> str:
    return literal_line(given.words) or "nothing"


def _tally(_question: Prepared, given: tuple[Given, ...], right: int) -> str:
    return f"{right} of {len(given)} got it right."


def _explained(question: Prepared, given: Given | None) -> tuple[str, ...]:
    first, *others = map(literal_line, question.accepted)
    right = f"It is **{first}**."
    if others:
        right += f" Also right: {', '.join(others)}."
    if given is None or not given.words:
        return (right,)
    counts = " It counts as right." if given.granted else ""
    return (f"You said **{_said(given)}**.{counts}", right)


def _fits(item: Item) -> None:
    texts = [normal(clean_line(one)) for one in item.accepted]
    if not 1 <= len(texts) <= MOST_ACCEPTED or not all(texts):
        raise UnfitError(f"It needs one to {MOST_ACCEPTED} accepted answers.")
    if any(len(one) > ACCEPTED for one in item.accepted):
        raise UnfitError(f"One of its accepted answers is longer than {ACCEPTED} characters.")


def _flaws(item: Item) -> Iterator[Flaw]:
    """Each accepted answer is another one, has something to compare, and isn't in the prompt."""
    seen: dict[str, int] = {}
    prompt = f" {normal(item.prompt)} "
    for here, one in enumerate(item.accepted):
        said = normal(one)
        if not said:
            yield error("accepted", f"“{one}” has neither letters nor digits.", "accepted", here)
            continue
        first = next((place for known, place in seen.items() if slips(said, known) is not None), None)
        if first is not None:
            message = (
                f"“{one}” already counts as answer {first + 1}: case, articles and small slips don't matter."
            )
            yield error("accepted", message, "accepted", here)
        seen.setdefault(said, here)
        if f" {said} " in prompt:
            yield warning("accepted", f"The prompt says “{one}”. Ask without it.", "accepted", here)


def _read(said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    accepted = clean_lines(said.get("accepted", ""))
    if not 1 <= len(accepted) <= MOST_ACCEPTED or not all(map(normal, accepted)):
        errors["accepted"] = (
            f"One to {MOST_ACCEPTED} answers, one per line. There are {len(accepted) or 'none'}."
        )
    elif error := too_long(max(accepted, key=len), ACCEPTED, "The longest"):
        errors["accepted"] = error
    return {"accepted": accepted}


_ANSWERS = TextField(
    "accepted",
    "Accepted answers, one per line",
    long=True,
    placeholder="The answer as you would say it\nAnother way to say it",
    most=MOST_ACCEPTED * (ACCEPTED + 1),
    help="Case, accents, articles and small slips don't matter.",
)


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    return {"accepted": "\n".join(item.get("accepted", ()))}


_FORM = QuestionForm((_ANSWERS,), _read, _values)

SHORT = Objective(
    name="short answer",
    holds="accepted",
    fits=_fits,
    flaws=_flaws,
    form=with_why(_FORM, required=True),
    edited_in=with_why(_FORM),
    how="Type the answer.",
    hand_in=HandIn.EVERY_PRESS,
    effort=1.5,
    prepare=_prepare,
    prompt=lambda _question, _given: (),
    controls=lambda at, _question, _given: ((Button("Type the answer", AskTyped(*at), Style.PRIMARY),),),
    typing=Typing("A short answer", _field, _typed),
    alike=_same,
    tap=lambda _question, given, _index, _on: given,
    complete=lambda _question, given: bool(given.words),
    grade=_grade,
    said=_said,
    tally=_tally,
    explained=_explained,
    key_words=lambda question: "\n".join(question.accepted),
)
