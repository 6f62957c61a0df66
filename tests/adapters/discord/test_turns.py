"""Many at once: so many are worked on, the oldest first, and what can't be in time is put off at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from simcord import Env

from adapters.discord.client import StudyhallClient
from adapters.discord.timing.turns import Since, Turn, Turns
from tests.adapters.discord.support.driver import MONDAY
from tests.adapters.discord.support.looks import press
from tests.adapters.discord.support.small_bot import SmallBot


class Counter:
    """Works that last until they are let go, and the order they were begun in."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.begun: list[int] = []
        self.ends: dict[int, asyncio.Event] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, number: int, *, put_off: bool = False) -> Turn:
        turn = Turn(number, put_off=put_off)
        self.tasks.append(asyncio.create_task(self.turns.run(turn, lambda: self._work(number))))
        await _pass()
        return turn

    async def end(self, number: int) -> None:
        self.ends[number].set()
        await _pass()

    async def _work(self, number: int) -> None:
        self.begun.append(number)
        self.ends[number] = asyncio.Event()
        await self.ends[number].wait()


async def _pass() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def counter() -> Counter:
    return Counter(Turns(2, most_waiting=3))


async def test_no_more_than_the_bound_are_at_work_and_the_oldest_that_waits_comes_next(
    counter: Counter,
) -> None:
    for number in (5, 9, 8, 3, 7):
        await counter.come(number)
    assert counter.begun == [5, 9]
    for number in (9, 3, 5, 7):
        await counter.end(number)
    assert counter.begun == [5, 9, 3, 7, 8]
    await counter.end(8)
    await asyncio.gather(*counter.tasks)
    await counter.come(1)
    await counter.come(2)
    assert counter.begun[5:] == [1, 2]


async def test_what_was_put_off_comes_after_all_that_discord_waits_for(counter: Counter) -> None:
    first, _, third, _ = [await counter.come(number) for number in (1, 2, 3, 4)]
    await counter.come(0, put_off=True)
    counter.turns.put_off(third)
    counter.turns.put_off(first)
    for number in (1, 2, 4, 0):
        await counter.end(number)
    assert counter.begun == [1, 2, 4, 0, 3]


async def test_the_line_is_full_while_so_many_wait_with_discord_unanswered(counter: Counter) -> None:
    turns = [await counter.come(number) for number in range(5)]
    full = [counter.turns.is_full]
    counter.turns.put_off(turns[3])
    full.append(counter.turns.is_full)
    await counter.come(5)
    full.append(counter.turns.is_full)
    await counter.end(0)
    full.append(counter.turns.is_full)
    assert full == [True, False, True, False]


async def test_a_work_that_fails_gives_its_turn_on(counter: Counter) -> None:
    async def fails() -> None:
        raise ValueError("no")

    for number in range(3):
        with pytest.raises(ValueError, match="no"):
            await counter.turns.run(Turn(number), fails)
    await counter.come(4)
    assert counter.begun == [4]


@pytest.mark.parametrize("ahead", [0, -2, 60, -60, 40_000])
def test_the_time_since_an_interaction_was_made_is_right_by_a_clock_that_is_off(ahead: float) -> None:
    now = MONDAY

    def clock() -> datetime:
        return now + timedelta(seconds=ahead)

    since = Since(clock)
    assert since(now) == 0
    assert since(now - timedelta(seconds=2)) == 2
    assert 0 <= since(now - timedelta(seconds=9)) <= 3


def test_a_clock_that_is_a_little_ahead_is_known_after_some_minutes_and_one_that_was_set_right_at_once() -> (
    None
):
    now, ahead = MONDAY, 2.0

    def clock() -> datetime:
        return now + timedelta(seconds=ahead)

    since = Since(clock)
    assert since(now) == 2
    now += timedelta(minutes=5)
    assert since(now) == 0
    ahead = 0.0
    assert since(now) == 0
    assert since(now - timedelta(seconds=1)) == 1


@pytest.fixture
def corner_bot() -> SmallBot:
    return SmallBot()


FAR = 3600.0


class Seen(Turns):
    """Turns whose waiting the simulation knows of."""

    env: Env

    async def run(self, turn: Turn, work: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  # as what it holds
        if turn.number == 0:
            return await super().run(turn, work)
        return await self.env.external_wait(super().run(turn, work), reason="its turn")


@pytest.fixture
def turns() -> Seen:
    return Seen(1, most_waiting=1)


@pytest.fixture
async def simcord_bot(corner_bot: SmallBot, turns: Seen) -> StudyhallClient:
    return corner_bot.connect(patience=FAR, last_moment=FAR, turns=turns)


@pytest.fixture
def bot(corner_bot: SmallBot, turns: Seen, simcord_env: Env) -> SmallBot:
    turns.env = simcord_env
    corner_bot.enter(simcord_env)
    return corner_bot


async def test_who_finds_the_line_full_is_put_off_at_once_and_served_in_turn(
    bot: SmallBot, turns: Seen
) -> None:
    other = Counter(turns)
    await other.come(0)
    waits = await bot.ada.slash(bot.here, "form")
    put_off = await bot.ada.slash(bot.here, "form")
    assert (waits.acknowledged, put_off.deferred) == (False, True)
    await other.end(0)
    await bot.env.settle()
    assert waits.modal is not None
    opened = await press(bot, put_off, "Open the form")
    assert opened.modal is not None


async def test_proposals_wait_for_nobody(bot: SmallBot, turns: Seen) -> None:
    other = Counter(turns)
    await other.come(0)
    assert await bot.ada.autocomplete(bot.here, "quiz start", "topic", "a") == []
    await other.end(0)
    assert len(await bot.ada.autocomplete(bot.here, "quiz start", "topic", "a")) == 25
