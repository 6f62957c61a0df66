"""`studyhall doctor`: looks at everything a running Studyhall needs, and says what to do where it is missing."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from bot.app.settings import Settings, SettingsError, SlackDoor
from bot.chat.checks import Check, lines_of
from bot.chat.requests import Place
from bot.database.errors import DatabaseError
from bot.questions.findings import BankError
from bot.questions.load import load_bank

# This module is loaded for its parser at every start, so what looks is loaded by what looks.
if TYPE_CHECKING:
    from bot.membership.reach import KnownPlace

Examination: TypeAlias = Callable[
    [Settings, tuple[Place, ...], Callable[[], datetime]], Awaitable[tuple[Check, ...]]
]
"""What a platform finds, given the settings, the places there in which groups meet, and the clock."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `doctor` to the command line's parser."""
    words = "look at settings, database, questions and platforms, and say what to do about each fault"
    subparsers.add_parser("doctor", help=words, description=words)


async def run(read: Callable[[], Settings], content: Path, clock: Callable[[], datetime], out: TextIO) -> int:
    """Print what was found; the exit code is 1 where there is a fault, else 0. ``content`` is the shipped bank."""
    try:
        settings = read()
    except SettingsError as error:
        return _report([Check("Settings", error.said, error.remedy)], out)
    checks = [Check("Settings", "understood")]
    found, known = await _database(settings)
    checks += found
    checks += _bank(settings.content or content, clock)
    for name, is_set, examine in PLATFORMS:
        if is_set(settings):
            there = tuple(Place(p.platform, p.tenant, p.channel, p.name) for p in known if p.platform == name)
            checks += await examine(settings, there, clock)
        else:
            checks.append(Check(name.capitalize(), "no token is set, so it is left alone"))
    return _report(checks, out)


async def _database(settings: Settings) -> tuple[list[Check], tuple[KnownPlace, ...]]:
    from bot.database.inspection import inspect
    from bot.membership.reach import KNOWN_PLACES, KnownPlace

    try:
        seen = await inspect(settings.database_url, KNOWN_PLACES)
    except DatabaseError as error:
        return [Check("Database", error.said, error.remedy)], ()
    if seen.revision is None:
        return [Check("Database", "there is none yet; the first start makes it")], ()
    state = (
        "up to date" if seen.is_current else "older than this version; the next start brings it up to date"
    )
    checks = [Check("Database", f"readable, its tables are {state}")]
    places = tuple(KnownPlace(*row) for row in seen.rows)
    checks += [
        Check(f"Place #{p.name or p.channel} ({p.platform})", "paused: the bot lost it", p.paused_because)
        for p in places
        if p.paused_because
    ]
    return checks, places


def _bank(content: Path, clock: Callable[[], datetime]) -> list[Check]:
    from bot.bank_tools.check import check

    try:
        bank = load_bank(content)
    except BankError as error:
        return [Check("Question bank", _errors(len(error.problems)), f"{error.problems[0]}")]
    errors = [each for each in check(content, clock().date()) if each.is_error]
    if errors:
        remedy = f"{errors[0]} (`studyhall content check` names them all)"
        return [Check("Question bank", _errors(len(errors)), remedy)]
    return [Check("Question bank", f"{len(bank.items):,} questions")]


def _errors(number: int) -> str:
    return f"{number} error{'' if number == 1 else 's'}"


async def _examine_discord(
    settings: Settings, places: tuple[Place, ...], clock: Callable[[], datetime]
) -> tuple[Check, ...]:
    from adapters.discord.commands import commands
    from adapters.discord.doctor import examine
    from bot.app.run import registry_of

    shards = settings.discord_shards
    return await examine(
        settings.discord_token,
        clock,
        made=commands(await registry_of(settings)),
        shard_count=shards.count if shards else None,
        places=places,
    )


async def _examine_slack(
    settings: Settings, places: tuple[Place, ...], clock: Callable[[], datetime]
) -> tuple[Check, ...]:
    if settings.slack is SlackDoor.HTTP:
        return (
            Check(
                "Slack", f"set up over HTTP at {settings.slack_url}; each workspace has a token of its own"
            ),
        )
    from adapters.slack.doctor import examine

    return await examine(settings.slack_bot_token, settings.slack_app_token, clock, places=places)


PLATFORMS: tuple[tuple[str, Callable[[Settings], bool], Examination], ...] = (
    ("discord", lambda settings: bool(settings.discord_token), _examine_discord),
    ("slack", lambda settings: settings.slack is not SlackDoor.NONE, _examine_slack),
)
"""The platforms that can be looked at: a name, whether it is set up, and what looks."""


def _report(checks: list[Check], out: TextIO) -> int:
    for line in lines_of(checks):
        print(line, file=out)
    faults = sum(each.is_fault for each in checks)
    print("Everything is well." if not faults else f"{faults} fault{'s' if faults > 1 else ''}.", file=out)
    return 1 if faults else 0
