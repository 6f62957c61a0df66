"""`studyhall discord commands`, `sync` and `invite`: what Discord receives, sending it again, and the link that adds the bot."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from adapters.discord.settings import DiscordSettings
from bot.chat.factory import OperatorTools
from bot.chat.operators.settings import SettingsError

if TYPE_CHECKING:
    import discord

_ACTIONS = (
    ("commands", "print the exact JSON by which Discord is told the commands"),
    ("sync", "register the commands with Discord now, whether they changed or not"),
    ("invite", "print the link that adds the bot to a server, with the permissions it needs"),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the sub-commands to `studyhall discord`."""
    actions = parser.add_subparsers(dest="discord_command", required=True, metavar="commands|sync|invite")
    made = {name: actions.add_parser(name, help=words, description=words) for name, words in _ACTIONS}
    made["invite"].add_argument(
        "--application", type=int, metavar="ID", help="the application's id (without: asked by the token)"
    )


async def run(args: Namespace, settings: DiscordSettings, tools: OperatorTools, out: TextIO) -> int:
    """Run the sub-command that was parsed; the exit code.

    Raises:
        OperatorError: it cannot be done.
    """
    from adapters.discord.access import invite_link
    from adapters.discord.commands import commands

    if args.discord_command == "commands":
        print(json.dumps(commands(await tools.registry()), ensure_ascii=False, indent=2), file=out)
        return 0
    if args.discord_command == "invite" and args.application:
        print(invite_link(args.application), file=out)
        return 0
    if not settings.token:
        raise SettingsError(
            "There is no token.", "Set STUDYHALL_DISCORD_TOKEN; docs/discord.md says where it is from."
        )
    import discord

    from adapters.discord.running import login

    client = discord.Client(intents=discord.Intents.none())
    try:
        await login(client, settings.token)
        if args.discord_command == "sync":
            print(await _sync(client, tools), file=out)
        else:
            assert client.application_id is not None
            print(invite_link(client.application_id), file=out)
    finally:
        await client.close()
    return 0


async def _sync(client: discord.Client, tools: OperatorTools) -> str:
    from adapters.discord.client import register

    registry = await tools.registry()
    # Where a running Studyhall holds the facts, what stands there of an earlier registration only makes it register once more.
    async with tools.facts() as facts:
        await register(client, registry, facts)
    return f"{len(registry.heads)} commands are registered. People see them at once; an open app may need a restart."
