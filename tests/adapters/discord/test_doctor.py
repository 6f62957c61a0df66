"""The doctor asks Discord by HTTP, finds each fault that keeps a bot from working, and says what to do."""

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
import pytest

from adapters.discord.access import invite_permissions
from adapters.discord.commands import commands
from adapters.discord.doctor import examine
from adapters.discord.settings import DiscordSettings, Shards
from bot.chat.cards import Choice, Done, Reply
from bot.chat.commands import Command, Option, OptionKind, Registry
from bot.chat.operators.checks import Check
from bot.chat.requests import Place
from tests.adapters.discord.support.loopback import GUILD, NOW, Loopback, loopback

HERE = Place("discord", str(GUILD), "2000", "study")


async def _nothing(*_: object) -> Reply:
    return Done()


REGISTRY = Registry(
    (
        Command(("answer",), "Answer today's question", _nothing),
        Command(("my", "record"), "Your own record", _nothing),
        Command(
            ("my", "goal"),
            "Your weekly goal",
            _nothing,
            (
                Option("many", "How many a week", OptionKind.INTEGER, required=True, least=1, most=7),
                Option("tone", "How to say it", choices=(Choice("Quiet", "quiet"), Choice("Plain", "plain"))),
            ),
        ),
    )
)
MADE = commands(REGISTRY)


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
    assert list(away) == ["Discord"]
    assert "connection to discord.com" in away["Discord"]
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
        checks = await examined()
    assert "studyhall discord sync" in faults(checks)["Discord's commands"]
    (said,) = [each.found for each in checks if each.what == "Discord's commands"]
    assert said == "what is registered differs: /my, /my goal, /my record"


CHANGES: tuple[tuple[str, Callable[[dict[str, Any]], object]], ...] = (
    ("a description", lambda goal: goal.update(description="Set a goal")),
    ("an option's description", lambda goal: goal["options"][0].update(description="How many")),
    ("an option's type", lambda goal: goal["options"][0].update(type=3)),
    ("an option's name", lambda goal: goal["options"][0].update(name="days")),
    ("whether an option is required", lambda goal: goal["options"][0].update(required=False)),
    ("a bound", lambda goal: goal["options"][0].update(max_value=6)),
    ("a choice's name", lambda goal: goal["options"][1]["choices"][0].update(name="Calm")),
    ("a choice's value", lambda goal: goal["options"][1]["choices"][0].update(value="loud")),
    ("an option too few", lambda goal: goal["options"].pop()),
    ("proposals", lambda goal: goal["options"][0].update(autocomplete=True)),
)


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=[what for what, _ in CHANGES])
async def test_a_command_that_is_registered_otherwise_than_declared_is_named(
    what: str, change: Callable[[dict[str, Any]], object]
) -> None:
    async with loopback() as server:
        sound(server)
        server.registered = copy.deepcopy(server.registered)
        change(server.registered[1]["options"][1])
        checks = await examined()
    (said,) = [each.found for each in checks if each.what == "Discord's commands"]
    assert said == "what is registered differs: /my goal", what


async def test_a_permission_that_was_set_for_a_command_is_found() -> None:
    async with loopback() as server:
        sound(server)
        server.registered = [MADE[0] | {"default_member_permissions": "8"}, MADE[1]]
        checks = await examined()
    (said,) = [each.found for each in checks if each.what == "Discord's commands"]
    assert said == "what is registered differs: /answer"


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
