"""Filling databases: a group with its members, and its rounds with their answers, in bulk.

Everything happens at ``NOW``, which is also what the app's clock says: no figure depends on the hour of the run.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Table

from bot.app.run import CONTENT, App, open_app, steady_memory
from bot.app.settings import Settings
from bot.chat.requests import Identity, Place
from bot.database.engine import Database
from bot.features.daily.model import QUESTION_JSON, ask
from bot.features.daily.tables import answers, rounds
from bot.membership.tables import groups, identities, members, people, places
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.load import load_bank
from bot.questions.model import Bank

Values: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[tuple[Table, list[Values]]]

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HERE = Place("local", "room", "study", "study")
VOTING, OPEN, REVEALED = 1, 2, 3
"""The rounds of a school, by id."""


@cache
def bank() -> Bank:
    """The shipped question bank, read once; garbage collection passes over it from then on, as in a running bot."""
    loaded = load_bank(CONTENT)
    steady_memory()
    return loaded


async def opened(url: str, clock: Callable[[], datetime] = lambda: NOW) -> App:
    """The app on this database, with nothing in it that the bench did not put there."""
    return await open_app(
        Settings(port=0, database_url=url, demo=False),
        clock=clock,
        steady=lambda: clock().timestamp(),
        bank=bank(),
    )


async def put(database: Database, filling: Rows) -> None:
    """Insert everything in one transaction."""

    async def work(conn: Any) -> None:  # noqa: ANN401
        for table, rows in filling:
            await conn.insert_all(table, rows)

    await database.write(work)


def school(voters: int, authors: int, place: Place = HERE, tenant: str = "room") -> Rows:
    """A group with a round that is voted on, an open one and a revealed one, each answered by the authors.

    Members 1 to ``voters`` have answered nothing; the authors come after them.
    """
    asked = question()
    everyone, writers = range(1, voters + authors + 1), range(voters + 1, voters + authors + 1)
    day = timedelta(days=1)
    result = {
        "kind": "approval",
        "outcomes": [[2 * authors + n, m, n, 2, 3] for n, m in enumerate(writers, 1)],
        "voters": voters,
        "participants": authors,
    }
    return [
        *group(1, place),
        *crowd(1, everyone, place.platform, tenant),
        (
            rounds,
            [
                round_(VOTING, 1, NOW - day, asked)
                | {"state": "voting", "ballot": "approval", "voting_at": NOW, "votes_close_at": NOW + day}
                | {"next_at": NOW + day},
                round_(OPEN, 1, NOW, asked) | {"state": "open", "closes_at": NOW + day, "next_at": NOW + day},
                round_(REVEALED, 1, NOW - 2 * day, asked) | {"ballot": "approval", "result": result},
            ],
        ),
        (answers, [answer(r, m) for r in (VOTING, OPEN, REVEALED) for m in writers]),
    ]


def group(id_: int, place: Place) -> Rows:
    """An active group in its place."""
    made = {"id": id_, "name": f"Group {id_}", "zone": "Europe/Berlin", "at_minute": 540, "weekdays": 31}
    made |= {"tone": "friendly", "topics": [], "state": "active", "last_date": NOW.date()}
    where = {"platform": place.platform, "tenant": place.tenant, "channel": place.channel, "name": place.name}
    return [
        (groups, [made | {"next_at": NOW + timedelta(days=1), "created_at": NOW}]),
        (places, [where | {"group_id": id_, "created_at": NOW}]),
    ]


def crowd(group_id: int, ids: Iterable[int], platform: str = "local", tenant: str = "room") -> Rows:
    """Members of a group; each is a person and an account with the same number."""
    numbers = list(ids)
    who = [account(n, platform, tenant) for n in numbers]
    return [
        (people, [{"id": n, "zone": "", "created_at": NOW} for n in numbers]),
        (
            identities,
            [
                {"platform": w.platform, "tenant": w.tenant, "user": w.user, "name": w.name, "person_id": n}
                for n, w in zip(numbers, who, strict=True)
            ],
        ),
        (
            members,
            [
                {
                    "id": n,
                    "group_id": group_id,
                    "person_id": n,
                    "name": w.name,
                    "joined_at": NOW,
                    "seen_at": NOW,
                }
                for n, w in zip(numbers, who, strict=True)
            ],
        ),
    ]


def account(number: int, platform: str = "local", tenant: str = "room") -> Identity:
    """The account of the member with this number."""
    return Identity(platform, tenant, str(100_000 + number), f"Member {number}")


def round_(id_: int, group_id: int, at: datetime, asked: Values) -> Values:
    """A revealed round; every column is there, so that rounds in other states can go in with it."""
    made = {"id": id_, "group_id": group_id, "local_date": at.date(), "slot": 0, "kind": "open", "topic": ""}
    made |= {"item_id": asked["item_id"], "root": bank().topics.roots[0].id, "question": asked}
    made |= {"state": "revealed", "opened_at": at, "closes_at": at, "voting_at": at, "votes_close_at": at}
    return made | {"revealed_at": at, "next_at": None, "ballot": "none", "result": None}


def answer(round_id: int, member_id: int) -> Values:
    """A sealed answer of a usual length."""
    made = {"round_id": round_id, "member_id": member_id, "state": "sealed", "consent": "unnamed"}
    words = f"What member {member_id} wrote for round {round_id}. " * 20
    return made | {"text": words, "created_at": NOW, "updated_at": NOW}


def question() -> Values:
    """A question of the bank, as a round keeps it."""
    return QUESTION_JSON.write(ask(bank(), bank().live(DISCUSSION_KINDS)[0]))
