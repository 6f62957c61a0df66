"""The room over HTTP on loopback, from a request to the end of its answer, against a route that does nothing.

What the page, its checks and its JSON cost comes on top of what the dispatcher takes.
"""

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
from aiohttp import web

from bot.chat.actions import encode
from bot.features.daily.actions import MyResult, OpenBallot, SaveAnswer
from tests.bench.filling import OPEN, REVEALED, VOTING, opened, put, school
from tests.bench.rows import Row
from tests.bench.timing import Times, percentile

VOTERS, AUTHORS = 40, 6
REQUESTS, REQUESTS_QUICK, WARM = 200, 50, 10

Sent: TypeAlias = tuple[str, dict[str, Any]]


async def measure(folder: Path, quick: bool) -> list[Row]:
    """The slowest hundredth of each kind of request; by members of the room who are new at first."""
    app = await opened(f"sqlite:///{folder}/room.db")
    plain = web.AppRunner(_plain())
    try:
        await put(app.database, school(VOTERS, AUTHORS))
        await app.start(ticking=False)
        await plain.setup()
        site = web.TCPSite(plain, "127.0.0.1", 0)
        await site.start()
        bare = f"http://127.0.0.1:{plain.addresses[0][1]}"
        users = [member.user for member in app.room.members]
        rows = []
        async with aiohttp.ClientSession(headers={"Origin": app.url.rstrip("/")}) as session:
            for name, make in _requests().items():
                taken, nothing = Times(), Times()
                for number in range(WARM + (REQUESTS_QUICK if quick else REQUESTS)):
                    if number == WARM:
                        taken.forget()
                        nothing.forget()
                    path, body = make(number)
                    body |= {
                        "member": users[number % len(users)],
                        "id": uuid.uuid4().hex,
                        "zone": "Europe/Berlin",
                    }
                    await taken.of(_post(session, app.url.rstrip("/") + path, body))
                    await nothing.of(_post(session, bare, body))
                p99 = percentile(nothing.wall, 0.99) * 1000
                rows.append(Row(f"room: {name}, p99", percentile(taken.wall, 0.99) * 1000, "ms", p99))
        return rows
    finally:
        await plain.cleanup()
        await app.stop()


def _plain() -> web.Application:
    async def nothing(request: web.Request) -> web.Response:
        return web.json_response({"fields": len(await request.json())})

    made = web.Application()
    made.router.add_post("/", nothing)
    return made


async def _post(session: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> None:
    async with session.post(url, json=body) as reply:
        text = await reply.text()
        assert reply.status == 200, (reply.status, text[:300])


def _requests() -> Mapping[str, Callable[[int], Sent]]:
    ballot, mine, save = (
        encode(action) for action in (OpenBallot(VOTING), MyResult(REVEALED), SaveAnswer(OPEN))
    )
    return {
        "/question today": lambda _n: ("/api/command", {"line": "/question today"}),
        "/leaderboard": lambda _n: ("/api/command", {"line": "/leaderboard"}),
        "open a ballot": lambda _n: ("/api/press", {"action": ballot, "values": []}),
        "how did mine do": lambda _n: ("/api/press", {"action": mine, "values": []}),
        "save an answer": lambda n: (
            "/api/submit",
            {"action": save, "fields": {"answer": f"Answer {n}. " * 20, "consent": "unnamed"}},
        ),
    }
