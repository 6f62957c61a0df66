"""Short facts by name that outlive a process, such as what was registered with a platform last."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.database.engine import Database
from bot.database.statements import Statement
from bot.database.tables import facts
from bot.database.transaction import Transaction

_VALUE = Statement(select(facts.c.value).where(facts.c.name == bindparam("name")))


class Facts:
    """The facts of one database. ``clock`` gives the present instant, aware and in UTC."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def recall(self, name: str) -> str | None:
        """A fact, None where there is none of this name."""

        async def read(tx: Transaction) -> str | None:
            found: str | None = await tx.scalar(_VALUE, name=name)
            return found

        return await self._database.read(read)

    async def remember(self, name: str, value: str) -> None:
        """Keep a fact; it takes the place of the one of the same name."""
        values = {"value": value, "at": self._clock()}
        await self._database.write(lambda tx: tx.upsert(facts, {"name": name}, values))
