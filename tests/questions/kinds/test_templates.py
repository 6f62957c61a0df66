"""Every seeded template of the shipped bank: always an answer, and a different one often enough."""

import math

import pytest

from bot.questions.formula import draws, evaluate
from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.kinds.asked import Given
from bot.questions.kinds.numbers import read_number
from bot.questions.kinds.numeric import NUMERIC, show_number
from bot.questions.model import Item, Kind
from tests.questions.kinds.making_items import question
from tests.support.driver import read_bank

BANK = read_bank()
TEMPLATES = [item for item in BANK.live(OBJECTIVE_KINDS) if item.formula is not None]
every_template = pytest.mark.parametrize("item", TEMPLATES, ids=lambda item: item.id)


def test_the_bank_has_templates() -> None:
    assert TEMPLATES


@every_template
def test_every_combination_of_its_numbers_has_a_finite_answer(item: Item) -> None:
    assert item.formula is not None
    for numbers in draws(item.variables):
        assert math.isfinite(evaluate(item.formula, numbers))


@every_template
def test_members_meet_at_least_eight_answers_that_one_number_cant_cover(item: Item) -> None:
    asked = [prepare(item, seed) for seed in range(400)]
    values = {one.value for one in asked if one.value is not None}
    assert len({f"{value:.9g}" for value in values}) >= 8
    best = max(sum(abs(one - other) <= 2 * asked[0].tolerance for one in values) for other in values)
    assert best <= len(values) / 2


@every_template
def test_its_prompt_shows_numbers_for_all_placeholders(item: Item) -> None:
    for seed in range(50):
        prompt = prepare(item, seed).prompt
        assert not any(f"{{{variable.name}}}" in prompt for variable in item.variables)


@every_template
def test_the_feedback_works_with_the_members_own_numbers(item: Item) -> None:
    asked = next(each for seed in range(50) if (each := prepare(item, seed)).redrawn)
    assert asked.value is not None
    (said,) = NUMERIC.explained(asked, Given(number=asked.value))
    assert f"With the numbers above: `{asked.worked}`." in said
    again = evaluate(asked.worked.replace("^", "**").replace("×", "*"), {})
    assert again == pytest.approx(asked.value)


@pytest.mark.parametrize(
    ("unit", "label", "right"),
    [
        ("", "Your answer", "0.5"),
        ("ms", "Your answer in ms", "0.5 ms"),
        ("fraction", "Your answer, as a fraction", "0.5"),
    ],
)
def test_a_unit_that_says_what_a_number_is_does_not_stand_behind_it(
    unit: str, label: str, right: str
) -> None:
    asked = question(Kind.NUMERIC, value=0.5, unit=unit)
    assert NUMERIC.typing is not None
    assert NUMERIC.typing.field(asked).label == label
    assert NUMERIC.key_words(asked) == right


@every_template
def test_its_answer_typed_with_four_digits_or_rounded_as_asked_is_right(item: Item) -> None:
    digits = next(
        (n for n, word in enumerate(("one decimal", "two decimals"), 1) if word in item.prompt), None
    )
    for seed in range(100):
        asked = prepare(item, seed)
        assert asked.value is not None
        typed = f"{asked.value:.{digits}f}" if digits else f"{asked.value:.4g}"
        assert NUMERIC.grade(asked, Given(number=read_number(typed, asked.unit))) == 1
        wrong = show_number(asked.value + 3 * asked.tolerance + 1)
        assert NUMERIC.grade(asked, Given(number=read_number(wrong, asked.unit))) < 1


@every_template
def test_the_written_answer_is_that_of_the_first_numbers(item: Item) -> None:
    assert item.formula is not None
    assert item.answer is not None
    first = {variable.name: variable.values[0] for variable in item.variables}
    if item.answer.value is not None:
        assert abs(evaluate(item.formula, first) - item.answer.value) <= max(item.answer.tolerance, 1e-9)
