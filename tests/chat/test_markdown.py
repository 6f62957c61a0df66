from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cards import Moment, Plain, text
from bot.chat.rendering.clipping import clip, fit, share
from bot.chat.rendering.markdown import (
    BulletList,
    Code,
    CodeBlock,
    Emphasis,
    LineBreak,
    LinkNode,
    MarkdownError,
    MomentNode,
    Paragraph,
    PlainNode,
    QuoteNode,
    Str,
    Strong,
    parse,
    words,
)

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def test_every_element_of_the_subset_becomes_its_node() -> None:
    said = "**a** *b* `c` [d](https://e.f)  \ng\n\n- h\n  - i\n- j\n\n> k\n\n```py\nl\nm\n```"
    assert parse(text(said)) == (
        Paragraph(
            (
                Strong((Str("a"),)),
                Str(" "),
                Emphasis((Str("b"),)),
                Str(" "),
                Code("c"),
                Str(" "),
                LinkNode("https://e.f", (Str("d"),)),
                LineBreak(),
                Str("g"),
            )
        ),
        BulletList(
            ((Paragraph((Str("h"),)), BulletList(((Paragraph((Str("i"),)),),))), (Paragraph((Str("j"),)),))
        ),
        QuoteNode((Paragraph((Str("k"),)),)),
        CodeBlock("l\nm", "py"),
    )


def test_a_single_line_end_is_a_space_and_tags_and_bare_addresses_are_words() -> None:
    said = "one\ntwo <b> & https://x.y [z]: v"
    assert parse(text(said)) == (Paragraph((Str("one two <b> & https://x.y [z]: v"),)),)


def test_an_empty_text_has_no_nodes() -> None:
    assert parse(text()) == ()
    assert parse(text("", "  \n ")) == ()


def test_moments_and_names_are_put_in_after_parsing() -> None:
    when = Moment(NOON)
    nodes = parse(text("**", Plain("*Ada*"), "** at ", when))
    assert nodes == (Paragraph((Strong((PlainNode("*Ada*"),)), Str(" at "), MomentNode(when))),)


def test_a_name_may_stand_in_code_and_stays_as_it_is() -> None:
    assert parse(text("`", Plain("a`b"), "`")) == (Paragraph((Code("a`b"),)),)
    assert parse(text("```\n", Plain("```"), "\n```")) == (CodeBlock("```", ""),)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("# Head", "heading"),
        ("Head\n---", "heading"),
        ("1. one", "numbered list"),
        ("* * *", "Divider"),
        ("![a](https://b.c/d.png)", "Picture"),
        ("[a](ftp://b.c)", "http"),
    ],
)
def test_what_cards_do_not_have_is_refused_by_name(said: str, name: str) -> None:
    with pytest.raises(MarkdownError, match=name):
        parse(text(said))


def test_a_moment_in_code_and_a_name_in_an_address_are_refused() -> None:
    with pytest.raises(MarkdownError, match="moment"):
        parse(text("`at ", Moment(NOON), "`"))
    with pytest.raises(MarkdownError, match="address"):
        parse(text("[a](https://b.c/", Plain("d"), ")"))


def test_our_own_private_use_characters_cannot_stand_for_a_name() -> None:
    assert parse(text("\U000f0000 ", Plain("Ada"))) == (Paragraph((Str("\ufffd "), PlainNode("Ada"))),)


@given(st.text(max_size=200))
def test_what_a_member_wrote_never_becomes_markup(said: str) -> None:
    nodes = parse(text("By ", Plain(said), "."))
    (paragraph,) = nodes
    assert isinstance(paragraph, Paragraph)
    before, name, after = paragraph.children
    assert (before, after) == (Str("By "), Str("."))
    assert isinstance(name, PlainNode)
    assert "\n" not in name.text


def test_plain_words_of_a_tree_say_moments_in_the_groups_zone() -> None:
    nodes = parse(text("At ", Moment(NOON, "Europe/Berlin"), " **go**\n\n- one\n- two\n\n```\ncode\n```"))
    assert words(nodes) == "At Wed 12:00 go\n• one\n• two\ncode"


def test_a_tree_is_cut_at_a_word_and_keeps_its_markup() -> None:
    nodes = parse(text("One **two three four** five\n\n- six"))
    kept = clip(nodes, 15)
    assert kept == (Paragraph((Str("One "), Strong((Str("two three…"),)))),)


def test_a_tree_that_fits_is_not_cut() -> None:
    nodes = parse(text("One **two**"))
    assert clip(nodes, 7) == nodes


def test_shares_leave_the_modest_whole_and_cut_the_greedy_alike() -> None:
    assert share([100, 10, 500, 500], 610, 48) == (100, 10, 250, 250)
    assert share([10, 20], 100) == (10, 20)


def test_where_there_is_no_room_for_all_the_last_get_nothing() -> None:
    assert share([100, 100, 100, 100], 100, 48) == (50, 50, 0, 0)


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(0, 4000))
def test_shares_never_exceed_the_purse_nor_what_is_wanted(wanted: list[int], budget: int) -> None:
    given_ = share(wanted, budget)
    assert sum(given_) <= budget
    assert all(got <= want for got, want in zip(given_, wanted, strict=True))


def test_the_longest_rendering_that_fits_is_found() -> None:
    assert fit(lambda n: f"<{'x' * n}>", 10, len) == f"<{'x' * 8}>"
    assert fit(lambda n: f"<{'x' * n}>", 1, len) is None
