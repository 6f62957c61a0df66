"""`studyhall doctor`: looks at everything a running Studyhall needs, and says what to do where it is missing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.app.cli.platforms import tools
from bot.app.platforms import PLATFORMS
from bot.app.settings import Settings
from bot.chat.errors import OperatorError
from bot.chat.operators.checks import Check, lines_of
from bot.chat.operators.settings import SettingsError
from bot.chat.requests import Place
from bot.chat.words import counted
from bot.database.errors import DatabaseError
from bot.questions.findings import BankError
from bot.questions.load import load_bank

# This module is loaded for its parser at every start, so what looks is loaded by what looks.
if TYPE_CHECKING:
    from bot.membership.reach import KnownPlace


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
    for each in PLATFORMS:
        its, what = settings.of(each), each.name.capitalize()
        there = tuple(
            Place(p.platform, p.tenant, p.channel, p.name) for p in known if p.platform == each.name
        )
        try:
            if its.is_set:
                checks += await each.examine(its, tools(settings, clock), there)
            else:
                checks.append(Check(what, "no token is set, so it is left alone"))
        except OperatorError as error:
            checks.append(Check(what, error.said, error.remedy))
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
        return [Check("Question bank", counted(len(error.problems), "error"), f"{error.problems[0]}")]
    errors = [each for each in check(content, clock().date()) if each.is_error]
    if errors:
        remedy = f"{errors[0]} (`studyhall content check` names them all)"
        return [Check("Question bank", counted(len(errors), "error"), remedy)]
    return [Check("Question bank", f"{len(bank.items):,} questions")]


def _report(checks: list[Check], out: TextIO) -> int:
    for line in lines_of(checks):
        print(line, file=out)
    faults = sum(each.is_fault for each in checks)
    print(f"{counted(faults, 'fault')}." if faults else "Everything is well.", file=out)
    return 1 if faults else 0
