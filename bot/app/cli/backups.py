"""`studyhall backup FILE` and `studyhall restore FILE`: a copy of the SQLite file, and the way back."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.chat.errors import OperatorError

COMMANDS = ("backup", "restore")


def add_parsers(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands to the command line's parser."""
    for name, words, file in (
        ("backup", "copy the database to a new file; Studyhall may be running", "the file to make"),
        ("restore", "put a backup in the place of the database; Studyhall must not run", "the backup"),
    ):
        parser = subparsers.add_parser(name, help=words, description=words)
        parser.add_argument("file", type=Path, metavar="FILE", help=file)


def run(args: argparse.Namespace, url: str, now: Callable[[], datetime], out: TextIO) -> int:
    """Run the command that was parsed; the exit code.

    Raises:
        OperatorError: it cannot be done, and why.
    """
    from bot.database.addresses import parse_url
    from bot.database.copies import back_up, restore

    parsed = parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        raise OperatorError(
            f"`studyhall {args.command}` copies SQLite files, and the data are on a PostgreSQL server.",
            "Use pg_dump and pg_restore, or your provider's backups.",
        )
    path = Path(parsed.database or "")
    if args.command == "backup":
        size = back_up(path, args.file)
        print(
            f"{path} was copied to {args.file} ({size / 2**20:,.1f} MB), and the copy was read through.",
            file=out,
        )
        return 0
    kept = restore(args.file, path, now())
    print(f"{path} now holds what {args.file} holds.", file=out)
    if kept is not None:
        print(f"What it held before is in {kept}.", file=out)
    return 0
