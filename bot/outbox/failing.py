"""What fails when it is moved is left alone for a while: those that always fail must not take the others' turns."""

import logging
from collections.abc import Awaitable
from datetime import datetime, timedelta

from bot.chat.dispatch import log_failure

LONGEST = timedelta(minutes=10)


class Failing:
    """Remembers what failed, by its id, in this process: it is left alone for two seconds, then four, up to LONGEST."""

    def __init__(self) -> None:
        self._failed: dict[int, tuple[int, datetime]] = {}

    def left_alone(self, now: datetime) -> list[int]:
        """What is not to be tried yet. A pause longer than any is from a clock that was wrong, and counts for nothing."""
        return [each for each, (_, until) in self._failed.items() if now < until <= now + LONGEST]

    async def tried(
        self, its_id: int, now: datetime, work: Awaitable[int], log: logging.Logger, said: str
    ) -> int:
        """Await the work that moves one, and what it says was moved; 0 where it failed, and ``said % its_id`` was logged."""
        try:
            moved = await work
        except Exception as error:  # noqa: BLE001  # one that fails holds up no other; see log_failure
            log_failure(log, error, said, its_id)
            self.failed(its_id, now)
            return 0
        self.moved(its_id)
        return moved

    def failed(self, its_id: int, now: datetime) -> None:
        """It failed, once more in a row."""
        times = self._failed[its_id][0] + 1 if its_id in self._failed else 1
        self._failed[its_id] = (times, now + min(timedelta(seconds=2 ** min(times, 16)), LONGEST))

    def moved(self, its_id: int) -> None:
        """It did not fail."""
        self._failed.pop(its_id, None)
