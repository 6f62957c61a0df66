"""A channel full of people, and what they have earned."""

from datetime import date
from functools import partial

from sqlalchemy import update

from bot.chat.cards import Reply, Table
from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.features.points.ledger import Award, award
from bot.features.points.tables import streaks
from bot.membership.model import Naming, Tone
from bot.membership.tables import groups, members
from tests.support.room import Room, card_of

PEOPLE = ("olga", "ann", "bob", "cem", "dee", "eve", "fay")
SEVEN = {"olga": 70, "ann": 60, "bob": 50, "cem": 40, "dee": 30, "eve": 20, "fay": 10}


async def crowd(database: Database, tone: Tone = Tone.FRIENDLY, people: tuple[str, ...] = PEOPLE) -> Room:
    """A group in which everybody was there a moment ago."""
    room = Room(database)
    await room.start_group()
    for user in people[1:]:
        await room.command(user, "group status")

    async def set_tone(tx: Transaction) -> None:
        await tx.execute(update(groups).values(tone=tone.value))

    await database.write(set_tone)
    return room


async def give(
    room: Room,
    points: dict[str, int],
    day: date = date(2026, 11, 25),
    *,
    board: str = "points",
    topic: str = "training",
    out_of: int = 0,
) -> None:
    """Points (or votes, or right answers) for people, by user name."""
    ids = {m.name.lower(): m for m in await room.rows(members)}
    wanted = [
        Award(
            f"{board}:{topic}:{day}:{who}",
            ids[who].group_id,
            ids[who].id,
            topic,
            "test",
            number,
            day,
            room.now,
            board,
            out_of,
        )
        for who, number in points.items()
    ]
    await room.database.write(partial(award, awards=wanted))


async def streak(room: Room, days: dict[str, int]) -> None:
    """Running streaks, by user name."""
    ids = {m.name.lower(): m for m in await room.rows(members)}
    rows = [
        {
            "member_id": ids[who].id,
            "group_id": ids[who].group_id,
            "current": n,
            "best": n,
            "freezes": 2,
            "state": {},
        }
        for who, n in days.items()
    ]
    await room.database.write(lambda tx: tx.insert_all(streaks, rows))


async def call_by_name(room: Room, *users: str) -> None:
    async def work(tx: Transaction) -> None:
        names = [u.capitalize() for u in users]
        await tx.execute(update(members).where(members.c.name.in_(names)).values(naming=Naming.NAMED.value))

    await room.database.write(work)


def tables(reply: Reply) -> list[Table]:
    return [b for b in card_of(reply).blocks if isinstance(b, Table)]
