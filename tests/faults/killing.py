"""Real kills: a process that votes is killed (SIGKILL) again and again; every vote that it was told of must be there."""

import asyncio
import random
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.app.run import App
from bot.features.daily.advance import advance
from bot.features.daily.tables import answers, ballots, rounds, votes
from bot.features.points.tables import ledger
from bot.features.points.upkeep import drift
from bot.membership.tables import groups, identities, members, people, places
from tests.bench.filling import NOW, account, answer, group, opened, put, question, round_
from tests.faults.serving import ROOT
from tests.faults.voting import AUTHORS, VOTERS, helped, place_of, voter
from tests.faults.worker import say

EACH = VOTERS + AUTHORS


@dataclass(frozen=True, slots=True)
class Killed:
    """What a run came to: acknowledged votes, kills, and faults as sentences."""

    told: int
    kills: int
    seconds: float
    faults: tuple[str, ...]


async def kill_voters(url: str, folder: Path, *, votes: int, kills: int, seed: int) -> Killed:
    """Let so many votes be cast on an empty database, with so many kills at moments that the seed chooses."""
    count = -(-votes // (VOTERS * AUTHORS))
    app = await opened(url)
    await _fill(app, count)
    await app.stop()
    chance, told, began = random.Random(seed), folder / "told", time.perf_counter()
    every = count * VOTERS * AUTHORS
    moments = sorted(chance.randrange(every) for _ in range(kills))
    for number, (before, moment) in enumerate(zip([0, *moments], moments, strict=False)):
        await _killed_after(url, told, f"{seed}:{number}", count, moment - before)
        say(f"{number + 1} kills, {len(_told(told)):,} votes, {time.perf_counter() - began:.0f} s")
    await _killed_after(url, told, f"{seed}:last", count, None)
    app = await opened(url, lambda: NOW + timedelta(days=2))
    try:
        faults = await _faults(app, told, count)
    finally:
        await app.stop()
    return Killed(len(_told(told)), kills, time.perf_counter() - began, faults)


async def _killed_after(url: str, told: Path, seed: str, count: int, more: int | None) -> None:
    """Run a process that votes, until it has told of so many more; to its end where None is said."""
    first = max(len(_told(told)) // (VOTERS * AUTHORS), 1)  # the first in which somebody may have a vote left
    command = (sys.executable, "-m", "tests.faults.voting", url, str(told), seed, str(first), str(count))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    last = b""
    while line := await process.stdout.readline():
        last = line.strip()
        if more is not None and last.isdigit() and int(last) >= more:
            process.kill()
    assert (last == b"all" and await process.wait() == 0) or more is not None, last
    await process.wait()


def _told(told: Path) -> list[str]:
    return told.read_text().splitlines() if told.exists() else []


async def _fill(app: App, count: int) -> None:
    """So many groups of the same people; in each a question that all of the six authors answered is voted on."""
    day, asked = timedelta(days=1), question()
    numbers = range(1, EACH + 1)
    made = [group(n, place_of(n)) for n in range(1, count + 1)]
    voting = {"state": "voting", "ballot": "approval", "voting_at": NOW}
    voting |= {"votes_close_at": NOW + day, "next_at": NOW + day}
    await put(
        app.database,
        [
            (groups, [each[0][1][0] | {"next_at": NOW + 9 * day} for each in made]),
            (places, [each[1][1][0] for each in made]),
            (people, [{"id": n, "zone": "", "created_at": NOW} for n in numbers]),
            (
                identities,
                [
                    {
                        "platform": w.platform,
                        "tenant": w.tenant,
                        "user": w.user,
                        "name": w.name,
                        "person_id": n,
                    }
                    for n in numbers
                    for w in (voter(n),)
                ],
            ),
        ],
    )
    for n in range(1, count + 1):
        ids = [(n - 1) * EACH + each for each in numbers]
        await put(
            app.database,
            [
                (
                    members,
                    [
                        {"id": id_, "group_id": n, "person_id": p, "name": account(p).name}
                        | {"joined_at": NOW, "seen_at": NOW}
                        for id_, p in zip(ids, numbers, strict=True)
                    ],
                ),
                (rounds, [round_(n, n, NOW - day, asked) | voting]),
                (answers, [answer(n, id_) for id_ in ids[-AUTHORS:]]),
            ],
        )


async def _faults(app: App, told: Path, count: int) -> tuple[str, ...]:
    """Reveal every round, and compare what was told with what there is."""
    found: list[str] = []
    kept = {
        (row.member_id, row.answer_id): row.helped
        for row in await app.database.read(
            lambda tx: tx.execute(select(votes.c.member_id, votes.c.answer_id, votes.c.helped))
        )
    }
    lines = [tuple(map(int, line.split())) for line in _told(told)]
    lost = sum(kept.get((member, answer_)) is not bool(said) for member, answer_, said in lines)
    if lost:
        found.append(f"{lost} acknowledged votes are lost")
    if len({each[:2] for each in lines}) != len(lines):
        found.append("a vote was told of twice")
    wrong = sum(said is not None and said != helped(*key) for key, said in kept.items())
    if wrong:
        found.append(f"{wrong} votes are not as they were cast")
    steps = await app.database.read(lambda tx: tx.execute(select(ballots.c.steps)))
    decided = sum(said is not None for said in kept.values())
    if sum(steps.scalars()) != decided:
        found.append("the ballots count other votes than there are")
    while await advance(app.services, NOW + timedelta(days=2)):
        pass
    awarded = await app.database.read(
        lambda tx: tx.execute(select(ledger.c.key).where(ledger.c.reason == "ballot"))
    )
    if len(awarded.scalars()) != count * VOTERS:
        found.append(f"{len(awarded.scalars())} ballots are awarded, not {count * VOTERS}")
    for group_id in range(1, count + 1):
        drifted = await app.database.read(lambda tx, g=group_id: drift(tx, g))  # type: ignore[misc]
        found += [each.line for each in drifted]
    return tuple(found)
