"""Two processes on one PostgreSQL: each thing is done by one of them, and one can go at any time."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bot.database.tables import transcript
from bot.features.daily.tables import answers, rounds
from bot.membership.tables import groups
from bot.outbox.queries import LEASE
from tests.faults.leading import Worker, everything_stands_once, noted, to_be_sent, working
from tests.faults.serving import serving, visiting
from tests.support.databases import PostgresServer
from tests.support.local_driver import MONDAY_NINE, local_app

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
TUESDAY_NINE = MONDAY_NINE + timedelta(days=1)
WEDNESDAY_NINE = MONDAY_NINE + timedelta(days=2)


@pytest.fixture
def posted(tmp_path: Path) -> Path:
    """The file in which every post is noted."""
    return tmp_path / "posted"


@pytest.fixture
async def two(postgres_url: str, posted: Path) -> AsyncIterator[tuple[Worker, Worker]]:
    """Two workers on Tuesday at nine, on a group that was set up on Monday and where Ada answered."""
    async with noted(postgres_url, posted) as v:
        await v.set_up()
        await v.answer("ada", "What Ada thinks.")
    async with AsyncExitStack() as stack:
        both = await asyncio.gather(
            *(stack.enter_async_context(working(postgres_url, posted, TUESDAY_NINE)) for _ in range(2))
        )
        yield both[0], both[1]


async def test_what_is_due_for_both_is_done_once_and_each_knows_what_the_other_was_told(
    two: tuple[Worker, Worker], postgres_url: str, posted: Path
) -> None:
    one, other = two
    await asyncio.gather(*(worker.does("tick") for worker in two))
    assert await one.does("answer ada What Ada thinks on Tuesday.") == "Saved"
    assert await other.does("answer ben What Ben thinks.") == "Saved"
    assert (await other.does("help ben")).startswith("Thank you")
    for worker in two:
        await worker.does(f"now {WEDNESDAY_NINE.isoformat()}")
    await asyncio.gather(*(worker.does("tick") for worker in two))
    assert [await worker.ends() for worker in two] == [0, 0]
    async with noted(postgres_url, posted, WEDNESDAY_NINE) as v:
        await v.tick()
        await everything_stands_once(v)
        assert [r.state for r in await v.rows(rounds)] == ["revealed", "voting", "open"]
        assert len(await v.rows(answers)) == 3
        assert sorted(e.reason for e in await v.points()) == ["answer", "ballot", "helped"]


async def test_one_killed_in_mid_post_is_taken_over_by_the_other(
    two: tuple[Worker, Worker], postgres_url: str, posted: Path
) -> None:
    one, other = two
    await one.dies_at("after-post", "tick")
    await other.does("tick")
    await other.does(f"now {(TUESDAY_NINE + LEASE).isoformat()}")
    await other.does("tick")
    assert await other.does("answer ben Still here.") == "Saved"
    assert await other.ends() == 0
    async with noted(postgres_url, posted, TUESDAY_NINE + LEASE) as v:
        await everything_stands_once(v)
        assert len(await v.rows(answers)) == 2


async def test_one_stopped_past_its_lease_says_nothing_twice_when_it_goes_on(
    two: tuple[Worker, Worker], postgres_url: str, posted: Path
) -> None:
    one, other = two
    await one.stops_at("before-post", "tick")
    await other.does(f"now {(TUESDAY_NINE + LEASE).isoformat()}")
    await other.does("tick")
    one.goes_on()
    await one.reads()
    assert [await worker.ends() for worker in two] == [0, 0]
    async with local_app(postgres_url) as v:
        stands = Counter(row.key for row in await v.rows(transcript))
        asked = await to_be_sent(v)
        assert stands == Counter(row.key for row in asked)
        assert {row.state for row in asked} == {"sent"}


async def test_two_that_start_at_the_same_moment_make_one_demonstration(
    postgres_server: PostgresServer,
) -> None:
    url = await postgres_server.create("template")
    async with AsyncExitStack() as stack:
        both = await asyncio.gather(*(stack.enter_async_context(local_app(url, demo=True)) for _ in range(2)))
        await asyncio.gather(*(v.tick() for v in both))
        assert len(await both[0].rows(groups)) == 1
        assert len(await both[0].rows(rounds)) == 2
        assert len(await both[0].rows(transcript)) == 3


async def test_two_processes_as_operators_start_them_share_one_room_and_one_goes_on_alone(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = await postgres_server.create("template")
    async with AsyncExitStack() as stack:
        starting = (stack.enter_async_context(serving(tmp_path, DATABASE_URL=url)) for _ in range(2))
        one, other = await asyncio.gather(*starting)
        first = await stack.enter_async_context(visiting(one.url))
        second = await stack.enter_async_context(visiting(other.url))
        steps = await first.sees("A whole round in two minutes")
        assert await second.sees("A whole round in two minutes") == steps
        form = (await first.presses(steps, "Answer"))["form"]
        fields = {"answer": "What a newcomer thinks.", "consent": "unnamed"}
        await first.does("submit", action=form["id"], fields=fields)
        saved = await second.sees("Saved")
        assert "What a newcomer thinks." in "".join(saved["blocks"])
        steps = await second.sees("A whole round in two minutes", steps["id"])
        one.process.kill()
        await one.process.wait()
        await second.presses(saved, "Compare now")
        await second.presses(await second.sees("Lock your answer?"), "Lock it")
        before = await second.titles()
        steps = await second.sees("A whole round in two minutes", steps["id"] - 1)
        await second.presses(steps, "Reveal now")
        reveal = next(t for t in before if t.endswith("'s question")).replace("question", "reveal")
        await second.sees(reveal)
        assert (await other.stops(signal.SIGTERM)).code == 0
    async with local_app(url) as v:
        assert len(await v.rows(groups)) == 1
        stands = Counter(row.key for row in await v.rows(transcript) if row.author == "bot")
        # The steps' card that the killed one was about to send waits for its lease to end.
        left = {row.kind.partition(":")[0] for row in await to_be_sent(v) if stands[row.key] != 1}
        assert left <= {"tour"}
        assert len([row for row in await v.rows(answers) if row.text == "What a newcomer thinks."]) == 1
