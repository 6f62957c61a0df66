"""`studyhall discord commands`, `sync` and `invite`: what Discord receives, sending it again, and the link that adds the bot."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from bot.app.settings import Settings
from bot.chat.errors import OperatorError
from bot.database.errors import DatabaseBusyError

if TYPE_CHECKING:
    import discord

_ACTIONS = (
    ("commands", "print the exact JSON by which Discord is told the commands"),
    ("sync", "register the commands with Discord now, whether they changed or not"),
    ("invite", "print the link that adds the bot to a server, with the permissions it needs"),
)


class DiscordCliError(OperatorError):
    """What was asked for takes a token."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `discord` with its sub-commands to the command line's parser."""
    discord = subparsers.add_parser("discord", help="commands and invitation on Discord")
    actions = discord.add_subparsers(dest="discord_command", required=True, metavar="commands|sync|invite")
    made = {name: actions.add_parser(name, help=words, description=words) for name, words in _ACTIONS}
    made["invite"].add_argument(
        "--application", type=int, metavar="ID", help="the application's id (without: asked by the token)"
    )


async def run(
    args: argparse.Namespace, settings: Settings, clock: Callable[[], datetime], out: TextIO
) -> int:
    """Run the sub-command that was parsed; the exit code.

    Raises:
        OperatorError: it cannot be done.
    """
    from adapters.discord.access import invite_link
    from adapters.discord.commands import commands
    from bot.app.run import registry_of

    if args.discord_command == "commands":
        print(json.dumps(commands(await registry_of(settings)), ensure_ascii=False, indent=2), file=out)
        return 0
    if args.discord_command == "invite" and args.application:
        print(invite_link(args.application), file=out)
        return 0
    if not settings.discord_token:
        raise DiscordCliError(
            "There is no token.", "Set STUDYHALL_DISCORD_TOKEN; docs/discord.md says where it is from."
        )
    import discord

    from adapters.discord.running import login

    client = discord.Client(intents=discord.Intents.none())
    try:
        await login(client, settings.discord_token)
        if args.discord_command == "sync":
            print(await _sync(client, settings, clock), file=out)
        else:
            assert client.application_id is not None
            print(invite_link(client.application_id), file=out)
    finally:
        await client.close()
    return 0


async def _sync(client: discord.Client, settings: Settings, clock: Callable[[], datetime]) -> str:
    from adapters.discord.client import register
    from bot.app.run import registry_of
    from bot.database.engine import Database
    from bot.database.facts import Facts

    registry = await registry_of(settings)
    said = f"{len(registry.heads)} commands are registered. People see them at once; an open app may need a restart."
    try:
        database = await Database.open(settings.database_url)
    except DatabaseBusyError:
        # A running Studyhall holds it. What it has kept of an earlier registration only makes it register once more.
        await register(client, registry)
        return said
    try:
        await database.migrate()
        facts = Facts(database, clock)
        await register(client, registry, facts.remember)
    finally:
        await database.close()
    return said
