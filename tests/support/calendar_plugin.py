"""Runs the tests on another day: TEST_DATE=2028-02-29T23:59:30 is the moment (in UTC) at which they begin.

What depends on the day fails here before that day comes. Only the calendar is moved, and it ticks on: asyncio and
whoever else measures how long something takes reads the monotonic clock, which stays as it is. Other programs (those that
tests start, PostgreSQL, the browser) live on the real day.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

SETTING = (
    "TEST_DATE"  # without STUDYHALL_: the app refuses a setting with that beginning that it doesn't know
)
_AHEAD = "TEST_SECONDS_AHEAD"


def _begin() -> str:
    """Travel, and say whereto."""
    wanted = os.environ.get(SETTING)
    if not wanted:
        return ""
    ahead = datetime.fromisoformat(wanted).replace(tzinfo=UTC) - _now()
    # The first process says by how much, so that xdist's workers, which begin later, live at the same moment.
    seconds = float(os.environ.setdefault(_AHEAD, str(ahead.total_seconds())))
    time_machine.travel(timedelta(seconds=seconds)).start()
    return f"The calendar began at {_now():%A, %d %B %Y, %H:%M:%S} UTC."


def _now() -> datetime:
    return datetime.now(UTC)


_BEGUN = _begin()  # while this is loaded, before any test is


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which day it was, where it wasn't today."""
    if _BEGUN:
        terminalreporter.write_line(_BEGUN)
