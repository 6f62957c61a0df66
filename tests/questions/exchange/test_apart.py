"""What somebody handed in is worked on in a process of its own, within limits of time and memory."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from bot.questions.exchange.apart import MOST_WAITING, Apart, ApartError


async def test_a_work_is_done_in_another_process_and_its_result_comes_back() -> None:
    apart = Apart()
    assert await apart.run(sorted, [3, 1, 2]) == [1, 2, 3]
    assert await apart.run(os.getpid) != os.getpid()


@pytest.mark.parametrize(
    ("work", "args"),
    [(signal.pause, ()), (bytes, (10**9,)), (os._exit, (1,))],
    ids=["no end", "a gigabyte", "a breakdown"],
)
async def test_a_work_that_takes_too_much_or_breaks_down_is_ended_in_plain_words(
    work: Callable[..., Any], args: tuple[int, ...]
) -> None:
    with pytest.raises(ApartError, match="too much time or memory"):
        await Apart(seconds=0.01 if work is signal.pause else 60).run(work, *args)


async def test_a_work_that_fails_says_where_and_quotes_nobody() -> None:
    with pytest.raises(RuntimeError, match="ValueError") as told:
        await Apart().run(int, "a member's words")
    assert "words" not in str(told.value)


async def test_a_flood_of_works_is_turned_away_and_the_next_is_done_when_it_is_over() -> None:
    apart = Apart(seconds=0.01)
    asked = (apart.run(signal.pause) for _ in range(MOST_WAITING + 2))
    came = await asyncio.gather(*asked, return_exceptions=True)
    assert ["Other files" in str(each) for each in came] == [False] * (MOST_WAITING + 1) + [True]
    with pytest.raises(ApartError, match="too much time"):
        await apart.run(signal.pause)
