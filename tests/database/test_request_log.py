"""A request is handled once for each account, and remembered for a day."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.requests import Identity, Invoke, Place, Request
from bot.database.engine import Database
from bot.database.request_log import KEPT, forget_old, is_first
from tests.database.rows import NOON


def request(made: str = "r1", user: str = "kim", *, later: timedelta = timedelta()) -> Request:
    who = Identity("p", "t", user, user)
    return Request(made, NOON + later, who, Place("p", "t", "study", "study"), Invoke("help", {}))


async def first(database: Database, each: Request) -> bool:
    return await database.write(lambda tx: is_first(tx, each))


async def test_a_request_is_the_first_once_for_each_account(database: Database) -> None:
    assert await first(database, request())
    assert not await first(database, request())
    assert await first(database, request(user="lee"))
    assert await first(database, request("r2"))


async def test_a_burst_of_one_request_has_one_first(database: Database) -> None:
    done = await asyncio.gather(*(first(database, request()) for _ in range(30)))
    assert sorted(done) == [False] * 29 + [True]


async def test_a_request_that_was_undone_may_come_again(database: Database) -> None:
    async def fail() -> None:
        async def work(tx: object) -> None:
            assert await is_first(tx, request())  # type: ignore[arg-type]
            raise LookupError

        await database.write(work)

    with pytest.raises(LookupError):
        await fail()
    assert await first(database, request())


async def test_after_a_day_it_is_forgotten(database: Database) -> None:
    await first(database, request())
    await first(database, request("r2", later=timedelta(hours=1)))
    assert await database.write(lambda tx: forget_old(tx, NOON + KEPT)) == 0
    assert await database.write(lambda tx: forget_old(tx, NOON + KEPT + timedelta(seconds=1))) == 1
    assert await first(database, request())
    assert not await first(database, request("r2"))
