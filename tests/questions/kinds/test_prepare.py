from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.kinds.asked import NotForAQuiz
from bot.questions.kinds.numeric import show_number
from bot.questions.model import Item, Kind, Variable
from bot.questions.seeds import lot, one_of, order
from tests.questions.kinds.making_items import PAIRS, STEPS, item, options, template
from tests.support.driver import read_bank

SEEDS = st.integers(0, 2**62)
BANK = read_bank()


@given(SEEDS, st.sampled_from(sorted(OBJECTIVE_KINDS)))
def test_the_same_seed_shows_the_same_question(seed: int, kind: Kind) -> None:
    assert prepare(item(kind), seed) == prepare(item(kind), seed)


def test_another_seed_shows_another_order() -> None:
    orders = {prepare(item(), seed).choices for seed in range(200)}
    assert len(orders) == 24


@given(SEEDS)
def test_the_key_follows_the_right_option_and_feedback_follows_its_option(seed: int) -> None:
    shown = prepare(item(), seed)
    assert [shown.choices[index] for index in shown.key] == ["right 0"]
    assert all(
        text.split()[1] == feedback.strip(".").split()[1]
        for text, feedback in zip(shown.choices, shown.feedback, strict=True)
    )


@given(SEEDS)
def test_all_right_options_of_a_multiple_choice_are_in_its_key_ascending(seed: int) -> None:
    shown = prepare(item(Kind.MULTI), seed)
    assert {shown.choices[index] for index in shown.key} == {"right 0", "right 1"}
    assert list(shown.key) == sorted(shown.key)


@given(SEEDS)
def test_options_stay_as_written_where_the_item_says_so(seed: int) -> None:
    shown = prepare(item(shuffle=False), seed)
    assert shown.choices == tuple(option.text for option in options(1, 3))


@given(SEEDS)
def test_steps_are_never_shown_in_the_right_order_and_the_key_restores_it(seed: int) -> None:
    shown = prepare(item(Kind.ORDER, shuffle=False), seed)
    assert shown.choices != STEPS
    assert tuple(shown.choices[index] for index in shown.key) == STEPS


@given(SEEDS)
def test_right_sides_are_never_shown_beside_their_left_ones_and_the_key_restores_them(seed: int) -> None:
    shown = prepare(item(Kind.MATCH), seed)
    assert shown.lefts == tuple(left for left, _ in PAIRS)
    assert shown.choices != tuple(right for _, right in PAIRS)
    restored = tuple(shown.choices[index] for index in shown.key)
    assert tuple(zip(shown.lefts, restored, strict=True)) == PAIRS


def test_steps_that_are_all_alike_are_shown_all_the_same() -> None:
    assert prepare(item(Kind.ORDER, sequence=("again",) * 3), 1).choices == ("again",) * 3


def test_every_position_holds_the_right_option_about_equally_often() -> None:
    places = Counter(prepare(item(), seed).key[0] for seed in range(4000))
    assert all(880 <= places[place] <= 1120 for place in range(4))


def test_a_fixed_number_keeps_its_value_tolerance_and_unit() -> None:
    shown = prepare(item(Kind.NUMERIC), 1)
    assert (shown.value, shown.tolerance, shown.unit, shown.redrawn) == (2.5, 0.1, "cm", False)


@given(SEEDS)
def test_a_template_shows_the_numbers_its_answer_is_made_of(seed: int) -> None:
    made = template("a * b", Variable("a", (2, 3, 5)), Variable("b", (0.5, 7, 8192)))
    shown = prepare(made, seed)
    a, b = (float(word) for word in shown.prompt.removeprefix("How far is ").rstrip("?").split(" times "))
    assert shown.value == a * b
    assert shown.redrawn == ((a, b) != (2, 0.5))


def test_a_template_gives_fresh_numbers_from_seed_to_seed() -> None:
    made = template("a * b", Variable("a", (2, 3, 5)), Variable("b", (7, 11, 13)))
    assert len({prepare(made, seed).prompt for seed in range(200)}) == 9


@given(SEEDS)
def test_numbers_without_an_answer_are_never_asked(seed: int) -> None:
    made = template("a / b", Variable("a", (1, 2)), Variable("b", (*[0] * 30, 4)))
    value = prepare(made, seed).value
    assert value in {0.25, 0.5}


def test_numbers_without_an_answer_are_drawn_anew_without_favour() -> None:
    made = template("a / b", Variable("a", (1, 2)), Variable("b", (0, 4)))
    values = Counter(prepare(made, seed).value for seed in range(1000))
    assert 430 <= values[0.25] <= 570


def test_a_template_that_never_has_an_answer_is_refused() -> None:
    with pytest.raises(NotForAQuiz):
        prepare(template("a / b", Variable("a", (1,)), Variable("b", (0,))), 1)


def test_braces_that_name_no_variable_or_stand_in_a_formula_stay_as_they_are() -> None:
    made = template(
        "a + 1", Variable("a", (20,)), prompt=r"Of {a} in the set {x, y} and {b}, or $\frac{a}{b}$?"
    )
    assert prepare(made, 1).prompt == r"Of 20 in the set {x, y} and {b}, or $\frac{20}{b}$?"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (16384, "16384"),
        (7.5, "7.5"),
        (13.0, "13"),
        (-0.4, "-0.4"),
        (0.1 + 0.2, "0.3"),
        (1000000, "1000000"),
        (1e-7, "1e-07"),
    ],
)
def test_numbers_are_shown_as_people_write_them(number: float, shown: str) -> None:
    assert show_number(number) == shown


@pytest.mark.parametrize("kind", sorted(set(Kind) - OBJECTIVE_KINDS.keys()))
def test_a_question_without_a_checkable_answer_is_refused(kind: Kind) -> None:
    with pytest.raises(NotForAQuiz):
        prepare(item(kind), 1)


@pytest.mark.parametrize(
    "broken",
    [
        item(options=options(0, 3)),
        item(options=options(2, 2)),
        item(Kind.TF_REASON, statement_is=None),
        item(Kind.NUMERIC, answer=None),
        replace(template("a"), formula=None),
    ],
)
def test_an_item_with_a_part_missing_is_refused_by_name(broken: Item) -> None:
    with pytest.raises(NotForAQuiz, match=r"\.q01"):
        prepare(broken, 1)


@pytest.mark.parametrize("one", BANK.live(OBJECTIVE_KINDS), ids=lambda one: one.id)
def test_every_quiz_item_of_the_shipped_bank_can_be_asked(one: Item) -> None:
    for seed in range(20):
        shown = prepare(one, seed)
        assert shown.root == BANK.root(BANK.item(shown.item_id)).id
        assert len(shown.choices) <= 7
        assert len(shown.feedback) == len(shown.choices)
        assert shown.references
        assert shown.key or shown.value is not None or shown.accepted or shown.back


@given(SEEDS, st.integers(1, 12))
def test_an_order_holds_every_place_once(seed: int, length: int) -> None:
    assert sorted(order(length, seed, "x")) == list(range(length))


def test_a_lot_is_the_same_in_every_process() -> None:
    assert lot(1, "a", 2) == 12209239123055716091


def test_nothing_can_be_drawn_from_nothing() -> None:
    with pytest.raises(IndexError):
        one_of((), 1)
