"""What a platform said of something, remembered for a while; and that it did not answer, for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.chat.platform import PlatformError

REMEMBERED_SECONDS = 600.0
FAILED_SECONDS = 5.0
"""So long a question that failed is not asked again: somebody who presses on and on makes nothing better."""
HURRY_SECONDS = 1.0
"""A form must open within three seconds of the click: what is not known by then is not known."""
_MOST = 20_000

T = TypeVar("T")
Part = TypeVar("Part")


class Known(Generic[Part, T]):
    """Answers by two ids: a workspace and somebody in it, a group and a member. ``timer`` counts seconds.

    ``ask`` asks the platform, once at a time for each, and raises a PlatformError where it does not answer. What takes
    longer than ``hurry_seconds`` counts as not answered, and is kept for the next question when it comes.
    ``outlives``: an answer that is due to be asked for again serves on where the platform does not answer.
    """

    def __init__(
        self,
        ask: Callable[[Part, Part], Awaitable[T]],
        timer: Callable[[], float],
        hurry_seconds: float = HURRY_SECONDS,
        *,
        remembered_seconds: float = REMEMBERED_SECONDS,
        outlives: bool = True,
    ) -> None:
        self._ask = ask
        self._timer = timer
        self._hurry_seconds = hurry_seconds
        self._remembered_seconds = remembered_seconds
        self._outlives = outlives
        self._known: dict[tuple[Part, Part], tuple[float, T | None]] = {}
        self._asking: dict[tuple[Part, Part], asyncio.Task[T | None]] = {}

    def remembered(self, first: Part, second: Part) -> tuple[T | None] | None:
        """What is remembered, also that there was no answer; None where the platform is to be asked."""
        known = self._known.get((first, second))
        return (known[1],) if known is not None and known[0] > self._timer() else None

    async def get(self, first: Part, second: Part) -> T | None:
        """The answer; an old one where there is none now and it may serve, else None."""
        known = self.remembered(first, second)
        if known is not None:
            return known[0]
        key = (first, second)
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._answer(key))
        try:
            async with asyncio.timeout(self._hurry_seconds):
                return await asyncio.shield(asking)  # others wait for the same answer
        except TimeoutError:
            return self._missed(key)

    def forget(self, first: Part) -> None:
        """Drop all that is known of a workspace or a group."""
        for key in [key for key in self._known if key[0] == first]:
            del self._known[key]

    async def close(self) -> None:
        """Ask no longer."""
        asking = list(self._asking.values())
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _answer(self, key: tuple[Part, Part]) -> T | None:
        try:
            found = await self._ask(*key)
        except PlatformError:
            return self._missed(key)
        finally:
            del self._asking[key]
        self._keep(key, found, self._remembered_seconds)
        return found

    def _missed(self, key: tuple[Part, Part]) -> T | None:
        known = self._known.get(key) if self._outlives else None
        found = known[1] if known is not None else None
        self._keep(key, found, FAILED_SECONDS)
        return found

    def _keep(self, key: tuple[Part, Part], found: T | None, seconds: float) -> None:
        while len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[key] = (self._timer() + seconds, found)
