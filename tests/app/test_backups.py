"""The day's backup: made once, the newest few kept, and what goes wrong is said and tried again."""

import asyncio
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.backups import AGAIN_SECONDS, FIRST_SECONDS, back_up_day, keep_backups
from bot.database.copies import check
from bot.database.engine import Database
from tests.database.rows import add_group, group_names
from tests.support.databases import opened

BEGAN = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)


class Nights:
    """A clock and a sleep that lets it go on at once, until so much time is over."""

    def __init__(self, hours: int) -> None:
        self.now = BEGAN
        self.end = BEGAN + timedelta(hours=hours)
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        if self.now >= self.end:
            raise asyncio.CancelledError


async def live(database: Database, most: int, nights: Nights) -> None:
    with pytest.raises(asyncio.CancelledError):
        await keep_backups(database, most, nights.clock, nights.sleep)


def made(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "backups").glob("*"))


async def test_each_day_has_its_backup_and_the_newest_are_kept(
    sqlite_database: Database, tmp_path: Path
) -> None:
    nights = Nights(24 * 9)
    await sqlite_database.write(add_group)
    await live(sqlite_database, 3, nights)
    assert made(tmp_path) == [f"studyhall-2026-03-{day}.db" for day in (11, 12, 13)]
    assert nights.slept[:3] == [FIRST_SECONDS, AGAIN_SECONDS, AGAIN_SECONDS]
    for name in made(tmp_path):
        check(tmp_path / "backups" / name)
    async with opened(f"sqlite:///{tmp_path}/backups/{made(tmp_path)[0]}") as kept:
        assert await group_names(kept) == ["Study"]


async def test_a_day_that_has_its_backup_is_left_alone(sqlite_database: Database, tmp_path: Path) -> None:
    await live(sqlite_database, 3, Nights(1))
    (first,) = made(tmp_path)
    before = (tmp_path / "backups" / first).stat().st_mtime_ns  # a small file of the test's own
    back_up_day(tmp_path / "studyhall.db", date(2026, 3, 4), 3)
    assert (tmp_path / "backups" / first).stat().st_mtime_ns == before  # as above


async def test_whoever_wants_none_has_none(sqlite_database: Database, tmp_path: Path) -> None:
    await keep_backups(sqlite_database, 0, Nights(1).clock, Nights(1).sleep)
    assert made(tmp_path) == []


async def test_what_goes_wrong_is_said_and_tried_again(
    sqlite_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "backups").write_text("in the way")
    nights = Nights(3)
    with caplog.at_level(logging.ERROR):
        await live(sqlite_database, 3, nights)
    assert caplog.text.count("there is no backup of today") == 3
    assert "Traceback" not in caplog.text
