"""Write the next migration: ``python -m bot.store.migrations "what changes"``."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.database import Database
from bot.store.migrations import config


async def _write(what: str) -> None:
    """Compare an empty, migrated SQLite file with ``tables.py`` and write the difference as a new step."""
    settings = config()
    number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1

    def compare(connection: Connection) -> None:
        settings.attributes["connection"] = connection
        command.revision(settings, what, autogenerate=True, rev_id=f"{number:04}")

    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite:///{Path(folder) / 'empty.db'}")
        try:
            await database.migrate()
            await database.write(lambda connection: connection.run_sync(compare))
        finally:
            await database.close()


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1]))
