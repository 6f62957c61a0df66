"""A board of 5,000 members over a million ledger entries, against a sorted set of Redis with as many.

Everybody who asks is somebody else. Redis is asked for the ten at the top and for a rank, and knows no name, no permission
and no group's goal.
"""

import importlib
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from bot.app.run import App
from bot.chat.cards import Private, Table
from tests.bench.filling import HERE, NOW, account, bank, crowd, group, opened, put
from tests.bench.replies import timed
from tests.bench.requests import command
from tests.bench.rows import Row, at_most, skipped
from tests.bench.timing import Times

MEMBERS = 5000
ENTRIES, FEW_ENTRIES = 1_000_000, 100_000
REQUESTS = 300
NAME, GOAL = "/leaderboard against Redis", at_most(8)

# In the database's own words: a million rows that travel one by one from Python would take most of a minute.
_LEDGER = """
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :entries)
    INSERT INTO ledger (key, group_id, member_id, board, topic, reason, points, out_of, local_date, at)
    SELECT 'bench:' || n, 1, 1 + n % :members, 'points', CASE n / :members % 2 WHEN 0 THEN :topic ELSE '' END, 'bench',
           1 + (n * 2654435761) % 9, 0, date(:day, '-' || (n / :members % 28) || ' days'), :day || ' 09:00:00.000000'
    FROM numbers
"""
_STANDINGS = """
    INSERT INTO standings (group_id, board, topic, span, bucket, member_id, numerator, denominator, score)
    SELECT group_id, board, {topic}, '{span}', {bucket}, member_id, sum(points), 0, sum(points)
    FROM ledger {where} GROUP BY 1, 2, 3, 4, 5, 6
"""
_WEEKS = """
    INSERT INTO group_weeks (group_id, bucket, points) SELECT group_id, bucket, sum(score) FROM standings
    WHERE board = 'points' AND topic = '' AND span = 'week' GROUP BY group_id, bucket
"""
_BUCKETS = {"all": "''", "month": "strftime('%Y-%m', local_date)", "week": "week(local_date)"}


def fill_board(file: Path, entries: int) -> None:
    """Ledger entries of the last four weeks, and the standings that they add up to."""
    with closing(sqlite3.connect(file)) as connection, connection:
        values = {"entries": entries, "members": MEMBERS, "topic": bank().topics.roots[0].id}
        connection.execute(_LEDGER, values | {"day": NOW.date().isoformat()})
        add_up(connection)


def add_up(connection: sqlite3.Connection) -> None:
    """Write the standings that the ledger adds up to, in each topic and in all."""
    connection.create_function("week", 1, _week, deterministic=True)
    for span, bucket in _BUCKETS.items():
        for topic, where in (("''", ""), ("topic", "WHERE topic <> ''")):
            bucketed = _STANDINGS.format(topic=topic, span=span, bucket=bucket, where=where)
            connection.execute(bucketed)
    connection.execute(_WEEKS)


@cache
def _week(day: str) -> str:
    return "{}-W{:02d}".format(*date.fromisoformat(day).isocalendar())


async def board(folder: Path, quick: bool) -> App:
    """The app with such a board."""
    url = f"sqlite:///{folder}/board.db"
    app = await opened(url)
    await put(app.database, [*group(1, HERE), *crowd(1, range(1, MEMBERS + 1))])
    await app.stop()
    fill_board(folder / "board.db", FEW_ENTRIES if quick else ENTRIES)
    return await opened(url)


async def ask_board(app: App, number: int) -> None:
    """Let one of its members look at it."""
    reply = await app.dispatcher.handle(
        command(account(number * 7919 % MEMBERS + 1), "leaderboard", period="all")
    )
    assert isinstance(reply, Private), reply
    assert any(isinstance(block, Table) for block in reply.card.blocks), reply


async def measure(folder: Path, quick: bool) -> list[Row]:
    """A look at the board by itself, and in turn with Redis."""
    app = await board(folder, quick)
    try:
        count = 50 if quick else REQUESTS
        rows = await timed("/leaderboard, 5,000 members", lambda n: ask_board(app, n), count, 3)
        return [*rows, await _against_redis(app, folder, count)]
    finally:
        await app.stop()


async def _against_redis(app: App, folder: Path, count: int) -> Row:
    program = shutil.which("redis-server")
    if program is None:
        return skipped(NAME, "ms", GOAL, "redis-server is not installed")
    try:
        redis = importlib.import_module("redis")
    except ImportError:
        return skipped(NAME, "ms", GOAL, "the Python package redis is not installed")
    ours, theirs = Times(), Times()
    with _redis(program, folder, redis) as client:
        client.zadd("board", {str(n): n * 7919 % 100_003 for n in range(1, MEMBERS + 1)})
        for number in range(count):
            await ours.of(ask_board(app, number))
            with theirs.taking():
                client.zrevrange("board", 0, 9, withscores=True)
                client.zrevrank("board", str(number * 7919 % MEMBERS + 1))
    return Row(NAME, ours.wall_ms, "ms", theirs.wall_ms, GOAL)


@contextmanager
def _redis(program: str, folder: Path, redis: Any) -> Iterator[Any]:  # noqa: ANN401
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    settings = {"bind": "127.0.0.1", "port": port, "dir": folder, "save": "", "appendonly": "no"}
    words = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    with subprocess.Popen([program, *words], stdout=subprocess.DEVNULL) as server:
        client = redis.Redis(host="127.0.0.1", port=port)
        try:
            _wait_for(client, redis)
            yield client
        finally:
            client.close()
            server.terminate()


def _wait_for(client: Any, redis: Any) -> None:  # noqa: ANN401
    until = time.monotonic() + 10
    while True:
        try:
            client.ping()
        except redis.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
