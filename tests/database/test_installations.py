"""Installations are kept by platform and tenant, and a secret to begin with is worth something once and in time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.chat.operators.installs import Installations
from bot.database.engine import Database
from bot.database.installations import StoredInstallations
from tests.database.rows import NOON


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(database: Database, clock: Clock) -> Installations:
    return StoredInstallations(database, clock)


async def test_what_is_kept_is_found_replaced_and_forgotten(kept: Installations) -> None:
    assert await kept.find("p", "t") is None
    await kept.save("p", "t", "", {"token": "a", "scopes": ["x"], "until": None})
    await kept.save("p", "t", "", {"token": "b"})
    await kept.save("p", "t", "kim", {"token": "kim's"})
    await kept.save("p", "other", "", {"token": "theirs"})
    await kept.save("q", "t", "", {"token": "elsewhere"})
    assert await kept.find("p", "t") == {"token": "b"}
    await kept.forget("p", "t", "")
    assert await kept.find("p", "t") is None
    assert await kept.find("p", "t", "kim") == {"token": "kim's"}
    await kept.save("p", "t", "", {"token": "c"})
    await kept.forget("p", "t")
    assert await kept.find("p", "t") is None
    assert await kept.find("p", "t", "kim") is None
    assert await kept.find("p", "other") == {"token": "theirs"}
    assert await kept.find("q", "t") == {"token": "elsewhere"}


async def test_a_secret_is_worth_something_once_for_its_platform(kept: Installations) -> None:
    one, two = await kept.issue("p", 600), await kept.issue("p", 600)
    assert one != two
    assert not await kept.consume("q", one)
    assert not await kept.consume("p", f"{one}x")
    assert not await kept.consume("p", "")
    assert not await kept.consume("p", "\ud800")
    assert await kept.consume("p", one)
    assert not await kept.consume("p", one)
    assert await kept.consume("p", two)


async def test_a_secret_that_comes_too_late_is_worth_nothing_and_is_forgotten(
    kept: Installations, clock: Clock, database: Database
) -> None:
    late, in_time = await kept.issue("p", 600), await kept.issue("p", 601)
    clock.now += timedelta(seconds=600)
    assert not await kept.consume("p", late)
    assert await kept.consume("p", in_time)
    new = await kept.issue("p", 600)
    left = (await database.read(lambda tx: tx.execute(text("SELECT digest FROM beginnings")))).scalars()
    assert len(left) == 1
    assert new not in left, "the secret itself is kept nowhere"
