"""Towns to send messages in."""

import pytest

from bot.database.engine import Database
from tests.outbox.post_office import OutboxBench, town_on


@pytest.fixture
async def bench(database: Database) -> OutboxBench:
    """A bench with a post office that remembers keys, on each kind of database."""
    return await town_on(database)


@pytest.fixture
async def forgetful(database: Database) -> OutboxBench:
    """A bench whose post office does not know keys again: only looking them up keeps a message from standing twice."""
    return await town_on(database, remembers=False)
