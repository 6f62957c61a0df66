from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.features.mock.pairing.hours import When, at, hours_of, next_half_hour

FRIDAY = datetime(2026, 3, 27, 12, tzinfo=UTC)
DAYS = timedelta(days=4)
EVENINGS, WEEKENDS, BOTH = When(True, False), When(False, True), When(True, True)


@pytest.mark.parametrize(
    ("when", "zone", "first", "last", "count"),
    [
        (EVENINGS, "Europe/Berlin", "27 17:00", "30 18:30", 12),  # the clocks go forward on Sunday
        (EVENINGS, "Asia/Kathmandu", "27 12:30", "30 14:30", 10),  # UTC+5:45: quarter past and quarter to
        (WEEKENDS, "Europe/Berlin", "28 09:00", "29 18:00", 42),
        (BOTH, "America/New_York", "27 22:00", "31 00:30", 54),
    ],
)
def test_hours_are_those_of_the_clock_where_somebody_is(
    when: When, zone: str, first: str, last: str, count: int
) -> None:
    bits = hours_of(when, ZoneInfo(zone), FRIDAY, FRIDAY + DAYS)
    suiting = [at(FRIDAY, n).strftime("%d %H:%M") for n in range(bits.bit_length()) if bits >> n & 1]
    assert (suiting[0], suiting[-1], len(suiting)) == (first, last, count)


def test_evenings_here_and_evenings_there_may_never_meet() -> None:
    there, here = (
        hours_of(EVENINGS, ZoneInfo(zone), FRIDAY, FRIDAY + DAYS) for zone in ("Asia/Tokyo", "Europe/Berlin")
    )
    assert not there & here


@pytest.mark.parametrize(("minute", "then"), [(0, "12:00"), (1, "12:30"), (30, "12:30"), (31, "13:00")])
def test_the_next_half_hour(minute: int, then: str) -> None:
    assert next_half_hour(FRIDAY.replace(minute=minute)).strftime("%H:%M") == then
