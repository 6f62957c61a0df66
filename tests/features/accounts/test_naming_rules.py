"""Names: made safe, and refused where they could be mistaken for another's."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.accounts.naming_rules import clean_name, name_problem


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\u200bLove\u202elace\ufeff", "AdaLovelace"),
        ("Ada\nLovelace\x00\x1b", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
        ("a" + "\u0301" * 40, "á\u0301\u0301"),
        ("\u3164\u2800\u115f", ""),
        ("山田 花子", "山田 花子"),
        ("مريم", "مريم"),
    ],
)
def test_a_name_keeps_what_can_be_seen(said: str, kept: str) -> None:
    assert clean_name(said) == kept


@pytest.mark.slow
@given(st.text(max_size=200))
def test_no_cleaned_name_hides_or_reorders_anything(said: str) -> None:
    name = clean_name(said)
    assert clean_name(name) == name
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize(
    "taken",
    ["Ada Lovelace", "ada lovelace", "ADA\u200b LOVELACE", "Ada-Lovelace", "Аdа Lоvеlасе", "Αda Lοvelace"],
)
def test_a_name_that_reads_like_another_members_is_refused(taken: str) -> None:
    assert "goes by that name" in name_problem("Ada Lovelace", [taken])


def test_names_of_one_alphabet_are_told_apart_as_before() -> None:
    assert "goes by that name" in name_problem("Нина", ["НИНА"])
    assert name_problem("Нина", ["Ника", "Nina", "Νίκη"]) == ""


@pytest.mark.parametrize("name", ["Someone", "studyhall", "@everyone", "You", "@еvеryοne", "НЕRЕ"])
def test_names_that_the_bot_itself_uses_are_refused(name: str) -> None:
    assert "choose another" in name_problem(name, [])


@pytest.mark.parametrize("name", ["", "!!!", "—"])
def test_a_name_needs_something_to_read(name: str) -> None:
    assert "letter or digit" in name_problem(name, [])


def test_a_name_may_have_thirty_two_characters_and_no_more() -> None:
    assert name_problem("a" * 32, []) == ""
    assert "the limit is 32" in name_problem("a" * 33, [])
