"""`studyhall slack manifest`: what is pasted into Slack when the app is made."""

from __future__ import annotations

import argparse
import json
from typing import TextIO

from bot.app.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `slack` with its sub-command to the command line's parser."""
    slack = subparsers.add_parser("slack", help="the app's manifest for Slack")
    actions = slack.add_subparsers(dest="slack_command", required=True, metavar="manifest")
    words = "print the manifest (JSON) that is pasted into Slack when the app is made"
    made = actions.add_parser("manifest", help=words, description=words)
    way = made.add_mutually_exclusive_group()
    way.add_argument("--socket", action="store_true", help="for one workspace over a socket (the default)")
    way.add_argument("--url", metavar="https://…", help="for many workspaces over HTTP, at this address")


async def run(args: argparse.Namespace, settings: Settings, out: TextIO) -> int:
    """Run the sub-command that was parsed; the exit code. Without a way it is the one that is set up.

    Raises:
        OperatorError: it cannot be made.
    """
    from adapters.slack.installing.manifest import manifest
    from bot.app.run import registry_of

    url = args.url or (settings.slack_url if not args.socket else "")
    made = manifest(await registry_of(settings), url or None)
    print(json.dumps(made, ensure_ascii=False, indent=2), file=out)
    return 0
