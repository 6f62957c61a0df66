"""How long things take: by the clock on the wall, and of the processor, with what runs beside it in this process."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import fmean
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Times:
    """Seconds of one thing done again and again; what it typically takes is in milliseconds."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def taking(self) -> Iterator[None]:
        before, started = time.process_time(), time.perf_counter()
        yield
        self.wall.append(time.perf_counter() - started)
        self.processor.append(time.process_time() - before)

    async def of(self, made: Awaitable[T]) -> T:
        with self.taking():
            return await made

    def each(self, work: Callable[[], T]) -> T:
        with self.taking():
            return work()

    def forget(self) -> None:
        """What was timed so far was to warm up."""
        self.wall.clear()
        self.processor.clear()

    @property
    def wall_ms(self) -> float:
        return typical(self.wall) * 1000

    @property
    def processor_ms(self) -> float:
        return typical(self.processor) * 1000


def typical(taken: Sequence[float]) -> float:
    """The mean of the middle half.

    On a busy machine the same thing takes either one time or about twice that, and a median jumps between the two.
    """
    ordered, quarter = sorted(taken), len(taken) // 4
    return fmean(ordered[quarter : len(ordered) - quarter])


def percentile(taken: Sequence[float], share: float) -> float:
    """The least figure that so large a share of all does not exceed."""
    ordered = sorted(taken)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
