"""`studyhall slack manifest`: what is pasted into Slack when the app is made."""

import json
from argparse import ArgumentParser, Namespace
from typing import TextIO

from adapters.slack.settings import SlackSettings
from bot.chat.factory import OperatorTools


def add_arguments(parser: ArgumentParser) -> None:
    """Add the sub-command to `studyhall slack`."""
    actions = parser.add_subparsers(dest="slack_command", required=True, metavar="manifest")
    words = "print the manifest (JSON) that is pasted into Slack when the app is made"
    made = actions.add_parser("manifest", help=words, description=words)
    way = made.add_mutually_exclusive_group()
    way.add_argument("--socket", action="store_true", help="for one workspace over a socket (the default)")
    way.add_argument("--url", metavar="https://…", help="for many workspaces over HTTP, at this address")


async def run(args: Namespace, settings: SlackSettings, tools: OperatorTools, out: TextIO) -> int:
    """Run the sub-command that was parsed; the exit code. Without a way it is the one that is set up.

    Raises:
        OperatorError: it cannot be made.
    """
    from adapters.slack.installing.manifest import manifest

    url = args.url or (settings.url if not args.socket else "")
    made = manifest(await tools.registry(), url or None)
    print(json.dumps(made, ensure_ascii=False, indent=2), file=out)
    return 0
