"""What a hundredfold of rounds and deliveries costs those who do not see them.

Two databases are filled, one with a thousand rounds and one with a hundred thousand, 250 in each group. Members of the first
group of each do the same things in turn. Beside their own year, nothing of what others have written may cost them anything.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from bot.app.run import App
from bot.chat.actions import Action
from bot.chat.cards import Ask, Private, Reply
from bot.features.daily.actions import MyResult, OpenAnswer, ReadAnswers
from bot.features.daily.tables import answers, ballots, rounds, votes
from bot.features.points.tables import activity, ledger
from bot.outbox.tables import deliveries
from tests.bench.boards import add_up
from tests.bench.filling import (
    HERE,
    NOW,
    Rows,
    account,
    answer,
    bank,
    crowd,
    group,
    opened,
    put,
    question,
    round_,
)
from tests.bench.requests import command, press
from tests.bench.rows import Row, at_most
from tests.bench.timing import Times

FEW, MANY, MANY_QUICK = 1_000, 100_000, 20_000
EACH = 250
"""Rounds of a group: a year of weekdays."""
MEMBERS = 5
REQUESTS, REQUESTS_QUICK = 60, 12

_TABLES = (
    *("groups", "places", "people", "identities", "members", "rounds", "answers", "votes", "ballots"),
    *("deliveries", "ledger", "activity"),
)

Doing: TypeAlias = Callable[[App], Awaitable[object]]


async def measure(folder: Path, quick: bool) -> list[Row]:
    """For each thing that members do, and for a tick with nothing to do: the processor with many rounds and with few."""
    few = await _opened(folder / "few.db", FEW)
    many = await _opened(folder / "many.db", MANY_QUICK if quick else MANY)
    try:
        rows = []
        for name, ask in _things().items():
            of_many, of_few = Times(), Times()
            for number in range(5 + (REQUESTS_QUICK if quick else REQUESTS)):
                if number == 5:
                    of_many.forget()
                    of_few.forget()
                turns = [(of_many, many), (of_few, few)]
                for times, app in turns if number % 2 else turns[::-1]:
                    await times.of(ask(app))
            rows.append(Row(f"growth: {name}", of_many.processor_ms, "ms", of_few.processor_ms, at_most(1.3)))
        return rows
    finally:
        await few.stop()
        await many.stop()


def _things() -> Mapping[str, Doing]:
    newest, revealed = EACH, EACH - 2
    return {
        "/question today": _command("question today"),
        "/question past": _command("question past"),
        "the answer form": _press(OpenAnswer(newest)),
        "/vote": _command("vote"),
        "/leaderboard": _command("leaderboard"),
        "/my record": _command("my record"),
        "/my home": _command("my home"),
        "/my export": _command("my export"),
        "how did mine do": _press(MyResult(revealed)),
        "read all": _press(ReadAnswers(revealed, 0)),
        "/group status": _command("group status"),
        "/bank browse": _command("bank browse", topic=bank().topics.roots[0].id),
        "/round preview": _command("round preview"),
        "an idle tick": _idle,
    }


def _command(path: str, **options: str) -> Doing:
    async def ask(app: App) -> None:
        _answered(await app.dispatcher.handle(command(account(1), path, NOW, **options)))

    return ask


def _press(action: Action) -> Doing:
    async def ask(app: App) -> None:
        _answered(await app.dispatcher.handle(press(account(1), action)))

    return ask


async def _idle(app: App) -> None:
    assert await app.scheduler.once() == 0


def _answered(reply: Reply) -> None:
    assert isinstance(reply, Private | Ask), reply
    assert not (isinstance(reply, Private) and reply.card.accent == "bad"), reply


async def _opened(file: Path, count: int) -> App:
    app = await opened(f"sqlite:///{file}")
    await put(app.database, _one_of_each())
    await app.stop()
    with closing(sqlite3.connect(file)) as connection, connection:
        _multiply_all(connection, count)
        add_up(connection)
    return await opened(f"sqlite:///{file}")


def _one_of_each() -> Rows:
    asked, day = question(), timedelta(days=1)
    result = {
        "kind": "approval",
        "outcomes": [[1, 1, 1, 1, 1], [2, 2, 2, 0, 1]],
        "voters": 1,
        "participants": 2,
    }
    closes = {"votes_close_at": NOW + day, "next_at": NOW + day}
    message = {"platform": "local", "tenant": "room", "channel": "study", "message": "1"}
    sent = {
        "subject": "",
        "kind": "question",
        "destination": HERE.key,
        "key": "",
        "platform": "local",
        "place_id": 1,
    }
    entry = {"key": "", "group_id": 1, "member_id": 1, "topic": bank().topics.roots[0].id, "reason": "bench"}
    return [
        *group(1, HERE),
        *crowd(1, [1]),
        (
            rounds,
            [
                round_(1, 1, NOW, asked) | {"ballot": "approval", "result": result},
                round_(2, 1, NOW - day, asked)
                | {"state": "voting", "ballot": "approval", "voting_at": NOW}
                | closes,
                round_(3, 1, NOW - 2 * day, asked)
                | {"state": "open", "closes_at": NOW + day, "next_at": NOW + day},
            ],
        ),
        (answers, [{"id": 1} | answer(1, 1)]),
        (votes, [{"id": 1, "round_id": 1, "member_id": 1, "answer_id": 1, "helped": True, "shown_at": NOW}]),
        (
            ballots,
            [{"id": 1, "round_id": 1, "member_id": 1, "started_at": NOW, "finished_at": NOW, "steps": 1}],
        ),
        (
            deliveries,
            [
                sent
                | {
                    "id": 1,
                    "state": "sent",
                    "message": message,
                    "sent_at": NOW,
                    "revision": 1,
                    "created_at": NOW,
                }
            ],
        ),
        (ledger, [entry | {"id": 1, "points": 3, "local_date": NOW.date(), "at": NOW}]),
        (activity, [{"member_id": 1, "local_date": NOW.date(), "acts": 1}]),
    ]


def _multiply_all(connection: sqlite3.Connection, count: int) -> None:
    """Make many rows of the one of each; ``n`` counts from 0, and whatever is not named stays as it is."""
    many, crowd_ = count // EACH, count // EACH * MEMBERS
    back = f"'-' || ({EACH - 1} - n % {EACH}) || ' days'"
    days = {
        "local_date": f"date(local_date, {back})",
        "opened_at": f"datetime(opened_at, {back}) || '.000000'",
    }
    of_group = {"id": "n + 1", "group_id": f"n / {EACH} + 1"}
    writer = f"n / 2 / {EACH} * {MEMBERS} + n % 2 + 1"
    back_2 = f"'-' || ({EACH - 1} - n / 2 % {EACH}) || ' days'"
    past = f"n % {EACH} < {EACH - 2}"
    reader = {"id": "n + 1", "round_id": "n + 1", "member_id": f"n / {EACH} * {MEMBERS} + 3"}

    for table in _TABLES:
        connection.execute(f"CREATE TEMP TABLE one_{table} AS SELECT * FROM main.{table}")
        connection.execute(f"DELETE FROM main.{table}")

    def grow(table: str, number: int, changes: Mapping[str, str], which: str = "true") -> None:
        _multiply(connection, table, number, changes, which)

    for id_, at in ((2, EACH - 1), (3, EACH)):
        newest = {
            "id": f"n * {EACH} + {at}",
            "group_id": "n + 1",
            "local_date": f"date(local_date, '+{2 * id_ - 4} days')",
        }
        _multiply(connection, "rounds", many, newest, template=id_)
    grow("rounds", count, of_group | days, past)
    grow("answers", 2 * count, {"id": "n + 1", "round_id": "n / 2 + 1", "member_id": writer})
    grow("votes", count, reader | {"answer_id": "2 * n + 1"}, past)
    grow("ballots", count, reader, past)
    subject = {"subject": "'round:' || (n + 1)", "key": "'k' || n", "place_id": f"n / {EACH} + 1"}
    elsewhere = f"CASE n / {EACH} WHEN 0 THEN destination ELSE 'local/room/c' || (n / {EACH}) END"
    grow("deliveries", count, {"id": "n + 1", "destination": elsewhere} | subject)
    dated = {"member_id": writer, "local_date": f"date(local_date, {back_2})"}
    grow("ledger", 2 * count, dated | {"id": "n + 1", "key": "'k' || n", "group_id": f"n / 2 / {EACH} + 1"})
    grow("activity", 2 * count, dated)
    grow("groups", many, {"id": "n + 1", "name": "'Group ' || (n + 1)"})
    grow(
        "places",
        many,
        {"id": "n + 1", "group_id": "n + 1", "channel": "CASE n WHEN 0 THEN channel ELSE 'c' || n END"},
    )
    grow("people", crowd_, {"id": "n + 1"})
    name = {"id": "n + 1", "person_id": "n + 1", "name": "'Member ' || (n + 1)"}
    grow("identities", crowd_, name | {"user": "'' || (100001 + n)"})
    grow("members", crowd_, name | {"group_id": f"n / {MEMBERS} + 1"})


def _multiply(
    connection: sqlite3.Connection,
    table: str,
    count: int,
    changes: Mapping[str, str],
    which: str = "true",
    template: int = 1,
) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    assert set(changes) <= set(columns), (table, changes)
    names = ", ".join(f'"{each}"' for each in columns)
    values = ", ".join(changes.get(each, f'"{each}"') for each in columns)
    connection.execute(f"""
        WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {count})
        INSERT INTO main.{table} ({names}) SELECT {values} FROM numbers, (SELECT * FROM temp.one_{table} WHERE rowid = {template}) WHERE {which}
    """)
