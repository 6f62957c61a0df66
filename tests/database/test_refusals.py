"""What a database refuses is told by kind and name, and never with what a member wrote."""

from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, select, text

from bot.database.engine import Database
from bot.database.errors import IntegrityError, LostError, QueryError
from bot.database.statements import Statement
from bot.database.tables import facts, requests
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.membership.tables import groups, places
from tests.database.refused import said_by
from tests.database.rows import GROUP, NOON, add_group, group_names

SECRET = "my honest answer"
INSERT = Statement(requests.insert().values(key=bindparam("key"), at=bindparam("at")))


async def without_what_must_be_there(tx: Transaction) -> None:
    await tx.insert(groups, GROUP | {"name": SECRET, "created_at": None})


async def a_second_time(tx: Transaction) -> None:
    row = {"platform": "p", "tenant": "t", "channel": SECRET, "created_at": NOON}
    await tx.insert_all(places, [row, row])


async def a_second_time_by_a_statement(tx: Transaction) -> None:
    await tx.execute(INSERT, [{"key": SECRET, "at": NOON}, {"key": SECRET, "at": NOON}])


async def referring_to_nothing(tx: Transaction) -> None:
    row = {"group_id": 777, "local_date": NOON.date(), "question": {"text": SECRET}, "opened_at": NOON}
    await tx.insert(rounds, row)


async def built_on_the_spot(tx: Transaction) -> None:
    await tx.execute(groups.insert().values(**GROUP | {"name": SECRET, "at_minute": None}))


@pytest.mark.parametrize(
    ("work", "named"),
    [
        (without_what_must_be_there, "created_at"),
        (a_second_time, "tenant"),
        (a_second_time_by_a_statement, "key"),
        (referring_to_nothing, "group_id"),
        (built_on_the_spot, "at_minute"),
    ],
)
async def test_a_broken_rule_is_named_without_the_row(
    database: Database, work: Callable[[Transaction], object], named: str
) -> None:
    with pytest.raises(IntegrityError) as caught:
        await database.write(work)  # type: ignore[arg-type]
    if database.is_postgres and named not in str(caught.value):
        assert "NotNullViolation" in str(caught.value)  # it names no constraint
    elif work is not referring_to_nothing:
        assert named in str(caught.value)  # SQLite does not say which reference it was
    assert SECRET not in said_by(caught.value)
    await database.write(add_group)
    assert await group_names(database) == ["Study"]


@pytest.mark.parametrize(
    "value",
    [f"{SECRET} \ud800", {SECRET}, 2**70],
    ids=["half a character", "a set", "a number that is too large"],
)
async def test_a_value_that_no_database_takes_is_refused_without_saying_it(
    database: Database, value: object
) -> None:
    column = facts.c.value if not isinstance(value, int) else groups.c.id

    async def write(tx: Transaction) -> None:
        if isinstance(value, int):
            await tx.insert(groups, GROUP | {"id": value})
        else:
            await tx.upsert(facts, {"name": "it"}, {"value": value, "at": NOON})

    async def write_many(tx: Transaction) -> None:
        if isinstance(value, int):
            await tx.insert_all(groups, [GROUP | {"id": value}])
        else:
            await tx.insert_all(facts, [{"name": "it", "value": value, "at": NOON}])

    query = select(column).where(column == bindparam("it", type_=column.type))
    for work in (write, write_many, lambda tx: tx.execute(query, it=value)):
        with pytest.raises(QueryError) as caught:
            await database.write(work)
        assert not isinstance(caught.value, LostError), "the database is well"
        assert "honest" not in said_by(caught.value)
    with pytest.raises(QueryError):
        await database.read(lambda tx: tx.execute(query, it=value))
    await database.write(add_group)


async def test_what_a_columns_type_refuses_is_refused_without_saying_it(database: Database) -> None:
    for column, value in (("topics", {SECRET}), ("next_at", NOON.replace(tzinfo=None))):
        with pytest.raises((TypeError, ValueError)) as caught:
            await database.write(lambda tx, new={column: value}: tx.insert(groups, GROUP | new))  # type: ignore[misc]
        assert "honest" not in said_by(caught.value)
    await database.write(add_group)


async def test_a_statement_that_is_none_is_refused(database: Database) -> None:
    with pytest.raises(QueryError) as caught:
        await database.write(lambda tx: tx.execute(text("SELECT nothing FROM nowhere")))
    assert not isinstance(caught.value, LostError)
    with pytest.raises(QueryError):
        await database.read(lambda tx: tx.execute(text("SELECT nothing FROM nowhere")))
