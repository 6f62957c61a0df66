"""A SQLite file that an older version wrote is copied before its tables are changed."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import delete

from bot.database import migrations, newest
from bot.database.engine import Database
from bot.database.errors import DatabaseCopyError, DatabaseVersionError
from bot.database.tables import facts
from tests.old_databases.old import restore
from tests.support.databases import opened

STEP = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    {body}
"""


def next_version(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Make this a version that has one more step."""
    steps = folder / "steps"
    steps.mkdir(exist_ok=True)
    (steps / "v9999_next.py").write_text(STEP.format(head=HEAD, body=body))

    def config() -> Config:
        made = PRESENT()
        made.set_main_option("version_locations", f"{migrations.HERE / 'versions'}:{steps}")
        return made

    monkeypatch.setattr(migrations, "config", config)
    monkeypatch.setattr(migrations, "head", lambda: "9999")
    monkeypatch.setattr(newest, "newest", lambda: "9999")


HEAD, PRESENT = migrations.head(), migrations.config
ADD = 'op.execute("CREATE TABLE added (id INTEGER)")'
FAIL = 'op.execute("SELECT nonsense FROM nowhere")'


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def copies(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if ".before-" in path.name)


async def migrated(path: Path) -> None:
    async with opened(f"sqlite:///{path}") as database:
        await database.migrate()


async def written_at_head(path: Path) -> None:
    """A file of the present version, with a fact in it."""
    await migrated(path)
    say(path, "one")


def say(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO facts VALUES (?, 'kept', '2026-07-01 12:00:00')", (name,))
        connection.commit()


async def test_a_file_of_an_older_version_is_copied_whole_and_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "study hall.db"
    await written_at_head(path)
    next_version(tmp_path, monkeypatch, ADD)
    async with opened(f"sqlite:///{path}") as database:
        await database.write(lambda tx: tx.execute(delete(facts)))  # stands in the log alone
        await database.migrate()
        assert copies(tmp_path) == ["study hall.db.before-9999"]
    copy = tmp_path / "study hall.db.before-9999"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert ask(copy, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert ask(copy, "SELECT name FROM facts") == []
    assert ask(copy, "PRAGMA integrity_check") == [("ok",)]
    assert ask(copy, "SELECT name FROM sqlite_master WHERE name = 'added'") == []
    assert ask(path, "SELECT version_num FROM alembic_version") == [("9999",)]


async def test_the_copy_of_a_whole_village_holds_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    await restore("v0005", path)
    tables = [t for (t,) in ask(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    before = {t: ask(path, f"SELECT * FROM {t}") for t in tables}
    next_version(tmp_path, monkeypatch, 'op.execute("DELETE FROM votes")')
    await migrated(path)
    (copy,) = copies(tmp_path)
    assert {t: ask(tmp_path / copy, f"SELECT * FROM {t}") for t in tables} == before
    assert ask(path, "SELECT * FROM votes") == []


async def test_a_new_file_and_one_of_this_version_are_not_copied(tmp_path: Path) -> None:
    await migrated(tmp_path / "new.db")
    await migrated(tmp_path / "new.db")
    assert copies(tmp_path) == []


async def test_a_file_of_a_newer_version_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    await written_at_head(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9998'")
        connection.commit()
    with pytest.raises(DatabaseVersionError):
        await migrated(path)
    assert copies(tmp_path) == []


async def test_a_copy_is_never_overwritten_and_never_made_twice_of_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studyhall.db"
    await written_at_head(path)
    next_version(tmp_path, monkeypatch, FAIL)
    for _start in range(3):
        with pytest.raises(Exception, match="nowhere"):
            await migrated(path)
    assert copies(tmp_path) == ["studyhall.db.before-9999"]
    first = (tmp_path / "studyhall.db.before-9999").read_bytes()
    say(path, "two")  # by the older version, which was started again
    next_version(tmp_path, monkeypatch, ADD)
    await migrated(path)
    assert copies(tmp_path) == ["studyhall.db.before-9999", "studyhall.db.before-9999-2"]
    assert (tmp_path / "studyhall.db.before-9999").read_bytes() == first
    assert ask(tmp_path / "studyhall.db.before-9999-2", "SELECT name FROM facts") == [("one",), ("two",)]


async def test_what_a_stopped_copy_left_is_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "studyhall.db"
    await written_at_head(path)
    (tmp_path / "studyhall.db.before-9999.part").write_bytes(b"half")
    next_version(tmp_path, monkeypatch, ADD)
    await migrated(path)
    assert copies(tmp_path) == ["studyhall.db.before-9999"]
    assert ask(tmp_path / "studyhall.db.before-9999", "SELECT name FROM facts") == [("one",)]


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_without_room_for_the_copy_nothing_is_changed_and_the_operator_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studyhall.db"
    await written_at_head(path)
    next_version(tmp_path, monkeypatch, ADD)
    database = await Database.open(f"sqlite:///{path}")
    try:
        with (
            no_file_above(65536),
            pytest.raises(DatabaseCopyError, match=r"Make room for .* MB beside it") as told,
        ):
            await database.migrate()
    finally:
        await database.close()
    assert "\n" not in str(told.value)
    assert copies(tmp_path) == []
    assert ask(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
