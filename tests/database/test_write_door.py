"""What writing promises, on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, update

from bot.database.engine import Database
from bot.database.errors import DatabaseClosedError, IntegrityError, QueryError
from bot.database.statements import upserting
from bot.database.tables import typed_forms
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.features.points.tables import ledger, standings
from bot.membership.tables import groups
from tests.database.rows import GROUP, NOON, add_group, add_member
from tests.support.databases import opened


async def group_count(database: Database) -> int:
    async def count(tx: Transaction) -> int:
        number: int = (await tx.execute(select(func.count()).select_from(groups))).scalar()
        return number

    return await database.read(count)


async def test_a_write_is_there_for_readers_as_soon_as_it_returns(database: Database) -> None:
    await database.write(add_group)
    assert await group_count(database) == 1


async def test_an_exception_undoes_the_whole_write(database: Database) -> None:
    async def fail(tx: Transaction) -> None:
        await add_group(tx)
        raise LookupError("changed my mind")

    with pytest.raises(LookupError, match="changed my mind"):
        await database.write(fail)
    assert await group_count(database) == 0


async def test_the_next_write_works_after_a_failed_one(database: Database) -> None:
    async def fail(tx: Transaction) -> None:
        await tx.execute(insert(groups).values(name="without the rest"))

    with pytest.raises(IntegrityError):
        await database.write(fail)
    await database.write(add_group)
    assert await group_count(database) == 1


async def test_a_burst_of_writes_loses_none(database: Database) -> None:
    numbers = await asyncio.gather(*(database.write(add_group) for _ in range(200)))
    assert len(set(numbers)) == 200
    assert await group_count(database) == 200


async def test_a_burst_for_the_same_row_makes_it_once(database: Database) -> None:
    group = await database.write(add_group)
    values = {"group_id": group, "local_date": date(2026, 7, 1), "question": {}, "opened_at": NOON}

    made = await asyncio.gather(*(database.write(lambda c: c.insert_once(rounds, values)) for _ in range(40)))

    assert sum(number is not None for number in made) == 1


async def test_a_burst_of_additions_adds_up(database: Database) -> None:
    group, member = await database.write(add_member)
    keys = {
        "group_id": group,
        "board": "points",
        "topic": "",
        "span": "all",
        "bucket": "",
        "member_id": member,
    }
    add = upserting(standings, tuple(keys), (), ("numerator",))
    await asyncio.gather(
        *(database.write(lambda c: c.execute(add, keys | {"numerator": 5})) for _ in range(40))
    )
    total = await database.read(lambda c: c.scalar(select(standings.c.numerator)))
    assert total == 200


async def test_an_upsert_sets_what_it_is_given_and_leaves_the_rest(database: Database) -> None:
    group, member = await database.write(add_member)
    keys = {
        "group_id": group,
        "board": "points",
        "topic": "",
        "span": "all",
        "bucket": "",
        "member_id": member,
    }
    await database.write(lambda c: c.upsert(standings, keys, {"numerator": 1, "denominator": 4}))
    await database.write(lambda c: c.upsert(standings, keys, {"numerator": 9}))
    row = await database.read(lambda c: c.execute(select(standings.c.numerator, standings.c.denominator)))
    assert row.one() == (9, 4)


async def test_inserting_once_gives_the_id_and_then_none(database: Database) -> None:
    form = {"viewer": "kim", "form": "answer", "fields": {"text": "half a"}, "at": NOON}
    assert await database.write(lambda c: c.insert_once(typed_forms, form)) == 1
    assert await database.write(lambda c: c.insert_once(typed_forms, form | {"fields": {}})) is None
    kept = await database.read(lambda c: c.scalar(select(typed_forms.c.fields)))
    assert kept == {"text": "half a"}


async def test_a_unique_key_is_refused_a_second_time(database: Database) -> None:
    group, member = await database.write(add_member)
    entry = {
        "key": "a",
        "group_id": group,
        "member_id": member,
        "points": 5,
        "local_date": NOON.date(),
        "at": NOON,
    }
    await database.write(lambda c: c.execute(insert(ledger).values(**entry)))
    with pytest.raises(IntegrityError):
        await database.write(lambda c: c.execute(insert(ledger).values(**entry)))


async def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    values = {"group_id": 77, "local_date": date(2026, 7, 1), "question": {}, "opened_at": NOON}
    with pytest.raises(IntegrityError):
        await database.write(lambda c: c.execute(insert(rounds).values(**values)))


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(QueryError):
        await database.read(add_group)
    assert await group_count(database) == 0


async def test_instants_come_back_aware_and_in_utc(database: Database) -> None:
    in_berlin = datetime(2026, 7, 1, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    await database.write(lambda c: c.execute(insert(groups).values(**GROUP | {"next_at": in_berlin})))
    row = (await database.read(lambda c: c.execute(select(groups.c.next_at, groups.c.warned_at)))).one()
    assert row.next_at == in_berlin
    assert row.next_at.tzinfo is UTC
    assert row.warned_at is None


async def test_instants_are_compared_as_instants(database: Database) -> None:
    in_berlin = datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    await database.write(lambda c: c.execute(insert(groups).values(**GROUP | {"next_at": in_berlin})))
    due = await database.read(lambda c: c.execute(select(groups.c.id).where(groups.c.next_at <= NOON)))
    early = await database.read(
        lambda c: c.execute(select(groups.c.id).where(groups.c.next_at <= NOON - timedelta(seconds=1)))
    )
    assert (len(due.all()), len(early.all())) == (1, 0)


async def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="needs a time zone"):
        await database.write(lambda c: c.execute(insert(groups).values(**GROUP | {"next_at": naive})))


async def test_a_closed_database_refuses_and_says_so(database: Database) -> None:
    await database.close()
    with pytest.raises(DatabaseClosedError, match="was closed"):
        await group_count(database)
    with pytest.raises(DatabaseClosedError, match="was closed"):
        await database.write(add_group)


async def test_what_was_written_is_there_after_closing_and_opening(
    database: Database, database_url: str
) -> None:
    await database.write(add_group)
    await database.close()
    await database.close()
    async with opened(database_url) as again:
        assert await group_count(again) == 1


async def test_rows_that_another_write_holds_are_passed_over_or_waited_for(
    database: Database, database_url: str
) -> None:
    first = await database.write(add_group)
    second = await database.write(add_group)
    query = (
        select(groups.c.id)
        .where(groups.c.state != "taken")
        .order_by(groups.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )

    async def claim(tx: Transaction) -> int:
        found: int = (await tx.execute(query)).scalar()
        await tx.execute(update(groups).where(groups.c.id == found).values(state="taken"))
        return found

    claimed = await asyncio.gather(database.write(claim), database.write(claim))
    assert sorted(claimed) == [first, second]
