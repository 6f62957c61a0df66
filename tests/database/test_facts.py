"""Facts outlive whoever wrote them, and the newest counts."""

from datetime import UTC, datetime

from bot.database.engine import Database
from bot.database.facts import Facts

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_a_fact_is_recalled_by_its_name_and_replaced_by_a_newer_one(database: Database) -> None:
    facts = Facts(database, lambda: NOW)
    assert await facts.recall("commands:1") is None
    await facts.remember("commands:1", "abc")
    await facts.remember("commands:2", "xyz")
    await facts.remember("commands:1", "def")
    again = Facts(database, lambda: NOW)
    assert await again.recall("commands:1") == "def"
    assert await again.recall("commands:2") == "xyz"
