"""A backup of the SQLite file each day, in a folder beside it, of which the newest few are kept."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path

from bot.database.addresses import BACKUPS, backups_of
from bot.database.copies import back_up
from bot.database.engine import Database
from bot.database.errors import DatabaseError

log = logging.getLogger(__name__)

FIRST_SECONDS, AGAIN_SECONDS = 60.0, 3600.0
"""A start is not slowed down by it; from then on each hour is asked whether the day has its backup."""


async def keep_backups(
    database: Database, most: int, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[object]]
) -> None:
    """Back up a SQLite file once a day until this is cancelled, and keep so many; 0 is none. ``clock`` gives aware UTC.

    What goes wrong is logged, and tried again an hour later. A PostgreSQL server has its own tools.
    """
    if database.is_postgres or not database.url.database or not most:
        return
    path = Path(database.url.database)
    await sleep(FIRST_SECONDS)
    while True:
        try:
            await asyncio.to_thread(back_up_day, path, clock().date(), most)
        except (DatabaseError, OSError) as error:
            log.error("there is no backup of today: %s", error)  # noqa: TRY400  # a sentence, for an operator
        await sleep(AGAIN_SECONDS)


def back_up_day(path: Path, day: date, most: int) -> None:
    """Make a day's backup unless it is there, and remove those of earlier days but the newest; ``most`` stay in all.

    Raises:
        DatabaseError: it could not be made.
        OSError: its folder could not be made, or an old one not removed.
    """
    folder = path.with_name(BACKUPS)
    folder.mkdir(mode=0o700, exist_ok=True)
    made = folder / f"{path.stem}-{day.isoformat()}.db"
    if not made.exists():
        back_up(path, made)
    for old in backups_of(path)[:-most]:
        old.unlink()
