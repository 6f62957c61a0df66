"""Ids and values that no card of ours ever held: each gets a kind answer, from a member and from an organiser."""

import itertools
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.chat.requests import FieldValue, Press, Submit, Upload
from tests.old_databases.old import FAILED, Later, kept_actions, later, restore
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE

PIECES = (
    "0",
    "-1",
    "999999999999999999",
    "-999999999999999999",
    "2147483648",
    "1e9",
    "",
    "~",
    "%00",
    "%ED%A0%80",
    "%0A%0DERROR",
    "../..",
    "'; DROP TABLE rounds; --",
    "0001-01-01",
    "9999-12-31",
    "own.999999999999999999",
    "%E2%80%AE",
    "nan",
    "9" * 60,
)
VALUES = (
    (),
    ("",),
    ("no such",),
    ("\u202e\ud800",),
    ("x" * 100,),
    ("1", "1"),
    ("9" * 30,),
    ("-1",),
    ("2026-02-30",),
    ("25:99",),
)
FIELDS: tuple[dict[str, FieldValue], ...] = (
    {},
    {"answer": "x" * 5000, "note": "\x00", "unknown": "field"},
    dict.fromkeys(("answer", "note", "number", "prompt", "code", "time"), "\u202e <!channel> @everyone"),
    {"answer": ("a", "list"), "number": Upload("../../etc/passwd", b"\xff"), "file": "words"},
)


@pytest.fixture
async def lived_in(tmp_path: Path) -> AsyncIterator[Later]:
    async with later(await restore("v0005", tmp_path / "old.db")) as v:
        yield v


def forged() -> Iterator[str]:
    """One id of each kind of action, and each of its fields once with something else in it."""
    pieces = itertools.cycle(PIECES)
    kinds = {kept.id.partition(":")[0]: kept.id for kept in kept_actions()}
    for made in kinds.values():
        parts = made.split(":")
        yield made
        for at in range(1, len(parts)):
            yield ":".join((*parts[:at], next(pieces), *parts[at + 1 :]))


@pytest.mark.slow
async def test_no_forged_id_value_or_field_breaks_anything(
    lived_in: Later, caplog: pytest.LogCaptureFixture
) -> None:
    values, fields, asked = (
        itertools.cycle(VALUES),
        itertools.cycle(FIELDS),
        itertools.cycle(("mira", ORGANISER)),
    )
    broke = []
    for made in forged():
        for what in (Press(made, next(values)), Submit(made, next(fields))):
            who = next(asked)
            reply = await lived_in.handle(lived_in.at(who, what, HERE))
            if FAILED in str(reply):
                broke.append((who, what))
        next(asked)
    assert broke == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
