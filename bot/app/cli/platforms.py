"""`studyhall <platform> ...`: the commands that each adapter brings, and what the app hands them."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TextIO

from bot.app.platforms import PLATFORMS
from bot.app.settings import Settings
from bot.chat.factory import Facts, OperatorTools


def add_parsers(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add each platform's command to the command line's parser."""
    for each in PLATFORMS:
        each.add_arguments(subparsers.add_parser(each.name, help=each.about))


async def run(
    args: argparse.Namespace, settings: Settings, clock: Callable[[], datetime], out: TextIO
) -> int:
    """Run the platform's command that was parsed; the exit code. ``clock`` gives aware UTC.

    Raises:
        OperatorError: it cannot be done.
    """
    (platform,) = (each for each in PLATFORMS if each.name == args.command)
    return await platform.run_command(args, settings.of(platform), tools(settings, clock), out)


def tools(settings: Settings, clock: Callable[[], datetime]) -> OperatorTools:
    """What a platform's commands and its examination work with."""
    from bot.app.run import registry_of
    from bot.app.samples import samples_of

    return OperatorTools(
        clock,
        partial(registry_of, settings),
        partial(_facts, settings.database_url, clock),
        partial(samples_of, settings),
    )


@asynccontextmanager
async def _facts(url: str, clock: Callable[[], datetime]) -> AsyncIterator[Facts | None]:
    from bot.database.engine import Database
    from bot.database.errors import DatabaseBusyError
    from bot.database.facts import Facts

    try:
        database = await Database.open(url)
    except DatabaseBusyError:
        database = None
    if database is None:
        yield None
        return
    try:
        await database.migrate()
        yield Facts(database, clock)
    finally:
        await database.close()
