"""The command line: ``studyhall run``, ``setup``, ``doctor``, ``content ...``, ``backup``, ``move``, and more."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from bot.app.settings import Settings

DOTENV = Path(".env")
"""Where settings stand beside the environment: in the folder in which a command is called."""

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended, as shells count it: 128 and the number of SIGINT."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. 2 is a mistake in how it was called or set up, told in one line.

    Ctrl-C is met calmly from the first moment on; once the room stands, it is the usual way to stop.
    """
    try:
        return _call(argv)
    except KeyboardInterrupt:
        print("studyhall: stopped; nothing is lost.", file=sys.stderr)
        return INTERRUPTED


def version() -> str:
    """This version's number, as it was installed."""
    from importlib import metadata

    return metadata.version("studyhall")


class _Version(argparse.Action):
    """Prints the version and ends; no start waits for it or fails by it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"studyhall {version()}")
        parser.exit()


def _call(argv: Sequence[str] | None) -> int:
    # Most of a start goes into imports, so they stand where main() meets an interruption, and the most of them last.
    from bot.app.cli import backups as cli_backups
    from bot.app.cli import content as cli_content
    from bot.app.cli import deliveries as cli_deliveries
    from bot.app.cli import doctor as cli_doctor
    from bot.app.cli import moving as cli_moving
    from bot.app.cli import platforms as cli_platforms
    from bot.app.cli import standings as cli_standings
    from bot.app.settings import Settings
    from bot.chat.errors import NotKeptError, OperatorError

    parser = argparse.ArgumentParser(
        prog="studyhall", description="A study-group bot with daily questions and blind votes."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the bot with the local room")
    words = "connect the bot to a platform: asks for what is needed, tries it, and writes .env"
    commands.add_parser("setup", help=words, description=words)
    cli_doctor.add_parser(commands)
    cli_content.add_parser(commands)
    cli_standings.add_parser(commands)
    cli_deliveries.add_parser(commands)
    cli_backups.add_parsers(commands)
    cli_moving.add_parser(commands)
    cli_platforms.add_parsers(commands)
    commands.metavar = "|".join(commands.choices)
    args = parser.parse_args(argv)

    def read() -> Settings:
        return Settings.read(os.environ, DOTENV)

    if args.command == "doctor":
        return _doctor(read)
    try:
        if args.command == "setup" and not _set_up():
            return 0
        return _do(args, read())
    except OperatorError as error:
        said = str(error)
    except NotKeptError as error:
        said = f"The database cannot be used ({error}). Look at its disk or server; `studyhall restore FILE` brings a backup back."
    print(f"studyhall: {' '.join(said.split())}", file=sys.stderr)
    return 2


@contextmanager
def _loading() -> Iterator[None]:
    """What is loaded stays: to look through it for garbage, then and ever after, takes time and finds next to nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _do(args: argparse.Namespace, settings: Settings) -> int:
    from bot.app.cli import backups as cli_backups
    from bot.app.cli import content as cli_content
    from bot.app.cli import deliveries as cli_deliveries
    from bot.app.cli import moving as cli_moving
    from bot.app.cli import platforms as cli_platforms
    from bot.app.cli import standings as cli_standings
    from bot.app.cli import usage as cli_usage
    from bot.app.clock import utc_now
    from bot.questions.folder import SHIPPED

    # Copying a file and looking at a bank need none of the rest.
    if args.command in cli_backups.COMMANDS:
        return cli_backups.run(args, settings.database_url, utc_now, sys.stdout)
    if args.command == "content" and args.content_command != "usage":
        return cli_content.run(args, settings.content or SHIPPED, utc_now().date(), sys.stdout)
    with _loading():
        import bot.app.run  # noqa: F401  (with every table, among others)

    match args.command:
        case "content":
            running = cli_usage.run(args, settings.database_url, settings.content or SHIPPED, sys.stdout)
        case "run" | "setup":
            return _until_stopped(settings)
        case "standings":
            running = cli_standings.run(args, settings.database_url, sys.stdout)
        case "deliveries":
            running = cli_deliveries.run(args, settings.database_url, utc_now(), sys.stdout)
        case "move":
            running = cli_moving.run(args, settings.database_url, sys.stdout)
        case _:
            running = cli_platforms.run(args, settings, utc_now, sys.stdout)
    return asyncio.run(running)


def _until_stopped(settings: Settings) -> int:
    from bot.app.platforms import PLATFORMS
    from bot.app.watching import logs

    people = sys.stderr.isatty() if settings.log_json is None else not settings.log_json
    logs.configure(settings.log_level, sys.stderr, json=not people)
    logs.take_what_nobody_caught()
    # While debugging, they would write far more than Studyhall itself.
    for noisy in ("apscheduler", "alembic", *(name for each in PLATFORMS for name in each.loggers)):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # An exception inside the loop's making would leave half a loop behind: until it runs, Ctrl-C is only noted.
    early: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: early.append(number))
    asyncio.run(_run(settings, early))
    return 0


def _set_up() -> bool:
    from bot.app.cli import setup as cli_setup
    from bot.app.clock import utc_now

    logging.disable(logging.ERROR)  # what is found is printed in the doctor's own words
    try:
        return cli_setup.run(cli_setup.this_terminal(), os.environ, DOTENV, utc_now)
    finally:
        logging.disable(logging.NOTSET)


def _doctor(read: Callable[[], Settings]) -> int:
    from bot.app.cli import doctor as cli_doctor
    from bot.app.clock import utc_now
    from bot.questions.folder import SHIPPED

    logging.disable(logging.ERROR)  # what is found is printed in the doctor's own words
    return asyncio.run(cli_doctor.run(read, SHIPPED, utc_now, sys.stdout))


async def _run(settings: Settings, early: list[int]) -> None:
    from bot.app.run import run

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopping.set)
    if early:
        raise KeyboardInterrupt
    await run(settings, stopping, lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main())
