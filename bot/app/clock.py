"""The clock of a process: nothing below the composition root reads one. It stands alone for commands that need no more."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)
