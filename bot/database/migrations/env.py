"""What Alembic runs: it works on the connection and in the transaction that it was handed."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import BigInteger, False_

from bot.database.migrations import COMPARISON
from bot.database.schema import Instant, metadata


def render(kind: str, thing: Any, _context: object) -> str | Literal[False]:  # noqa: ANN401  (whatever Alembic meets)
    """Write our types as the constants of ``script.py.mako``: a step must not change when ``tables.py`` does."""
    if kind == "type" and isinstance(thing, Instant):
        return "INSTANT"
    if kind == "type" and isinstance(thing, BigInteger):
        return "ID"
    if kind == "server_default" and isinstance(getattr(thing, "arg", None), False_):
        return "sa.false()"  # SQLite's 0 is no boolean to PostgreSQL
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    **COMPARISON,
    render_as_batch=True,  # SQLite changes a table by making a new one
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
