"""Texts that cards could not show are told of before they are asked."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank_tools.check import check
from bot.chat.cards import text
from bot.chat.rendering.markdown import parse
from bot.questions.load import BankError, load_bank
from bot.questions.markup import is_plain

Raw = dict[str, Any]


@pytest.mark.parametrize(
    "words", ["# A heading\n\nand text", "1. first\n2. second", "![a](https://e.org/p.png)"]
)
def test_markup_that_cards_do_not_have_is_named_and_stops_the_start(
    write_bank: Callable[..., Path], item: Callable[..., Raw], words: str
) -> None:
    folder = write_bank(
        [item("open", model_answer=words + " " + "and more words to reach the least length. " * 4)]
    )
    assert "markup" in {f.rule for f in check(folder, date(2026, 11, 23))}
    with pytest.raises(BankError):
        load_bank(folder)


def test_the_small_markup_of_cards_is_welcome(
    write_bank: Callable[..., Path], item: Callable[..., Raw]
) -> None:
    words = (
        "**Bold**, *italic*, `code`.\n\n- a list\n\n> a quote\n\n```python\nx = 1\n```\n\n"
        + "And so on. " * 12
    )
    folder = write_bank([item("open", model_answer=words)])
    assert "markup" not in {f.rule for f in check(folder, date(2026, 11, 23))}


MARKS = [
    *"aB1#-=*_`>~|!()\\&:. \n",
    "---",
    "===",
    "1. ",
    "# ",
    "    ",
    "\n\n",
    "![",
    "](",
    "<b>",
    "http://e.org",
]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(MARKS), max_size=30).map("".join))
def test_a_text_that_is_taken_for_plain_can_always_be_shown(words: str) -> None:
    if is_plain(words):
        assert parse(text(words)) is not None
    else:
        assert words.strip("aB") != ""
