"""Small rows for the store's tests."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from bot.database.engine import Database
from bot.database.transaction import Transaction
from bot.membership.tables import groups, members, people

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
GROUP = {"name": "Study", "at_minute": 540, "weekdays": 31, "topics": [], "created_at": NOON}


async def add_group(tx: Transaction, name: str = "Study") -> int:
    made = await tx.execute(insert(groups).values(**GROUP | {"name": name}).returning(groups.c.id))
    number: int = made.scalar()
    return number


async def add_member(tx: Transaction) -> tuple[int, int]:
    group = await add_group(tx)
    person = (await tx.execute(insert(people).values(created_at=NOON).returning(people.c.id))).scalar()
    values = {"group_id": group, "person_id": person, "joined_at": NOON, "seen_at": NOON}
    member = (await tx.execute(insert(members).values(**values).returning(members.c.id))).scalar()
    return group, member


async def group_names(database: Database) -> list[str]:
    """The names of all groups, oldest first."""
    query = select(groups.c.name).order_by(groups.c.id)
    return (await database.read(lambda tx: tx.execute(query))).scalars()
