import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from bot.features.quiz.model import STATE_JSON
from bot.features.quiz.reviewing import (
    EARLY,
    FUZZ,
    LAST_DAYS,
    LONGEST_DAYS,
    ONCE_MORE_A_DAY,
    RETENTION,
    WAITED,
    ReviewState,
    before_interview,
    interview_ahead,
    is_due,
    queue,
    rate,
    recall,
    review,
)

NOW = datetime(2026, 3, 2, 19, tzinfo=UTC)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
RATINGS = st.sampled_from((Rating.Again, Rating.Hard, Rating.Good))
# Up to 19 hours past the whole day, since EARLY rounds what is later up to the next day.
GAPS = st.tuples(st.integers(0, 90), st.integers(0, 19)).map(lambda gap: timedelta(days=gap[0], hours=gap[1]))
HISTORIES = st.lists(st.tuples(RATINGS, GAPS), min_size=1, max_size=12)


def known(due: datetime, stability: float = 10.0, last: datetime | None = None) -> ReviewState:
    return ReviewState(due, stability, 5.0, last or due - stability * DAY)


def lived(history: list[tuple[Rating, timedelta]], seed: int = 1) -> list[ReviewState]:
    states: list[ReviewState] = []
    now = NOW
    for rating, gap in history:
        now += gap
        states.append(review(states[-1] if states else None, rating, now, 7, seed))
    return states


@pytest.mark.parametrize(
    ("right", "guessed", "rating"),
    [
        (True, False, Rating.Good),
        (True, True, Rating.Hard),
        (False, False, Rating.Again),
        (False, True, Rating.Again),
    ],
)
def test_right_is_good_a_guess_is_hard_and_wrong_is_again(right: bool, guessed: bool, rating: Rating) -> None:
    assert rate(right, guessed) is rating


@given(HISTORIES, st.integers(0, 2**40))
def test_memory_and_due_dates_are_what_fsrs_itself_computes(
    history: list[tuple[Rating, timedelta]], seed: int
) -> None:
    fsrs = Scheduler(
        desired_retention=0.9,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=180,
        enable_fuzzing=False,
    )
    card, now = Card(card_id=7, due=NOW), NOW
    for (rating, gap), state in zip(history, lived(history, seed=seed), strict=True):
        now += gap
        card, _ = fsrs.review_card(card, rating, now)
        assert (state.stability, state.difficulty, state.last_review) == (
            card.stability,
            card.difficulty,
            now,
        )
        days, exact = (state.due - now).days, (card.due - now).days
        assert state.due == now + days * DAY
        assert abs(days - exact) <= (FUZZ * exact if exact > 3 else 0)
        assert days <= LONGEST_DAYS


def test_first_due_dates_with_nothing_but_the_default_figures() -> None:
    intervals = {rating: (review(None, rating, NOW, 1, 1).due - NOW).days for rating in Rating}
    assert intervals[Rating.Again] == 1
    assert intervals[Rating.Hard] == 1
    assert intervals[Rating.Good] == 2


@given(
    facts=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 200)), min_size=1, max_size=200),
    days=st.integers(0, 60),
    hour=st.integers(0, 23),
    off=st.frozensets(st.integers(1, 20)),
)
def test_before_an_interview_each_comes_once_more_evenly_and_none_on_the_day_or_a_day_off(
    facts: list[tuple[int, int]], days: int, hour: int, off: frozenset[int]
) -> None:
    now = NOW.replace(hour=hour)
    on = now.astimezone(BERLIN).date() + days * DAY
    states = {
        f"item-{n}": known(now + (interval - ago) * DAY, last=now - ago * DAY)
        for n, (ago, interval) in enumerate(facts)
    }
    dates_off = frozenset(on - n * DAY for n in off)
    interview = interview_ahead(on, BERLIN, len(states), now, dates_off)
    assert interview is not None
    assert len(interview.days) == max(LAST_DAYS, ceil(len(states) / ONCE_MORE_A_DAY))
    assert dates_off.isdisjoint(interview.days)
    between = {interview.first + n * DAY for n in range((on - interview.first).days)}
    assert between - set(interview.days) <= dates_off
    planned = before_interview(states, interview, now, 1)
    begins = datetime.combine(on, time.min, BERLIN)
    for state in planned.values():
        came = state.last_review.astimezone(BERLIN).date() >= interview.first
        assert came or state.due < begins or not days
        late = is_due(state, begins - timedelta(seconds=1)) and bool(days)
        assert is_due(state, begins) == is_due(state, begins + timedelta(hours=23)) == late
    drawn = Counter(s.due for item_id, s in planned.items() if s.due < min(begins, states[item_id].due))
    assert max(drawn.values(), default=0) <= ONCE_MORE_A_DAY
    assert dates_off.isdisjoint(due.astimezone(BERLIN).date() for due in drawn)


@pytest.mark.parametrize("on", [None, NOW.date() - DAY])
def test_without_an_interview_ahead_nothing_is_planned_to_it(on: date | None) -> None:
    assert interview_ahead(on, BERLIN, 300, NOW) is None


def test_in_the_last_days_what_has_not_come_in_them_goes_first_the_weakest_of_it_before_the_others() -> None:
    interview = interview_ahead(NOW.date() + 3 * DAY, BERLIN, 4, NOW)
    states = {
        "came": known(NOW - DAY, stability=1.0, last=NOW - 2 * DAY),
        "firm": known(NOW - DAY, stability=90.0),
        "shaky": known(NOW - DAY, stability=9.0, last=NOW - 30 * DAY),
    }
    assert queue(states, NOW, interview=interview) == ("shaky", "firm", "came")
    assert queue(states, NOW) == ("firm", "came", "shaky")


def test_a_long_interval_varies_from_item_to_item_within_five_percent() -> None:
    strong = known(NOW, stability=40.0)
    days = {(review(strong, Rating.Good, NOW, item, 1).due - NOW).days for item in range(300)}
    assert len(days) > 5
    assert max(days) / min(days) <= (1 + FUZZ) / (1 - FUZZ)


def test_the_same_seed_gives_the_same_due_date() -> None:
    strong = known(NOW, stability=40.0)
    assert review(strong, Rating.Good, NOW, 1, 5) == review(strong, Rating.Good, NOW, 1, 5)


def test_a_guess_comes_back_sooner_and_a_miss_soonest() -> None:
    state = known(NOW, stability=30.0)
    again, hard, good = (
        review(state, rating, NOW, 1, 1).due for rating in (Rating.Again, Rating.Hard, Rating.Good)
    )
    assert NOW < again < hard < good


@pytest.mark.parametrize("minutes", [0, 30, 239])
def test_who_studies_a_little_earlier_than_last_time_is_not_too_early(minutes: int) -> None:
    state = review(None, Rating.Again, NOW, 1, 1)
    next_day = NOW + DAY - timedelta(minutes=minutes)
    assert is_due(state, next_day)
    assert (
        review(state, Rating.Good, next_day, 1, 1).stability
        == review(state, Rating.Good, NOW + DAY, 1, 1).stability
    )


def test_recall_is_sure_at_first_and_reaches_the_wished_one_when_stability_has_passed() -> None:
    state = known(NOW + 10 * DAY, stability=10.0, last=NOW)
    assert recall(state, NOW) == 1
    assert recall(state, NOW + 10 * DAY) == pytest.approx(RETENTION)
    assert recall(state, NOW + 300 * DAY) > 0


@given(st.floats(0.01, 500), st.integers(0, 400), st.integers(0, 400))
def test_recall_only_falls_with_time(stability: float, sooner: int, later: int) -> None:
    state = known(NOW, stability=stability, last=NOW)
    early, late = sorted((sooner, later))
    assert recall(state, NOW + early * DAY) >= recall(state, NOW + late * DAY)


def test_only_what_is_due_is_queued_likeliest_remembered_first() -> None:
    states = {
        "later": known(NOW + DAY),
        "shaky": known(NOW - 2 * DAY, stability=1.0),
        "firm": known(NOW - 2 * DAY, stability=40.0),
        "soon": known(NOW + EARLY),
    }
    assert queue(states, NOW)[-1] == "shaky"
    assert set(queue(states, NOW)) == {"shaky", "firm", "soon"}
    assert queue(states, NOW).index("firm") < queue(states, NOW).index("shaky")
    assert queue({}, NOW) == ()


def test_every_third_place_is_for_what_has_waited_longest() -> None:
    states = {f"fresh-{n}": known(NOW - n * timedelta(hours=1), stability=40.0) for n in range(8)}
    states["forgotten"] = known(NOW - WAITED - 9 * DAY, stability=0.5)
    states["neglected"] = known(NOW - WAITED - 2 * DAY, stability=0.5)
    queued = queue(states, NOW)
    assert (queued[2], queued[5]) == ("forgotten", "neglected")


@given(st.lists(st.tuples(st.integers(-40, 60), st.floats(0.1, 100)), max_size=30))
def test_a_queue_holds_each_due_item_once_whatever_the_order_of_the_states(
    facts: list[tuple[int, float]],
) -> None:
    states = {f"item-{n}": known(NOW - ago * DAY, stability) for n, (ago, stability) in enumerate(facts)}
    backwards = dict(reversed(states.items()))
    everything = queue(states, NOW)
    assert sorted(everything) == sorted(item for item, state in states.items() if is_due(state, NOW))
    assert queue(backwards, NOW) == everything


@given(HISTORIES)
def test_a_state_survives_being_kept_as_json(history: list[tuple[Rating, timedelta]]) -> None:
    state = lived(history)[-1]
    assert STATE_JSON.read(json.loads(json.dumps(STATE_JSON.write(state)))) == state
