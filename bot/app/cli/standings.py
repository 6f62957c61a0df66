"""`studyhall standings check` and `studyhall standings rebuild`: do the boards agree with the ledger?"""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, TextIO

from bot.chat.words import counted

# This module is loaded for its parser at every start; what it does is rare.
if TYPE_CHECKING:
    from bot.database.engine import Database

_count = partial(counted, grouped=True)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `standings` with its two sub-commands to the command line's parser."""
    standings = subparsers.add_parser("standings", help="compare the boards with the ledger of points")
    actions = standings.add_subparsers(dest="standings_command", required=True, metavar="check|rebuild")
    for name, words in (
        ("check", "recount every board from the ledger and print what differs"),
        ("rebuild", "write the boards from the ledger again where they differ"),
    ):
        actions.add_parser(name, help=words, description=words)


async def run(args: argparse.Namespace, url: str, out: TextIO) -> int:
    """Run the sub-command that was parsed; the exit code is 1 where a check found something, else 0.

    Raises:
        DatabaseError: the database cannot be used, or another process works on it.
    """
    from bot.database.engine import Database
    from bot.features.points.upkeep import group_ids

    database = await Database.open(url)
    try:
        await database.migrate()
        ids = await database.read(group_ids)
        if args.standings_command == "rebuild":
            return await _rebuild(database, ids, out)
        return await _check(database, ids, out)
    finally:
        await database.close()


async def _check(database: Database, ids: tuple[int, ...], out: TextIO) -> int:
    from bot.features.points.upkeep import drift

    found = 0
    for group_id in ids:
        for each in await database.read(partial(drift, group_id=group_id), later=True):
            print(each.line, file=out)
            found += 1
    if found:
        differ = "differs" if found == 1 else "differ"
        print(f"{_count(found, 'total')} {differ}. `studyhall standings rebuild` mends this.", file=out)
        return 1
    print(f"The boards of {_count(len(ids), 'group')} agree with the ledger.", file=out)
    return 0


async def _rebuild(database: Database, ids: tuple[int, ...], out: TextIO) -> int:
    from bot.features.points.upkeep import rebuild

    mended = 0
    for group_id in ids:
        mended += await database.write(partial(rebuild, group_id=group_id), later=True)
    print(f"{_count(mended, 'total')} mended, from the ledger of {_count(len(ids), 'group')}.", file=out)
    return 0
