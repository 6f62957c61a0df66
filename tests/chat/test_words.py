from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cards import Moment, Table
from bot.chat.rendering.tables import table_lines
from bot.chat.words import (
    clean,
    clean_line,
    counted,
    cut,
    isolate,
    moment_words,
    too_long,
    typed,
    utf16,
    width,
)


def test_control_and_direction_characters_go_and_lines_stay() -> None:
    assert clean("a\x00b\u202ec\u2067d\r\ne\u2028f") == "abcd\ne\nf"


def test_joined_emoji_and_persian_survive_but_invisible_runs_do_not() -> None:
    assert clean("👩\u200d👧 می\u200cخواهم") == "👩\u200d👧 می\u200cخواهم"
    assert clean("a\u200b\u200b\u2060\ufeffb") == "a\u200bb"


def test_nothing_visible_is_nothing() -> None:
    assert clean("\u200b \u3164\n\u2060") == ""
    assert [clean(x) for x in ("\u200e\u061c", "\u2800", "\ufe0f", "\U000e0041\U000e007f")] == [""] * 4
    scotland = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert [clean(x) for x in (scotland, "❤\ufe0f", "\u2801\u2800\u2801")] == [
        scotland,
        "❤\ufe0f",
        "\u2801\u2800\u2801",
    ]


def test_blank_lines_are_at_most_one() -> None:
    assert clean("a\n\n \n\t\n\nb\n") == "a\n\nb"


def test_stacked_marks_are_thinned() -> None:
    assert clean("a" + "\u0301" * 500 + "b") == "a" + "\u0301" * 6 + "b"


def test_a_line_is_one_line() -> None:
    assert clean_line(" a\n\n b\tc ") == "a b c"


def test_what_stands_in_an_input_keeps_its_blank_lines() -> None:
    assert typed("a\r\n\n\n\n  b\x00\ud800") == "a\n\n\n\n  b"


def test_only_words_from_right_to_left_are_isolated() -> None:
    assert isolate("Ada") == "Ada"
    assert isolate("שלום") == "\u2068שלום\u2069"


def test_words_are_cut_at_a_space_and_endless_ones_inside() -> None:
    assert cut("one two three", 9) == "one two…"
    assert cut("x" * 20, 9) == "x" * 8 + "…"
    assert cut("short", 9) == "short"
    assert cut("ab", 0) == ""


def test_an_emoji_is_never_cut_apart() -> None:
    family = "👩\u200d👩\u200d👧"
    assert cut(family * 3, 12) == family * 2 + "…"
    assert cut("🇩🇪🇫🇷🇮🇹", 4) == "🇩🇪…"
    assert cut("ae\u0301e\u0301", 3) == "a…"


@given(st.text(max_size=200), st.integers(1, 60))
def test_what_is_cut_fits_in_every_measure(said: str, most: int) -> None:
    for measure in (len, utf16, width):
        assert measure(cut(said, most, measure)) <= most


def test_wide_characters_count_two_columns_and_marks_none() -> None:
    assert width("abc") == 3
    assert width("漢字") == 4
    assert width("e\u0301") == 1


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("time", "09:30"),
        ("day", "Wednesday"),
        ("daytime", "Wed 09:30"),
        ("date", "4 March 2026"),
        ("relative", "Wed 4 March, 09:30"),
    ],
)
def test_moments_are_said_in_the_groups_zone(
    style: Literal["time", "day", "daytime", "date", "relative"], said: str
) -> None:
    assert moment_words(Moment(datetime(2026, 3, 4, 8, 30, tzinfo=UTC), "Europe/Berlin", style)) == said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (counted(0, "question"), "0 questions"),
        (counted(1, "question"), "1 question"),
        (counted(2, "question"), "2 questions"),
        (counted(1, "member says", "members say"), "1 member says"),
        (counted(2, "person", "people"), "2 people"),
        (counted(1204, "question"), "1204 questions"),
        (counted(1204, "time", grouped=True), "1,204 times"),
        (counted(1, "day to it", "days to it", grouped=True), "1 day to it"),
    ],
)
def test_a_number_agrees_with_its_noun(said: str, words: str) -> None:
    assert said == words


def test_a_table_is_aligned_by_columns_on_the_screen() -> None:
    table = Table(("Name", "Points"), (("Ada", "120"), ("山田", "7")), frozenset({1}))
    lines, was_cut = table_lines(table, 40)
    assert lines == ("Name  Points", "────  ──────", "Ada      120", "山田       7")
    assert not was_cut


def test_the_widest_column_of_a_table_gives_way() -> None:
    lines, was_cut = table_lines(Table(("Name", "P"), (("Ada Lovelace of London", "3"),), frozenset({1})), 16)
    assert was_cut
    assert lines[2] == "Ada Lovelace…  3"
    assert all(width(line) <= 16 for line in lines)


def test_a_text_over_its_limit_is_refused_in_one_sentence_that_says_by_how_much() -> None:
    assert too_long("a" * 20, 20) == ""
    assert (
        too_long("a" * 2100, 2000)
        == "This is 2,100 characters; the limit is 2,000. Please shorten it by 100."
    )
    assert (
        too_long("aaaa", 3, "The longest")
        == "The longest is 4 characters; the limit is 3. Please shorten it by 1."
    )
