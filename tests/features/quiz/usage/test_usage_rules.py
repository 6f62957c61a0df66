"""What answers say of questions: simulated people answer a bank in which some keys are wrong."""

import math
import random
from statistics import correlation

import pytest

from bot.features.quiz.usage.rules import (
    FEWEST_JUDGED,
    FEWEST_RATED,
    LEVEL_STEP,
    Outcome,
    Shipped,
    Usage,
    usages,
)

ITEMS, PEOPLE, FLOOR = 80, 70, 0.25
WRONG_KEYS = frozenset({"i07", "i23", "i55"})


def lived(seed: int) -> tuple[dict[str, int], dict[str, Usage]]:
    """The true levels of a bank that says 3 of all, and what is found after everybody answered most of it."""
    chance = random.Random(seed)
    truth = {f"i{number:02}": chance.randint(1, 5) for number in range(ITEMS)}
    outcomes = []
    for person in range(PEOPLE):
        skill = chance.gauss(0, 1)
        for item_id, level in truth.items():
            if chance.random() < 0.15:
                continue
            knows = chance.random() < 1 / (1 + math.exp((level - 3) * LEVEL_STEP - skill))
            if item_id in WRONG_KEYS:
                right = not knows and chance.random() < 1 / 3
            else:
                right = knows or chance.random() < FLOOR
            outcomes.append(Outcome(person, item_id, right, chance.uniform(5, 90)))
    chance.shuffle(outcomes)
    found = usages(outcomes, dict.fromkeys(truth, Shipped(3, FLOOR)))
    return truth, {usage.item_id: usage for usage in found}


def test_nine_in_ten_planted_wrong_keys_are_found_and_few_sound_ones() -> None:
    found = [item_id for seed in range(10) for item_id, usage in lived(seed)[1].items() if usage.doubtful]
    planted = sum(item_id in WRONG_KEYS for item_id in found)
    assert planted >= 0.9 * 10 * len(WRONG_KEYS)
    assert len(found) - planted <= 0.03 * 10 * ITEMS


def test_levels_follow_the_answers_and_not_what_the_bank_says() -> None:
    truth, found = lived(5)
    sound = [item_id for item_id in truth if item_id not in WRONG_KEYS]
    levels = [float(found[item_id].level or 0) for item_id in sound]
    assert correlation([float(truth[item_id]) for item_id in sound], levels) > 0.85


def test_only_the_first_answer_to_an_item_counts() -> None:
    outcomes = [Outcome(1, "a", right, 10) for right in (False, True, True)]
    (usage,) = usages(outcomes, {"a": Shipped(2, 0)})
    assert (usage.answers, usage.right, usage.seconds, usage.level) == (1, 0.0, 10, None)


def test_few_answers_say_nothing_of_level_or_doubt() -> None:
    some = [Outcome(person, item, True) for person in range(FEWEST_RATED - 1) for item in ("a", "b")]
    assert {usage.level for usage in usages(some, {"a": Shipped(3, 0), "b": Shipped(3, 0)})} == {None}
    assert not Usage("a", FEWEST_JUDGED - 1, 0.5, -0.9, None, 3).doubtful
    assert not Usage("a", FEWEST_JUDGED, 0.5, 0.0, None, 3).doubtful
    assert Usage("a", FEWEST_JUDGED, 0.5, -0.1, None, 3).doubtful


def test_an_item_that_left_the_bank_is_not_judged_but_says_who_knows_more() -> None:
    outcomes = [
        Outcome(person, item, right=person % 2 == 0)
        for person in range(6)
        for item in ("a", *(f"gone{n}" for n in range(5)))
    ]
    (usage,) = usages(outcomes, {"a": Shipped(3, 0)})
    assert usage.item_id == "a"
    assert usage.discrimination == pytest.approx(1)
