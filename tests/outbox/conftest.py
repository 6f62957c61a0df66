"""Towns to send messages in."""

import pytest

from bot.database.engine import Database
from tests.outbox.post_office import Town, town_on


@pytest.fixture
async def town(database: Database) -> Town:
    """A town with a post office that remembers keys, on each kind of database."""
    return await town_on(database)


@pytest.fixture
async def forgetful(database: Database) -> Town:
    """A town whose post office does not know keys again: only looking them up keeps a message from standing twice."""
    return await town_on(database, remembers=False)
