"""A group quiz under a crowd: 200 people click within the same second, five questions long.

Each click is timed in the process, from its arrival at the dispatcher to its reply, while the beat edits the message.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.app.run import ROOM_PLACE, App, open_app, utc_now
from bot.bank.model import Kind
from bot.chat.actions import Action, encode
from bot.chat.cards import Private
from bot.chat.requests import Identity, Invoke, Press, Request
from bot.groups.store import attach_place, create_group
from bot.quiz.actions import BeginQuiz, JoinQuiz, Tap
from bot.quiz.model import Quiz, QuizState, prepared_to_json
from bot.quiz.prepare import prepare
from bot.quiz.seeds import lot
from bot.quiz.store import change_quiz, load_quiz, responses_to
from bot.settings import Settings
from bot.store.tables import quizzes
from bot.store.transaction import Transaction

PEOPLE = 200
QUESTIONS = 5
GROUP = {"name": "Crowd", "zone": "UTC", "at_minute": 540, "weekdays": 31, "tone": "friendly", "topics": []}


async def measure_quiz(folder: Path) -> list[str]:
    """Run the quiz on a database of its own; the figures as lines."""
    settings = Settings(port=0, database_url=f"sqlite:///{folder}/quiz.db", demo=False)
    app = await open_app(settings)
    try:
        await app.database.write(_make_group)
        await app.beat.start()
        quiz = await _open(app)
        await asyncio.gather(*(_press(app, n, JoinQuiz(quiz.id)) for n in range(PEOPLE)))
        await _press(app, 0, BeginQuiz(quiz.id))
        taken: list[float] = []
        settled: list[float] = []
        for position in range(QUESTIONS):
            quiz = await _wait(app, quiz.id, position, QuizState.ASKING)
            taken += await _everyone_clicks(app, quiz)
            ended = time.perf_counter()
            quiz = await _wait(app, quiz.id, position, QuizState.SHOWN)
            settled.append(time.perf_counter() - ended)
            await _check(app, quiz)
            await app.database.write(_next_at_once(quiz.id))
            app.beat.wake()
        return _lines(taken, settled)
    finally:
        await app.stop()


def _lines(taken: Sequence[float], settled: Sequence[float]) -> list[str]:
    ordered = sorted(taken)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    clicks = f"group quiz, {PEOPLE} people clicking within one second"
    return [
        f"{clicks}: median {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms of {len(ordered)}, each answered and counted once",
        f"{clicks}: the result is there {max(settled):.1f} s after the last reply at most",
    ]


async def _make_group(tx: Transaction) -> None:
    now = utc_now()
    group = await create_group(
        tx, {**GROUP, "state": "active", "next_at": now + timedelta(days=1), "created_at": now}
    )
    await attach_place(tx, group, ROOM_PLACE, now)


async def _open(app: App) -> Quiz:
    """A quiz of single choices; the first person opens it."""
    await app.dispatcher.handle(_request(0, Invoke("quiz start", {"mode": "group", "count": QUESTIONS})))
    items = [item for item in app.bank.objective() if item.kind is Kind.SINGLE][:QUESTIONS]

    async def asked(tx: Transaction) -> Quiz | None:
        newest = (await tx.execute(select(func.max(quizzes.c.id)))).scalar_one()
        await change_quiz(tx, newest, questions=[prepared_to_json(prepare(i, newest)) for i in items])
        return await load_quiz(tx, newest)

    quiz = await app.database.write(asked)
    assert quiz is not None
    return quiz


async def _everyone_clicks(app: App, quiz: Quiz) -> list[float]:
    async def click(n: int) -> float:
        await asyncio.sleep(lot(n, quiz.position) / 2**64)
        choice = (n + quiz.position) % len(quiz.question.choices)
        return await _press(app, n, Tap(quiz.id, quiz.position, choice, on=True))

    return list(await asyncio.gather(*(click(n) for n in range(PEOPLE))))


async def _press(app: App, n: int, action: Action) -> float:
    started = time.perf_counter()
    reply = await app.dispatcher.handle(_request(n, Press(encode(action), ())))
    taken = time.perf_counter() - started
    if isinstance(action, Tap):
        assert isinstance(reply, Private), reply
        assert reply.card.title.endswith("your answer"), reply
    return taken


def _request(n: int, what: Invoke | Press) -> Request:
    who = Identity("local", "room", f"crowd{n}", f"C{n}")
    return Request(f"{n}:{time.perf_counter_ns()}", utc_now(), who, ROOM_PLACE, what)


async def _wait(app: App, quiz_id: int, position: int, state: QuizState) -> Quiz:
    while True:
        quiz = await app.database.read(lambda tx: load_quiz(tx, quiz_id))
        assert quiz is not None
        if (quiz.position, quiz.state) == (position, state):
            return quiz
        await asyncio.sleep(0.01)


async def _check(app: App, quiz: Quiz) -> None:
    given = await app.database.read(lambda tx: responses_to(tx, quiz.id, quiz.position))
    assert len({r.member_id for r in given}) == len(given) == PEOPLE
    for each in given:
        assert each.correct is (each.given.picks == quiz.question.key)


def _next_at_once(quiz_id: int) -> Callable[[Transaction], Awaitable[None]]:
    async def work(tx: Transaction) -> None:
        await change_quiz(tx, quiz_id, next_at=utc_now())

    return work
