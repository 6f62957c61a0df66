"""The command line: ``studyhall run`` and ``studyhall content ...``."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import cli_content
from bot.app import CONTENT, RoomError, run, utc_now
from bot.bank.findings import BankError
from bot.daily.demo import DemoError
from bot.settings import Settings, SettingsError
from bot.store.database import DatabaseError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. 2 is a mistake in how it was called or set up, told in one line."""
    parser = argparse.ArgumentParser(
        prog="studyhall", description="A study-group bot with daily questions and blind votes."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|content")
    commands.add_parser("run", help="start the bot with the local room")
    cli_content.add_parser(commands)
    args = parser.parse_args(argv)
    try:
        settings = Settings.read(os.environ, Path(".env"))
        if args.command == "content":
            return cli_content.run(args, settings.content or CONTENT, utc_now().date(), sys.stdout)
        logging.basicConfig(
            level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        for noisy in ("apscheduler", "alembic"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        asyncio.run(_run(settings))
    except (SettingsError, DatabaseError, BankError, RoomError, DemoError) as error:
        print(f"studyhall: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


async def _run(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopping.set)
    await run(settings, stopping, lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main())
