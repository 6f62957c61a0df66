"""Items of every kind with any text in them, for round trips."""

from __future__ import annotations

import unicodedata
from datetime import date

from hypothesis import strategies as st

from bot.questions.model import (
    Cite,
    Excuse,
    Item,
    KeyPoint,
    Kind,
    MockRound,
    NumericAnswer,
    Option,
    SourcePlace,
    Status,
    Variable,
)

_SIGNS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\x85\ufeff\ufffe\uffff"
)
_ODD = r"yes 1e5 0o7 2026-01-31 12:30 =x ~y %50%z a#b {c} ::t:: \n null #f //g"
_NASTY = st.sampled_from(["- d", *_ODD.split()])


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


LINE = st.one_of(st.text(_SIGNS, min_size=1, max_size=40), _NASTY).map(_normal).filter(bool)
LONG = st.lists(LINE, min_size=15, max_size=30).map(" ".join)
BLOCK = st.one_of(LINE, st.lists(LINE, min_size=2, max_size=4).map("\n".join))
DATES = st.dates(date(2020, 1, 1), date(2030, 1, 1))
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12, allow_nan=False).filter(lambda n: abs(n) > 1e-9)
)
OPTIONS = st.builds(Option, BLOCK, st.booleans(), st.one_of(LINE, LONG), st.none() | LINE)
SOME_OPTIONS = st.lists(OPTIONS, min_size=3, max_size=6)
NAMES = st.sampled_from(["n", "d_model", "heads"])


@st.composite
def any_item(draw: st.DrawFn, kinds: tuple[Kind, ...] = tuple(Kind)) -> Item:
    kind = draw(st.sampled_from(kinds))
    options: tuple[Option, ...] = ()
    if kind in {Kind.SINGLE, Kind.MULTI, Kind.TF_REASON}:
        right = {0, 2} if kind is Kind.MULTI else {draw(st.integers(0, 2))}
        options = tuple(
            Option(one.text, place in right, one.feedback, one.misconception)
            for place, one in enumerate(draw(SOME_OPTIONS))
        )
    seeded = kind is Kind.NUMERIC and draw(st.booleans())
    return Item(
        id="optics.lenses.q01",
        topic="optics.lenses",
        kind=kind,
        prompt=draw(st.one_of(BLOCK, LONG)),
        place=SourcePlace("file", 1),
        difficulty=draw(st.integers(1, 5)),
        phase=draw(st.sampled_from([None, "final-weeks"])),
        hint=draw(st.none() | LINE),
        options=options,
        statement_is=draw(st.booleans()) if kind is Kind.TF_REASON else None,
        sequence=tuple(draw(st.lists(LINE, min_size=3, max_size=7))) if kind is Kind.ORDER else (),
        pairs=tuple(draw(st.lists(st.tuples(LINE, LINE), min_size=3, max_size=6)))
        if kind is Kind.MATCH
        else (),
        answer=NumericAnswer(None if seeded else draw(NUMBERS), abs(draw(NUMBERS)), draw(st.none() | LINE))
        if kind is Kind.NUMERIC
        else None,
        variables=(Variable(draw(NAMES), tuple(draw(st.lists(NUMBERS, min_size=2, max_size=9)))),)
        if seeded
        else (),
        formula="2 * n" if seeded else None,
        accepted=tuple(draw(st.lists(LINE, min_size=1, max_size=4))) if kind is Kind.SHORT else (),
        back=draw(BLOCK) if kind is Kind.RECALL else None,
        starter=draw(st.sampled_from([None, "def f(x):\n    return x"])),
        solution=draw(st.sampled_from([None, "def f(x):\n    return 2 * x"])),
        rubric=tuple(draw(st.lists(st.builds(KeyPoint, LINE, st.integers(1, 3)), max_size=6))),
        model_answer=draw(st.none() | LONG | BLOCK),
        follow_ups=tuple(draw(st.lists(LINE, max_size=5))),
        rounds=tuple(
            draw(
                st.lists(
                    st.builds(MockRound, st.integers(1, 60), LINE, st.lists(LINE, max_size=3).map(tuple)),
                    min_size=1,
                    max_size=4,
                )
            )
        )
        if kind is Kind.MOCK
        else (),
        explanation=draw(st.one_of(st.just(""), LONG)),
        references=tuple(
            draw(st.lists(st.builds(Cite, st.just("lens-paper"), st.none() | LINE), max_size=2))
        ),
        author=draw(st.sampled_from(["", "ana"])),
        reviewed_by=draw(st.sampled_from([(), ("first pass", "second pass: agreed")])),
        reviewed=draw(st.none() | DATES),
        review_by=draw(st.none() | DATES),
        status=draw(st.sampled_from(Status)),
        shuffle=draw(st.booleans()),
        tags=draw(st.sampled_from([(), ("a-tag", "b")])),
        lint_ok=draw(st.sampled_from([(), (Excuse("clang", "The word is the point."),)])),
    )
