"""A platform's connection that ends is taken up again, with growing pauses, while the other platforms run on."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from bot.app.connections import KeptConnection, begin, until
from bot.chat.factory import Core, PreparedPlatform
from bot.chat.platform import ConnectError, RefusedError
from tests.support.two_platforms import Elsewhere

AWAY = ConnectError("It is away.", "Look at its status.")
REFUSED = RefusedError("It does not accept the token.", "Copy it again.")
BUG = ValueError("what a member wrote")


@dataclass
class Scripted:
    """One connection: what its start and its end raise. ``holds`` is for how many seconds it stands before."""

    starts: Exception | None = None
    ends: Exception | None = None
    holds: float = 0
    standing: bool = True
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    timers: list[float] = field(default_factory=lambda: [0.0])

    async def start(self) -> str:
        if self.starts is not None:
            raise self.starts
        return "It stands."

    async def stands(self) -> bool:
        return self.standing

    async def ended(self) -> None:
        if self.ends is None:
            await self.stopped.wait()
            return
        self.timers[0] += self.holds
        raise self.ends

    async def stop(self) -> None:
        self.stopped.set()


class Stage:
    """A platform whose connections go as they are written, one after the other."""

    def __init__(self, *script: Scripted, chance: float = 1.0) -> None:
        self.made: list[Scripted] = []
        self.pauses: list[float] = []
        self.time = [0.0]
        left = list(script)

        def connect(_core: Core) -> Scripted:
            assert all(each.stopped.is_set() or each.starts for each in self.made), (
                "the earlier one is open still"
            )
            self.made.append(left.pop(0))
            self.made[-1].timers = self.time
            return self.made[-1]

        self.kept = KeptConnection(
            PreparedPlatform(Elsewhere(), connect),
            cast("Core", None),
            timer=lambda: self.time[0],
            sleep=self._sleep,
            chance=lambda: chance,
        )

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def lived(*stages: Stage) -> tuple[Any, asyncio.Event]:
    """The platforms begun, and what waits for the process's end."""
    stopping = asyncio.Event()
    _, kept = await begin([each.kept for each in stages])
    task = asyncio.create_task(until(stopping, kept))
    for _ in range(200):
        await asyncio.sleep(0)
    return task, stopping


async def test_a_connection_that_ends_is_made_anew_with_pauses_that_grow_to_a_bound() -> None:
    tries = [Scripted(ends=AWAY), *(Scripted(starts=AWAY) for _ in range(8)), Scripted()]
    stage = Stage(*tries)
    task, stopping = await lived(stage)
    assert stage.pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert stage.made == tries
    assert not task.done()
    stopping.set()
    await task


async def test_pauses_differ_by_chance_between_half_and_all() -> None:
    least = Stage(Scripted(ends=AWAY), Scripted(), chance=0)
    middle = Stage(Scripted(ends=AWAY), Scripted(), chance=0.5)
    for stage in (least, middle):
        task, stopping = await lived(stage)
        stopping.set()
        await task
    assert (least.pauses, middle.pauses) == ([2.5], [3.75])


async def test_after_a_connection_that_held_the_pauses_begin_again() -> None:
    held = Scripted(ends=AWAY, holds=300)
    stage = Stage(Scripted(ends=AWAY), Scripted(ends=AWAY), held, Scripted())
    task, stopping = await lived(stage)
    assert stage.pauses == [5, 10, 5]
    stopping.set()
    await task


async def test_what_ends_by_a_bug_is_taken_up_again_and_its_words_stand_in_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage(Scripted(ends=BUG), Scripted(starts=BUG), Scripted())
    task, stopping = await lived(stage)
    assert len(stage.made) == 3
    assert "ValueError" in caplog.text
    assert str(BUG) not in caplog.text
    stopping.set()
    await task


async def test_a_platform_that_refuses_ends_alone_with_one_line_of_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refused, other = Stage(Scripted(ends=REFUSED)), Stage(Scripted())
    task, stopping = await lived(refused, other)
    assert not task.done()
    assert refused.pauses == []
    errors = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert errors == [f"{REFUSED} The other platforms run on."]
    stopping.set()
    await task


async def test_the_process_ends_when_its_last_platform_is_refused() -> None:
    one, two = Stage(Scripted(ends=REFUSED)), Stage(Scripted(ends=AWAY), Scripted(starts=REFUSED))
    task, _ = await lived(one, two)
    with pytest.raises(RefusedError, match="accept the token"):
        await task


async def test_what_is_away_at_the_start_is_tried_again_while_the_others_run() -> None:
    away, other = Stage(Scripted(starts=AWAY), Scripted()), Stage(Scripted())
    task, stopping = await lived(away, other)
    assert len(away.made) == 2
    assert away.pauses == [5]
    stopping.set()
    await task


async def test_what_is_refused_at_the_start_is_left_while_the_others_run() -> None:
    refused, other = Stage(Scripted(starts=REFUSED)), Stage(Scripted())
    task, stopping = await lived(refused, other)
    assert len(refused.made) == 1
    assert not task.done()
    stopping.set()
    await task


@pytest.mark.parametrize("fault", [AWAY, REFUSED])
async def test_a_process_whose_only_platform_can_not_be_begun_does_not_start(fault: ConnectError) -> None:
    with pytest.raises(type(fault), match=fault.said):
        await begin([Stage(Scripted(starts=fault)).kept])
