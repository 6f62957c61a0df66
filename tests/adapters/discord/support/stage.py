"""The contract suite's stage on Discord."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord
from simcord.builders import ChannelHandle

from adapters.discord.posting import DiscordPlatform
from bot.chat.platform import Platform
from bot.chat.requests import Identity, MessageRef, Place
from tests.adapters.discord.support.driver import DiscordDriver
from tests.adapters.discord.support.nonces import enforce_nonces
from tests.chat.platform_contract import Sight

MAY_NOT_SEND = discord.PermissionOverwrite(send_messages=False)


@dataclass
class DiscordStage:
    """A channel, another where the bot may not post, two people, and an account that nobody can write to."""

    guild: DiscordDriver
    platform: Platform
    here: Place
    elsewhere: Place
    ada: Identity
    ben: Identity
    stranger: Identity
    sent: dict[tuple[str, str], tuple[float, Any]] = field(default_factory=dict)

    @classmethod
    def built(cls, guild: DiscordDriver) -> "DiscordStage":
        server = guild.server
        quiet = server.create_text_channel("quiet", overwrites={server.default_role: MAY_NOT_SEND})
        stage = cls(
            guild,
            guild.platform,
            place(guild, guild.here),
            place(guild, quiet),
            account(guild.person("ada").id, "Ada"),
            account(guild.person("ben").id, "Ben"),
            account(guild.env.create_user("somebot", bot=True).id, "Somebot"),
        )
        enforce_nonces(guild.env, guild.client, stage.sent)
        return stage

    async def seen_by(self, who: Identity) -> list[Sight]:
        backend = self.guild.env.backend
        direct = backend.dm_channels.get(int(who.user), 0)
        found = []
        for channel, tenant in ((self.guild.here.id, self.here.tenant), (direct, "")):
            for message in sorted(backend.messages.get(channel, {}).values(), key=lambda m: m.id):
                ref = MessageRef("discord", tenant, str(channel), str(message.id))
                words = [c["content"] for c in message.components[0]["components"] if c["type"] == 10]
                found.append(Sight(ref, "\n".join(words)))
        return found

    async def delete(self, ref: MessageRef) -> None:
        self.guild.env.backend.delete_message(int(ref.channel), int(ref.message))
        await self.guild.env.settle()

    async def remove(self, who: Identity) -> None:
        self.guild.env.backend.remove_member(self.guild.server.id, int(who.user))
        await self.guild.env.settle()

    def later(self, by: timedelta) -> datetime:
        self.guild.env.backend.advance_clock(by.total_seconds())
        return self.guild.clock()

    async def restarted(self) -> Platform:
        return DiscordPlatform(self.guild.client, self.guild.clock)


def place(guild: DiscordDriver, channel: ChannelHandle) -> Place:
    """A channel as the core knows it."""
    return Place("discord", str(guild.server.id), str(channel.id), channel.name or "")


def account(user: int, name: str) -> Identity:
    """An account as the core knows it."""
    return Identity("discord", "", str(user), name)
