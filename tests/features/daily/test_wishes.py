"""What organisers want asked: the rule that picks by the queue and the plans, and the queue itself."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.coming.rules import Wishes, days_of, fits, moved, with_first
from bot.features.daily.picking import Asked, Candidate, Why, eligible, pick, pick_wished

IDS = st.sampled_from([f"q{number}" for number in range(12)])
WANTED = st.lists(st.sampled_from(["a", "a.x", "b", "c.z", "kind:code", "gone"]), max_size=2).map(tuple)
WISHES = st.builds(
    Wishes,
    queue=st.lists(IDS, max_size=3, unique=True).map(tuple),
    never=st.frozensets(IDS, max_size=6),
    week=WANTED,
    weekday=WANTED,
)


@st.composite
def banks(draw: st.DrawFn) -> tuple[list[Candidate], list[Candidate]]:
    """Every question of a bank, and those in a group's topics."""
    made = []
    for item_id in draw(st.lists(IDS, unique=True)):
        root, kind = draw(st.sampled_from("abc")), draw(st.sampled_from(["open", "code", "single"]))
        made.append(Candidate(item_id, kind, root, f"{root}.{draw(st.sampled_from('xyz'))}"))
    topics = draw(st.frozensets(st.sampled_from("abc")))
    return made, [each for each in made if each.root_topic in topics]


@settings(max_examples=50)
@given(both=banks(), asked=st.lists(IDS, max_size=12), wishes=WISHES, seed=st.integers(0, 2**40))
def test_the_queue_goes_before_the_weeks_plan_that_before_the_weekdays_and_that_before_the_turn(
    both: tuple[list[Candidate], list[Candidate]], asked: list[str], wishes: Wishes, seed: int
) -> None:
    bank, pool = both
    history = [Asked(item_id, day) for day, item_id in enumerate(asked)]
    found = pick_wished(bank, pool, history, wishes, seed)
    askable = {c.item_id: c for c in eligible(bank) if c.item_id not in wishes.never}
    queued = [item_id for item_id in wishes.queue if item_id in askable]
    new = [c for c in askable.values() if c.item_id not in asked]
    plans = {Why.WEEK: wishes.week, Why.WEEKDAY: wishes.weekday}
    left = {
        why: {c.item_id for c in new if fits(plan, c.kind, c.leaf)} for why, plan in plans.items() if plan
    }
    if queued:
        assert found is not None
        assert (found.why, found.item_id, found.spent) == (Why.QUEUE, queued[0], ())
    elif any(left.values()):
        first = next(why for why, items in left.items() if items)
        assert found is not None
        assert found.why is first
        assert found.item_id in left[first]
        assert found.spent == (() if first is Why.WEEK or not wishes.week else (Why.WEEK,))
    else:
        turn = pick([c for c in pool if c.item_id not in wishes.never], history, seed)
        assert (found and (found.item_id, found.why)) == (turn and (turn.item_id, Why.TURN))
        assert found is None or found.spent == tuple(left)


@settings(max_examples=50)
@given(both=banks(), asked=st.lists(IDS, max_size=12), wishes=WISHES, seed=st.integers(0, 2**40))
def test_the_choice_by_wishes_hangs_on_no_order_of_the_bank(
    both: tuple[list[Candidate], list[Candidate]], asked: list[str], wishes: Wishes, seed: int
) -> None:
    bank, pool = both
    history = [Asked(item_id, day) for day, item_id in enumerate(asked)]
    turned = pick_wished(bank[::-1], pool[::-1], history[::-1], wishes, seed)
    assert pick_wished(bank, pool, history, wishes, seed) == turned


@given(queue=st.lists(IDS, unique=True), item=IDS, to=st.integers(-3, 15))
def test_moving_in_the_queue_loses_and_doubles_nothing(queue: list[str], item: str, to: int) -> None:
    after = moved(queue, item, to)
    assert sorted(after) == sorted(queue)
    assert [each for each in after if each != item] == [each for each in queue if each != item]
    assert item not in queue or after.index(item) == min(max(0, to), len(queue) - 1)
    assert with_first(queue, item) == (item, *(each for each in queue if each != item))


def test_a_plan_of_a_week_begins_on_its_monday() -> None:
    assert days_of(date(2026, 12, 6)) == ("2026-11-30", "6")
    assert days_of(date(2026, 12, 7)) == ("2026-12-07", "0")
