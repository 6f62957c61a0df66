"""`studyhall slack manifest`: what is pasted into Slack when the app is made; `studyhall slack check`: what Slack says of it all."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from typing import TextIO

from adapters.slack.settings import SlackSettings, read_url
from bot.chat.errors import OperatorError
from bot.chat.factory import OperatorTools


def add_arguments(parser: ArgumentParser) -> None:
    """Add the sub-command to `studyhall slack`."""
    actions = parser.add_subparsers(dest="slack_command", required=True, metavar="manifest|check")
    words = "print the manifest (JSON) that is pasted into Slack when the app is made"
    made = actions.add_parser("manifest", help=words, description=words)
    way = made.add_mutually_exclusive_group()
    way.add_argument("--socket", action="store_true", help="for one workspace over a socket (the default)")
    way.add_argument("--url", metavar="https://…", help="for many workspaces over HTTP, at this address")
    words = "have Slack look at every card and form, with STUDYHALL_SLACK_BOT_TOKEN; nothing is posted"
    actions.add_parser("check", help=words, description=words)


async def run(args: Namespace, settings: SlackSettings, tools: OperatorTools, out: TextIO) -> int:
    """Run the sub-command that was parsed; the exit code. Without a way it is the one that is set up.

    Raises:
        OperatorError: it cannot be made.
    """
    if args.slack_command == "check":
        return await _check(settings, tools, out)
    from adapters.slack.installing.manifest import manifest

    url = read_url("--url", args.url) if args.url else "" if args.socket else settings.url
    made = manifest(await tools.registry(), url)
    print(json.dumps(made, ensure_ascii=False, indent=2), file=out)
    return 0


async def _check(settings: SlackSettings, tools: OperatorTools, out: TextIO) -> int:
    if not settings.bot_token:
        raise OperatorError(
            "Slack looks at cards only for whoever has a bot token.",
            "Set STUDYHALL_SLACK_BOT_TOKEN, and STUDYHALL_SLACK_APP_TOKEN with it; docs/slack.md says where they are from.",
        )
    from adapters.slack.checking import check

    registry, samples = await tools.registry(), await tools.samples()
    return 0 if await check(settings.bot_token, registry, samples, out, asyncio.sleep) else 1
