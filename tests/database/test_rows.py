"""Dataclasses out of rows, and out of JSON and back."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from bot.database.rows import INSTANT, LIST, Json, Reader, Way, as_list, several
from bot.database.statements import named

NOON = datetime(2026, 3, 4, 12, 0, 30, 5, tzinfo=UTC)


class Mood(StrEnum):
    CALM = "calm"
    KEEN = "keen"


@dataclass(frozen=True, slots=True)
class Guest:
    id: int
    mood: Mood | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Walk:
    mood: Mood
    steps: tuple[Step, ...]
    best: Step | None
    at: datetime | None
    tags: tuple[str, ...] = ("new",)
    weather: str = "dry"


read_guest = Reader(Guest, mood=Mood, tags=tuple)
WALK = Json(Walk, mood=Way(str, Mood), steps=several(as_list(Step)), best=Json(Step), at=INSTANT, tags=LIST)
FULL = Walk(Mood.KEEN, (Step("hill", 5), Step("lake", 7)), Step("lake", 7), NOON, ("a", "b"))
BARE = Walk(Mood.CALM, (), None, None, ())


def test_a_row_is_read_by_the_names_of_its_columns_in_whichever_order_they_come() -> None:
    row = named(("tags", "more", "mood", "id"))((["a", "b"], "unread", "keen", 7))
    assert read_guest(row) == Guest(7, Mood.KEEN, ("a", "b"))


def test_one_row_can_hold_several_under_prefixes() -> None:
    names = ("id", "mood", "tags", "other_id", "other_mood", "other_tags")
    row = named(names)((1, "calm", [], 2, "keen", ["b"]))
    for _ in range(2):
        assert read_guest(row) == Guest(1, Mood.CALM, ())
        assert read_guest(row, "other_") == Guest(2, Mood.KEEN, ("b",))


def test_none_stays_none_whatever_converts_the_others() -> None:
    assert read_guest(named(("id", "mood", "tags"))((1, None, ()))) == Guest(1, None, ())
    assert WALK.read({"mood": "calm", "steps": [], "best": None, "at": None, "tags": []}) == BARE


def test_a_row_without_a_column_for_a_field_is_refused() -> None:
    with pytest.raises(AttributeError, match="tags"):
        read_guest(named(("id", "mood"))((1, "calm")))


def test_a_value_that_is_none_of_the_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="angry"):
        read_guest(named(("id", "mood", "tags"))((1, "angry", ())))


def test_a_converter_for_no_field_is_refused_where_the_reader_is_made() -> None:
    with pytest.raises(TypeError, match="Guest has no field mod, tag"):
        Reader(Guest, tag=tuple, mod=Mood)
    with pytest.raises(TypeError, match="Step has no field minute"):
        Json(Step, minute=INSTANT)


def test_a_statement_selects_just_what_is_read() -> None:
    guests = Table(
        "guests", MetaData(), *(Column(n, Text) for n in ("tags", "mood", "more")), Column("id", Integer)
    )
    selected = "guests.id AS guest_id, guests.mood AS guest_mood, guests.tags AS guest_tags"
    assert str(select(*read_guest.columns(guests, "guest_"))) == f"SELECT {selected} \nFROM guests"


@pytest.mark.parametrize("walk", [FULL, BARE])
def test_what_is_kept_as_json_is_read_back(walk: Walk) -> None:
    kept = WALK.write(walk)
    assert json.loads(json.dumps(kept)) == kept
    assert WALK.read(kept) == walk


def test_an_object_holds_the_fields_in_their_order_and_none_for_nothing() -> None:
    assert json.dumps(WALK.write(FULL)) == (
        '{"mood": "keen", "steps": [["hill", 5], ["lake", 7]], "best": {"name": "lake", "minutes": 7}, '
        '"at": "2026-03-04T12:00:30.000005+00:00", "tags": ["a", "b"], "weather": "dry"}'
    )
    assert (
        json.dumps(WALK.write(BARE))
        == '{"mood": "calm", "steps": [], "best": null, "at": null, "tags": [], "weather": "dry"}'
    )


def test_what_was_kept_before_a_field_was_has_its_default() -> None:
    kept: dict[str, object] = {"mood": "calm", "steps": [], "best": None, "at": None, "weather": "wet"}
    assert WALK.read(kept) == Walk(Mood.CALM, (), None, None, ("new",), "wet")
    assert "tags" not in kept


def test_what_is_no_field_any_more_is_left_out() -> None:
    assert WALK.read({**WALK.write(FULL), "company": "dog"}) == FULL


def test_a_missing_field_without_a_default_is_named() -> None:
    with pytest.raises(KeyError, match="steps"):
        WALK.read({"mood": "calm", "best": None, "at": None})


def test_values_are_a_dataclass_by_its_names_as_they_are() -> None:
    assert read_guest.values(Guest(7, Mood.KEEN, ("a",))) == {"id": 7, "mood": Mood.KEEN, "tags": ("a",)}
