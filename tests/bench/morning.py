"""Ten thousand groups whose question is due in the same minute, and a member who presses a button meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.chat.cards import Private, Reply
from bot.chat.requests import Place, Request
from bot.features.daily.actions import SaveAnswer
from bot.features.daily.advance import advance
from bot.features.daily.tables import rounds
from bot.membership.tables import groups, places
from tests.bench.beats import beating
from tests.bench.filling import NOW, Rows, Values, account, crowd, group, opened, put, question, round_
from tests.bench.requests import submit
from tests.bench.rows import Row, at_least, at_most
from tests.bench.timing import percentile

GROUPS, GROUPS_QUICK = 10_000, 500
CLICKS_APART = 0.02


async def measure(folder: Path, quick: bool) -> list[Row]:
    """Open a round in every group; every 20 ms, somebody in another group saves an answer."""
    count = GROUPS_QUICK if quick else GROUPS
    app = await opened(f"sqlite:///{folder}/morning.db")
    try:
        await put(app.database, _due(count))
        clicks: list[float] = []
        clicking = asyncio.create_task(_clicking(app.dispatcher.handle, clicks))
        async with beating() as beats:
            longest, began = 0.0, time.perf_counter()
            while True:
                before = time.perf_counter()
                moved = await advance(app.services, NOW)
                longest = max(longest, time.perf_counter() - before)
                if not moved:
                    break
            taken = time.perf_counter() - began
        clicking.cancel()
        made = await app.database.read(lambda tx: tx.scalar(select(func.count()).select_from(rounds)))
        assert made == 3 * count + 1
    finally:
        await app.stop()
    name = f"{count:,} groups due at once"
    return [
        Row(f"{name}: made durable", count / taken, "groups/s", None, at_least(500, "value")),
        Row(f"{name}: longest tick", longest, "s", None, at_most(2, "value")),
        Row(f"{name}: a click, p99", percentile(clicks, 0.99) * 1000, "ms", None, at_most(50, "value")),
        *beats.rows(name),
    ]


async def _clicking(handle: Callable[[Request], Awaitable[Reply]], taken: list[float]) -> None:
    while True:
        began = time.perf_counter()
        reply = await handle(
            submit(account(1), SaveAnswer(1), answer="What I think. " * 20, consent="unnamed")
        )
        assert isinstance(reply, Private), reply
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(CLICKS_APART)


def _due(count: int) -> Rows:
    """A group with a member and an open round, and so many in the middle of their week: one closes, one is revealed, one opens."""
    due_ids = range(2, count + 2)
    asked, day = question(), timedelta(days=1)
    first = group(1, Place("local", "room", "study", "study"))
    open_ = round_(1, 1, NOW, asked) | {"state": "open", "closes_at": NOW + day, "next_at": NOW + day}
    due = [group(n, Place("local", "room", f"c{n}", f"c{n}")) for n in due_ids]
    late = {"last_date": (NOW - day).date(), "next_at": NOW}
    return [
        *first,
        *crowd(1, [1]),
        (groups, [made[0][1][0] | late for made in due]),
        (places, [made[1][1][0] for made in due]),
        (rounds, [open_, *_running(due_ids, asked)]),
    ]


def _running(groups_: range, asked: Values) -> list[Values]:
    day = timedelta(days=1)
    of_yesterday = {"state": "open", "closes_at": NOW, "next_at": NOW}
    of_the_day_before = {
        "state": "voting",
        "ballot": "approval",
        "voting_at": NOW - day,
        "votes_close_at": NOW,
        "next_at": NOW,
    }
    return [
        made
        for n in groups_
        for made in (
            round_(2 * n, n, NOW - day, asked) | of_yesterday,
            round_(2 * n + 1, n, NOW - 2 * day, asked) | of_the_day_before,
        )
    ]
