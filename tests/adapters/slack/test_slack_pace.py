"""How fast the bot posts: its turns in a channel and in a workspace."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.api.pace import CHANNEL_SECONDS, PATIENCE_SECONDS, WORKSPACE_SECONDS, RateLimiter
from bot.chat.platform import RateLimitedError


class Queue:
    """Everyone asks at once; when each may post is written down."""

    def __init__(self) -> None:
        self.now = 0.0
        self.at: list[tuple[str, str, float]] = []
        self.refused: list[float] = []

    async def turns(self, wanted: list[tuple[str, str]]) -> None:
        """Ask for turns."""
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        pace = RateLimiter(lambda: self.now, sleep)
        for team, channel in wanted:
            waits.clear()
            try:
                async with pace.turn(team, channel):
                    self.at.append((team, channel, self.now + sum(waits)))
            except RateLimitedError as error:
                self.refused.append(error.retry_after)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("cdefg")), max_size=90))
def test_no_channel_and_no_workspace_is_ever_posted_to_too_fast(wanted: list[tuple[str, str]]) -> None:
    queue = Queue()
    asyncio.run(queue.turns(wanted))
    assert len(queue.at) + len(queue.refused) == len(wanted)
    assert all(wait > PATIENCE_SECONDS for wait in queue.refused)
    last: dict[tuple[str, str], float] = {}
    for number, (team, channel, at) in enumerate(queue.at):
        assert at - last.get((team, channel), -CHANNEL_SECONDS) >= CHANNEL_SECONDS - 1e-9
        last[(team, channel)] = at
        before = sum(each[0] == team for each in queue.at[:number])
        assert before * WORKSPACE_SECONDS - 1e-9 <= at <= PATIENCE_SECONDS


async def test_a_busy_channel_keeps_no_other_waiting_in_its_order() -> None:
    queue = Queue()
    await queue.turns([("A", "c")] * 5 + [("A", "d")])
    assert [round(at, 1) for _, _, at in queue.at] == [0, 1, 2, 3, 4, 1]


async def test_a_workspace_that_waits_keeps_no_other_waiting() -> None:
    queue = Queue()
    await queue.turns([("A", "c")] * 5 + [("B", "c")])
    assert [round(at, 1) for _, _, at in queue.at] == [0, 1, 2, 3, 4, 0]


async def test_who_would_wait_too_long_takes_no_turn_from_those_after_them() -> None:
    queue = Queue()
    await queue.turns([("A", "c")] * 12 + [("A", "d")])
    assert len(queue.refused) == 3
    assert queue.at[-1][1] == "d"


async def test_a_channel_that_slack_put_off_is_left_alone_for_so_long() -> None:
    pace = RateLimiter(lambda: 0.0, asyncio.sleep)
    for again in (60, 0):
        with pytest.raises(RateLimitedError) as told:
            async with pace.turn("A", "c"):
                raise RateLimitedError(again)
        assert told.value.retry_after == 60
    async with pace.turn("A", "d"):
        pass
