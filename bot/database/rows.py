"""Frozen dataclasses out of what the database keeps: rows, and the objects in columns of JSON.

    read_answer = Reader(Answer, state=AnswerState, consent=Consent)
    answer = read_answer(row, "answer_")

    GIVEN = Json(Given, picks=LIST)
    given = GIVEN.read(GIVEN.write(given))

Each click reads several of them, so that a reader is a constant of its module, as a statement is. A field that has no
converter is what the column or the object has; None stays None.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import FromClause, Label

from bot.database.statements import Row

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
Converter: TypeAlias = Callable[[Any], Any]


class _Maker(Generic[T]):
    """Makes a dataclass of two fields or more of its fields' values, in their order.

    Raises:
        TypeError: a converter is for no field.
    """

    __slots__ = ("_converters", "_fields", "_kind", "names")

    def __init__(self, kind: type[T], converters: Mapping[str, Converter]) -> None:
        self._kind = kind
        self.names = tuple(each.name for each in fields(kind))
        self._fields = attrgetter(*self.names)
        unknown = converters.keys() - set(self.names)
        if unknown:
            raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}.")
        self._converters = tuple((self.names.index(name), each) for name, each in converters.items())

    def values(self, made: T) -> dict[str, Any]:
        """A dataclass's values by the names of its fields, as they are."""
        return dict(zip(self.names, self._fields(made), strict=True))

    def _made(self, values: Sequence[Any]) -> T:
        if not self._converters:
            return self._kind(*values)
        made = list(values)
        for at, convert in self._converters:
            if made[at] is not None:
                made[at] = convert(made[at])
        return self._kind(*made)


class Reader(_Maker[T]):
    """Reads a dataclass from a row that has a column for each of its fields; ``names`` are theirs."""

    __slots__ = ("_pickers",)

    def __init__(self, kind: type[T], /, **converters: Converter) -> None:
        super().__init__(kind, converters)
        self._pickers: dict[str, Converter] = {}

    def __call__(self, row: Row, prefix: str = "") -> T:
        """What a row says; ``prefix`` stands before the names of its columns."""
        pick = self._pickers.get(prefix)
        if pick is None:
            pick = self._pickers[prefix] = attrgetter(*(prefix + name for name in self.names))
        return self._made(pick(row))

    def first(self, rows: Iterable[Row]) -> T | None:
        """What the first row says, None without one."""
        return next(map(self, rows), None)

    def all(self, rows: Iterable[Row]) -> tuple[T, ...]:
        """What each row says."""
        return tuple(map(self, rows))

    def joined(self, row: Row, prefix: str) -> T | None:
        """What a row says of a table joined to it, whose columns have this prefix; None where nothing of it is there."""
        return self(row, prefix) if getattr(row, f"{prefix}id") is not None else None

    def columns(self, table: FromClause, prefix: str = "") -> tuple[Label[Any], ...]:
        """What a statement selects for this, of a table that has a column for each field."""
        return tuple(table.c[name].label(prefix + name) for name in self.names)


class Way(NamedTuple):
    """How a value is written for JSON, and how it is read from there."""

    write: Converter
    read: Converter


LIST = Way(list, tuple)
INSTANT = Way(datetime.isoformat, datetime.fromisoformat)


class Json(_Maker[T]):
    """Writes a dataclass as an object of its fields, which JSON can hold, and reads it from there."""

    __slots__ = ("_defaults", "_pick", "_ways")

    def __init__(self, kind: type[T], /, **ways: "Way | Json[Any]") -> None:
        super().__init__(kind, {name: way.read for name, way in ways.items()})
        self._pick = itemgetter(*self.names)
        self._defaults = {each.name: each.default for each in fields(kind) if each.default is not MISSING}
        self._ways = tuple((name, way.write) for name, way in ways.items())

    def write(self, made: T) -> dict[str, Any]:
        """The object of a dataclass."""
        kept = self.values(made)
        for name, write in self._ways:
            if kept[name] is not None:
                kept[name] = write(kept[name])
        return kept

    def read(self, kept: Mapping[str, Any]) -> T:
        """The dataclass of an object; a field that isn't in it has its default, what is no field is left out.

        Raises:
            KeyError: a field without a default is missing.
        """
        try:
            values = self._pick(kept)
        except KeyError:
            values = self._pick({**self._defaults, **kept})
        return self._made(values)


def as_list(kind: type[T]) -> Way:
    """A dataclass as the list of its fields' values."""
    pick = attrgetter(*(each.name for each in fields(kind)))
    return Way(lambda value: list(pick(value)), lambda kept: kind(*kept))


def several(way: "Way | Json[Any]") -> Way:
    """A tuple of what is written and read in this way."""
    return Way(
        lambda values: [way.write(each) for each in values],
        lambda kept: tuple(way.read(each) for each in kept),
    )
