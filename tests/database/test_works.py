"""What a work may do, and what becomes of one that does something else; on SQLite and on PostgreSQL."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import insert, select

from bot.database.engine import Database
from bot.database.errors import IntegrityError, QueryError
from bot.database.transaction import Transaction
from bot.membership.tables import groups
from tests.database.holding import Held, queued
from tests.database.rows import add_group, group_names
from tests.support.databases import opened


async def test_others_see_nothing_before_the_commit(database: Database) -> None:
    held = Held(database)
    writing = asyncio.create_task(database.write(held.work))
    await held.inside()
    assert await group_names(database) == []
    held.let_go()
    await writing
    assert await group_names(database) == ["held", "held"]


async def test_the_work_of_a_cancelled_caller_stands_as_a_whole(
    database: Database, database_url: str
) -> None:
    held = Held(database)
    writing = asyncio.create_task(database.write(held.work))
    await held.inside()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    held.let_go()
    await database.write(add_group)
    await database.close()  # on PostgreSQL the two run side by side
    async with opened(database_url) as again:
        assert sorted(await group_names(again)) == ["Study", "held", "held"]


async def test_the_failing_work_of_a_cancelled_caller_is_undone_and_its_words_are_logged_nowhere(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    held = Held(database)

    async def fail(tx: Transaction) -> None:
        await held.work(tx)
        raise LookupError("my honest answer")

    with caplog.at_level(logging.DEBUG):
        writing = asyncio.create_task(database.write(fail))
        await held.inside()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        held.let_go()
        await database.close()
    assert "my honest answer" not in caplog.text
    async with opened(database_url) as again:
        assert await group_names(again) == []


async def test_closing_waits_for_works_whose_callers_were_cancelled_and_for_those_that_wait(
    database: Database, database_url: str
) -> None:
    held = Held(database)
    first = asyncio.create_task(database.write(held.work))
    await held.inside()
    waiting = [asyncio.create_task(database.write(add_group)) for _ in range(3)]
    await queued()
    first.cancel()
    closing = asyncio.create_task(database.close())
    also_closing = asyncio.create_task(database.close())
    await queued()
    assert not closing.done()
    assert not also_closing.done()
    held.let_go()
    await asyncio.gather(*waiting)
    await asyncio.gather(closing, also_closing)
    async with opened(database_url) as again:
        assert len(await group_names(again)) == 5


async def test_closing_waits_for_the_read_of_a_cancelled_caller(database: Database) -> None:
    held = Held(database)

    async def read(tx: Transaction) -> None:
        await tx.execute(select(groups.c.id))
        held.let_go()

    await asyncio.gather(*(database.read(read) for _ in range(12)))
    reading = asyncio.create_task(database.read(read))
    await asyncio.sleep(0)
    reading.cancel()
    await database.close()


async def test_cancelled_reads_leave_every_connection_usable(database: Database) -> None:
    await database.write(add_group)
    for turn in range(60):
        reading = [asyncio.create_task(group_names(database)) for _ in range(6)]
        for _ in range(turn % 7):
            await asyncio.sleep(0)
        for each in reading[::2]:
            each.cancel()
        done = await asyncio.gather(*reading, return_exceptions=True)
        assert all(names == ["Study"] for names in done[1::2])
    assert await group_names(database) == ["Study"]


Door = Callable[[Database, Callable[[Transaction], Awaitable[object]]], Awaitable[object]]

nested = pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (Database.write, Database.write),
        (Database.write, Database.read),
        (Database.read, Database.write),
        (Database.read, Database.read),
    ],
    ids=["write in a write", "read in a write", "write in a read", "read in a read"],
)


@nested
async def test_a_transaction_within_another_is_refused_instead_of_waiting_for_itself(
    database: Database, outer: Door, inner: Door
) -> None:
    async def begin_another(_: Transaction) -> None:
        await inner(database, lambda tx: tx.execute(select(groups.c.id)))

    with pytest.raises(RuntimeError, match="begun within another"):
        await outer(database, begin_another)
    await database.write(add_group)
    assert await group_names(database) == ["Study"]


async def test_reading_and_writing_go_on_in_tasks_that_a_work_has_woken(database: Database) -> None:
    """What a commit wakes runs outside of it, however the one who is woken goes about it."""
    woken: list[asyncio.Task[int]] = []
    database.woken = lambda: woken.append(asyncio.create_task(database.write(add_group)))

    async def wake(tx: Transaction) -> None:
        await add_group(tx)
        tx.wake_after_commit()

    await database.write(wake)
    await woken[0]
    assert len(await group_names(database)) == 2


@pytest.mark.parametrize("fails", [True, False])
async def test_a_work_wakes_when_it_is_committed_and_not_when_it_is_undone(
    database: Database, fails: bool
) -> None:
    woken: list[None] = []
    database.woken = lambda: woken.append(None)

    async def wake(tx: Transaction) -> None:
        tx.wake_after_commit()
        if fails:
            raise LookupError

    if fails:
        with pytest.raises(LookupError):
            await database.write(wake)
    else:
        await database.write(wake)
    assert len(woken) == (0 if fails else 1)


@pytest.mark.parametrize("way", ["insert", "upsert", "many"])
async def test_a_read_that_tries_to_write_is_refused(database: Database, way: str) -> None:
    async def write(tx: Transaction) -> None:
        if way == "insert":
            await add_group(tx)
        elif way == "upsert":
            await tx.upsert(groups, {"id": 1}, {"name": "x"})
        else:
            await tx.insert_all(groups, [{"name": "x"}, {"name": "y"}])

    with pytest.raises(QueryError):
        await database.read(write)
    assert await group_names(database) == []


async def test_a_refusal_that_a_work_catches_undoes_it_all_the_same(database: Database) -> None:
    """PostgreSQL would undo it and call that a commit; SQLite would keep the rest."""

    async def go_on(tx: Transaction) -> str:
        await add_group(tx)
        with pytest.raises(IntegrityError):
            await tx.execute(insert(groups).values(name="without the rest"))
        return "all is well"

    with pytest.raises(IntegrityError):
        await database.write(go_on)
    assert await group_names(database) == []


async def test_a_work_that_waits_between_its_statements_is_as_good_as_any(database: Database) -> None:
    async def deeper(tx: Transaction) -> int:
        return await add_group(tx)

    async def work(tx: Transaction) -> list[int]:
        return [await deeper(tx) for _ in range(3)]

    assert await database.write(work) == [1, 2, 3]


def stops(_: Transaction) -> Awaitable[None]:
    raise StopIteration


async def stops_inside(tx: Transaction) -> None:
    await add_group(tx)
    next(iter(()))


@pytest.mark.parametrize("work", [stops, stops_inside])
async def test_an_iteration_that_ends_in_a_work_is_an_error(
    database: Database, work: Callable[[Transaction], Awaitable[None]]
) -> None:
    async with asyncio.timeout(10):
        with pytest.raises(RuntimeError, match="StopIteration"):
            await database.write(work)
        with pytest.raises(RuntimeError, match="StopIteration"):
            await database.read(stops)
    assert await group_names(database) == []


async def test_a_transaction_that_is_over_is_of_no_use(database: Database) -> None:
    kept: list[Transaction] = []

    async def keep(tx: Transaction) -> None:
        kept.append(tx)

    await database.write(keep)
    await database.read(keep)
    for tx in kept:
        with pytest.raises(RuntimeError, match="is over"):
            await add_group(tx)
        with pytest.raises(RuntimeError, match="is over"):
            await tx.insert_all(groups, [{"name": "x"}])
    assert await group_names(database) == []


async def test_values_that_are_missing_or_too_many_are_told_by_name_alone(database: Database) -> None:
    async def missing(tx: Transaction) -> None:
        await tx.change(groups, 1, {"name": "my honest answer"})
        await tx.insert_all(groups, [{"name": "my honest answer"}, {"zone": "my honest answer"}])

    with pytest.raises(TypeError, match="name, zone") as caught:
        await database.write(missing)
    assert "honest" not in str(caught.value)
