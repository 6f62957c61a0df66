"""What an operator wants to know when something does not work: Discord asked by HTTP alone, without connecting."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import aiohttp
import discord

from adapters.discord.access import invite_link, problems_of
from adapters.discord.commands import Payload, differing
from adapters.discord.running import TRY_AGAIN, login
from adapters.discord.settings import DiscordSettings
from adapters.discord.setup import TOKEN
from adapters.discord.timing.clocks import Clocks
from bot.chat.operators.checks import Check, clock_check
from bot.chat.platform import ConnectError, RefusedError
from bot.chat.requests import Place

MOST_PLACES = 100
FEW_STARTS = 20

_PRIVILEGED = {
    "Presence": ("gateway_presence", "gateway_presence_limited"),
    "Server Members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content": ("gateway_message_content", "gateway_message_content_limited"),
}


async def examine(
    settings: DiscordSettings,
    clock: Callable[[], datetime],
    *,
    made: tuple[Payload, ...],
    places: tuple[Place, ...],
) -> tuple[Check, ...]:
    """Look at the token, the application, and every place. Never raises for what Discord answers.

    ``made`` are the commands as this version declares them; ``places`` are the channels in which groups meet.
    """
    clocks = Clocks(clock)
    shard_count = settings.shards.count if settings.shards else None
    client = discord.Client(intents=discord.Intents(guilds=True), http_trace=clocks.trace())
    try:
        await login(client, settings.token)
    except RefusedError as error:
        return (
            Check("Discord's token", "not accepted", error.remedy, TOKEN),
            *clock_check("Discord", clocks.ahead),
        )
    except ConnectError as error:
        return (Check("Discord", error.said, error.remedy), *clock_check("Discord", clocks.ahead))
    else:
        assert client.user is not None
        found = [Check("Discord's token", f"accepted; the bot is {client.user.name}")]
        found += await _safely("Discord's application", _application(client))
        found += await _safely("Discord's gateway", _gateway(client, shard_count))
        found += await _safely("Discord's commands", _commands(client, made))
        for place in places[:MOST_PLACES]:
            found += await _safely(f"Discord's channel {_named(place)}", _place(client, place))
        if len(places) > MOST_PLACES:
            found.append(Check("Discord's channels", f"{len(places) - MOST_PLACES} more were not looked at"))
        return (*found, *clock_check("Discord", clocks.ahead))
    finally:
        await client.close()


async def _safely(what: str, look: Awaitable[tuple[Check, ...]]) -> tuple[Check, ...]:
    try:
        return await look
    except discord.HTTPException as error:
        said = f"Discord answered {error.status} ({error.code})"
    except (aiohttp.ClientError, OSError) as error:
        said = f"no answer ({type(error).__name__})"
    return (Check(what, said, TRY_AGAIN),)


async def _application(client: discord.Client) -> tuple[Check, ...]:
    about = await client.application_info()
    invitation = invite_link(about.id)
    said = f"{about.name}, id {about.id}; its invitation: {invitation}"
    checks = [Check("Discord's application", said, page=invitation)]
    if about.interactions_endpoint_url:
        checks.append(
            Check(
                "Discord's interactions",
                "they are sent to a web address, so no click and no command arrives here",
                "Empty “Interactions Endpoint URL” in the developer portal, under General Information.",
            )
        )
    if about.bot_require_code_grant:
        checks.append(
            Check(
                "Discord's invitation",
                "it asks for a code that Studyhall does not take",
                "Switch off “Requires OAuth2 Code Grant” in the developer portal, under Bot.",
            )
        )
    given = [name for name, flags in _PRIVILEGED.items() if any(getattr(about.flags, flag) for flag in flags)]
    spare = f"; {', '.join(given)} can be switched off in the portal, under Bot" if given else ""
    checks.append(Check("Discord's intents", f"guilds is all it takes, and needs no approval{spare}"))
    return tuple(checks)


async def _gateway(client: discord.Client, shard_count: int | None) -> tuple[Check, ...]:
    said: Mapping[str, Any] = await client.http.request(discord.http.Route("GET", "/gateway/bot"))
    wanted, limit = int(said["shards"]), said["session_start_limit"]
    checks = []
    if shard_count is not None and shard_count < wanted:
        remedy = f"Raise the count in STUDYHALL_DISCORD_SHARDS to {wanted} in every process, or leave it empty in the only one."
        checks.append(
            Check("Discord's shards", f"{shard_count} are set, Discord recommends {wanted}", remedy)
        )
    else:
        checks.append(Check("Discord's shards", f"{shard_count or wanted} (Discord recommends {wanted})"))
    left = int(limit["remaining"])
    if left < FEW_STARTS:
        hours = int(limit["reset_after"]) / 3_600_000
        remedy = f"Find out what restarts the bot so often, and leave it stopped: more are given in {hours:.1f} hours."
        checks.append(Check("Discord's connections", f"only {left} new ones are left today", remedy))
    return tuple(checks)


async def _commands(client: discord.Client, made: tuple[Payload, ...]) -> tuple[Check, ...]:
    assert client.application_id is not None
    there: Any = await client.http.get_global_commands(client.application_id)
    wrong = differing(made, tuple(there))
    if not wrong:
        return (Check("Discord's commands", f"all {len(made)} are registered as this version has them"),)
    named = ", ".join(f"/{name}" for name in wrong[:5]) + (f" and {len(wrong) - 5} more" if wrong[5:] else "")
    remedy = "Run `studyhall discord sync`; a start does so, too, where this version's commands are new."
    return (Check("Discord's commands", f"what is registered differs: {named}", remedy, at_start=True),)


async def _place(client: discord.Client, place: Place) -> tuple[Check, ...]:
    what = f"Discord's channel {_named(place)}"
    problems = await problems_of(client, place)
    if not problems:
        return (Check(what, "every permission is there"),)
    return (Check(what, "Studyhall cannot work there", " ".join(problems)),)


def _named(place: Place) -> str:
    return f"#{place.name or place.channel} (server {place.tenant})"
