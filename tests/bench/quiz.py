"""A group quiz under a crowd: 200 people click within the same second, five questions long.

Each click is timed from the moment it is due to its reply, while the scheduler edits the message: a process that is busy when it
comes is late for it. The baseline is what the same clicks at the same moments take a bare handler that writes a row for each with
the standard library's sqlite3 and waits for the disk.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from bot.app.run import App
from bot.chat.actions import Action
from bot.chat.cards import Private, Reply
from bot.features.quiz.actions import BeginQuiz, JoinQuiz
from bot.features.quiz.model import PREPARED_JSON
from bot.features.quiz.tables import quizzes, responses
from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.kinds.presses import Tap
from bot.questions.model import Kind
from bot.questions.seeds import lot
from tests.bench.filling import HERE, NOW, account, bank, crowd, group, opened, put
from tests.bench.requests import command, press
from tests.bench.rows import Row, at_most
from tests.bench.timing import percentile

PEOPLE = 200
QUESTIONS, QUESTIONS_QUICK = 5, 1
_ROW = "INSERT INTO clicks (question, who, choice, at) VALUES (?, ?, ?, ?)"


async def measure(folder: Path, quick: bool) -> list[Row]:
    """Run a quiz; after each question, let the bare handler have the same clicks."""
    started = time.perf_counter()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.perf_counter() - started)

    app = await opened(f"sqlite:///{folder}/quiz.db", clock)
    taken: list[float] = []
    bare: list[float] = []
    try:
        with closing(_clicks(folder / "bare.db")) as connection:
            await put(app.database, [*group(1, HERE), *crowd(1, range(1, PEOPLE + 1))])
            await app.scheduler.start()
            quiz, questions = await _begun(app, clock, QUESTIONS_QUICK if quick else QUESTIONS)
            for position in range(questions):
                await _state(app, quiz, position, "asking")
                taken += await _everyone(position, _tap(app, quiz, position, clock))
                await _state(app, quiz, position, "shown")
                await _all_counted(app, quiz, position)
                bare += await _everyone(position, _plain(connection, position))
                await _change(app, quiz, next_at=clock())
                app.scheduler.wake()
    finally:
        await app.stop()
    name = f"group quiz, {PEOPLE} clicks in a second"
    p99, p50 = (percentile(taken, share) * 1000 for share in (0.99, 0.5))
    return [
        Row(f"{name}: p99", p99, "ms", percentile(bare, 0.99) * 1000, at_most(300, "value")),
        Row(f"{name}: median", p50, "ms", percentile(bare, 0.5) * 1000),
    ]


def _clicks(file: Path) -> sqlite3.Connection:
    made = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        made.execute(f"PRAGMA {pragma}")
    made.execute("CREATE TABLE clicks (question, who, choice, at, PRIMARY KEY (question, who))")
    return made


async def _begun(app: App, clock: Callable[[], datetime], count: int) -> tuple[int, int]:
    """A quiz of single choices that everybody has joined; its id, and how many questions it has."""
    first = account(1)
    await app.dispatcher.handle(command(first, "quiz start", at=clock(), mode="group", count=count))
    quiz: int = (await _rows(app, select(func.max(quizzes.c.id))))[0][0]
    items = [item for item in bank().live(OBJECTIVE_KINDS) if item.kind is Kind.SINGLE][:count]
    await _change(app, quiz, questions=[PREPARED_JSON.write(prepare(item, quiz)) for item in items])
    joins = (press(account(n), JoinQuiz(quiz), at=clock()) for n in range(1, PEOPLE + 1))
    await asyncio.gather(*map(app.dispatcher.handle, joins))
    await app.dispatcher.handle(press(first, BeginQuiz(quiz), at=clock()))
    return quiz, len(items)


async def _everyone(position: int, click: Callable[[int], Awaitable[None]]) -> list[float]:
    """Let everybody click once at a moment of this second; the seconds that each waited."""
    began = time.perf_counter()

    async def one(n: int) -> float:
        due = began + lot(n, position) / 2**64
        await asyncio.sleep(due - time.perf_counter())
        await click(n)
        return time.perf_counter() - due

    return list(await asyncio.gather(*(one(n) for n in range(1, PEOPLE + 1))))


def _tap(
    app: App, quiz: int, position: int, clock: Callable[[], datetime]
) -> Callable[[int], Awaitable[None]]:
    async def click(n: int) -> None:
        action: Action = Tap(quiz, position, n % 2, on=True)
        _taken(await app.dispatcher.handle(press(account(n), action, at=clock())))

    return click


def _taken(reply: Reply) -> None:
    assert isinstance(reply, Private), reply
    assert reply.card.title.endswith("your answer"), reply


def _plain(connection: sqlite3.Connection, position: int) -> Callable[[int], Awaitable[None]]:
    async def click(n: int) -> None:
        connection.execute(_ROW, (position, n, n % 2, time.perf_counter()))

    return click


async def _state(app: App, quiz: int, position: int, state: str) -> None:
    """Wait until the quiz has come so far."""
    query = select(quizzes.c.position, quizzes.c.state).where(quizzes.c.id == quiz)
    while True:
        if tuple((await _rows(app, query))[0]) == (position, state):
            return
        await asyncio.sleep(0.01)


async def _all_counted(app: App, quiz: int, position: int) -> None:
    mine = (responses.c.quiz_id == quiz, responses.c.position == position)
    found = await _rows(app, select(responses.c.member_id).where(*mine))
    assert len({row.member_id for row in found}) == len(found) == PEOPLE


async def _rows(app: App, query: Any) -> list[Any]:  # noqa: ANN401
    async def work(conn: Any) -> list[Any]:  # noqa: ANN401
        return list(await conn.execute(query))

    return await app.database.read(work)


async def _change(app: App, quiz: int, **values: object) -> None:
    async def work(conn: Any) -> None:  # noqa: ANN401
        await conn.execute(update(quizzes).where(quizzes.c.id == quiz).values(**values))

    await app.database.write(work)
