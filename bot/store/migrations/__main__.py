"""Write the next migration: ``python -m bot.store.migrations "what changes"``."""

import sqlite3
import sys
from contextlib import closing

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from bot.store.migrations import config, upgrade_sqlite


def _write(what: str) -> None:
    """Compare an empty, migrated SQLite file with ``tables.py`` and write the difference as a new step."""
    settings = config()
    number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as file:
        upgrade_sqlite(file)
        engine = create_engine("sqlite://", creator=lambda: file, poolclass=StaticPool)
        with engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.revision(settings, what, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    _write(sys.argv[1])
