"""Boards of 5,000 members beside one of 50, over 10,000 and over a million ledger entries.

Each `/leaderboard` is timed in the process, from its arrival at the dispatcher to its reply: the top, one's own rank and
neighbours, and in friendly groups the week's goal. Everybody who asks is somebody else.
"""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text, update

from bot.app.run import App, open_app, utc_now
from bot.chat.cards import Private, Table
from bot.chat.requests import Identity, Invoke, Place, Request
from bot.groups.model import Tone
from bot.groups.store import attach_place, create_group
from bot.settings import Settings
from bot.standings.upkeep import rebuild
from bot.store.tables import groups, identities, members, people
from bot.store.transaction import Transaction

SIZES = {1: 5000, 2: 50}
"""Members by group."""
LEDGERS = (10_000, 1_000_000)
REQUESTS = 300
DAYS = 28
GROUP = {"name": "Board", "zone": "UTC", "at_minute": 540, "weekdays": 31, "topics": [], "state": "active"}

# One statement: a million rows that travel from Python one by one would take most of a minute.
ENTRIES = text("""
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :rows)
    INSERT INTO ledger (key, group_id, member_id, board, topic, reason, points, out_of, local_date, at)
    SELECT 'bench:' || :group_id || ':' || n, :group_id, :first + n % :size, 'points',
           CASE n / :size % 2 WHEN 0 THEN :topic ELSE '' END, 'bench', 1 + (n * 2654435761) % 9, 0,
           date(:day, '-' || (n / :size % :days) || ' days'), :at
    FROM numbers
""")


async def measure_boards(folder: Path) -> list[str]:
    """Fill a database of each size and time 300 requests of each kind; the figures as lines."""
    lines: list[str] = []
    for rows in LEDGERS:
        settings = Settings(port=0, database_url=f"sqlite:///{folder}/boards{rows}.db", demo=False)
        started = time.perf_counter()
        app = await open_app(settings)
        await _fill(app, rows)
        await (
            app.stop()
        )  # what was filled in moves into the file, as it would have in the months it stands for
        app = await open_app(settings)
        try:
            lines.append(
                f"boards: {rows:,} ledger entries filled and counted in {time.perf_counter() - started:.1f} s"
            )
            for tone in (Tone.COMPETITIVE, Tone.FRIENDLY):
                await app.database.write(lambda c, tone=tone: _set_tone(c, tone))  # type: ignore[misc]
                lines += [await _measure(app, group, tone, rows) for group in SIZES]
        finally:
            await app.stop()
    return lines


async def _set_tone(tx: Transaction, tone: Tone) -> None:
    await tx.execute(update(groups).values(tone=tone.value))


async def _measure(app: App, group: int, tone: Tone, rows: int) -> str:
    size, taken = SIZES[group], []
    for n in range(REQUESTS + 20):
        who = Identity("local", "room", f"g{group}m{(n * 7919) % size}", "")
        what = Invoke("leaderboard", {"period": "all"})
        request = Request(f"{group}:{n}:{tone}", utc_now(), who, _place(group), what)
        started = time.perf_counter()
        reply = await app.dispatcher.handle(request)
        taken.append(time.perf_counter() - started)
        assert isinstance(reply, Private)
        assert any(isinstance(block, Table) for block in reply.card.blocks), reply
    return f"/leaderboard of {size:,} members, {tone.value}, {rows:,} ledger entries: {_figures(taken[20:])}"


def _figures(taken: Sequence[float]) -> str:
    ordered = sorted(taken)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"median {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms of {len(ordered)}"


def _place(group: int) -> Place:
    return Place("local", "room", f"board{group}", f"board{group}")


async def _fill(app: App, rows: int) -> None:
    now = utc_now()
    topic = app.bank.topics.roots[0].id

    async def work(tx: Transaction) -> None:
        first = 1
        for group, size in SIZES.items():
            await _people(tx, group, first, size, now)
            share = rows * size // sum(SIZES.values())
            await _entries(tx, group, first, size, share, topic, now)
            await rebuild(tx, group)
            first += size

    await app.database.write(work)


async def _people(tx: Transaction, group: int, first: int, size: int, now: datetime) -> None:
    values = {**GROUP, "tone": "friendly", "next_at": now + timedelta(days=1), "created_at": now}
    assert await create_group(tx, values) == group
    await attach_place(tx, group, _place(group), now)
    ids = range(first, first + size)
    await tx.execute(insert(people), [{"id": i, "zone": "", "created_at": now} for i in ids])
    await tx.execute(
        insert(identities),
        [
            {
                "platform": "local",
                "tenant": "room",
                "user": f"g{group}m{i - first}",
                "name": f"M{i}",
                "person_id": i,
            }
            for i in ids
        ],
    )
    await tx.execute(
        insert(members),
        [
            {"id": i, "group_id": group, "person_id": i, "name": f"M{i}", "joined_at": now, "seen_at": now}
            for i in ids
        ],
    )


async def _entries(
    tx: Transaction, group: int, first: int, size: int, rows: int, topic: str, now: datetime
) -> None:
    day: date = now.date()
    values = {"rows": rows, "group_id": group, "first": first, "size": size, "topic": topic, "days": DAYS}
    at = now.replace(tzinfo=None).isoformat(" ")
    await tx.execute(ENTRIES, {**values, "day": day.isoformat(), "at": at})
