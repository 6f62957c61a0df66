"""`make bench`: how fast the room answers with 50 groups, 2,000 members and 50,000 answers, a quiz with 200 people, boards of 5,000, votes on Discord."""

import asyncio
import platform
import sys
import tempfile
import time
from pathlib import Path

from bot.app.run import CONTENT, steady_memory
from bot.bank.load import load_bank
from tests.bench.boards import measure_boards
from tests.bench.discord_votes import measure_discord
from tests.bench.quiz import measure_quiz
from tests.bench.room import measure_room


def main() -> int:
    print(f"Python {platform.python_version()}, {platform.machine()}, SQLite with synchronous=FULL")
    times = []
    for _ in range(5):
        started = time.perf_counter()
        bank = load_bank(CONTENT)
        times.append(time.perf_counter() - started)
    print(
        f"bank: {len(bank.items)} items loaded and validated in {sorted(times)[2] * 1000:.0f} ms (median of 5)"
    )
    steady_memory()
    with tempfile.TemporaryDirectory() as folder:
        for line in asyncio.run(measure_room(Path(folder))):
            print(line)
    with tempfile.TemporaryDirectory() as folder:
        for line in asyncio.run(measure_quiz(Path(folder))):
            print(line)
    with tempfile.TemporaryDirectory() as folder:
        for line in asyncio.run(measure_boards(Path(folder))):
            print(line)
    with tempfile.TemporaryDirectory() as folder:
        for line in asyncio.run(measure_discord(Path(folder))):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
