"""What stands between the bot and its database is said in one sentence that tells what to do."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import addresses, sqlite
from bot.database.engine import Database
from bot.database.errors import (
    DatabaseBusyError,
    DatabaseError,
    DatabaseFileError,
    DatabaseFolderError,
    DatabaseUnreachableError,
    DatabaseUrlError,
)
from bot.database.transaction import Transaction
from tests.database.holding import until
from tests.support.databases import PostgresServer, opened

OPEN_AND_WAIT = """
import asyncio, sys
from sqlalchemy import text
from bot.database.engine import Database
from bot.database.errors import DatabaseError

async def main():
    database = await Database.open(sys.argv[1])
    await database.write(lambda c: c.execute(text("CREATE TABLE marks (mark TEXT)")))
    await database.write(lambda c: c.execute(text("INSERT INTO marks VALUES ('kept')")))
    print("open", flush=True)
    sys.stdin.readline()
    await database.close()

try:
    asyncio.run(main())
except DatabaseError as error:
    print(type(error).__name__, error, flush=True)
"""


def start(url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WAIT, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def pragma(tx: Transaction, name: str) -> str:
    return str((await tx.execute(text(f"PRAGMA {name}"))).scalar())


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/a/b/studyhall.db"):
        pass
    assert (tmp_path / "a" / "b" / "studyhall.db").exists()


async def test_a_new_file_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/studyhall.db") as database:
        await database.migrate()
        modes = modes_in(tmp_path)
    assert {"studyhall.db", "studyhall.db-wal"} < modes.keys()
    assert set(modes.values()) == {0o600}


async def test_the_writer_waits_for_the_disk_and_minds_references(tmp_path: Path) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
    async with opened(f"sqlite:///{tmp_path}/studyhall.db") as database:
        settings = [await database.write(partial(pragma, name=name)) for name in names]
        assert settings == ["wal", "2", "1", "0"]
        assert await database.read(partial(pragma, name="query_only")) == "1"


async def test_a_second_process_on_the_same_file_is_told_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/studyhall.db"
    async with opened(url):
        with start(url) as second:
            said = second.communicate()[0]
    assert said.startswith("DatabaseBusyError Studyhall is already running on")
    assert said.count("\n") == 1


@pytest.mark.slow
async def test_whoever_comes_after_a_refused_one_still_hears_which_process_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/studyhall.db"
    async with opened(url):
        for _ in range(2):
            with start(url) as late:
                assert f"(process {os.getpid()})" in late.communicate()[0]


async def test_a_second_opening_in_the_same_process_is_told_so_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/studyhall.db"
    async with opened(url):
        with pytest.raises(DatabaseBusyError, match="Stop it first"):
            await Database.open(url)
    async with opened(url) as again:
        assert again.dialect == "sqlite"


async def test_a_killed_process_leaves_its_writes_and_no_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/studyhall.db"
    with start(url) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(DatabaseBusyError, match=f"process {first.pid}"):
            await Database.open(url)
        first.kill()
    async with opened(url) as database:
        query = text("SELECT mark FROM marks")
        assert await database.read(lambda c: c.scalar(query)) == "kept"


@pytest.mark.parametrize("place", ["/proc/no-such-folder/studyhall.db", "{tmp}/file/studyhall.db", "{tmp}"])
async def test_a_place_that_cannot_be_written_is_told(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatabaseFolderError, match=r"(?s)^The database .*\. (Make|Check) .*folder"):
        await Database.open("sqlite:///" + place.format(tmp=tmp_path))


async def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Kim, this is a letter. " * 100)
    with pytest.raises(DatabaseFileError, match="is not a SQLite database"):
        await Database.open(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear Kim")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "studyhall.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory",
        "sqlite://data/studyhall.db",
        "mysql://kim:s3cret@localhost/study",
        "postgresql://kim:s3cret@localhost",
        "postgresql://kim:s3cret@localhost:port/study",
    ],
)
async def test_a_wrong_address_is_told_with_a_right_one_and_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match=r"sqlite:///data/studyhall\.db") as caught:
        await Database.open(url)
    assert "s3cret" not in str(caught.value)


async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(DatabaseUnreachableError, match="Start the server, or correct") as caught:
        await Database.open("postgresql://kim:s3cret@127.0.0.1:1/study")
    assert "127.0.0.1:1/study" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.postgres
async def test_a_database_that_the_server_does_not_have_is_told(postgres_server: PostgresServer) -> None:
    with pytest.raises(DatabaseUnreachableError, match="nowhere") as caught:
        await Database.open(postgres_server.url("nowhere"))
    assert isinstance(caught.value, DatabaseError)


@pytest.mark.postgres
async def test_an_unknown_option_in_the_address_is_told(postgres_server: PostgresServer) -> None:
    with pytest.raises(DatabaseUnreachableError, match="colour"):
        await Database.open(postgres_server.url("template") + "&colour=blue")


@pytest.mark.parametrize("hold", ["BEGIN EXCLUSIVE", "BEGIN; SELECT * FROM letters"])
async def test_a_file_that_another_program_holds_is_told_and_can_be_opened_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hold: str
) -> None:
    monkeypatch.setattr(addresses, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = tmp_path / "studyhall.db"
    before = set(threading.enumerate())  # a test of something that hangs may have left some
    shell = sqlite3.connect(path, isolation_level=None)
    try:
        shell.execute("CREATE TABLE letters (letter TEXT)")
        shell.execute("INSERT INTO letters VALUES ('a'), ('b')")
        *first, last = hold.split("; ")
        for line in first:
            shell.execute(line)
        reading = shell.execute(last)
        if "SELECT" in last:
            assert reading.fetchone() == ("a",)  # and it goes on reading
        with pytest.raises(DatabaseFolderError, match="another program holds"):
            await Database.open(f"sqlite:///{path}")
        async with asyncio.timeout(10):
            await until(
                lambda: not any("studyhall" in each.name for each in {*threading.enumerate()} - before)
            )
        reading.close()
    finally:
        shell.close()
    async with opened(f"sqlite:///{path}") as database:
        query = text("SELECT count(*) FROM letters")
        assert await database.read(lambda tx: tx.scalar(query)) == 2
