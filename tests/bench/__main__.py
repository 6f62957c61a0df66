"""`make bench`: every figure beside what it is measured against in the same run, on the same machine."""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from bot.app.watching import logs
from tests.bench import (
    boards,
    counts,
    growth,
    morning,
    page,
    pairing,
    quiz,
    replies,
    room,
    sending,
    start,
    together,
    votes,
)
from tests.bench.discord import both as discord
from tests.bench.rows import Row, table, to_json

Subject: TypeAlias = Callable[[Path, bool], Awaitable[list[Row]]]

SUBJECTS: dict[str, Subject] = {
    "votes": votes.on_sqlite,
    "votes-postgres": votes.on_postgres,
    "replies": replies.measure,
    "boards": boards.measure,
    "growth": growth.measure,
    "morning": morning.measure,
    "sending": sending.measure,
    "together": together.measure,
    "quiz": quiz.measure,
    "pairing": pairing.measure,
    "discord": discord.measure,
    "start": start.measure,
    "room": room.measure,
    "page": page.measure,
    "statements": counts.measure,
}
"""What is measured, by name; each gets a folder for its files, and whether it is to be quick."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    parser.add_argument(
        "--only",
        action="append",
        choices=list(SUBJECTS),
        metavar="NAME",
        help=f"one of {', '.join(SUBJECTS)}",
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes, in less than a minute")
    args = parser.parse_args(argv)
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, of which "
        f"{os.getloadavg()[0]:.1f} were busy before; a ratio is the value over the baseline"
    )
    rows: list[Row] = []
    for name in args.only or SUBJECTS:
        started = time.perf_counter()
        with (
            tempfile.TemporaryDirectory(prefix="studyhall-") as folder,
            (Path(folder) / "log").open("w") as log,
        ):
            logs.configure("info", log, json=True)  # as in a running process, its lines are made and written
            rows += asyncio.run(_measure(SUBJECTS[name], Path(folder), args.quick))
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(table(rows))
    if args.json is not None:
        args.json.write_text(to_json(rows), encoding="utf-8")
    return 0


async def _measure(subject: Subject, folder: Path, quick: bool) -> list[Row]:
    return await subject(folder, quick)


if __name__ == "__main__":
    sys.exit(main())
