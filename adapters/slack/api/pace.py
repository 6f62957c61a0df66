"""How fast the bot posts: one message a second in a channel, and no more than its share in a workspace."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.chat.platform import RateLimitedError

CHANNEL_SECONDS = 1.0
"""Slack takes about one message a second in a channel."""
WORKSPACE_SECONDS = 0.2
"""Slack takes "several hundred messages a minute" in a workspace: five a second are three hundred."""
PATIENCE_SECONDS = 8.0
"""Who would wait longer comes again later instead: a delivery's lease is short."""
_KEPT = 2000


class RateLimiter:
    """A queue for every channel and workspace: turns are given in the order they are asked for.

    ``timer`` counts seconds from anywhere and never goes back; ``sleep`` waits for so many.
    """

    def __init__(self, timer: Callable[[], float], sleep: Callable[[float], Awaitable[object]]) -> None:
        self._timer = timer
        self._sleep = sleep
        self._next: dict[tuple[str, str], float] = {}

    @asynccontextmanager
    async def turn(self, team: str, channel: str) -> AsyncIterator[None]:
        """Wait until a message may be posted in this channel; where Slack puts that off, so it does with all that follow.

        Raises:
            RateLimitedError: that is too long to wait for.
        """
        now = self._timer()
        # A workspace's share is counted when a turn is asked for, so that a busy channel keeps no other waiting.
        share = max(now, self._next.get((team, ""), now))
        at = max(share, self._next.get((team, channel), now))
        if at - now > PATIENCE_SECONDS:
            raise RateLimitedError(at - now)
        self._next[(team, channel)] = at + CHANNEL_SECONDS
        self._next[(team, "")] = share + WORKSPACE_SECONDS
        if len(self._next) > _KEPT:
            self._next = {key: when for key, when in self._next.items() if when > now}
        if at > now:
            await self._sleep(at - now)
        try:
            yield
        except RateLimitedError as error:
            wanted = self._timer() + error.retry_after
            self._next[(team, channel)] = max(self._next.get((team, channel), 0.0), wanted)
            raise
