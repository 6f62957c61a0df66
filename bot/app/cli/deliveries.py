"""`studyhall deliveries list|retry|drop`: the messages that are kept, in doubt or failing, without a word of them or a name."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TextIO

from bot.chat.errors import OperatorError

# This module is loaded for its parser at every start; what it does is rare.
if TYPE_CHECKING:
    from bot.database.engine import Database
    from bot.outbox.operating import TroubledDelivery

MOST = 100
ALL = 1_000_000_000


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `deliveries` with its three sub-commands to the command line's parser."""
    words = "messages that are kept, in doubt or failing; Studyhall may be running"
    deliveries = subparsers.add_parser("deliveries", help=words, description=words)
    actions = deliveries.add_subparsers(dest="deliveries_command", required=True, metavar="list|retry|drop")
    for name, words in (
        ("list", "show them, the oldest first, with the reason"),
        ("retry", "try some at once; each keeps its key, and what is in doubt is looked for first"),
        ("drop", "give some up for good"),
    ):
        parser = actions.add_parser(name, help=words, description=words)
        parser.add_argument("--reason", help="only those with this reason, as the list shows it")
        if name == "list":
            parser.add_argument("--most", type=int, default=MOST, help=f"show so many, not {MOST}")
        else:
            parser.add_argument("ids", nargs="*", type=int, metavar="ID", help="a number of the list")


async def run(args: argparse.Namespace, url: str, now: datetime, out: TextIO) -> int:
    """Run the sub-command that was parsed; the exit code.

    Raises:
        OperatorError: it is not said which are meant.
        DatabaseError: the database cannot be used.
    """
    from bot.database.engine import Database

    command = args.deliveries_command
    if command != "list" and bool(args.ids) == bool(args.reason):
        raise OperatorError(
            f"It is not said which deliveries to {command}.",
            f"Name their numbers, or a reason: studyhall deliveries {command} --reason “no access”.",
        )
    database = await Database.open(url, beside=True)
    try:
        await database.migrate()
        if command == "list":
            return await _list(database, args.most, args.reason, now, out)
        return await _change(database, args, now, out)
    finally:
        await database.close()


async def _list(database: Database, most: int, reason: str | None, now: datetime, out: TextIO) -> int:
    from bot.outbox.operating import troubled_deliveries

    found = await database.read(partial(troubled_deliveries, now=now, most=most, reason=reason))
    for each in found:
        print(_line(each, now), file=out)
    if not found:
        print("No message is kept, in doubt or failing.", file=out)
    for (trouble, why), number in Counter((each.trouble, each.reason) for each in found).most_common():
        print(f"{number:,} {trouble}{f': {why}' if why else ''}", file=out)
    if len(found) == most:
        print(f"These are the oldest {most}; --most shows more.", file=out)
    return 0


async def _change(database: Database, args: argparse.Namespace, now: datetime, out: TextIO) -> int:
    from bot.outbox.operating import drop_deliveries, retry_deliveries, troubled_deliveries

    ids = args.ids
    if args.reason:
        look = partial(troubled_deliveries, now=now, most=ALL, reason=args.reason)
        ids = [each.id for each in await database.read(look)]
    change: Callable[..., object]
    change, words = (
        (retry_deliveries, "tried at once")
        if args.deliveries_command == "retry"
        else (drop_deliveries, "given up")
    )
    done = await database.write(partial(change, ids=ids, now=now))
    print(f"{done:,} of {len(ids):,} {'is' if done == 1 else 'are'} {words}.", file=out)
    if done < len(ids):
        print("What is settled, or being sent at this moment, is left alone.", file=out)
    return 0


def _line(each: TroubledDelivery, now: datetime) -> str:
    kind = each.kind.partition(":")[0]
    return (
        f"{each.id:>8}  {each.trouble:<10}  {each.platform:<8}  {kind:<12}  {_age(now - each.created_at):>6}  "
        f"tries {each.attempt:<3}  {each.reason}"
    ).rstrip()


def _age(passed: timedelta) -> str:
    minutes = max(passed // timedelta(minutes=1), 0)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
