"""Whether the event loop stands still: a task that wakes every millisecond, beside one in a process that does nothing else.

python -m tests.bench.beats     beats until its input ends, then prints how late it was, in seconds
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.bench.rows import Row, at_most
from tests.bench.timing import percentile

BEAT_SECONDS = 0.001


@dataclass
class Beats:
    """By how many seconds each beat came late: in the measured loop, of its thread's own work, in the idle process."""

    late: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)

    def rows(self, name: str) -> list[Row]:
        """The longest stand, what the loop's own thread worked at a stretch, and what all but one of a thousand keep within."""
        most = at_most(20, "value")
        return [
            Row(f"{name}: the loop's longest stand", _ms(self.late), "ms", _ms(self.idle), most),
            Row(f"{name}: of it its own work", _ms(self.worked), "ms", None, most),
            Row(f"{name}: p99.9", _ms(self.late, 0.999), "ms", _ms(self.idle, 0.999), most),
        ]


def _ms(late: Sequence[float], share: float = 1.0) -> float:
    return percentile(late, share) * 1000


@asynccontextmanager
async def beating() -> AsyncIterator[Beats]:
    """Beat meanwhile; what was measured is complete once it has ended."""
    beats, pipe = Beats(), asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.bench.beats")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    task = asyncio.create_task(_beat(beats))
    try:
        yield beats
    finally:
        task.cancel()
        said, _ = await process.communicate(b"")
    beats.idle = [float(each) for each in said.split()]


async def _beat(beats: Beats) -> None:
    while True:
        began, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(BEAT_SECONDS)
        beats.late.append(time.perf_counter() - began - BEAT_SECONDS)
        beats.worked.append(time.thread_time() - worked)


async def _alone() -> None:
    beats = Beats()
    task = asyncio.create_task(_beat(beats))
    await asyncio.to_thread(sys.stdin.read)
    task.cancel()
    print("\n".join(map(str, beats.late)))


if __name__ == "__main__":
    asyncio.run(_alone())
