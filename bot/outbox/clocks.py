"""Whether the clock can be believed: at each tick the wall's clock is compared with one that can't be set."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(minutes=5)
"""A difference between two ticks that no machine's clock makes by itself: somebody set it, or the machine was asleep."""

CONFIRMED_AFTER = 2.0
"""Seconds for which both clocks must go alike after a step before anything is moved by them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks at a tick: ``wall`` is aware UTC, ``steady`` counts seconds from anywhere.

    ``stepped_at`` is when, on the steady one, the wall's clock last stepped; None once that is confirmed.
    """

    wall: datetime
    steady: float
    stepped_at: float | None = None

    @property
    def believed(self) -> bool:
        """Whether what is due by this clock may be moved."""
        return self.stepped_at is None


def read_clocks(before: Reading | None, wall: datetime, steady: float) -> Reading:
    """What both clocks show, judged by the tick before; the first tick of a process is believed.

    A step is believed once both clocks have gone alike for CONFIRMED_AFTER. So a wrong time that is put right at the next
    tick moves nothing, and one that stays, such as after a sleep, costs a few seconds.
    """
    if before is None:
        return Reading(wall, steady)
    passed = timedelta(seconds=steady - before.steady)
    if abs(wall - before.wall - passed) > STEP:
        return Reading(wall, steady, steady)
    stepped = before.stepped_at
    if stepped is not None and steady - stepped >= CONFIRMED_AFTER:
        stepped = None
    return Reading(wall, steady, stepped)
