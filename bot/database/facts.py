"""Short facts by name that outlive a process, such as what was registered with a platform last."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import bindparam, select

from bot.database.engine import Database
from bot.database.statements import Statement
from bot.database.tables import facts
from bot.database.transaction import Transaction

_VALUE = Statement(select(facts.c.value).where(facts.c.name == bindparam("name")))
_AT = Statement(select(facts.c.at).where(facts.c.name == bindparam("name")))


async def fact(tx: Transaction, name: str) -> str | None:
    """A fact, None where there is none of this name."""
    found: str | None = await tx.scalar(_VALUE, name=name)
    return found


async def fact_at(tx: Transaction, name: str) -> datetime | None:
    """When a fact was kept, None where there is none of this name."""
    found: datetime | None = await tx.scalar(_AT, name=name)
    return found


async def keep_fact(tx: Transaction, name: str, value: str, now: datetime) -> None:
    """Keep a fact; it takes the place of the one of the same name."""
    await tx.upsert(facts, {"name": name}, {"value": value, "at": now})


class Facts:
    """The facts of one database. ``clock`` gives the present instant, aware and in UTC."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def recall(self, name: str) -> str | None:
        """A fact, None where there is none of this name."""
        return await self._database.read(partial(fact, name=name))

    async def remember(self, name: str, value: str) -> None:
        """Keep a fact; it takes the place of the one of the same name."""
        await self._database.write(partial(keep_fact, name=name, value=value, now=self._clock()))
