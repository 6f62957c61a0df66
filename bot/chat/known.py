"""What is remembered for a while: what a platform said, that it did not answer, and what was done already."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from bot.chat.platform import InDoubtError, PlatformError
from bot.chat.requests import Destination, MessageRef

REMEMBERED_SECONDS = 600.0
FAILED_SECONDS = 5.0
"""So long a question that failed is not asked again: somebody who presses on and on makes nothing better."""
HURRY_SECONDS = 1.0
"""A form must open within three seconds of the click: what is not known by then is not known."""
_MOST = 20_000
_MOST_POSTS = 5000
POST_SECONDS = 18.0
"""The longest that posting may take with all that belongs to it; the core gives a delivery twenty seconds."""

T = TypeVar("T")
K = TypeVar("K")
Part = TypeVar("Part")


class Recent(Generic[K, T]):
    """A mapping that keeps the newest ``most`` entries: nothing may depend on one of them for ever."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, T] = OrderedDict()

    def get(self, key: K) -> T | None:
        """The value of a key, None where it was never kept or is forgotten."""
        return self._kept.get(key)

    def put(self, key: K, value: T) -> None:
        """Keep a value, as the newest."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget a key."""
        self._kept.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)


class Once(Generic[K, T]):
    """Work that is done once for each key, however often it is asked for; what failed is done again."""

    def __init__(self, most: int) -> None:
        self._tasks: Recent[K, asyncio.Task[T]] = Recent(most)

    async def run(self, key: K, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What the work for this key came to. It goes on where whoever asked waits no longer."""
        task = self._tasks.get(key)
        if task is None or _failed(task):
            task = asyncio.create_task(work())
            task.add_done_callback(_failed)  # looked at here, since whoever waited may have given up
            self._tasks.put(key, task)
        return await asyncio.shield(task)

    def forget(self, key: K) -> None:
        """Do the work of this key again when it is asked for next."""
        self._tasks.drop(key)


def _failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


class Posts:
    """An adapter's posts: each key is sent once to each destination by this process, and in time."""

    def __init__(self) -> None:
        self._sent: Once[tuple[str, str], MessageRef] = Once(_MOST_POSTS)

    async def once(
        self, destination: Destination, key: str, send: Callable[[], Awaitable[MessageRef]]
    ) -> MessageRef:
        """Send it, or stop for good: nothing may be sent after somebody else began to look whether it was.

        Raises:
            InDoubtError: it took too long.
        """

        async def in_time() -> MessageRef:
            try:
                async with asyncio.timeout(POST_SECONDS):
                    return await send()
            except TimeoutError:
                raise InDoubtError("a post took too long") from None

        return await self._sent.run((destination.key, key), in_time)


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
