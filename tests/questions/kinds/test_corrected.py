"""A question as it was shown, held to the answer of a version that was corrected since."""

from dataclasses import replace

import pytest

from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.kinds.asked import asks_the_same
from bot.questions.model import Item, Kind, NumericAnswer, Option, Variable
from tests.questions.kinds.making_items import PAIRS, STEPS, item, template


def options(*texts: str) -> tuple[Option, ...]:
    """Options of which those with a star are right."""
    return tuple(Option(text.lstrip("*"), text.startswith("*"), "") for text in texts)


SINGLE, MULTI, NUMBER = item(options=options("*a", "b", "c")), item(Kind.MULTI), item(Kind.NUMERIC)
TF, ORDER, MATCH = item(Kind.TF_REASON), item(Kind.ORDER), item(Kind.MATCH)
DRAWN = template("a*b", Variable("a", (1, 2, 3)), Variable("b", (5, 6, 7)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SINGLE, replace(SINGLE, options=options("a", "*b", "c"))),
        (SINGLE, replace(SINGLE, options=options("c", "*b", "a"))),
        (SINGLE, replace(SINGLE, options=options("a", "*b reworded", "c"))),
        (SINGLE, replace(SINGLE, options=options("a", "*b", "c", "d"))),
        (MULTI, replace(MULTI, options=(*MULTI.options[1:], replace(MULTI.options[0], correct=False)))),
        (MULTI, replace(MULTI, options=(*MULTI.options[1::-1], *options("*wrong 0", "wrong 1", "wrong 2")))),
        (TF, replace(TF, statement_is=False)),
        (ORDER, replace(ORDER, sequence=STEPS[::-1])),
        (MATCH, replace(MATCH, pairs=((PAIRS[0][0], PAIRS[1][1]), (PAIRS[1][0], PAIRS[0][1]), PAIRS[2]))),
        (NUMBER, replace(NUMBER, answer=NumericAnswer(3.5, 0.1, "cm"), prompt="What does one lens do?")),
        (DRAWN, replace(DRAWN, formula="a+b")),
    ],
)
def test_what_was_shown_is_held_to_the_new_answer(before: Item, after: Item) -> None:
    kind = OBJECTIVE_KINDS[before.kind]
    for seed in range(6):
        shown, new = prepare(before, seed), prepare(after, seed)
        found = kind.corrected(shown, new)
        assert found is not None
        assert (found.prompt, found.choices, found.lefts) == (shown.prompt, shown.choices, shown.lefts)
        assert not asks_the_same(found, shown)
        wanted = kind.key_words(new).replace(" reworded", "")
        assert sorted(kind.key_words(found).splitlines()) == sorted(wanted.splitlines())
        assert found.key == tuple(sorted(found.key)) or before.kind in (Kind.ORDER, Kind.MATCH)
        assert (found.value, found.statement_is) == (new.value, new.statement_is)
        back = kind.corrected(found, shown)
        assert back is not None
        assert asks_the_same(back, shown)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SINGLE, replace(SINGLE, options=options("a", "b", "c", "*d"))),
        (SINGLE, item(Kind.MULTI, options=options("*a", "*b", "c"))),
        (ORDER, replace(ORDER, sequence=STEPS[1:])),
        (MATCH, replace(MATCH, pairs=(*PAIRS, ("Infrared", "no waves that are seen")))),
        (NUMBER, replace(NUMBER, answer=NumericAnswer(2.5, 0.1, "m"))),
        (NUMBER, replace(NUMBER, prompt="What do 2 lenses do?")),
        (DRAWN, replace(DRAWN, variables=(Variable("a", (8, 9)), Variable("b", (11, 12))))),
    ],
)
def test_what_was_not_shown_is_held_to_nothing(before: Item, after: Item) -> None:
    assert OBJECTIVE_KINDS[before.kind].corrected(prepare(before, 1), prepare(after, 1)) is None


@pytest.mark.parametrize("kind", OBJECTIVE_KINDS)
def test_other_words_and_reasons_change_no_answer(kind: Kind) -> None:
    before = item(kind)
    after = replace(before, prompt="What does every lens do?", explanation="It turns light.", difficulty=5)
    shown = prepare(before, 4)
    found = OBJECTIVE_KINDS[kind].corrected(shown, prepare(after, 4))
    assert found is not None
    assert asks_the_same(found, shown)
    assert found.explanation == "It turns light."
