"""All that members did, moved from a file to a server and back; and what is refused, with nothing left behind."""

# ruff: noqa: ASYNC240  # small files of the test's own

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import bot.app.features  # noqa: F401  (every room's tables)
from bot.database.errors import DatabaseBusyError, DatabaseMoveError
from bot.database.moving import move
from bot.database.schema import metadata
from tests.database.rows import add_group, group_names
from tests.faults.serving import studyhall
from tests.old_databases.old import restore, rows
from tests.support.databases import PostgresServer, opened, rows_of

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

TABLES = metadata.sorted_tables


@pytest.fixture
async def played(tmp_path: Path) -> str:
    """A file in which seven groups have played for a week, with the tables of an earlier version."""
    return await restore("v0005", tmp_path / "played.db")


def letters(url: str) -> dict[str, list[Any]]:
    """What stands in a file, as SQLite keeps it, by table."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        columns = {
            name: sorted(f'"{each[1]}"' for each in connection.execute(f"PRAGMA table_info({name})"))
            for name in names
        }
        return {
            name: sorted(connection.execute(f'SELECT {", ".join(columns[name])} FROM "{name}"'), key=repr)
            for name in names
        }


CAME_LATER = {table.name for table in TABLES if table.name.startswith("mock")} | {
    "acts",
    "answer_peeks",
    "item_levels",
    "question_plans",
    "question_wishes",
}
"""Tables that the played database is too old to have rows in."""


async def test_everything_goes_from_a_file_to_a_server_and_back_letter_by_letter(
    played: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    server, back = await postgres_server.create(), f"sqlite:///{tmp_path}/back.db"
    counted = await move(played, server, TABLES)
    assert {name for name, number in counted.items() if not number} == {"requests"} | CAME_LATER
    (tmp_path / "back.db.moving").write_bytes(b"left by one that was killed")
    there = await studyhall(tmp_path, "move", "--to", back, DATABASE_URL=server)
    assert (there.code, there.err) == (0, "")
    assert (
        f"{sum(counted.values()):,} rows of {len(TABLES)} tables were copied, read back and found the same"
        in there.out
    )
    assert letters(back) == letters(played)
    assert Path(tmp_path / "back.db").stat().st_mode & 0o777 == 0o600
    async with opened(played) as file, opened(server) as database:
        assert [await rows_of(database, table) for table in TABLES] == [
            await rows_of(file, table) for table in TABLES
        ]
        # The next rows get the next numbers.
        before = await group_names(database)
        await database.write(lambda tx: add_group(tx, "later"))
        assert await group_names(database) == [*before, "later"]


async def refused(source: str, target: str, kind: type[Exception] = DatabaseMoveError) -> str:
    with pytest.raises(kind) as caught:
        await move(source, target, TABLES)
    return str(caught.value)


async def test_what_is_missing_full_or_in_use_is_refused(
    sqlite_url: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    empty, full = await postgres_server.create(), await postgres_server.create("template")
    new = f"sqlite:///{tmp_path}/new.db"
    async with opened(full) as database:
        await database.write(add_group)
        assert "is running on PostgreSQL's" in await refused(full, new, DatabaseBusyError)
        assert "is running on PostgreSQL's" in await refused(sqlite_url, full, DatabaseBusyError)
    async with opened(sqlite_url):
        assert "already running" in await refused(sqlite_url, empty, DatabaseBusyError)
    assert "is not empty: there are rows in “groups”" in await refused(sqlite_url, full)
    assert "is there already" in await refused(full, sqlite_url)
    assert "There is no database" in await refused(new, empty)
    assert "holds no data of Studyhall" in await refused(empty, new)
    assert await rows(empty, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []
    assert not (tmp_path / "new.db").exists()
    log = tmp_path / "new.db-wal"
    log.write_bytes(b"of a file that is gone")
    assert "is there already" in await refused(full, new)


FORGETS = """
    CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'Study'; RETURN NEW; END $$;
    CREATE TRIGGER forgets BEFORE INSERT ON members FOR EACH ROW EXECUTE FUNCTION forget();
"""


async def test_what_cannot_be_moved_whole_is_not_moved_at_all_and_can_be_moved_later(
    played: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    server = await postgres_server.create("template")
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(FORGETS)
        assert "what came of “members” is not the same, 29 rows for 29" in await refused(played, server)
        assert await rows(server, "SELECT 1 FROM groups") == []
        await connection.execute("DROP TRIGGER forgets ON members")
        assert (await move(played, server, TABLES))["members"] == 29
        await connection.execute("SET session_replication_role = replica; DELETE FROM groups WHERE id = 1")
    finally:
        await connection.close()
    assert "refers to nothing" in await refused(server, f"sqlite:///{tmp_path}/new.db")
    assert [path.name for path in tmp_path.glob("new*")] == ["new.db.lock"]
