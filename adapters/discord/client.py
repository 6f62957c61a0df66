"""The bot's connection to Discord: its shards, its one intent, and its commands, registered when they changed."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import discord

from adapters.discord.commands import commands, fingerprint
from adapters.discord.interaction_handler import InteractionHandler
from adapters.discord.sending import NOBODY
from adapters.discord.timing.clocks import Clocks
from bot.chat.commands import Registry
from bot.chat.dispatch import Responder
from bot.chat.factory import Facts
from bot.chat.logged import Said, name_of

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that discord.py may wait out by itself when told to slow down (its least); what takes longer comes back as an
error, and the outbox tries again."""


class StudyhallClient(discord.AutoShardedClient):
    """Hears what people do, in the guilds of its shards, and knows nobody: no members are cached, no messages read.

    ``clocks`` compare Discord's clock with ours. ``serve`` gives it what it works with, before it connects.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        shard_ids: tuple[int, ...] | None = None,
        shard_count: int | None = None,
    ) -> None:
        self.clocks = Clocks(clock)
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=NOBODY,
            max_ratelimit_timeout=LONGEST_WAIT,
            http_trace=self.clocks.trace(),
            shard_count=shard_count,
            shard_ids=list(shard_ids) if shard_ids else None,  # type: ignore[arg-type]  # None is all of them
        )
        # The library ends all connections when one event of one server fits none of its models, and has no hook for that.
        parsers = self._connection.parsers
        parsers.update({name: _guarded(name, parse) for name, parse in parsers.items()})
        self._facts: Facts | None = None
        self._dispatcher: Responder | None = None
        self._door: InteractionHandler | None = None

    def serve(
        self, dispatcher: Responder, facts: Facts | None = None, door: InteractionHandler | None = None
    ) -> None:
        """Give it the core's dispatcher; ``facts`` keep which commands were registered. A ``door`` may have limits of its own."""
        self._dispatcher = dispatcher
        self._facts = facts
        self._door = door or InteractionHandler(dispatcher, self.clocks.clock)

    async def setup_hook(self) -> None:
        """Once, after the login: register the commands where they changed."""
        await self.sync()

    async def sync(self) -> bool:
        """Register the commands if they differ from those registered last; whether it was done.

        Raises:
            discord.HTTPException: Discord did not take them.
        """
        assert self._dispatcher is not None, "serve() comes before the connection"
        registry = self._dispatcher.registry
        known = await self._facts.recall(_fact(self)) if self._facts is not None else None
        if known == fingerprint(commands(registry)):
            return False
        await register(self, registry, self._facts)
        return True

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Everything people do."""
        if self._door is not None:
            await self._door.take(interaction)


def _guarded(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    def parsed(data: Any) -> None:  # noqa: ANN401  # whatever Discord sent
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001  # whatever it was, the other events are to be heard
            log.error("an event could not be read, and is left out: %s, %s", Said(name), name_of(error))  # noqa: TRY400

    return parsed


async def register(client: discord.Client, registry: Registry, facts: Facts | None = None) -> None:
    """Tell Discord the commands, through a client that is logged in, and remember in the facts which they were.

    Raises:
        discord.HTTPException: Discord did not take them.
    """
    assert client.application_id is not None
    made = commands(registry)
    await client.http.bulk_upsert_global_commands(client.application_id, list(made))
    if facts is not None:
        await facts.remember(_fact(client), fingerprint(made))
    log.info("%d commands are registered", len(made))


def _fact(client: discord.Client) -> str:
    return f"commands:{client.application_id}"
