"""The room under a full database: each request goes over HTTP on loopback and is timed to the end of its answer."""

import asyncio
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert

from bot.app.run import App, open_app, utc_now
from bot.chat.actions import Action, encode
from bot.daily.actions import Judge, MyResult, OpenAnswer, OpenBallot, SaveAnswer
from bot.daily.rounds import ask
from bot.settings import Settings
from bot.store.tables import answers, groups, identities, members, people, places, rounds
from bot.store.transaction import Transaction

GROUPS, MEMBERS, ROUNDS = 50, 40, 25
REQUESTS = 500


async def measure_room(folder: Path) -> list[str]:
    """Fill a database and time 500 requests of each kind; one line each."""
    settings = Settings(port=0, database_url=f"sqlite:///{folder}/bench.db", demo=False)
    app = await open_app(settings)
    try:
        started = time.perf_counter()
        await app.database.write(lambda tx: _fill(tx, app))
        filled = time.perf_counter() - started
        await app.start(beating=False)
        lines = [
            f"filled: {GROUPS} groups, {GROUPS * MEMBERS} members, {GROUPS * MEMBERS * ROUNDS} answers in {filled:.1f} s"
        ]
        async with aiohttp.ClientSession(headers={"Origin": app.url.rstrip("/")}) as session:
            for name, make in _requests().items():
                lines.append(await _measure(session, app, name, make))
        return lines
    finally:
        await app.stop()


def _requests() -> dict[str, Any]:
    voting, open_ = ROUNDS - 1, ROUNDS
    revealed = 1

    def press(action: Action) -> tuple[str, dict[str, Any]]:
        return "/api/press", {"action": encode(action), "values": []}

    def command(line: str) -> tuple[str, dict[str, Any]]:
        return "/api/command", {"line": line}

    def save(n: int) -> tuple[str, dict[str, Any]]:
        return "/api/submit", {
            "action": encode(SaveAnswer(open_)),
            "fields": {"answer": f"Answer {n}. " * 20, "consent": "unnamed"},
        }

    return {
        "/question today": lambda _n: command("/question today"),
        "/leaderboard": lambda _n: command("/leaderboard"),
        "/group status": lambda _n: command("/group status"),
        "open the answer form": lambda _n: press(OpenAnswer(open_)),
        "save an answer": save,
        "open a ballot (40 answers, pairs)": lambda _n: press(OpenBallot(voting)),
        "how did mine do": lambda _n: press(MyResult(revealed)),
        "a stale vote": lambda n: press(Judge(revealed, n + 1, helped=True)),
    }


async def _measure(session: aiohttp.ClientSession, app: App, name: str, make: Any) -> str:  # noqa: ANN401
    users = [m.user for m in app.room.members]
    taken = []
    for n in range(REQUESTS + 20):
        path, body = make(n)
        body = {**body, "member": users[n % len(users)], "id": uuid.uuid4().hex, "zone": "Europe/Berlin"}
        started = time.perf_counter()
        async with session.post(app.url.rstrip("/") + path, json=body) as reply:
            text = await reply.text()
            assert reply.status == 200, (reply.status, text[:300])
        taken.append(time.perf_counter() - started)
    taken = sorted(taken[20:])
    p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    return f"{name}: median {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms of {REQUESTS}"


async def _fill(tx: Transaction, app: App) -> None:
    now = utc_now()
    item = app.bank.discussion()[0]
    question = ask(app.bank, item).to_json()
    root = app.bank.root(item).id
    users = [m.user for m in app.room.members]
    await tx.execute(insert(groups), [_group(g, now) for g in range(1, GROUPS + 1)])
    await tx.execute(
        insert(places),
        [
            {
                "platform": "local",
                "tenant": "room",
                "channel": "study" if g == 1 else f"c{g}",
                "group_id": g,
                "created_at": now,
            }
            for g in range(1, GROUPS + 1)
        ],
    )
    ids = range(1, GROUPS * MEMBERS + 1)
    await tx.execute(insert(people), [{"id": i, "zone": "", "created_at": now} for i in ids])
    await tx.execute(
        insert(identities),
        [
            {
                "platform": "local",
                "tenant": "room",
                "user": users[i - 1] if i <= len(users) else f"u{i}",
                "name": f"M{i}",
                "person_id": i,
            }
            for i in ids
        ],
    )
    await tx.execute(
        insert(members),
        [
            {
                "id": i,
                "group_id": (i - 1) // MEMBERS + 1,
                "person_id": i,
                "name": f"M{i}",
                "joined_at": now,
                "seen_at": now,
            }
            for i in ids
        ],
    )
    await tx.execute(
        insert(rounds),
        [
            _round(g, n, now, item.id, root, question)
            for g in range(1, GROUPS + 1)
            for n in range(1, ROUNDS + 1)
        ],
    )
    for g in range(1, GROUPS + 1):
        await tx.execute(
            insert(answers),
            [
                {
                    "round_id": (g - 1) * ROUNDS + n,
                    "member_id": (g - 1) * MEMBERS + m,
                    "state": "sealed",
                    "text": f"What member {m} wrote for round {n}. " * 25,
                    "consent": "unnamed",
                    "created_at": now,
                    "updated_at": now,
                }
                for n in range(1, ROUNDS + 1)
                for m in range(1, MEMBERS + 1)
            ],
        )
    await asyncio.sleep(0)


def _group(g: int, now: datetime) -> dict[str, Any]:
    return {
        "id": g,
        "name": f"Group {g}",
        "zone": "Europe/Berlin",
        "at_minute": 540,
        "weekdays": 31,
        "tone": "friendly",
        "topics": [],
        "state": "active",
        "last_date": now.date(),
        "next_at": now + timedelta(days=1),
        "created_at": now,
    }


def _round(
    g: int, n: int, now: datetime, item_id: str, root: str, question: dict[str, Any]
) -> dict[str, Any]:
    state = "open" if n == ROUNDS else "voting" if n == ROUNDS - 1 else "revealed"
    opened = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=ROUNDS - n)
    first_author = (g - 1) * MEMBERS
    base = ((g - 1) * ROUNDS + n - 1) * MEMBERS
    outcomes = [[base + m, first_author + m, m, 2, 3] for m in range(1, MEMBERS + 1)]
    result = {"kind": "pairs", "outcomes": outcomes, "voters": 20, "participants": MEMBERS}
    return {
        "id": (g - 1) * ROUNDS + n,
        "group_id": g,
        "local_date": date.fromordinal(now.date().toordinal() - (ROUNDS - n)),
        "slot": 0,
        "item_id": item_id,
        "kind": "open",
        "topic": "",
        "root": root,
        "question": question,
        "state": state,
        "opened_at": opened,
        "closes_at": now + timedelta(days=1) if state == "open" else opened,
        "voting_at": None if state == "open" else now,
        "votes_close_at": None if state == "open" else now + timedelta(days=1),
        "revealed_at": opened if state == "revealed" else None,
        "next_at": None if state == "revealed" else now + timedelta(days=1),
        "ballot": "pairs",
        "result": result if state == "revealed" else None,
    }
