"""What a member typed is shown as it was typed, wherever the bank's own texts are shown."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cards import text
from bot.chat.rendering import said
from bot.chat.rendering.markdown import (
    BulletList,
    Code,
    CodeBlock,
    Formula,
    Inline,
    LineBreak,
    Node,
    Paragraph,
    QuoteNode,
    Str,
    Strong,
    parse,
    words,
)
from bot.chat.words import clean_line
from bot.questions.literal import fenced, literal, literal_line, plainly

TRICKS = (
    "# A heading\n***\n---\n1. one\n2) two\n- three\n+ four\n> five",
    "**bold** _it_ `code` [a](https://example.org) ![b](https://example.org) <https://example.org>",
    "Title\n=====\nOther\n-----",
    "$x_{1}$ $5 and $6 $a_{$ **$y$**",
    "    four spaces\n\tand a tab",
    "```\nfence\n```\n~~~\nother\n~~~",
    "&amp; &#60; &copy; \\* \\\\ a\\",
    "|a|b|\n|-|-|\n@everyone <!channel> <@U123>",
)


def _kinds(nodes: Iterable[Node | Inline]) -> Iterator[type[Node | Inline]]:
    for node in nodes:
        yield type(node)
        match node:
            case Paragraph(below) | QuoteNode(below) | Strong(below):
                yield from _kinds(below)
            case BulletList(items):
                yield from _kinds(each for item in items for each in item)


# No link, no emphasis of another kind, nothing of ours; what else a card knows is refused when it is parsed.
_MEMBERS_MAY = {Paragraph, CodeBlock, BulletList, QuoteNode, Str, LineBreak, Code, Strong, Formula}


def _letters(typed: str) -> str:
    return "".join(char for char in typed if char.isalnum())


MARKS = "\\`*_[]<>#+-.)(!&~=|$ 01ab{}"
ANYTHING = st.text(
    st.characters(exclude_categories=("Co", "Cs")), max_size=200
)  # no card shows private characters


@given(st.one_of(st.sampled_from(TRICKS), ANYTHING, st.text(MARKS + "\n\t", max_size=60)))
def test_no_text_becomes_other_markup_than_members_have_and_none_of_its_words_is_lost(typed: str) -> None:
    for made, read in (
        (literal(typed), said.read(typed)),
        (literal_line(typed), said.inline(clean_line(typed))),
    ):
        nodes = parse(text(made))
        assert set(_kinds(nodes)) <= _MEMBERS_MAY, (made, nodes)
        assert _letters(words(nodes)) == _letters(words(read))


def test_what_members_marked_stays_marked_where_our_own_texts_stand() -> None:
    typed = "Why **two** `x**2`?\n- a $r d^2$\n  - b\n\n> said\n\n```py\nx = `1`\n```\n$5 (about 6$)"
    assert parse(text(literal(typed))) == said.read(typed)


@given(st.text(MARKS, max_size=40))
def test_a_line_in_a_list_or_in_bold_stays_in_its_line(typed: str) -> None:
    line = literal_line(typed)
    if not line:
        return
    nodes = parse(text(f"**Key points**\n\n- {line}\n- {line}"))
    assert words(nodes) == f"Key points\n• {words(parse(text(line)))}\n• {words(parse(text(line)))}"


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
