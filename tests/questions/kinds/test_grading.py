from collections.abc import Sequence
from itertools import combinations, permutations, product
from random import Random
from statistics import mean

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.chat.cards import Button
from bot.questions.kinds import OBJECTIVE_KINDS
from bot.questions.kinds.asked import Given, Prepared, judge, rated
from bot.questions.kinds.presses import Seal, Undo
from bot.questions.model import Kind
from tests.questions.kinds.making_items import question

COUNTS = st.integers(3, 6)


def grade(asked: Prepared, given: Given) -> float:
    return OBJECTIVE_KINDS[asked.kind].grade(asked, given)


def complete(asked: Prepared, given: Given) -> bool:
    return OBJECTIVE_KINDS[asked.kind].complete(asked, given)


def tap(asked: Prepared, given: Given, index: int, on: bool = True) -> Given:
    return OBJECTIVE_KINDS[asked.kind].tap(asked, given, index, on)


def undo(asked: Prepared, given: Given, left: int) -> Given:
    return OBJECTIVE_KINDS[asked.kind].undo(asked, given, left)


@st.composite
def questions(draw: st.DrawFn) -> Prepared:
    kind = draw(st.sampled_from(sorted(OBJECTIVE_KINDS)))
    count = draw(COUNTS)
    if kind is Kind.NUMERIC:
        value, tolerance = draw(st.floats(-1e9, 1e9)), draw(st.floats(0, 100))
        return question(kind, value=value, tolerance=tolerance)
    if kind is Kind.SHORT:
        return question(kind, accepted=("refraction", "the bending of light"))
    if kind is Kind.RECALL:
        return question(kind, back="It bends light.")
    if kind is Kind.MULTI:
        key = draw(st.sets(st.integers(0, count), min_size=1, max_size=count))
        return question(kind, count + 1, tuple(sorted(key)))
    if kind in {Kind.ORDER, Kind.MATCH}:
        return question(kind, count, tuple(draw(st.permutations(range(count)))))
    truth = draw(st.booleans()) if kind is Kind.TF_REASON else None
    return question(kind, count, (draw(st.integers(0, count - 1)),), statement_is=truth)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Prepared, Given]:
    """A question and a response built only by presses, so perhaps unfinished."""
    asked, given_ = draw(questions()), Given()
    truth = draw(st.none() | st.booleans())
    if truth is not None:
        given_ = judge(asked, given_, truth)
    choices = st.integers(0, max(0, len(asked.choices) - 1))
    for index, on in draw(st.lists(st.tuples(choices, st.booleans()), max_size=12)):
        given_ = tap(asked, given_, index, on)
    if asked.kind is Kind.NUMERIC and asked.value is not None:
        given_ = Given(number=draw(st.none() | st.just(asked.value) | st.floats(-1e9, 1e9)))
    if asked.kind is Kind.SHORT:
        given_ = Given(words=draw(st.sampled_from(("", "reflection", asked.accepted[0]))))
    if asked.kind is Kind.RECALL:
        given_ = rated(Given(shown=draw(st.booleans())), draw(st.sampled_from((1, 4))))
    return asked, given_


def full(asked: Prepared) -> Given:
    words, back = "".join(asked.accepted[:1]), bool(asked.back)
    return Given(asked.statement_is, asked.key, asked.value, words, shown=back, rating=4 if back else None)


def multi(right: int, wrong: int) -> Prepared:
    return question(Kind.MULTI, right + wrong, tuple(range(right)))


def score(asked: Prepared, *picks: int, truth: bool | None = None) -> float:
    return grade(asked, Given(truth=truth, picks=picks))


@given(answered())
def test_credit_is_between_nothing_and_all(case: tuple[Prepared, Given]) -> None:
    assert 0 <= grade(*case) <= 1


@given(answered())
def test_only_the_full_answer_gets_full_credit(case: tuple[Prepared, Given]) -> None:
    asked, given_ = case
    near = given_.number is not None and asked.value is not None
    if not near:
        assert (grade(asked, given_) == 1) == (given_ == full(asked))


@given(questions())
def test_the_full_answer_is_complete_and_right(asked: Prepared) -> None:
    assert complete(asked, full(asked))
    assert grade(asked, full(asked)) == 1


@given(questions())
def test_nothing_earns_nothing_and_is_unfinished(asked: Prepared) -> None:
    assert grade(asked, Given()) == 0
    assert not complete(asked, Given())


@given(answered())
def test_what_is_right_is_also_complete(case: tuple[Prepared, Given]) -> None:
    assert complete(*case) or grade(*case) < 1


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_marks_count_the_same_in_any_order_of_tapping(right: int, wrong: int, data: st.DataObject) -> None:
    asked = multi(right, wrong)
    taps = data.draw(st.lists(st.integers(0, right + wrong - 1), unique=True))
    other = data.draw(st.permutations(taps))
    first, second = Given(), Given()
    for one, two in zip(taps, other, strict=True):
        first, second = tap(asked, first, one), tap(asked, second, two)
    assert first == second


@given(questions(), st.randoms(use_true_random=False))
def test_relettering_the_choices_changes_no_grade(asked: Prepared, chance: Random) -> None:
    assume(asked.kind in {Kind.SINGLE, Kind.MULTI, Kind.ORDER, Kind.MATCH})
    count = len(asked.choices)
    names = chance.sample(range(count), count)
    picks = chance.sample(range(count), count if asked.kind in {Kind.ORDER, Kind.MATCH} else 2)
    renamed = question(asked.kind, count, _named(asked.kind, asked.key, names))
    before = score(asked, *_named(asked.kind, picks, range(count)))
    assert score(renamed, *_named(asked.kind, picks, names)) == before


def _named(kind: Kind, picks: Sequence[int], names: Sequence[int]) -> tuple[int, ...]:
    named = [names[pick] for pick in picks]
    return tuple(sorted(named) if kind is Kind.MULTI else named)


@given(st.integers(1, 5), st.integers(1, 5))
def test_marking_all_options_earns_nothing(right: int, wrong: int) -> None:
    assert score(multi(right, wrong), *range(right + wrong)) == 0


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_marking_all_never_beats_one_hit_without_a_wrong_pick(
    right: int, wrong: int, data: st.DataObject
) -> None:
    asked = multi(right, wrong)
    hits = data.draw(st.sets(st.integers(0, right - 1), min_size=1))
    assert score(asked, *sorted(hits)) > score(asked, *range(right + wrong))


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_a_further_right_mark_never_costs_and_a_further_wrong_one_never_pays(
    right: int, wrong: int, data: st.DataObject
) -> None:
    asked = multi(right, wrong)
    marks = data.draw(st.sets(st.integers(0, right + wrong - 1)))
    for more in set(range(right + wrong)) - marks:
        before, after = score(asked, *sorted(marks)), score(asked, *sorted({*marks, more}))
        assert after >= before if more < right else after <= before


def test_partial_credit_of_a_multiple_choice_is_hits_less_misses() -> None:
    asked = multi(2, 3)
    assert score(asked, 0) == 0.5
    assert score(asked, 0, 1, 2) == pytest.approx(2 / 3)
    assert score(asked, 0, 2) == pytest.approx(1 / 6)
    assert score(asked, 2, 3) == 0


@pytest.mark.parametrize(
    ("right", "wrong"), [(right, count - right) for count in (4, 5, 6) for right in range(1, count)]
)
def test_marking_blindly_earns_no_more_than_a_third_on_average(right: int, wrong: int) -> None:
    count = right + wrong
    asked = multi(right, wrong)
    for size in range(1, count + 1):
        assert mean(score(asked, *marks) for marks in combinations(range(count), size)) <= 1 / 3 + 1e-9


@pytest.mark.parametrize("count", range(3, 7))
def test_blind_choices_of_the_other_kinds_earn_a_third_at_most_on_average(count: int) -> None:
    single = question(Kind.SINGLE, count, (0,))
    assert mean(score(single, pick) for pick in range(count)) <= 1 / 3
    reason = question(Kind.TF_REASON, count, (0,), statement_is=True)
    blind = [score(reason, pick, truth=truth) for pick, truth in product(range(count), (True, False))]
    assert mean(blind) <= 1 / 3 + 1e-9
    for kind in (Kind.ORDER, Kind.MATCH):
        asked = question(kind, count, tuple(range(count)))
        assert mean(score(asked, *picks) for picks in permutations(range(count))) <= 0.28


@given(st.integers(3, 6), st.data())
def test_one_right_side_for_every_left_item_earns_nothing(count: int, data: st.DataObject) -> None:
    same = data.draw(st.integers(0, count - 1))
    assert score(question(Kind.MATCH, count, tuple(range(count))), *[same] * count) == 0


@given(st.integers(3, 7), st.data())
def test_swapping_two_neighbouring_steps_into_place_never_costs(count: int, data: st.DataObject) -> None:
    asked = question(Kind.ORDER, count, tuple(range(count)))
    picks = data.draw(st.permutations(range(count)))
    place = data.draw(st.integers(0, count - 2))
    assume(picks[place] > picks[place + 1])
    mended = [*picks[:place], picks[place + 1], picks[place], *picks[place + 2 :]]
    assert score(asked, *mended) >= score(asked, *picks)


def test_steps_in_reverse_earn_nothing_and_one_swap_keeps_most() -> None:
    asked = question(Kind.ORDER, 5, (2, 0, 1, 4, 3))
    assert score(asked, 3, 4, 1, 0, 2) == 0
    assert score(asked, 0, 2, 1, 4, 3) == pytest.approx(0.8)


def test_some_steps_placed_are_worth_less_than_all() -> None:
    asked = question(Kind.ORDER, 5, (0, 1, 2, 3, 4))
    assert score(asked, 0, 1) < score(asked, 0, 1, 2, 3) < score(asked, 0, 1, 2, 3, 4)


def test_matching_counts_pairs_beyond_the_first() -> None:
    asked = question(Kind.MATCH, 4, (3, 2, 1, 0))
    assert score(asked, 3, 2, 0, 1) == pytest.approx(1 / 3)
    assert score(asked, 3, 1, 0, 2) == 0
    assert score(asked, 3, 2) == pytest.approx(1 / 3)


def test_the_right_verdict_with_a_wrong_reason_is_worth_half() -> None:
    asked = question(Kind.TF_REASON, 4, (2,), statement_is=False)
    assert score(asked, 2, truth=False) == 1
    assert score(asked, 0, truth=False) == 0.5
    assert score(asked, 2, truth=True) == 0


@given(st.floats(-1e9, 1e9), st.floats(0, 1e3), st.floats(-1, 1))
def test_numbers_within_the_tolerance_are_right(value: float, tolerance: float, share: float) -> None:
    asked = question(Kind.NUMERIC, value=value, tolerance=tolerance)
    assert grade(asked, Given(number=value + share * tolerance)) == 1


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e3), st.sampled_from((-1, 1)))
def test_numbers_clearly_past_the_tolerance_are_wrong(value: float, tolerance: float, side: int) -> None:
    asked = question(Kind.NUMERIC, value=value, tolerance=tolerance)
    assert grade(asked, Given(number=value + side * tolerance * 1.01 + side * abs(value) * 1e-6)) == 0


def test_a_number_just_at_the_tolerance_is_right_in_spite_of_floats() -> None:
    assert grade(question(Kind.NUMERIC, value=0.3, tolerance=0.1), Given(number=0.4)) == 1
    assert grade(question(Kind.NUMERIC, value=0.1 + 0.2, tolerance=0.0), Given(number=0.3)) == 1


def test_a_tap_replaces_a_single_choice_and_sets_or_takes_back_a_mark() -> None:
    single, marks = question(Kind.SINGLE, 4, (0,)), multi(2, 2)
    assert tap(single, tap(single, Given(), 1), 3).picks == (3,)
    assert tap(marks, tap(marks, Given(), 3), 1).picks == (1, 3)
    assert tap(marks, Given(picks=(1, 3)), 3, on=False).picks == (1,)
    assert tap(marks, Given(picks=(1, 3)), 3).picks == (1, 3)
    assert tap(marks, Given(picks=(1,)), 3, on=False).picks == (1,)


def test_a_reason_is_chosen_only_once_the_verdict_stands() -> None:
    asked = question(Kind.TF_REASON, 3, (0,), statement_is=True)
    assert tap(asked, Given(), 1) == Given()
    assert tap(asked, judge(asked, Given(), truth=False), 1) == Given(truth=False, picks=(1,))


def test_a_tap_appends_a_step_once() -> None:
    steps = question(Kind.ORDER, 4, (0, 1, 2, 3))
    assert tap(steps, Given(picks=(2,)), 2).picks == (2,)
    assert tap(steps, Given(picks=(2,)), 0).picks == (2, 0)


def test_the_last_step_places_itself_and_undo_takes_it_back_with_the_one_before() -> None:
    kind, steps = OBJECTIVE_KINDS[Kind.ORDER], question(Kind.ORDER, 4, (0, 1, 2, 3))
    whole = tap(steps, Given(picks=(2, 0)), 3)
    assert whole.picks == (2, 0, 3, 1)
    (row,) = kind.controls((1, 0), steps, whole)
    assert [b.action for b in row if isinstance(b, Button)] == [Seal(1, 0), Undo(1, 0, 2)]
    assert kind.undo(steps, whole, 2).picks == (2, 0)


def test_a_tap_matches_the_next_left_item_and_the_prompt_says_which_that_is() -> None:
    pairs = question(Kind.MATCH, 3, (0, 1, 2))
    shown = OBJECTIVE_KINDS[Kind.MATCH].prompt(pairs, tap(pairs, Given(), 2))
    assert shown[0] == "- left 0: **C**\n- **left 1: ?**\n- left 2"
    assert "?" not in OBJECTIVE_KINDS[Kind.MATCH].prompt(pairs, Given(picks=(2, 1, 0)))[0]


@given(answered())
def test_no_press_makes_a_response_that_cant_be_shown(case: tuple[Prepared, Given]) -> None:
    asked, given_ = case
    assert all(0 <= pick < len(asked.choices) for pick in given_.picks)
    assert len(set(given_.picks)) == len(given_.picks) <= len(asked.choices)


@given(answered(), st.integers(-3, 8))
def test_undoing_leaves_the_first_steps_or_starts_anew(case: tuple[Prepared, Given], left: int) -> None:
    asked, given_ = case
    back = undo(asked, given_, left)
    if asked.kind in {Kind.ORDER, Kind.MATCH}:
        assert back.picks == given_.picks[: max(0, left)]
    else:
        assert back == (Given() if left == 0 else given_)


@given(answered(), st.booleans())
def test_only_a_statement_takes_a_verdict(case: tuple[Prepared, Given], truth: bool) -> None:
    asked, given_ = case
    assert judge(asked, given_, truth).truth == (truth if asked.kind is Kind.TF_REASON else None)
