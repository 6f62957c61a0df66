"""A new SQLite file gets its tables from one script: the very ones that the steps make."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.app.migrate import made
from bot.database.migrations import head, upgrade_sqlite
from bot.database.newest import SCRIPT, has_newest, newest


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "study.db", isolation_level=None)) as connection:
        yield connection


def spelt_alike(script: str) -> list[tuple[list[str], list[str]]]:
    """The statements' lines without what differs from time to time: quotes, and the order of a table's constraints."""
    statements = []
    for statement in script.replace('"', "").split(";\n"):
        lines = [" ".join(line.split()).rstrip(",") for line in statement.split("\n")]
        own = [line for line in lines if not line.startswith("CONSTRAINT ")]
        statements.append((own, sorted(set(lines) - set(own))))
    return statements


def test_the_script_is_up_to_date() -> None:
    """Run ``python -m bot.database.migrations`` to write it again."""
    assert head() == newest()
    assert spelt_alike(SCRIPT.read_text("utf-8")) == spelt_alike(made())


def test_an_empty_file_gets_what_the_steps_make(connection: sqlite3.Connection) -> None:
    assert has_newest(connection)
    assert not connection.in_transaction
    assert spelt_alike("\n".join(connection.iterdump()) + "\n") == spelt_alike(made())
    upgrade_sqlite(connection)  # finds nothing to do
    assert has_newest(connection)


def test_a_file_with_anything_else_in_it_is_left_to_the_steps(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    assert not has_newest(connection)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_script_that_fails_makes_nothing(connection: sqlite3.Connection, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sql"
    broken.write_text(
        "BEGIN TRANSACTION;\nCREATE TABLE half (id INTEGER);\nSELECT nonsense FROM nowhere;\nCOMMIT;\n"
    )
    with pytest.raises(sqlite3.OperationalError):
        has_newest(connection, broken)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
