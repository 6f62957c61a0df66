"""The newest tables, without the steps that led to them: nearly every start finds them there or makes them in a new file.

Alembic is a library as large as all the rest of the store, and so is loaded where an older database is brought up to date.
"""

import sqlite3
from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"

SCRIPT = MIGRATIONS / "newest.sql"
"""What the steps make of an empty SQLite file; ``python -m bot.app.migrate`` writes it."""


def newest() -> str:
    """The last step's revision, which its file is named after."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("v*.py"))[1:].partition("_")[0]


def has_newest(connection: sqlite3.Connection, script: Path = SCRIPT) -> bool:
    """Whether a SQLite file has this version's tables; an empty one is given them by ``script``. ``connection`` is idle.

    Were the script behind the steps, those that are missing in it would still have to be taken.
    """
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        try:
            connection.executescript(script.read_text("utf-8"))
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    try:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest(),)]
    except sqlite3.OperationalError:  # there is no such table
        return False
