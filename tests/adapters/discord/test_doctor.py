"""The doctor asks Discord by HTTP, finds each fault that keeps a bot from working, and says what to do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
import pytest

from adapters.discord.access import invite_permissions
from adapters.discord.doctor import examine
from adapters.discord.settings import DiscordSettings, Shards
from bot.chat.checks import Check
from bot.chat.requests import Place
from tests.adapters.discord.support.loopback import GUILD, NOW, Loopback, loopback

HERE = Place("discord", str(GUILD), "2000", "study")
MADE: tuple[dict[str, Any], ...] = (
    {"name": "answer", "options": []},
    {"name": "my", "options": [{"type": 1, "name": "record"}, {"type": 1, "name": "goal"}]},
)


def sound(server: Loopback) -> None:
    """Let everything be as it should."""
    server.registered = list(MADE)
    server.permissions = invite_permissions().value


async def examined(
    *,
    clock: Callable[[], datetime] = lambda: NOW,
    shards: Shards | None = None,
    places: tuple[Place, ...] = (HERE,),
) -> tuple[Check, ...]:
    return await examine(DiscordSettings("a.b.secret", shards), clock, made=MADE, places=places)


def faults(checks: tuple[Check, ...]) -> dict[str, str]:
    return {each.what: each.remedy for each in checks if each.is_fault}


async def test_where_all_is_well_everything_is_looked_at_and_nothing_is_to_be_done() -> None:
    async with loopback() as server:
        sound(server)
        checks = await examined()
    assert faults(checks) == {}
    assert [each.what.removeprefix("Discord's ") for each in checks] == [
        "token",
        "application",
        "intents",
        "shards",
        "commands",
        f"channel #study (server {GUILD})",
        "This machine's clock",
    ]
    (application,) = [each for each in checks if each.what == "Discord's application"]
    assert f"permissions={invite_permissions().value}" in application.found


async def test_a_refused_token_and_an_absent_discord_are_told_apart() -> None:
    async with loopback() as server:
        server.token_is_good = False
        refused = faults(await examined())
        server.reachable = False
        away = faults(await examined())
    assert "Reset Token" in refused["Discord's token"]
    assert "cannot be reached" in away["Discord's token"]
    assert "secret" not in f"{refused}{away}"


async def test_settings_of_the_portal_that_keep_clicks_or_servers_away_are_found() -> None:
    async with loopback() as server:
        sound(server)
        server.about = {"interactions_endpoint_url": "https://example.org", "bot_require_code_grant": True}
        found = faults(await examined())
    assert "Interactions Endpoint URL" in found["Discord's interactions"]
    assert "Requires OAuth2 Code Grant" in found["Discord's invitation"]


async def test_intents_that_nobody_needs_are_named_and_are_no_fault() -> None:
    async with loopback() as server:
        sound(server)
        server.about = {"flags": discord.ApplicationFlags(gateway_message_content_limited=True).value}
        checks = await examined()
    assert faults(checks) == {}
    (intents,) = [each for each in checks if each.what == "Discord's intents"]
    assert "Message Content can be switched off" in intents.found


async def test_too_few_shards_and_too_many_starts_are_found() -> None:
    async with loopback() as server:
        sound(server)
        server.shards, server.identifies_left = 4, 3
        found = faults(await examined(shards=Shards((0,), 2)))
        enough = faults(await examined(shards=Shards((0,), 4)))
    assert "to 4 in every process" in found["Discord's shards"]
    assert "Discord's shards" not in enough
    assert "restarts the bot so often" in found["Discord's connections"]


async def test_commands_that_are_not_registered_are_named() -> None:
    async with loopback() as server:
        sound(server)
        server.registered = [MADE[0]]
        found = faults(await examined())
    assert "studyhall discord sync" in found["Discord's commands"]


async def test_each_permission_that_is_missing_is_named() -> None:
    async with loopback() as server:
        sound(server)
        server.permissions &= ~discord.Permissions(attach_files=True, send_messages=True).value
        found = faults(await examined())
    assert "“Send Messages” and “Attach Files”" in found[f"Discord's channel #study (server {GUILD})"]


async def test_a_server_that_the_bot_was_removed_from_is_told_and_the_others_are_looked_at() -> None:
    async with loopback() as server:
        sound(server)
        gone = Place("discord", "9", "8", "old")
        checks = await examined(places=(gone, HERE))
    assert list(faults(checks)) == ["Discord's channel #old (server 9)"]
    assert checks[-2].what == f"Discord's channel #study (server {GUILD})"


@pytest.mark.parametrize(("by", "way"), [(90, "90 s ahead of"), (-90, "90 s behind")])
async def test_a_clock_that_is_wrong_is_told_with_how_wrong(by: int, way: str) -> None:
    async with loopback() as server:
        sound(server)
        checks = await examined(clock=lambda: NOW + timedelta(seconds=by))
    found = checks[-1]
    assert found.what == "This machine's clock"
    assert found.found.startswith(way)
    assert "time synchronisation" in found.remedy
