"""What one account may ask for in a minute: nobody who studies meets it, and nobody else is held up by it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.limits import MINUTE, MOST, Limits
from bot.app.features import FEATURES
from bot.app.run import open_app
from bot.app.settings import Settings
from bot.chat.actions import encode
from bot.chat.cards import Verbatim
from bot.chat.dispatch import UserError
from bot.chat.requests import Identity, Invoke, Place, Request, Submit
from bot.features.daily.actions import Judge, Prefer, SaveAnswer
from tests.support.local_driver import MONDAY_NINE, card_of, words

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@given(gaps=st.lists(st.integers(0, 30_000), min_size=1, max_size=200), most=st.integers(2, 20))
def test_no_minute_has_more_than_so_many_and_whoever_waits_as_told_may_go_on(
    gaps: list[int], most: int
) -> None:
    limits, at, taken = Limits(most), NOON, []
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        try:
            limits.take("ada", at)
        except UserError as error:
            seconds = int(words(error.card).partition("continue in ")[2].split()[0])
            at += timedelta(seconds=seconds)
            limits.take("ada", at)
        taken.append(at)
    for number, one in enumerate(taken[most:], most):
        assert one - taken[number - most] >= MINUTE


def test_one_account_holds_up_no_other() -> None:
    limits = Limits(2)
    for _ in range(2):
        limits.take("ada", NOON)
    limits.take("ben", NOON)
    with pytest.raises(UserError):
        limits.take("ada", NOON)


def test_what_is_refused_does_not_count() -> None:
    limits = Limits(1)
    limits.take("ada", NOON)
    for second in range(1, 60):
        with pytest.raises(UserError):
            limits.take("ada", NOON + timedelta(seconds=second))
    limits.take("ada", NOON + MINUTE)


def test_what_writes_for_others_counts_twice() -> None:
    weights = {route.action: route.weight for feature in FEATURES for route in feature.routes}
    assert {action for action, weight in weights.items() if weight > 1} >= {SaveAnswer, Judge, Prefer}
    limits = Limits(3)
    limits.take("ada", NOON, 2)
    with pytest.raises(UserError):
        limits.take("ada", NOON, 2)
    limits.take("ada", NOON)


async def test_the_app_refuses_kindly_and_gives_back_what_was_typed(sqlite_url: str) -> None:
    app = await open_app(
        Settings(database_url=sqlite_url, demo=False), clock=lambda: MONDAY_NINE, limits=Limits()
    )
    ada = Identity("local", "room", "ada", "Ada")

    def asked(number: int, what: Invoke | Submit) -> Request:
        place = Place("local", "room", "study", "study")
        return Request(f"r{number}", MONDAY_NINE, ada, place, what)

    try:
        for number in range(MOST):
            said = card_of(await app.dispatcher.handle(asked(number, Invoke("help", {}))))
            assert said.title == "What you can do"
        typed = Submit(encode(SaveAnswer(1)), {"answer": "What I would say to that."})
        refused = card_of(await app.dispatcher.handle(asked(MOST, typed)))
        assert refused.title == "That was a lot in one minute"
        assert "You can continue in 60 seconds." in words(refused)
        assert [b.text for b in refused.blocks if isinstance(b, Verbatim)] == ["What I would say to that."]
    finally:
        await app.stop()
