"""What Slack said of something, remembered for a while; and that it did not answer, for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeAlias, TypeVar

from bot.chat.platform import PlatformError

REMEMBERED_SECONDS = 600.0
FAILED_SECONDS = 5.0
"""So long a question that failed is not asked again: somebody who presses on and on makes nothing better."""
HURRY_SECONDS = 1.0
"""A form must open within three seconds of the click: what is not known by then is not known."""
_MOST = 20_000

T = TypeVar("T")
Key: TypeAlias = tuple[str, str]
"""A workspace, and an id in it."""


class Known(Generic[T]):
    """Answers by workspace and id. ``ask`` asks Slack, once at a time for each; ``timer`` counts seconds.

    ``ask`` raises a PlatformError where Slack does not answer. What takes longer than ``hurry_seconds`` counts as not
    answered, and is kept for the next question when it comes.
    """

    def __init__(
        self,
        ask: Callable[[str, str], Awaitable[T]],
        timer: Callable[[], float],
        hurry_seconds: float = HURRY_SECONDS,
    ) -> None:
        self._ask = ask
        self._timer = timer
        self._hurry_seconds = hurry_seconds
        self._known: dict[Key, tuple[float, T | None]] = {}
        self._asking: dict[Key, asyncio.Task[T | None]] = {}

    async def get(self, team: str, id_: str) -> T | None:
        """The answer; an old one where Slack does not answer now, and None where there is none."""
        key = (team, id_)
        known = self._known.get(key)
        if known is not None and known[0] > self._timer():
            return known[1]
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._answer(key))
        try:
            async with asyncio.timeout(self._hurry_seconds):
                return await asyncio.shield(asking)  # others wait for the same answer
        except TimeoutError:
            return self._missed(key)

    def forget(self, team: str) -> None:
        """Drop what is known of a workspace."""
        for key in [key for key in self._known if key[0] == team]:
            del self._known[key]

    async def close(self) -> None:
        """Ask no longer."""
        asking = list(self._asking.values())
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _answer(self, key: Key) -> T | None:
        try:
            found = await self._ask(*key)
        except PlatformError:
            return self._missed(key)
        finally:
            del self._asking[key]
        self._keep(key, found, REMEMBERED_SECONDS)
        return found

    def _missed(self, key: Key) -> T | None:
        known = self._known.get(key)
        found = known[1] if known is not None else None
        self._keep(key, found, FAILED_SECONDS)
        return found

    def _keep(self, key: Key, found: T | None, seconds: float) -> None:
        while len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[key] = (self._timer() + seconds, found)
