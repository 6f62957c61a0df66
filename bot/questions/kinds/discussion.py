"""Questions that are answered in words and compared with key points: open ones, behavioral ones, and code."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.chat.cards import MARKED, TextField
from bot.chat.words import clean_lines, too_long
from bot.questions.bounds import HINT, MODEL, POINT, POINTS
from bot.questions.findings import Flaw, error, warning
from bot.questions.kinds.kind import Discussion, QuestionForm, UnfitError, bounded
from bot.questions.model import Item


def _fits(item: Item) -> None:
    if not (item.rubric or item.model_answer):
        raise UnfitError("It has neither key points nor a model answer to compare with.")


def _flaws(item: Item) -> Iterator[Flaw]:
    """What a member meets around a live one: a hint, and key points to compare with."""
    if item.is_live and item.hint is None:
        yield warning("hint", "There is no hint. Add one that points the way and gives nothing away.")
    if item.is_live and not item.rubric:
        yield warning(
            "key-points", "There is no rubric, so nothing to compare with. Add three to six points."
        )


def _code_flaws(item: Item) -> Iterator[Flaw]:
    yield from _flaws(item)
    if item.is_live and item.starter and item.tests and not item.solution:
        yield error(
            "solution", "There is no solution, so nobody knows whether the tests can be passed. Add one."
        )


_FIELDS = (
    TextField(
        "points",
        "Key points, one per line",
        long=True,
        placeholder="What a good answer says: one to six points, the most important first.",
        most=POINTS,
    ),
    TextField(
        "model",
        "A model answer",
        long=True,
        placeholder="As one would say it in two minutes.",
        required=False,
        most=MODEL,
        shown_as=MARKED,
    ),
    TextField("hint", "A hint", placeholder="Where to begin.", required=False, most=HINT),
)


def _read(said: Mapping[str, str], errors: dict[str, str], fewest: int = 1) -> dict[str, Any]:
    points = [
        point.removeprefix("- ").removeprefix("• ").strip() for point in clean_lines(said.get("points", ""))
    ]
    if not fewest <= len(points) <= 6:
        errors["points"] = f"One to six key points, one per line. There are {len(points) or 'none'}."
    elif error := too_long(max(points, key=len, default=""), POINT, "The longest"):
        errors["points"] = error
    hint, model = bounded(said, "hint", HINT, errors), bounded(said, "model", MODEL, errors)
    return {
        "rubric": [{"point": point, "weight": 2} for point in points],
        "hint": hint,
        "model_answer": model,
    }


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    return {
        "points": "\n".join(str(point["point"]) for point in item.get("rubric", ())),
        "hint": str(item.get("hint", "")),
        "model": str(item.get("model_answer", "")),
    }


def _keeps(before: Mapping[str, Any], read: Mapping[str, Any]) -> dict[str, Any]:
    """Key points keep their weights: by their words, or by their places where there are as many as before."""
    old, new = before.get("rubric", ()), read["rubric"]
    weights = {point["point"]: point["weight"] for point in old}
    if len(old) == len(new):
        weights = {**{now["point"]: was["weight"] for was, now in zip(old, new, strict=True)}, **weights}
    rubric = [{**point, "weight": weights.get(point["point"], point["weight"])} for point in new]
    return {**before, **read, "rubric": rubric}


_FORM = QuestionForm(_FIELDS, _read, _values, _keeps)
_EDITED_IN = QuestionForm(
    (replace(_FIELDS[0], required=False), *_FIELDS[1:]), partial(_read, fewest=0), _values, _keeps
)

_discussed = partial(Discussion, holds="rubric", fits=_fits, edited_in=_EDITED_IN)

OPEN = _discussed(name="discussion", flaws=_flaws, form=_FORM, share=3)
BEHAVIORAL = _discussed(name="behavioral", flaws=_flaws, form=_FORM, share=1, personal=True)
CODE = _discussed(name="code", flaws=_code_flaws, share=1, in_code=True)
