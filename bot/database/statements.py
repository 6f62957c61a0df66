"""Statements: built with SQLAlchemy Core once, compiled once for each kind of database, run as finished SQL by its driver.

    BY_ID = Statement(select(rounds).where(rounds.c.id == bindparam("id")))
    row = (await tx.execute(BY_ID, id=7)).first()

Everything that varies is a ``bindparam``; a list is one, too (see ``any_of``). What is fixed stands in it as a literal, so
that partial indices are found. Putting a statement together costs ten times
as much as running it, so one that a click or a tick runs is a constant of its module. Values go through the columns' own
types both ways, as SQLAlchemy would send them.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Dialect,
    Executable,
    Float,
    Integer,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Delete, Insert, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

Row: TypeAlias = Any
"""A named tuple of a statement's columns; mypy cannot know their names."""

Processor: TypeAlias = Callable[[Any], Any]


class _Compiler(SQLCompiler):
    """Writes a fixed value as a literal where it is asked to: a partial index serves a condition that is known."""

    def _on_conflict_target(self, clause: Any, **more: Any) -> str:  # noqa: ANN401  (SQLAlchemy's own)
        clause.constraint_target = None  # ``insert`` makes SQLite's clause, which knows no such thing
        written: str = super()._on_conflict_target(clause, **more)  # type: ignore[misc]
        return written

    def visit_bindparam(self, bindparam: Any, *given: Any, **more: Any) -> str:  # noqa: ANN401  (SQLAlchemy's own)
        asked = more.pop("with_literals", False)
        if asked and isinstance(bindparam.type, String | Integer | Boolean) and bindparam.value is not None:
            more["literal_binds"] = True
        written: str = super().visit_bindparam(bindparam, *given, **more)  # type: ignore[no-untyped-call]
        return written


def _dialect(made: Any) -> Dialect:  # noqa: ANN401  (SQLAlchemy's own have no types)
    made.statement_compiler = type("Compiler", (_Compiler, made.statement_compiler), {})
    dialect: Dialect = made
    return dialect


@cache
def dialect_of(database: str) -> Dialect:
    """How "sqlite" or "postgresql" writes SQL; made once, since what is compiled is kept for each of them."""
    if database == "sqlite":
        return _dialect(sqlite.dialect())
    from sqlalchemy.dialects.postgresql import asyncpg  # 3 MiB, which a process on a file can do without

    return _dialect(asyncpg.dialect())  # type: ignore[no-untyped-call]


insert = sqlite.insert
"""An insert that may have an ON CONFLICT, which both databases write in the same way."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A statement as one kind of database takes it.

    ``binds`` are its values in order: (name, processor, the value that stands in the statement). A name that is in
    ``asked`` has to be given. ``make`` turns a driver's row into a ``Row``; None where no rows come back.
    """

    sql: str
    binds: tuple[tuple[str, Processor | None, Any], ...]
    asked: frozenset[str]
    make: Processor | None
    writes: bool

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order in which the driver wants them.

        Raises:
            TypeError: one is missing, or there is one too many.
        """
        if len(values) != len(self.asked) or not self.asked.issuperset(values):
            wrong = sorted(self.asked.symmetric_difference(values))
            raise TypeError(f"These values are missing, or not of this statement: {', '.join(wrong)}.")
        return [
            processor(values.get(name, fixed)) if processor is not None else values.get(name, fixed)
            for name, processor, fixed in self.binds
        ]


class Statement:
    """One statement, written down once. A large one is a function that puts it together, called when it first runs."""

    __slots__ = ("_clause", "_finished")

    def __init__(self, clause: Executable | Callable[[], Executable]) -> None:
        self._clause = clause
        self._finished: dict[str, Finished] = {}

    def on(self, dialect: str) -> Finished:
        """The finished SQL for "sqlite" or "postgresql".

        Raises:
            ValueError: it holds a list that varies and is not one bind; use ``any_of``.
        """
        found = self._finished.get(dialect)
        if found is None:
            clause = self._clause if isinstance(self._clause, Executable) else self._clause()
            found = self._finished[dialect] = finish(clause, dialect)
        return found


def finish(clause: Any, dialect_name: str) -> Finished:  # noqa: ANN401  (any of SQLAlchemy's statements)
    """A statement's finished SQL, compiled each time; what runs more than once is a ``Statement``.

    Raises:
        ValueError: it holds a list that varies and is not one bind; use ``any_of``.
    """
    dialect = dialect_of(dialect_name)
    compiled: SQLCompiler = clause.compile(dialect=dialect, compile_kwargs={"with_literals": True})
    if compiled.post_compile_params:
        raise ValueError(f"This statement holds a list that varies; use any_of: {compiled}")
    binds = [(name, compiled.binds[name]) for name in compiled.positiontup or ()]
    return Finished(
        str(compiled),
        tuple((name, _bind_processor(each.type, dialect), _fixed(each)) for name, each in binds),
        frozenset(name for name, each in binds if each.required),
        maker(clause, dialect),
        isinstance(clause, Insert | Update | Delete),
    )


def _fixed(bind: Any) -> Any:  # noqa: ANN401  (a value of any type)
    return bind.callable() if bind.callable is not None else bind.value


def _bind_processor(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _result_processor(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    if isinstance(kind, Float | Numeric) and not kind.asdecimal:
        return (
            _number  # asyncpg's dialect wants to know how the server sends it, which is not known beforehand
        )
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _number(value: Any) -> float | None:  # noqa: ANN401  (a number of any kind)
    return None if value is None else float(value)


def maker(clause: Any, dialect: Dialect) -> Processor | None:  # noqa: ANN401  (any of SQLAlchemy's statements)
    """What turns a driver's row into a named one; None where the statement gives no rows."""
    columns = list(clause.exported_columns) if hasattr(clause, "exported_columns") else []
    if not columns:
        return None
    readers = tuple(
        (at, reader)
        for at, each in enumerate(columns)
        if (reader := _result_processor(each.type, dialect)) is not None
    )
    make = named(tuple(_name_of(each) for each in columns))
    if not readers:
        return make

    def read(row: Sequence[Any]) -> Row:
        values = list(row)
        for at, reader in readers:
            values[at] = reader(values[at])
        return make(values)

    return read


@cache
def named(names: tuple[str, ...]) -> Processor:
    """What makes a ``Row`` of these columns, for a statement whose columns are known only once it ran."""
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
    made: Processor = kind._make
    return made


def _name_of(column: Any) -> str:  # noqa: ANN401  (a column or an expression)
    return str(getattr(column, "name", None) or "")


# What a statement is made of, where SQLAlchemy has no element that both databases take ------------------------------


class _List(TypeDecorator[Any]):
    """A list as one value: JSON for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self._item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self._item))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401  (any collection)
        values = list(value)
        if dialect.name == "postgresql":
            return values
        processor = _bind_processor(self._item, dialect)
        return json.dumps([processor(each) if processor else each for each in values])


class _AnyOf(ColumnElement[bool]):
    _traverse_internals: Any = [  # noqa: RUF012  (SQLAlchemy's own: what a statement is searched and copied by)
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]
    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values = bindparam(name, type_=_List(column.type))

    @property
    def _from_objects(self) -> Any:  # noqa: ANN401  (SQLAlchemy's own: the tables that a statement selects from)
        return self.column._from_objects  # noqa: SLF001

    def self_group(self, against: Any = None) -> "_AnyOf":  # noqa: ANN401, ARG002  (SQLAlchemy's own)
        # A boolean is "= 1" to SQLite otherwise, and then it searches no index for what is in the list.
        return self


@compiles(_AnyOf, "sqlite")
def _in_json(element: _AnyOf, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  (SQLAlchemy's own)
    column, values = compiler.process(element.column, **more), compiler.process(element.values, **more)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(_AnyOf, "postgresql")
def _any_of_array(element: _AnyOf, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  (SQLAlchemy's own)
    column, values = compiler.process(element.column, **more), compiler.process(element.values, **more)
    return f"{column} = ANY ({values})"


def any_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column's value is in the list that is given as ``name``; none is in an empty one."""
    return _AnyOf(column, name)


# Statements that follow from a table and the names of columns --------------------------------------------------------


def new_row(table: Table, columns: Iterable[str]) -> sqlite.Insert:
    """The insert of a row of these columns, each given by its name."""
    return insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in columns})


@cache
def inserting(table: Table, columns: tuple[str, ...], *, returning: bool = False) -> Statement:
    """Insert a row of these columns; ``returning`` its id."""
    made = new_row(table, columns)
    return Statement(made.returning(table.c.id) if returning else made.inline())


@cache
def inserting_once(table: Table, columns: tuple[str, ...]) -> Statement:
    """Insert a row unless it is there, and give its id."""
    return Statement(new_row(table, columns).on_conflict_do_nothing().returning(table.c.id))


@cache
def upserting(
    table: Table, keys: tuple[str, ...], values: tuple[str, ...], adding: tuple[str, ...] = ()
) -> Statement:
    """Insert the row of ``keys``, or set ``values`` and add ``adding`` where it is there."""
    made = new_row(table, (*keys, *values, *adding)).inline()
    changes: dict[str, ColumnElement[Any]] = {name: made.excluded[name] for name in values}
    changes |= {name: table.c[name] + made.excluded[name] for name in adding}
    columns = [table.c[name] for name in keys]
    if changes:
        return Statement(made.on_conflict_do_update(index_elements=columns, set_=changes))
    return Statement(made.on_conflict_do_nothing(index_elements=columns))


@cache
def changing(table: Table, columns: tuple[str, ...]) -> Statement:
    """Set columns of the row whose id is given as ``its_id``."""
    values = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    return Statement(table.update().where(table.c.id == bindparam("its_id")).values(values).inline())
