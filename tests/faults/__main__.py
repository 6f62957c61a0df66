"""`make faults`: stories in which everything goes wrong that can, and processes that are killed while they vote.

Each story is a few days of a group, told by a seed in virtual time on the real app; whatever a seed finds, it finds again.
"""

import argparse
import asyncio
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bot.app.run import steady_memory
from tests.bench.filling import bank
from tests.faults.killing import kill_voters
from tests.faults.story import DAYS, Lived, fill, live
from tests.support.databases import PostgresServer, postgres

DATABASES = ("sqlite", "postgres")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make faults ARGS=...", description=__doc__)
    parser.add_argument("--seeds", default="0:100", metavar="FROM:TO", help="the seeds of the stories")
    parser.add_argument("--database", choices=DATABASES, action="append", help="one kind alone")
    parser.add_argument("--show", action="store_true", help="print what happens in each story")
    parser.add_argument("--jobs", type=int, default=1, help="stories told at once")
    parser.add_argument("--kills", type=int, default=10, help="how often a process that votes is killed")
    parser.add_argument(
        "--votes", type=int, default=12_000, help="how many votes it casts; 0 leaves that out"
    )
    args = parser.parse_args(argv)
    first, _, end = args.seeds.partition(":")
    seeds = range(int(first), int(end or int(first) + 1))
    good = True
    for kind in args.database or DATABASES:
        with _databases(kind) as (template, folder, server):
            good &= _stories(
                kind, seeds, partial(_lived, template, folder, server), args.jobs, show=args.show
            )
            if args.votes:
                good &= _kills(kind, folder, server, args.votes, args.kills, seeds.start)
    return 0 if good else 1


@contextmanager
def _databases(kind: str) -> Iterator[tuple[str, Path, PostgresServer | None]]:
    """A database to copy for each story, a folder for files, and the server where there is one."""
    with tempfile.TemporaryDirectory(prefix="studyhall-") as made:
        folder = Path(made)
        if kind == "sqlite":
            template = f"sqlite:///{folder}/template.db"
            asyncio.run(fill(template))
            yield template, folder, None
            return
        with postgres(durable=False) as server:
            asyncio.run(server.run("CREATE DATABASE story TEMPLATE template0"))
            asyncio.run(fill(server.url("story")))
            yield "story", folder, server


def _lived(template: str, folder: Path, server: PostgresServer | None, seed: int) -> Lived:
    logging.disable(logging.CRITICAL)  # a story is full of errors
    if server is not None:
        url = asyncio.run(server.create(template))
        lived = live(url, seed)
        asyncio.run(server.drop(url))
        return lived
    here = folder / f"{seed}"
    here.mkdir()
    shutil.copyfile(template.removeprefix("sqlite:///"), here / "story.db")
    lived = live(f"sqlite:///{here}/story.db?synchronous=off", seed)
    shutil.rmtree(here)
    return lived


def _stories(kind: str, seeds: range, lived: "partial[Lived]", jobs: int, *, show: bool) -> bool:
    began, wrong, votes, answers, excused, deaths = time.perf_counter(), 0, 0, 0, 0, 0
    bank()
    steady_memory()
    with ProcessPoolExecutor(jobs) as pool:
        for number, each in enumerate((pool.map(lived, seeds) if jobs > 1 else map(lived, seeds)), 1):
            votes, answers, deaths = votes + each.votes, answers + each.answers, deaths + each.deaths
            excused += each.excused
            if show:
                print("\n".join(each.told))
            for fault in each.faults:
                print(f"{kind}, seed {each.seed}: {fault}", flush=True)
            if each.faults:
                wrong += 1
                print(
                    f"    python -m tests.faults --seeds {each.seed} --database {kind} --votes 0 --show",
                    flush=True,
                )
            if number % 50 == 0:
                print(
                    f"{kind}: {number} stories, {time.perf_counter() - began:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
    print(
        f"{kind}, seeds {seeds.start} to {seeds.stop - 1}: {len(seeds) * (DAYS + 1):,} days, {answers:,} answers and "
        f"{votes:,} votes acknowledged, {deaths:,} processes dead; {wrong} seeds with faults"
        f" ({excused} posts stand twice after a death by a wrong clock, as is said in tests/faults/far.py)",
        flush=True,
    )
    return not wrong


def _kills(kind: str, folder: Path, server: PostgresServer | None, votes: int, kills: int, seed: int) -> bool:
    url = f"sqlite:///{folder}/votes.db" if server is None else asyncio.run(server.create())
    ended = asyncio.run(kill_voters(url, folder, votes=votes, kills=kills, seed=seed))
    print(
        f"{kind}, seed {seed}: {ended.told:,} votes acknowledged over {ended.kills} kills in {ended.seconds:.0f} s, "
        f"{len(ended.faults)} faults"
    )
    print(*ended.faults, sep="\n", end="\n" if ended.faults else "")
    return not ended.faults


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main())
