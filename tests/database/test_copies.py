"""A backup taken while Studyhall writes, the way back from it, and a file that is no longer whole."""

# ruff: noqa: ASYNC240  # small files of the test's own

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.database.copies import back_up, restore
from bot.database.engine import Database
from bot.database.errors import DatabaseBusyError, DatabaseCopyError, DatabaseFileError
from bot.database.sqlite import SqliteWriter
from bot.database.trouble import OpenedFiles
from tests.database.holding import until
from tests.database.rows import add_group, group_names
from tests.support.databases import opened

NOW = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)
KEPT = "study hall.db.replaced-20261130T073000"


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database with one group, closed."""
    path = tmp_path / "study hall.db"
    async with opened(f"sqlite:///{path}") as database:
        await database.migrate()
        await database.write(add_group)
    return path


async def names(path: Path) -> list[str]:
    async with opened(f"sqlite:///{path}") as database:
        return await group_names(database)


def damage(path: Path) -> None:
    """Overwrite what stands in the middle of a file."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 4] + b"\xa5" * (len(whole) // 2) + whole[-len(whole) // 4 :])


def bare(path: Path) -> list[str]:
    """The names of groups in this one file, whatever lies beside it."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM groups ORDER BY id")]


async def test_a_backup_is_taken_while_others_write_and_holds_all_that_was_committed_before(
    path: Path,
) -> None:
    async with opened(f"sqlite:///{path}") as database:
        for _ in range(3):
            await database.write(add_group)
        writing = [asyncio.create_task(database.write(add_group)) for _ in range(50)]
        await asyncio.to_thread(back_up, path, path.with_name("backup.db"))
        await asyncio.gather(*writing)
        assert len(await group_names(database)) == 54
    assert path.with_name("backup.db").stat().st_mode & 0o777 == 0o600
    assert 4 <= len(await names(path.with_name("backup.db"))) <= 54


async def test_no_backup_is_overwritten_and_a_failed_one_leaves_nothing(path: Path) -> None:
    made = path.with_name("backup.db")
    made.write_text("mine")
    with pytest.raises(DatabaseCopyError, match="is there already"):
        back_up(path, made)
    assert made.read_text() == "mine"
    with pytest.raises(DatabaseCopyError, match="No such file or directory"):
        back_up(path, path.parent / "nowhere" / "backup.db")
    with pytest.raises(DatabaseCopyError, match="There is no database"):
        back_up(path.with_name("other.db"), path.with_name("another.db"))
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "backup.db",
        "study hall.db",
        "study hall.db.lock",
    ]


async def test_a_damaged_database_is_not_taken_for_a_backup(path: Path) -> None:
    damage(path)
    with pytest.raises((DatabaseFileError, DatabaseCopyError), match=r"damaged|malformed|cannot be read"):
        back_up(path, path.with_name("backup.db"))
    assert not list(path.parent.glob("backup*"))


async def test_a_restored_database_is_the_backup_and_what_it_replaced_is_kept(path: Path) -> None:
    back_up(path, path.with_name("backup.db"))
    async with opened(f"sqlite:///{path}") as database:
        await database.write(lambda tx: add_group(tx, "later"))
    assert restore(path.with_name("backup.db"), path, NOW) == path.with_name(KEPT)
    assert await names(path) == ["Study"]
    assert await names(path.with_name(KEPT)) == ["Study", "later"]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_nothing_is_restored_under_a_running_studyhall(path: Path) -> None:
    back_up(path, path.with_name("backup.db"))
    async with opened(f"sqlite:///{path}") as database:
        await database.write(lambda tx: add_group(tx, "later"))
        with pytest.raises(DatabaseBusyError, match="already running"):
            restore(path.with_name("backup.db"), path, NOW)
        assert await group_names(database) == ["Study", "later"]


@pytest.mark.parametrize("what", ["damaged", "another program's", "a text", "missing"])
async def test_what_is_no_sound_backup_replaces_nothing(path: Path, what: str) -> None:
    backup = path.with_name("backup.db")
    match what:
        case "damaged":
            back_up(path, backup)
            damage(backup)
        case "another program's":
            with closing(sqlite3.connect(backup)) as connection:
                connection.execute("CREATE TABLE letters (letter TEXT)")
        case "a text":
            backup.write_text("Dear diary, " * 1_000)
    before = path.read_bytes()
    with pytest.raises(DatabaseFileError):
        restore(backup, path, NOW)
    assert path.read_bytes() == before
    assert not path.with_name(KEPT).exists()


async def test_a_lost_disk_and_a_damaged_file_are_replaced(path: Path) -> None:
    back_up(path, path.with_name("backup.db"))
    new = path.parent / "new disk" / "studyhall.db"
    assert restore(path.with_name("backup.db"), new, NOW) is None
    assert await names(new) == ["Study"]
    damage(path)
    damaged = path.read_bytes()
    assert restore(path.with_name("backup.db"), path, NOW) == path.with_name(KEPT)
    assert path.with_name(KEPT).read_bytes() == damaged
    assert await names(path) == ["Study"]


@pytest.mark.parametrize("left", ["missing", "empty"])
async def test_a_file_that_is_lost_beside_its_backups_is_no_new_beginning(path: Path, left: str) -> None:
    folder = path.with_name("backups")
    folder.mkdir()
    for day in (1, 2):
        back_up(path, folder / f"study hall-2026-11-0{day}.db")
    path.unlink()
    if left == "empty":
        path.touch()
    with pytest.raises(DatabaseFileError, match=rf"is {left}, while backups .* restore .*2026-11-02.db`"):
        await Database.open(f"sqlite:///{path}")
    restore(folder / "study hall-2026-11-02.db", path, NOW)
    assert await names(path) == ["Study"]


@pytest.mark.parametrize("folded_in", [False, True])
@pytest.mark.parametrize("left", ["missing", "empty"])
async def test_a_log_without_its_file_is_no_new_beginning(path: Path, left: str, folded_in: bool) -> None:
    log = path.with_name(f"{path.name}-wal")
    back_up(path, path.with_name("backup.db"))
    async with opened(f"sqlite:///{path}") as database:
        await database.write(lambda tx: add_group(tx, "later"))
        kept = b"" if folded_in else log.read_bytes()
    path.unlink()
    log.write_bytes(kept)
    if left == "empty":
        path.touch()
    with pytest.raises(DatabaseFileError, match=rf"is {left}, while its log study hall.db-wal is there"):
        await Database.open(f"sqlite:///{path}")
    assert log.read_bytes() == kept
    restore(path.with_name("backup.db"), path, NOW)
    assert path.with_name(f"{KEPT}-wal").read_bytes() == kept
    assert await names(path) == ["Study"]


async def folding(path: Path, seconds: float) -> SqliteWriter:
    files = OpenedFiles(path)
    writer = SqliteWriter(path, files, lambda: None, lambda: None, fold_seconds=seconds, quiet_seconds=0)
    await writer.open()
    return writer


async def test_at_a_quiet_moment_the_log_is_folded_into_the_file_so_that_a_bare_copy_holds_all(
    path: Path,
) -> None:
    writer = await folding(path, 0)
    await writer.run(partial(add_group, name="later"), later=False)
    async with asyncio.timeout(20):
        await until(lambda: bare(path) == ["Study", "later"])
    await writer.close()


async def test_until_some_minutes_are_over_the_log_is_left_alone(path: Path) -> None:
    writer = await folding(path, 3_600)
    for number in range(20):
        await writer.run(partial(add_group, name=f"later {number}"), later=False)
    assert bare(path) == ["Study"]
    await writer.close()
    assert len(bare(path)) == 21
