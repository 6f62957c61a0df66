"""Typed actions: what a button, a list or a form does, as a short versioned id.

An action is a frozen dataclass of ints, strings and booleans with a ``tag`` and a ``version``:

    class Judge(Action, tag="judge"):
        round_id: int
        helped: bool

Its id looks like ``judge.1:12:1``. Ids live for years inside posted messages: never change the meaning of a tag's version,
add a new one.
"""

import types
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, dataclass_transform, get_args
from urllib.parse import quote, unquote

MAX_ID = 100
"""The most characters of an id: the smallest limit among the platforms' buttons."""


class ActionError(Exception):
    """This id is not (or no longer) one of ours; the person who pressed it is told kindly."""


@dataclass_transform(frozen_default=True)
class _ActionType(type):
    """Makes of each class of actions a frozen dataclass with slots; it is registered nowhere."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, tag: str = "", version: int = 1
    ) -> Any:  # noqa: ANN401  (the class that is made)
        if "__slots__" in namespace:  # dataclass() makes each class a second time: only then can slots be set
            return super().__new__(cls, name, bases, namespace)
        made: type = super().__new__(cls, name, bases, namespace | {"tag": tag, "version": version})
        return dataclass(frozen=True, slots=True)(made)


class Action(metaclass=_ActionType):
    """Base of all actions; subclasses name a ``tag`` (2 to 12 lower-case letters) and may name a higher ``version``."""

    tag: ClassVar[str]
    version: ClassVar[int]


def encode(action: Action) -> str:
    """The id of an action, at most 100 ASCII characters.

    Raises:
        ValueError: a field's content makes the id too long; shorten it where the action is made.
    """
    pieces = [f"{action.tag}.{action.version}"]
    for name, _ in _fields_of(type(action)):
        value = getattr(action, name)
        if value is None:
            pieces.append("~")
        elif isinstance(value, bool):
            pieces.append("1" if value else "0")
        elif isinstance(value, int):
            pieces.append(str(value))
        else:
            pieces.append(quote(str(value), safe="-_.,/ ").replace("~", "%7E"))
    made = ":".join(pieces)
    if len(made) > MAX_ID:
        raise ValueError(
            f"The id of {type(action).__name__} has {len(made)} characters; {MAX_ID} is the most."
        )
    return made


class ActionTable:
    """Reads ids back into actions; knows every action type the bot has."""

    def __init__(self, types_: Iterable[type[Action]]) -> None:
        self._types: dict[tuple[str, int], type[Action]] = {}
        for each in types_:
            key = (each.tag, each.version)
            if not (2 <= len(each.tag) <= 12 and each.tag.isascii() and each.tag.islower()):
                raise ValueError(f"{each.__name__} needs a tag of 2 to 12 lower-case letters.")
            if key in self._types:
                raise ValueError(f"Two actions share the tag {each.tag}.{each.version}.")
            self._types[key] = each

    def decode(self, made: str) -> Action:
        """The action an id stands for.

        Raises:
            ActionError: unknown tag or version, wrong number of fields, or a field of the wrong type.
        """
        head, *values = made.split(":")
        tag, _, version = head.partition(".")
        kind = (
            self._types.get((tag, int(version)))
            if version.isascii() and version.isdigit() and len(version) <= 4
            else None
        )
        if kind is None:
            raise ActionError(f"unknown action {head[:40]!r}")
        wanted = _fields_of(kind)
        if len(values) != len(wanted):
            raise ActionError(f"{head}: {len(values)} fields instead of {len(wanted)}")
        return kind(*(_read(of, value) for (_, of), value in zip(wanted, values, strict=True)))


@cache
def _fields_of(kind: type[Action]) -> tuple[tuple[str, Any], ...]:
    """(name, annotation) of each field; every press asks for them, so that they are looked up once."""
    return tuple((each.name, each.type) for each in fields(kind))


def _read(kind: Any, value: str) -> int | str | bool | None:  # noqa: ANN401  # a dataclass field's annotation
    if isinstance(kind, types.UnionType):
        if value == "~":
            return None
        kind = next(k for k in get_args(kind) if k is not types.NoneType)
    if kind is bool:
        if value not in ("0", "1"):
            raise ActionError(f"{value[:20]!r} is not a truth value")
        return value == "1"
    if kind is int:
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise ActionError(f"{value[:20]!r} is not a whole number")
        return int(value)
    return unquote(value)
