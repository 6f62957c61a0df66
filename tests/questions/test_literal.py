"""What a member typed is shown as it was typed, wherever the bank's own texts are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cards import text
from bot.chat.rendering.markdown import CodeBlock, LineBreak, Node, Paragraph, Str, parse, words
from bot.chat.words import clean, clean_line
from bot.questions.literal import fenced, literal, literal_line, plainly

TRICKS = (
    "# A heading\n***\n---\n1. one\n2) two\n- three\n+ four\n> five",
    "**bold** _it_ `code` [a](https://example.org) ![b](https://example.org) <https://example.org>",
    "Title\n=====\nOther\n-----",
    "    four spaces\n\tand a tab",
    "```\nfence\n```\n~~~\nother\n~~~",
    "&amp; &#60; &copy; \\* \\\\ a\\",
    "|a|b|\n|-|-|\n@everyone <!channel> <@U123>",
)


def _plain(nodes: tuple[Node, ...]) -> bool:
    return all(
        isinstance(n, Paragraph) and all(isinstance(c, Str | LineBreak) for c in n.children) for n in nodes
    )


def _squeezed(said: str) -> str:
    return "".join(char for char in said if not char.isspace() and char not in "\u2068\u2069")


MARKS = "\\`*_[]<>#+-.)(!&~=| 01ab{}"
ANYTHING = st.text(
    st.characters(exclude_categories=("Co", "Cs")), max_size=200
)  # no card shows private characters


@given(st.one_of(st.sampled_from(TRICKS), ANYTHING, st.text(MARKS + "\n\t", max_size=60)))
def test_no_text_becomes_markup_and_none_of_its_words_is_lost(said: str) -> None:
    for made, typed in ((literal(said), clean(said)), (literal_line(said), clean_line(said))):
        nodes = parse(text(made))
        assert _plain(nodes), (made, nodes)
        assert _squeezed(words(nodes)) == _squeezed(typed)


@given(st.text(MARKS, max_size=40))
def test_a_line_in_a_list_or_in_bold_stays_words(said: str) -> None:
    line = literal_line(said)
    if not line:
        return
    found = words(parse(text(f"**Key points**\n\n- {line}\n- {line}")))
    assert found.count("•") == 2 + 2 * clean_line(said).count("•")
    assert _squeezed(clean_line(said)) in _squeezed(found)


def test_lines_stay_lines_and_indentation_keeps_its_shape() -> None:
    shown = words(parse(text(literal("def f():\n    return 1\n\nWhat is wrong?"))))
    assert shown == "def f():\n\u00a0\u00a0\u00a0\u00a0return 1\nWhat is wrong?"


def test_the_names_of_a_seeded_question_stay_to_be_filled_in() -> None:
    assert literal("How long do {n_layers} layers take?") == "How long do {n_layers} layers take?"


@pytest.mark.parametrize("code", ["x = 1", "```\nout", "a `b` c", "`````"])
def test_nothing_in_code_closes_its_block(code: str) -> None:
    (block,) = parse(text(fenced(code)))
    assert block == CodeBlock(code, "python")


def test_the_words_of_a_text_come_back_without_its_marks() -> None:
    assert plainly("What does `clip` do to **gradients**?") == "What does clip do to gradients?"
    assert plainly(literal("2 * 3 = #6")) == "2 * 3 = #6"
    assert plainly("# not a card's text") == "# not a card's text"
