"""Write the next migration, and what all of them make of an empty file.

python -m bot.app.migrate "what changes"       writes a step; read it
python -m bot.app.migrate                      then writes newest.sql
"""

import sqlite3
import sys
from contextlib import closing

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

import bot.app.features  # noqa: F401  (every room's tables)
from bot.database.migrations import config, upgrade_sqlite
from bot.database.newest import SCRIPT


def _write(what: str) -> None:
    """Compare an empty, migrated SQLite file with every room's ``tables.py`` and write the difference as a new step."""
    settings = config()
    number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as file:
        upgrade_sqlite(file)
        engine = create_engine("sqlite://", creator=lambda: file, poolclass=StaticPool)
        with engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.revision(settings, what, autogenerate=True, rev_id=f"{number:04}")


def made() -> str:
    """The script that makes what the steps make of an empty SQLite file."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as file:
        upgrade_sqlite(file)
        return "\n".join(file.iterdump()) + "\n"


if __name__ == "__main__":
    if sys.argv[1:]:
        _write(sys.argv[1])
    else:
        SCRIPT.write_text(made(), "utf-8")
