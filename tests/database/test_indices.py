"""What runs often, and what grows for years, is looked for by an index; SQLite says so itself."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint, select, text

from bot.app.features import DUE
from bot.database.engine import Database
from bot.database.request_log import forget_old
from bot.database.schema import metadata
from bot.database.transaction import Transaction
from bot.features.custom_questions.tables import own_questions
from bot.features.daily.tables import ballots, comparisons, reports, rounds, votes
from bot.features.points.tables import ledger, standings
from bot.features.quiz.tables import challenges, players, quizzes, responses
from bot.membership.tables import drafts, members
from bot.outbox import queries as outbox
from bot.outbox.tables import deliveries
from tests.database.rows import NOON

Said = list[tuple[str, Sequence[Any]]]


async def plans(database: Database, work: Callable[[Transaction], Awaitable[object]]) -> list[str]:
    """How SQLite would go about each statement of a work."""
    said: Said = []
    database.watcher = lambda sql, values: said.append((sql, values))
    await database.write(work)
    database.watcher = None
    found = []
    for sql, values in said:
        names = {f"v{n}": value for n, value in enumerate(values)}
        for name in names:
            sql = sql.replace("?", f":{name}", 1)
        rows = await database.read(lambda tx, q=sql, v=names: tx.execute(text(f"EXPLAIN QUERY PLAN {q}"), v))  # type: ignore[misc]
        found += [row.detail for row in rows]
    return found


async def test_claiming_looks_at_what_is_due_alone(sqlite_database: Database) -> None:
    found = await plans(
        sqlite_database,
        lambda tx: outbox.claim(tx, DUE, "discord", "me", NOON),
    )
    assert not [way for way in found if way.startswith("SCAN deliveries")], found
    assert any("USING INDEX ix_deliveries_due (platform=? AND next_at<?)" in way for way in found), found


async def test_the_newest_of_the_past_need_no_sorting(sqlite_database: Database) -> None:
    query = (
        select(rounds.c.id)
        .where(rounds.c.group_id == 1, rounds.c.state == "revealed")
        .order_by(rounds.c.revealed_at.desc(), rounds.c.id.desc())
        .limit(8)
    )
    (way,) = await plans(sqlite_database, lambda tx: tx.execute(query))
    assert "ix_rounds_group_state (group_id=? AND state=?)" in way


async def test_old_requests_are_found_by_their_age(sqlite_database: Database) -> None:
    found = await plans(sqlite_database, partial(forget_old, now=NOON + timedelta(days=9)))
    assert any("ix_requests_at" in way for way in found)


BY_MEMBER = (
    *(table.c.member_id for table in (ballots, challenges, comparisons, drafts, ledger, own_questions)),
    *(table.c.member_id for table in (players, quizzes, reports, responses, standings, votes)),
    *(members.c.canonical_id, own_questions.c.decided_by, comparisons.c.winner_id, ledger.c.reverses),
    *(deliveries.c.identity_id, deliveries.c.place_id),
)


@pytest.mark.parametrize("column", BY_MEMBER, ids=str)
async def test_what_somebody_left_behind_is_found_by_an_index(sqlite_database: Database, column: Any) -> None:  # noqa: ANN401
    """Export, deletion and joining two accounts look there."""
    for query in (select(column.table).where(column == 7), select(column.table).where(column.in_([7, 8]))):
        (way,) = await plans(sqlite_database, lambda tx, query=query: tx.execute(query))  # type: ignore[misc]
        assert way.startswith("SEARCH"), way


def test_whatever_refers_to_a_row_that_may_be_removed_is_found_by_an_index() -> None:
    """Removing a row has the database look for what refers to it, in each table that might."""
    removed = {"identities", "codes", "answers", "ledger", "deliveries", "own_questions", "quizzes"}
    missing = [
        f"{table.name}.{key.parent.name}"
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in removed and not _leads(key.parent)
    ]
    assert missing == []


def _leads(column: Any) -> bool:  # noqa: ANN401
    """Whether an index or a unique constraint begins with the column."""
    table = column.table
    led = (*table.indexes, *(each for each in table.constraints if isinstance(each, UniqueConstraint)))
    return any(next(iter(each.columns)) is column for each in led)
