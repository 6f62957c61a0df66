import re
import warnings
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.rendering.forms import render_form
from adapters.discord.rendering.markdown import escape
from adapters.discord.rendering.render import Message, render
from bot.chat.actions import ActionTable, encode
from bot.chat.cards import (
    Accent,
    Button,
    Card,
    Choice,
    Divider,
    Fields,
    File,
    FileField,
    Form,
    Link,
    Moment,
    OneOf,
    Picture,
    Plain,
    Select,
    SomeOf,
    Style,
    Table,
    TextField,
    Verbatim,
    text,
)
from bot.chat.rendering.labels import action_id
from bot.chat.words import clean
from tests.adapters.discord.support.limits import check_discord_message, check_discord_modal
from tests.adapters.strange_cards import (
    NOON,
    STRANGE,
    Go,
    ReadAll,
    full_controls,
    lists,
    strange_card,
    strange_form,
)


def parts(message: Message) -> list[dict[str, Any]]:
    (container,) = message.payload["components"]
    found: list[dict[str, Any]] = container["components"]
    return found


def texts(message: Message) -> list[str]:
    return [each["content"] for each in parts(message) if each["type"] == 10]


def rows(message: Message) -> list[list[dict[str, Any]]]:
    return [each["components"] for each in parts(message) if each["type"] == 1]


def seen(markdown: str) -> str:
    """What a reader sees of escaped words: Discord takes a backslash before anything but letters, digits and spaces."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", markdown).replace("@\u200b", "@")


@pytest.mark.slow
@pytest.mark.parametrize("said", STRANGE)
def test_the_longest_and_strangest_cards_stay_within_discords_limits(said: str) -> None:
    check_discord_message(render(strange_card(said)))
    check_discord_message(render(strange_card(said[:3000], 4, full_controls(said[:3000] or "–"))))
    check_discord_message(render(strange_card(said[:3000], 1, lists(said[:3000]))))
    check_discord_modal(render_form(strange_form(said)))


@given(st.one_of(st.text(), st.sampled_from([s for s in STRANGE if len(s) < 2000])))
def test_escaped_words_are_read_as_they_were_written(said: str) -> None:
    kept = clean(said)
    assert seen(escape(kept)) == kept.replace("@\u200b", "@")


@given(st.one_of(st.text(), st.text("*_~`|<>[]:\\#-+1. \n@a"), st.sampled_from(STRANGE)))
def test_no_mark_in_escaped_words_is_live(said: str) -> None:
    live = re.sub(r"\\[^0-9A-Za-z\s]", "x", escape(clean(said)[:3000]))
    assert not re.search(r"[\\*_~`|<>\[\]]|:\S|https?://|@everyone|@here", live)
    assert not re.search(r"^\s*([#>+-]|\d+\.)", live, re.MULTILINE)


def test_a_whole_card_in_order() -> None:
    card = Card(
        "Today's question",
        (
            text("Why **not**?"),
            Verbatim("Because # of\n# that", text("By ", Plain("*Ada*"))),
            Divider(),
            Fields((("Answers", text("3")), ("Closes", text(Moment(NOON))))),
            Table(("Name", "Points"), (("Ada", "12"),), frozenset({1})),
        ),
        ((Button("Answer", Go(1), Style.PRIMARY), Link("Read", "https://example.org")),),
        text("2 of 5"),
        Accent.GOOD,
    )
    message = render(card)
    assert texts(message) == [
        "### Today's question",
        "Why **not**?",
        "By \\*Ada\\*\n> Because # of\n> \\# that",
        "**Answers:** 3\n**Closes:** <t:1772625600:F>",
        "```\nName  Points\n────  ──────\nAda       12\n```",
        "-# 2 of 5",
    ]
    assert [each["type"] for each in parts(message)] == [10, 10, 10, 14, 10, 10, 10, 1]
    assert rows(message) == [
        [
            {"type": 2, "style": 1, "label": "Answer", "custom_id": "go.1:1:"},
            {"type": 2, "style": 5, "label": "Read", "url": "https://example.org"},
        ]
    ]
    assert not message.cut
    assert message.files == ()


def test_discords_own_library_reads_the_message() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its voice half imports a module that is on its way out
        from discord.components import Container
    message = render(strange_card("words ", 1, full_controls("Go")))
    container = Container(message.payload["components"][0], state=None)
    assert [int(child.type.value) for child in container.children] == [
        each["type"] for each in parts(message)
    ]


def test_nobody_is_pinged_and_nothing_is_unfurled() -> None:
    message = render(Card("Hello @everyone", (Verbatim("@here <@12> https://example.org <#3>"),)))
    assert message.payload["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert texts(message)[1] == "> @\u200bhere \\<@12\\> https\\://example.org \\<#3\\>"


def test_a_member_cannot_leave_the_quotation_nor_a_code_block() -> None:
    said = Verbatim("a\n```\n  b"), Verbatim("a\n```\n  b", code=True)
    message = render(Card("Title", (*said, Table(("H",), (("```",),)))))
    quoted, code, table = texts(message)[1:]
    assert code == "```\na\n`\u200b`\u200b`\n  b\n```"
    assert all(line.startswith("> ") for line in quoted.split("\n"))
    assert "```" not in quoted
    assert table.count("```") == 2


def test_our_own_links_are_masked_and_not_unfurled() -> None:
    said = text("[here](https://example.org/a_(b)) and <https://example.org>")
    assert texts(render(Card("Title", (said,))))[1] == (
        "[here](<https://example.org/a_%28b%29>) and <https://example.org>"
    )


def test_a_topic_line_is_small_print_and_words_in_italics_stay_words() -> None:
    made = texts(
        render(Card("T", (text("*Safety › Oversight*\n\nWhat is the *core* bet?"), text("*Two*  \n*lines*"))))
    )
    assert made == ["### T", "-# Safety › Oversight\nWhat is the *core* bet?", "*Two*\n*lines*"]


def test_a_section_has_room_above_its_heading() -> None:
    card = Card(
        "T", (text("**First**\n\nwords"), text("words"), text("**Second**\n\n- a"), text("**bold** words"))
    )
    kinds = [(part["type"], part.get("divider")) for part in parts(render(card))]
    assert kinds == [(10, None), (10, None), (10, None), (14, False), (10, None), (10, None)]


def test_room_is_the_first_to_go_where_there_are_too_many_parts() -> None:
    sections = tuple(text(f"**{n}**\n\nwords") for n in range(30))
    made = parts(render(Card("T", sections)))
    assert not any(part["type"] == 14 for part in made[-3:])
    assert len([part for part in made if part["type"] == 10]) == 31


def test_lists_quotes_and_code_keep_their_shape() -> None:
    said = text("> a\n\nb\n\n- c\n  - d\n- `e` *f*\n\n```py\ng\n```")
    assert texts(render(Card("Title", (said,))))[1] == "> a\n\nb\n- c\n  - d\n- `e` *f*\n```py\ng\n```"


@pytest.mark.parametrize(
    ("style", "mark"), [("time", "t"), ("day", "D"), ("daytime", "F"), ("date", "D"), ("relative", "R")]
)
def test_moments_are_shown_in_the_readers_zone(style: Any, mark: str) -> None:  # noqa: ANN401
    card = Card("Title", (text(Moment(NOON, style=style)),))
    assert texts(render(card))[1] == f"<t:1772625600:{mark}>"


def test_a_long_answer_is_cut_at_a_word_and_offers_the_rest() -> None:
    card = Card("Title", (Verbatim("word " * 2000),), ((Button("Vote", Go()),),), read_all=ReadAll())
    message = render(card)
    assert message.cut
    assert texts(message)[1].endswith("word…")
    assert len(texts(message)[1]) > 3900
    assert [each["label"] for each in rows(message)[0]] == ["Vote", "Read all"]
    assert rows(message)[0][1]["custom_id"] == encode(ReadAll())


def test_without_a_way_to_read_all_it_is_cut_all_the_same() -> None:
    message = render(Card("Title", (Verbatim("word " * 2000),)))
    assert message.cut
    assert texts(message)[1].endswith("…")
    assert rows(message) == []


def test_nothing_is_offered_where_nothing_was_cut_or_the_offer_stands_already() -> None:
    short = Card("Title", (text("All."),), read_all=ReadAll())
    assert rows(render(short)) == []
    there = Card(
        "Title", (Verbatim("word " * 2000),), ((Button("All of it", ReadAll()),),), read_all=ReadAll()
    )
    assert [each["label"] for row in rows(render(there)) for each in row] == ["All of it"]


def test_long_answers_share_the_room_and_short_ones_stay_whole() -> None:
    card = Card("Title", (Verbatim("a " * 3000), Verbatim("short"), Verbatim("b " * 3000)))
    first, short, last = texts(render(card))[1:]
    assert short == "> short"
    assert abs(len(first) - len(last)) < 10
    assert len(first) > 1900


def test_a_long_table_says_how_many_rows_are_missing() -> None:
    table = Table(("Name",), tuple((f"Member {n:04}",) for n in range(1000)))
    shown = texts(render(Card("Title", (table,))))[1]
    missing = re.search(r"… (\d+) more\n```$", shown)
    assert missing is not None
    assert shown.count("Member") + int(missing[1]) == 1000


def test_a_disabled_button_says_why_in_a_small_line() -> None:
    card = Card(
        "Title", (), ((Button("Vote", Go(), disabled_because="You have not answered *yet*."),),), text("Foot")
    )
    message = render(card)
    assert rows(message)[0][0]["disabled"] is True
    assert texts(message)[1] == "-# **Vote:** You have not answered \\*yet\\*.\n-# Foot"


def test_empty_words_are_shown_as_a_dash() -> None:
    message = render(Card("Title", (Fields((("Name", text()),)), Verbatim(" \u200b "))))
    assert texts(message)[1:] == ["**Name:** –", "> –"]


def test_two_controls_of_one_action_have_different_ids_that_mean_the_same() -> None:
    card = Card("Title", (), ((Button("A", Go(1)), Button("B", Go(1))), (Button("C", Go(1)),)))
    ids = [each["custom_id"] for row in rows(render(card)) for each in row]
    assert ids == ["go.1:1:", "go.1:1:#2", "go.1:1:#3"]
    table = ActionTable([Go])
    assert {table.decode(action_id(each)) for each in ids} == {Go(1)}
    assert table.decode(action_id(encode(Go(1, "#2")))) == Go(1, "#2")


def test_a_list_shows_what_is_chosen_and_no_more_than_it_may_hold() -> None:
    options = tuple(Choice(name, name, "") for name in ("a", "b", "c"))
    card = Card("Title", (), ((Select(Go(), options, "Pick", frozenset({"a", "b", "z"}), 1, 1),),))
    made = rows(render(card))[0][0]
    assert [each.get("default", False) for each in made["options"]] == [True, False, False]
    assert (made["min_values"], made["max_values"], made["placeholder"]) == (1, 1, "Pick")


def test_pictures_keep_their_alt_text_and_files_are_attached() -> None:
    pictures = (Picture("board.png", b"1", "The board"), Picture("board.png", b"2", "Again"))
    message = render(Card("Title", (*pictures, File("my data.json", b"3"))))
    assert [(each.name, each.data, each.description) for each in message.files] == [
        ("board.png", b"1", "The board"),
        ("board-2.png", b"2", "Again"),
        ("my_data.json", b"3", ""),
    ]
    gallery = parts(message)[1]
    assert gallery["items"] == [{"media": {"url": "attachment://board.png"}, "description": "The board"}]
    assert parts(message)[3] == {"type": 13, "file": {"url": "attachment://my_data.json"}}


def test_thirty_pictures_and_many_lines_find_room_and_the_first_ten_stay() -> None:
    blocks = tuple(
        b
        for n in range(30)
        for b in (text(f"No. {n}"), Divider(), Picture(f"{n}.png", b"", "Alt"), Divider())
    )
    message = render(Card("Title", blocks, full_controls("Go"), read_all=ReadAll()))
    check_discord_message(message)
    assert [each.name for each in message.files] == [f"{n}.png" for n in range(10)]
    assert "No. 29" in "".join(texts(message))
    assert message.cut


def test_a_link_that_is_no_web_address_is_an_error_of_ours() -> None:
    for url in ("ftp://example.org", "https://example.org/" + "a" * 600):
        with pytest.raises(ValueError, match="web address"):
            render(Card("Title", (), ((Link("Go", url),),)))


def test_the_accent_is_the_edges_colour() -> None:
    colours = {render(Card("T", accent=a)).payload["components"][0]["accent_color"] for a in Accent}
    assert len(colours) == len(Accent)


def test_a_form_becomes_labels_around_inputs_with_the_fields_ids() -> None:
    options = (Choice("One", "1", "first"), Choice("Two", "2"))
    form = Form(
        "Your answer",
        (
            TextField(
                "why", "Why?", long=True, value="so\n\n\nso", placeholder="…", most=9000, help="In short."
            ),
            OneOf("one", "One", options, "2"),
            SomeOf("some", "Some", options, frozenset({"1"})),
            FileField("file", "Bank", (".csv",), 2_500_000),
        ),
        Go(7),
        intro=text("Take **your** time."),
    )
    modal = render_form(form)
    check_discord_modal(modal)
    assert modal["custom_id"] == encode(Go(7))
    intro, why, one, some, file = modal["components"]
    assert intro == {"type": 10, "content": "Take **your** time."}
    assert why["description"] == "In short."
    assert why["component"] == {
        "type": 4,
        "custom_id": "why",
        "style": 2,
        "required": True,
        "min_length": 1,
        "max_length": 4000,
        "value": "so\n\n\nso",
        "placeholder": "…",
    }
    assert [o.get("default") for o in one["component"]["options"]] == [None, True]
    assert (some["component"]["min_values"], some["component"]["max_values"]) == (0, 2)
    assert file["description"] == ".csv; at most 2.5 MB"
    assert file["component"]["type"] == 19


def test_a_form_of_five_fields_has_no_room_for_its_intro() -> None:
    fields = tuple(TextField(f"f{n}", f"Field {n}") for n in range(5))
    modal = render_form(Form("Form", fields, Go(), intro=text("Intro")))
    assert [each["type"] for each in modal["components"]] == [18] * 5
    assert (
        render_form(replace(Form("Form", fields[:4], Go()), intro=text("Intro")))["components"][0]["type"]
        == 10
    )


def test_a_label_that_is_cut_stands_in_full_below() -> None:
    label = "What would you check first when the reward keeps rising?"
    made = render_form(Form("Form", (TextField("a", label, help="Briefly."),), Go()))["components"][0]
    assert made["label"] == "What would you check first when the reward…"
    assert made["description"] == f"{label} – Briefly."
