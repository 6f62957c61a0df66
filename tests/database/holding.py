"""Works that stay in their transaction until they are let go."""

import asyncio
import threading
from collections.abc import Callable

from bot.database.engine import Database
from bot.database.transaction import Transaction
from tests.database.rows import add_group


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so that another thread or the server brings about."""
    while not is_so():  # noqa: ASYNC110  # it may happen in another thread, which can't set this loop's events
        await asyncio.sleep(0.001)


async def queued() -> None:
    """Let every task that was just made come to where it waits, however slow the machine is."""
    for _ in range(20):
        await asyncio.sleep(0)


class Held:
    """Hand ``work`` to a database: it writes a group, waits to be let go, and writes another.

    On SQLite it holds the writer's thread meanwhile, since a work there can't wait for anything else.
    """

    def __init__(self, database: Database) -> None:
        self._blocks = not database.is_postgres
        self._inside, self._go = threading.Event(), threading.Event()

    async def inside(self) -> None:
        """Wait until the work runs."""
        await until(self._inside.is_set)

    def let_go(self) -> None:
        """Let the work go on."""
        self._go.set()

    async def work(self, tx: Transaction) -> None:
        await add_group(tx, "held")
        self._inside.set()
        if self._blocks:
            assert self._go.wait(20)
        else:
            await until(self._go.is_set)
        await add_group(tx, "held")
