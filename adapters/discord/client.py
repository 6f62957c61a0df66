"""The bot's connection to Discord: its shards, its one intent, and its commands, registered when they changed."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias

import discord

from adapters.discord.answering import LAST_MOMENT, PATIENCE
from adapters.discord.commands import commands, fingerprint
from adapters.discord.door import Door
from adapters.discord.sending import NOBODY
from bot.chat.dispatch import Dispatcher

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that discord.py may wait out by itself when told to slow down (its least); what takes longer comes back as an
error, and the outbox tries again."""


Recall: TypeAlias = Callable[[str], Awaitable[str | None]]
Remember: TypeAlias = Callable[[str, str], Awaitable[None]]


async def _nothing_known(_name: str) -> str | None:
    return None


async def _not_kept(_name: str, _value: str) -> None:
    return None


class StudyhallClient(discord.AutoShardedClient):
    """Hears what people do, in the guilds of its shards, and knows nobody: no members are cached, no messages read.

    ``serve`` gives it what it works with, before it connects. ``patience`` and ``last_moment`` are in seconds.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        shard_ids: tuple[int, ...] | None = None,
        shard_count: int | None = None,
        patience: float = PATIENCE,
        last_moment: float = LAST_MOMENT,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=NOBODY,
            max_ratelimit_timeout=LONGEST_WAIT,
            shard_count=shard_count,
            shard_ids=list(shard_ids) if shard_ids else None,  # type: ignore[arg-type]  # None is all of them
        )
        self._clock = clock
        self._recall: Recall = _nothing_known
        self._remember: Remember = _not_kept
        self._waits = {"patience": patience, "last_moment": last_moment}
        self._dispatcher: Dispatcher | None = None
        self._door: Door | None = None

    def serve(
        self, dispatcher: Dispatcher, *, recall: Recall = _nothing_known, remember: Remember = _not_kept
    ) -> None:
        """Give it the core's dispatcher.

        ``recall`` and ``remember`` keep a short fact by name across restarts: here, which commands were registered.
        """
        self._dispatcher = dispatcher
        self._recall, self._remember = recall, remember
        self._door = Door(dispatcher, self._clock, **self._waits)

    async def setup_hook(self) -> None:
        """Once, after the login: register the commands where they changed."""
        await self.sync()

    async def sync(self, *, anyway: bool = False) -> bool:
        """Register the commands if they differ from those registered last, or ``anyway``; whether it was done.

        Raises:
            discord.HTTPException: Discord did not take them.
        """
        assert self._dispatcher is not None, "serve() comes before the connection"
        assert self.application_id is not None
        made = commands(self._dispatcher.registry)
        name = f"commands:{self.application_id}"
        if not anyway and await self._recall(name) == fingerprint(made):
            return False
        await self.http.bulk_upsert_global_commands(self.application_id, list(made))
        await self._remember(name, fingerprint(made))
        log.info("%d commands are registered", len(made))
        return True

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Everything people do."""
        if self._door is not None:
            await self._door.take(interaction)
