"""What all tables are made of: each room has its own in its ``tables.py``.

Ids are integers, instants are UTC, local dates come from the group's zone. What is due lives in indexed ``next_at``
columns. The unique constraints are what makes repeated deliveries, clicks and ticks harmless; each says for what.
Every change of a table needs a migration; a test compares the two.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant on every database; a naive one is refused where it is written."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Check and convert what is written."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Make what is read aware."""
        if value is None:
            return None
        read: datetime = value
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def id_column() -> Column[int]:
    """The row's number."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, null: bool = False) -> Column[int]:
    """A row of another table."""
    return Column(name, Id, ForeignKey(f"{target}.id"), nullable=null)


def instant(name: str, *, null: bool = True) -> Column[datetime]:
    """An instant, in UTC."""
    return Column(name, Instant, nullable=null)


def words(name: str, *, default: str | None = "") -> Column[str]:
    """A text; "" by default."""
    return Column(name, Text, nullable=default is None, server_default=default)


def flag(name: str) -> Column[bool]:
    """Yes or no, no by default."""
    return Column(name, Boolean, nullable=False, server_default=false())


def partial_index(name: str, column: str, where: str) -> Index:
    """An index of the few rows for which ``where`` holds; a query that says so finds them by it.

    The migrations name PostgreSQL's condition, too. Here it would only load all of SQLAlchemy's for PostgreSQL.
    """
    return Index(name, column, sqlite_where=text(where))


def count(name: str, default: int = 0) -> Column[int]:
    """A number, 0 by default."""
    return Column(name, Integer, nullable=False, server_default=str(default))
