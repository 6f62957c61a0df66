"""`studyhall move --to URL`: all data from the database in use to another one, between SQLite and PostgreSQL and back."""

from __future__ import annotations

import argparse
from typing import TextIO


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `move` to the command line's parser."""
    words = "copy everything to another, empty database; Studyhall must not run"
    parser = subparsers.add_parser("move", help=words, description=words)
    parser.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="its address: postgresql://user:password@host/name, or sqlite:///path",
    )


async def run(args: argparse.Namespace, url: str, out: TextIO) -> int:
    """Move what ``url`` holds, and say what was moved; the exit code.

    Raises:
        DatabaseError: it cannot be moved, and why.
    """
    import bot.app.features  # noqa: F401  (every room's tables)
    from bot.database.moving import move
    from bot.database.schema import metadata

    rows = await move(url, args.to, metadata.sorted_tables)
    for table, number in rows.items():
        if number:
            print(f"{number:>12,}  {table}", file=out)
    print(
        f"{sum(rows.values()):,} rows of {len(rows)} tables were copied, read back and found the same.\n"
        "Set STUDYHALL_DATABASE_URL to the new address, and start Studyhall. The old database is as it was: keep it for\n"
        "some days, then delete it. Do not start Studyhall on it again: what it has not sent would be sent twice.",
        file=out,
    )
    return 0
