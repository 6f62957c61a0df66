"""The one thread that writes: many works share a commit, and none can spoil another's."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import insert, text

from bot.database import sqlite
from bot.database.engine import Database
from bot.database.errors import IntegrityError, LostError
from bot.database.transaction import Transaction
from bot.membership.tables import groups, places
from tests.database.holding import Held, queued, until
from tests.database.rows import GROUP, NOON, add_group, group_names

Work = Callable[[Transaction], Awaitable[object]]


@pytest.fixture
async def database(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(sqlite, "BATCH_SECONDS", 60.0)  # a slow machine must not part what waits together
    yield sqlite_database
    # Whatever happened: the next one is served, and nobody hangs.
    async with asyncio.timeout(20):
        await sqlite_database.write(lambda tx: tx.execute(text("SELECT 1")))


@pytest.fixture
async def said(database: Database) -> list[str]:
    """The SQL that the writer's connection runs from here on."""
    found: list[str] = []

    def trace(connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(found.append)

    await database._writer.apart(trace)
    return found


async def together(database: Database, *works: Work) -> list[object]:
    """The outcomes of works that wait while another holds the writer, so that the next commit has them all."""
    holding, release = threading.Event(), threading.Event()

    async def hold(_: Transaction) -> None:
        holding.set()
        assert release.wait(20)

    first = asyncio.create_task(database.write(hold))
    await until(holding.is_set)
    running = [asyncio.create_task(database.write(each)) for each in works]
    await queued()
    release.set()
    async with asyncio.timeout(30):
        await first
        return list(await asyncio.gather(*running, return_exceptions=True))


def named(name: str) -> Work:
    return partial(add_group, name=name)


async def fails(tx: Transaction) -> None:
    await add_group(tx, "undone")
    raise LookupError("changed my mind")


async def breaks_a_rule(tx: Transaction) -> None:
    await add_group(tx, "undone")
    await tx.execute(insert(groups).values(name="without the rest"))


def commits(said: list[str]) -> int:
    return sum(each == "COMMIT" for each in said)


async def test_works_that_come_while_a_commit_is_under_way_share_the_next(
    database: Database, said: list[str]
) -> None:
    done = await together(database, *(named(str(n)) for n in range(20)))
    assert done == list(range(1, 21))
    assert commits(said) <= 2
    assert await group_names(database) == [str(n) for n in range(20)]


async def test_a_commit_holds_a_limited_number_of_works(database: Database, said: list[str]) -> None:
    await together(database, *(named(str(n)) for n in range(150)))
    assert commits(said) == 3
    assert len(await group_names(database)) == 150


async def test_a_commit_holds_what_fits_into_its_time(
    database: Database, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BATCH_SECONDS", 0.0)
    await together(database, *(named(str(n)) for n in range(5)))
    assert commits(said) == 6


@pytest.mark.parametrize("bad", [fails, breaks_a_rule])
async def test_a_neighbour_that_fails_is_undone_alone(database: Database, said: list[str], bad: Work) -> None:
    done = await together(database, named("a"), bad, named("b"))
    assert [done[0], done[2]] == [1, 2]
    assert isinstance(done[1], LookupError | IntegrityError)
    assert await group_names(database) == ["a", "b"]
    assert commits(said) <= 2


async def sleeps(tx: Transaction) -> None:
    await add_group(tx, "undone")
    await asyncio.sleep(0)


async def waits_and_will_not_stop(tx: Transaction) -> None:
    await add_group(tx, "undone")
    try:
        await asyncio.sleep(0)
    except GeneratorExit:
        await add_group(tx, "undone, too")
        await asyncio.sleep(0)


async def waits_for_the_loop(tx: Transaction) -> None:
    await add_group(tx, "undone")
    await asyncio.Event().wait()


@pytest.mark.parametrize("bad", [sleeps, waits_and_will_not_stop, waits_for_the_loop])
async def test_a_work_that_waits_for_something_else_is_refused_and_its_neighbours_stand(
    database: Database, bad: Work
) -> None:
    done = await together(database, named("a"), bad, named("b"))
    assert [done[0], done[2]] == [1, 2]
    assert isinstance(
        done[1], RuntimeError | AttributeError
    )  # asyncio finds no loop in this thread, and stumbles
    assert await group_names(database) == ["a", "b"]


async def test_what_such_a_work_would_have_cleaned_up_is_cleaned_up(database: Database) -> None:
    cleaned: list[str] = []

    async def bad(tx: Transaction) -> None:
        try:
            await sleeps(tx)
        finally:
            cleaned.append("up")

    with pytest.raises(RuntimeError, match="waits for its transaction alone"):
        await database.write(bad)
    with pytest.raises(RuntimeError, match="waits for its transaction alone"):
        await database.read(lambda _: asyncio.sleep(0))
    assert cleaned == ["up"]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError])
async def test_even_an_interruption_within_a_work_leaves_its_neighbours_alone(
    database: Database, kind: type[BaseException]
) -> None:
    async def interrupted(tx: Transaction) -> None:
        await add_group(tx, "undone")
        raise kind

    async def asked() -> str:
        try:
            await database.write(interrupted)
        except kind:  # a task that ends so would end the loop
            return "interrupted"
        return "nothing"

    bad = asyncio.create_task(asked())
    done = await together(database, named("a"), named("b"))
    assert await bad == "interrupted"
    assert done == [1, 2]
    assert await group_names(database) == ["a", "b"]


async def limit_pages(database: Database, more: int) -> None:
    """Let the file grow by so many pages; a disk that is full afterwards."""

    def limit(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages - free + more}")

    await database._writer.apart(limit)


async def fills(tx: Transaction) -> None:
    """Too much for the disk, by a statement that can't be undone alone: SQLite ends the transaction."""
    await tx.insert_all(groups, [GROUP | {"name": "x" * 500_000}])


async def test_a_full_disk_ends_the_transaction_and_those_that_fit_stand_nevertheless(
    database: Database, said: list[str]
) -> None:
    await limit_pages(database, 20)
    done = await together(database, named("a"), named("b"), fills, named("c"))
    assert [done[0], done[1], done[3]] == [1, 2, 3]
    assert isinstance(done[2], LostError)
    assert "full" in str(done[2])
    assert await group_names(database) == ["a", "b", "c"]
    assert commits(said) >= 3, "each of them was committed for itself"


async def test_a_statement_that_a_full_disk_refuses_costs_its_work_alone(
    database: Database, said: list[str]
) -> None:
    await limit_pages(database, 20)
    done = await together(database, named("a"), named("x" * 500_000), named("b"))
    assert [done[0], done[2]] == [1, 2]
    assert isinstance(done[1], LostError)
    assert await group_names(database) == ["a", "b"]
    assert commits(said) <= 2


async def test_a_work_that_goes_on_on_a_full_disk_leaves_nothing(database: Database) -> None:
    """The database has ended the transaction: what it writes then would be committed by itself."""
    await limit_pages(database, 20)
    went_on: list[str] = []

    async def goes_on(tx: Transaction) -> str:
        with suppress(LostError):
            await fills(tx)
        with suppress(LostError):
            await add_group(tx, "smaller")
            went_on.append("written")
        with suppress(LostError):
            await tx.insert_all(groups, [GROUP | {"name": "smaller"}])
            went_on.append("written")
        return "all is well"

    done = await together(database, named("a"), goes_on, named("b"))
    assert [done[0], done[2]] == [1, 2]
    assert isinstance(done[1], LostError)
    assert went_on == []
    assert await group_names(database) == ["a", "b"]


async def orphan(tx: Transaction) -> int:
    """Breaks a rule that is looked at by COMMIT alone."""
    await tx.execute(text("PRAGMA defer_foreign_keys=ON"))
    row = {"group_id": 777, "channel": "nowhere", "created_at": NOON}
    return await tx.insert(places, row)


async def test_a_commit_that_fails_costs_the_guilty_one_alone(database: Database, said: list[str]) -> None:
    done = await together(database, named("a"), orphan, named("b"))
    assert [done[0], done[2]] == [1, 2]
    assert isinstance(done[1], IntegrityError)
    assert await group_names(database) == ["a", "b"]
    assert "ROLLBACK" in said


async def test_a_work_that_wakes_does_so_once_even_where_it_ran_twice(database: Database) -> None:
    woken: list[None] = []
    database.woken = lambda: woken.append(None)

    async def wakes(tx: Transaction) -> None:
        tx.wake_after_commit()

    await together(database, orphan, wakes)
    assert len(woken) == 1


async def test_a_savepoint_that_cannot_be_made_costs_nobody_anything(
    database: Database, said: list[str]
) -> None:
    """SQLite may be out of memory at any statement, and at ours, too."""
    refused: list[str] = []

    def refuse(action: int, what: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_SAVEPOINT and what == "RELEASE" and not refused:
            refused.append(what)
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    await database._writer.apart(lambda connection: connection.set_authorizer(refuse))
    done = await together(database, named("a"), named("b"))
    assert done == [1, 2]
    assert refused == ["RELEASE"]
    assert await group_names(database) == ["a", "b"]


async def test_whatever_goes_wrong_in_the_writer_itself_is_told_to_those_who_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(database._writer, "_in_savepoint", broken)
        async with asyncio.timeout(20):
            with pytest.raises(ZeroDivisionError):
                await database.write(named("a"))
        assert not await database._writer.apart(lambda connection: connection.in_transaction)
    await database.write(named("b"))
    assert await group_names(database) == ["b"]


async def test_a_file_that_another_program_holds_is_told_to_all_who_wait_at_once(
    database: Database, said: list[str]
) -> None:
    await database._writer.apart(lambda connection: connection.execute("PRAGMA busy_timeout=50"))
    assert database.url.database
    shell = sqlite3.connect(database.url.database, isolation_level=None)
    try:
        shell.execute("BEGIN IMMEDIATE")
        done = await asyncio.gather(*(database.write(named(n)) for n in "abc"), return_exceptions=True)
        assert [type(each) for each in done] == [LostError] * 3
        assert said.count("BEGIN IMMEDIATE") == 1, "they did not wait one after the other"
        assert len({id(each) for each in done}) == 3, "each has an error of its own"
        shell.execute("ROLLBACK")
    finally:
        shell.close()
    await database.write(named("later"))
    assert await group_names(database) == ["later"]


async def held_with(database: Database, *works: tuple[str, bool]) -> list[str]:
    """The order in which works were carried out that wait for a held one: (name, later)."""
    held = Held(database)
    first = asyncio.create_task(database.write(held.work))
    await held.inside()
    running = [asyncio.create_task(database.write(named(name), later=later)) for name, later in works]
    await queued()
    held.let_go()
    await asyncio.gather(first, *running)
    return (await group_names(database))[2:]


async def test_clicks_go_before_what_may_come_later(database: Database) -> None:
    order = await held_with(database, ("tick", True), ("click", False), ("tick 2", True), ("click 2", False))
    assert order == ["click", "click 2", "tick", "tick 2"]


async def test_what_may_come_later_comes_in_the_end_however_many_clicks_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LATER_SECONDS", 0.0)
    monkeypatch.setattr(sqlite, "BATCH_SECONDS", 0.0)
    works = [("tick", True), ("tick 2", True), *((f"click {n}", False) for n in range(4))]
    order = await held_with(database, *works)
    assert order.index("tick") == 0


async def test_a_caller_that_is_cancelled_before_its_turn_writes_nothing(database: Database) -> None:
    held = Held(database)
    first = asyncio.create_task(database.write(held.work))
    await held.inside()
    second = asyncio.create_task(database.write(add_group))
    await queued()
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    held.let_go()
    await first
    await database.write(named("next"))
    assert await group_names(database) == ["held", "held", "next"]


async def test_the_neighbours_of_a_cancelled_callers_work_are_answered(database: Database) -> None:
    held = Held(database)
    first = asyncio.create_task(database.write(held.work))
    await held.inside()
    second = asyncio.create_task(database.write(named("next")))
    await queued()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    held.let_go()
    async with asyncio.timeout(20):
        assert await second == 3
    assert await group_names(database) == ["held", "held", "next"]


async def test_reads_go_on_while_the_writer_is_held(database: Database) -> None:
    held = Held(database)
    writing = asyncio.create_task(database.write(held.work))
    await held.inside()
    many = await asyncio.gather(*(group_names(database) for _ in range(40)))
    assert many == [[]] * 40
    held.let_go()
    await writing


async def test_a_read_sees_one_state_while_others_write(database: Database) -> None:
    seen, go_on = threading.Event(), threading.Event()

    async def twice(tx: Transaction) -> tuple[int, int]:
        count = text("SELECT count(*) FROM groups")
        first: int = await tx.scalar(count)
        seen.set()
        assert go_on.wait(20)
        return first, await tx.scalar(count)

    reading = asyncio.create_task(database.read(twice))
    await until(seen.is_set)
    await database.write(add_group)
    go_on.set()
    assert await reading == (0, 0)
    assert await group_names(database) == ["Study"]
