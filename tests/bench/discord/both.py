"""Discord's clicks: a vote at a time, then everyone at once."""

from pathlib import Path

from tests.bench.discord import rush, votes
from tests.bench.rows import Row


async def measure(folder: Path, quick: bool) -> list[Row]:
    """A vote at a time, then everyone at once."""
    return [*await votes.measure(folder, quick), *await rush.measure(folder, quick)]
