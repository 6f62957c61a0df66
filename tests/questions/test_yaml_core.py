"""The traps of YAML that the loader closes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.yaml_core import YamlError, parse_yaml


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "NO", "y", "n"])
def test_yes_and_no_are_words(word: str) -> None:
    assert parse_yaml(f"a: {word}".encode()).value == {"a": word}


@pytest.mark.parametrize(
    "word", ["12:30", "1:20:30", "2026-11-23", "1_000", "0b11", "<<", "=", "1e", "+.", "."]
)
def test_times_dates_and_odd_numbers_are_text(word: str) -> None:
    assert parse_yaml(f"a: {word}".encode()).value == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("-3", -3),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'3'", "3"),
        ('"true"', "true"),
    ],
)
def test_plain_words_follow_the_core_schema(word: str, value: object) -> None:
    parsed = parse_yaml(f"a: {word}".encode()).value
    assert isinstance(parsed, dict)
    assert parsed["a"] == value
    assert type(parsed["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3", 3, "first on line 1"),
        ("a: {b: 1, b: 2}", 1, "stands twice"),
        ("a: &x 1", 1, "Anchors"),
        ("a: 1\nb: *x", 2, "aliases"),
        ("a: !!python/name:os.system x", 1, "Tags"),
        ("a: !!str 3", 1, "Tags"),
        ("1: a", 1, "must be text"),
        ("[a]: b", 1, "must be text"),
        ("a: .inf", 1, "finite"),
        ("a: .nan", 1, "finite"),
        ("a: 1e999", 1, "finite"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: [1", 2, "valid YAML"),
        ("a:\n\t- b", 2, "valid YAML"),
        ("a: b: c", 1, "valid YAML"),
        ("[" * 100, 1, "nested too deeply"),
    ],
)
def test_what_is_refused_is_told_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(YamlError, match=says) as raised:
        parse_yaml(text.encode())
    assert raised.value.line == line


def test_text_that_is_not_utf8_is_told_with_its_line() -> None:
    with pytest.raises(YamlError, match="UTF-8") as raised:
        parse_yaml(b"a: 1\nb: caf\xe9\n")
    assert raised.value.line == 2


def test_text_comes_out_composed_and_without_a_byte_order_mark() -> None:
    assert parse_yaml("\ufeffa: cafe\u0301".encode()).value == {"a": "caf\u00e9"}
    assert parse_yaml("a: 'cafe\u0301'".encode()).value == {"a": "caf\u00e9"}


def test_every_part_knows_its_line_and_missing_parts_take_that_of_the_part_above() -> None:
    document = parse_yaml(b"- a: 1\n  b:\n  - x\n  - y\n\n- a: |\n    text\n")
    assert [document.line(path) for path in [(0,), (0, "b"), (0, "b", 1), (1,), (1, "a")]] == [1, 2, 4, 6, 6]
    assert document.line((0, "b", 7)) == 2
    assert document.line((0, "nothing", "below")) == 1


def test_an_empty_file_is_nothing() -> None:
    assert parse_yaml(b"").value is None
    assert parse_yaml(b"# only a comment\n").value is None


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_give_a_value_or_a_named_error(content: bytes) -> None:
    line = 1
    try:
        line = parse_yaml(content).line()
    except YamlError as error:
        line = error.line
    assert line >= 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_is_the_number_read(number: float) -> None:
    value = parse_yaml(f"a: {number!r}".encode()).value
    assert isinstance(value, dict)
    assert math.isclose(value["a"], number, rel_tol=0, abs_tol=0)
