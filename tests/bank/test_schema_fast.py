"""The quick test of an item says what the whole validator says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from bot.bank.schema_fast import compiled
from tests.bank.conftest import ANYTHING, KINDS, sound_item

SCHEMA = json.loads((Path(__file__).parents[2] / "content" / "item.schema.json").read_text(encoding="utf-8"))
WHOLE = Draft202012Validator(SCHEMA, format_checker=FormatChecker(("date",)))
DATES = st.sampled_from(["2026-01-31", "2026-13-01", "20260131", "2026-W01-1", "", "２０２６-01-31"])


@pytest.fixture(scope="module")
def is_sound() -> Callable[[Any], bool]:
    test = compiled(SCHEMA)
    assert test is not None
    return test


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_both_agree_on_any_item_with_any_field_changed(
    is_sound: Callable[[Any], bool], data: st.DataObject
) -> None:
    raw = sound_item(data.draw(st.sampled_from(sorted(KINDS))))
    field = data.draw(st.sampled_from(sorted(SCHEMA["properties"])))
    raw[field] = data.draw(
        st.one_of(ANYTHING, DATES, st.text(max_size=200), st.integers(-9, 99), st.just(2.0))
    )
    if data.draw(st.booleans()):
        raw.pop(data.draw(st.sampled_from(sorted(raw))))
    assert is_sound(raw) == WHOLE.is_valid(raw)


@settings(max_examples=100, deadline=None)
@given(anything=ANYTHING)
def test_both_agree_on_what_is_no_item_at_all(is_sound: Callable[[Any], bool], anything: object) -> None:
    assert is_sound(anything) == WHOLE.is_valid(anything)


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {}},
        {"type": ["string", "null"]},
        {"enum": [1]},
        {"format": "time"},
        {"properties": {"a": {"anyOf": []}}},
        False,
    ],
)
def test_a_schema_with_anything_unknown_is_left_to_the_whole_validator(schema: object) -> None:
    assert compiled(schema) is None
