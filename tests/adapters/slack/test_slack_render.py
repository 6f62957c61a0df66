import json
from typing import Any

import pytest

from adapters.slack.rendering.controls import LINK
from adapters.slack.rendering.forms import kept, render_form
from adapters.slack.rendering.mrkdwn import date
from adapters.slack.rendering.render import Message, render
from bot.chat.actions import ActionTable, encode
from bot.chat.cards import (
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
from tests.adapters.slack.support.limits import check_slack_message, check_slack_view
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


def blocks(message: Message) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = message.payload["blocks"]
    return found


def rich(message: Message, at: int = 1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = blocks(message)[at]["elements"]
    return found


def said(element: dict[str, Any]) -> str:
    own = element.get("text", "")
    return (own if isinstance(own, str) else own["text"]) + "".join(map(said, element.get("elements", ())))


@pytest.mark.slow
@pytest.mark.parametrize("words", STRANGE)
def test_the_longest_and_strangest_cards_stay_within_slacks_limits(words: str) -> None:
    for card in (
        strange_card(words),
        strange_card(words[:3000], 4, full_controls(words[:3000] or "–")),
        strange_card(words[:3000], 1, lists(words[:3000])),
    ):
        check_slack_message(render(card))
        check_slack_message(render(card, {"p.png": "F123"}))
    check_slack_view(render_form(strange_form(words)))


def test_a_whole_card_in_order() -> None:
    card = Card(
        "Today's question",
        (
            text("Why **not**?"),
            Verbatim("Because <!channel>\n*so*", text("By ", Plain("*Ada*"))),
            Divider(),
            Fields((("Answers", text("3")), ("Closes", text(Moment(NOON, "Europe/Berlin"))))),
            Table(("Name", "Points"), (("Ada", "12"),), frozenset({1})),
        ),
        ((Button("Answer", Go(1), Style.PRIMARY), Link("Read", "https://example.org")),),
        text("2 of 5"),
    )
    message = render(card)
    assert [each["type"] for each in blocks(message)] == [
        "header",
        "rich_text",
        "rich_text",
        "divider",
        "rich_text",
        "rich_text",
        "context",
        "actions",
    ]
    assert rich(message)[0]["elements"] == [
        {"type": "text", "text": "Why "},
        {"type": "text", "text": "not", "style": {"bold": True}},
        {"type": "text", "text": "?"},
    ]
    caption, quote = rich(message, 2)
    assert said(caption) == "By *Ada*"
    assert quote == {
        "type": "rich_text_quote",
        "elements": [{"type": "text", "text": "Because <!channel>\n*so*"}],
    }
    assert rich(message, 4)[0]["elements"][-1] == {
        "type": "date",
        "timestamp": 1772625600,
        "format": "{date_short_pretty} {time}",
        "fallback": "Wed 13:00",
    }
    assert said(rich(message, 5)[0]) == "Name  Points\n────  ──────\nAda       12"
    assert blocks(message)[6]["elements"] == [{"type": "plain_text", "text": "2 of 5", "emoji": False}]
    assert [each["action_id"] for each in blocks(message)[7]["elements"]] == ["go.1:1:", LINK]
    assert not message.cut


def test_code_that_a_member_wrote_keeps_its_shape() -> None:
    (element,) = rich(render(Card("T", (Verbatim("if x:\n    <@U1>", code=True),))), 1)
    assert element["type"] == "rich_text_preformatted"
    assert said(element) == "if x:\n    <@U1>"


def test_nothing_mentions_or_unfurls() -> None:
    payload = render(Card("<!here> & all", (Verbatim("<!channel> <@U1> https://example.org"),))).payload
    assert payload["text"] == "&lt;!here&gt; &amp; all\n&lt;!channel&gt; &lt;@U1&gt; https://example.org"
    assert payload["unfurl_links"] is payload["unfurl_media"] is payload["link_names"] is False
    assert payload["parse"] == "none"
    assert payload["blocks"][0]["text"]["type"] == "plain_text"


def test_a_fallback_is_always_there_in_plain_words() -> None:
    card = Card(
        "Board",
        (
            Table(("Name", "Points"), (("Ada", "3"),)),
            Picture("b.png", b"", "A bar"),
            text("At ", Moment(NOON)),
        ),
    )
    assert render(card).payload["text"] == "Board\nName, Points\nAda, 3\nA bar\nAt Wed 12:00"


def test_lists_quotes_code_and_links_keep_their_shape() -> None:
    elements = rich(
        render(
            Card("T", (text("> a\n\nb\n\nc\n\n- d\n  - e\n- `f` *g*\n\n```\nh\n```\n\n[i](https://j.k)"),))
        )
    )
    assert [(each["type"], each.get("indent"), said(each)) for each in elements] == [
        ("rich_text_quote", None, "a"),
        ("rich_text_section", None, "b\n\nc"),
        ("rich_text_list", 0, "d"),
        ("rich_text_list", 1, "e"),
        ("rich_text_list", 0, "f g"),
        ("rich_text_preformatted", None, "h"),
        ("rich_text_section", None, "i"),
    ]
    assert elements[4]["elements"][0]["elements"][0]["style"] == {"code": True}
    assert elements[6]["elements"] == [{"type": "link", "url": "https://j.k", "text": "i"}]


def test_a_footer_keeps_dates_and_links_as_markup_and_names_as_plain_text() -> None:
    footer = text(
        "By ", Plain("*Ada* <!here>"), " at ", Moment(NOON, "Europe/Berlin", "time"), ", [more](https://a.b)"
    )
    elements = blocks(render(Card("T", footer=footer)))[-1]["elements"]
    assert elements == [
        {"type": "plain_text", "text": "By *Ada* <!here> at ", "emoji": False},
        {"type": "mrkdwn", "text": "<!date^1772625600^{time}|13:00>"},
        {"type": "plain_text", "text": ", ", "emoji": False},
        {"type": "mrkdwn", "text": "<https://a.b|more>"},
    ]


def test_a_footer_of_many_dates_is_all_plain() -> None:
    footer = text(*(part for _ in range(9) for part in ("at ", Moment(NOON, style="time"), " ")))
    (element,) = blocks(render(Card("T", footer=footer)))[-1]["elements"]
    assert element["type"] == "plain_text"
    assert element["text"].startswith("at 12:00 at 12:00")


def test_a_date_falls_back_to_the_groups_zone() -> None:
    assert date(Moment(NOON, "Asia/Tokyo", "date")) == "<!date^1772625600^{date}|4 March 2026>"


def test_a_long_answer_is_cut_at_a_word_and_offers_the_rest() -> None:
    card = Card("Title", (Verbatim("word " * 4000),), ((Button("Vote", Go()),),), read_all=ReadAll())
    message = render(card)
    assert message.cut
    assert said(rich(message)[0]).endswith("word…")
    assert [said(each) for each in blocks(message)[-1]["elements"]] == ["Vote", "Read all"]


def test_an_answer_of_full_length_stays_whole() -> None:
    message = render(Card("Title", (Verbatim("a" * 3000), Verbatim("b" * 3000)), read_all=ReadAll()))
    assert not message.cut
    assert [len(said(rich(message, at)[0])) for at in (1, 2)] == [3000, 3000]


def test_a_disabled_button_is_left_out_and_its_reason_stands_below() -> None:
    card = Card("T", (), ((Button("Vote", Go(), disabled_because="You have not answered *yet*."),),))
    assert [each["type"] for each in blocks(render(card))] == ["header", "context"]
    assert said(blocks(render(card))[1]) == "Vote: You have not answered *yet*."


def test_empty_words_are_shown_as_a_dash() -> None:
    message = render(Card("T", (Fields((("Name", text()),)), Verbatim(" \u200b "))))
    assert [said(each) for each in blocks(message)[1:]] == ["Name: –", "–"]


def test_two_controls_of_one_action_have_different_ids_that_mean_the_same() -> None:
    card = Card(
        "T",
        (),
        ((Button("A", Go(1)), Button("B", Go(1))), (Link("C", "https://a.b"), Link("D", "https://a.b"))),
    )
    ids = [element["action_id"] for each in blocks(render(card))[1:] for element in each["elements"]]
    assert ids == ["go.1:1:", "go.1:1:#2", "link", "link#2"]
    table = ActionTable([Go])
    assert {table.decode(action_id(each)) for each in ids[:2]} == {Go(1)}


def test_a_list_of_one_stands_in_a_row_and_one_of_several_beside_its_words() -> None:
    options = tuple(Choice(name, name, "note") for name in ("a", "b", "c"))
    one = Select(Go(1), options, "Pick one", frozenset({"b"}))
    several = Select(Go(2), options, "Pick some", frozenset({"a", "c"}), 0, 2)
    _, first, second = blocks(render(Card("T", (), ((one,), (several,)))))
    assert first["elements"][0]["initial_option"]["value"] == "b"
    assert second["text"]["text"] == "Pick some"
    assert [each["value"] for each in second["accessory"]["initial_options"]] == ["a", "c"]
    assert second["accessory"]["max_selected_items"] == 2


def test_a_picture_is_its_alt_text_until_it_is_uploaded() -> None:
    card = Card("T", (Picture("board.png", b"1", "The board"), File("data.json", b"2")))
    before, after = render(card), render(card, {"board.png": "F1"})
    assert [said(each) for each in blocks(before)[1:]] == ["The board", "File: data.json"]
    assert blocks(after)[1] == {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "The board"}
    assert [(each.name, each.picture) for each in before.files] == [("board.png", True), ("data.json", False)]


def test_a_hundred_blocks_find_room() -> None:
    many = tuple(b for n in range(50) for b in (text(f"No. {n}"), Divider()))
    message = render(Card("T", many, full_controls("Go")))
    check_slack_message(message)
    assert not message.cut
    assert "No. 49" in "".join(map(said, blocks(message)))


def test_a_form_becomes_inputs_with_the_fields_ids() -> None:
    options = (Choice("One", "1", "first"), Choice("Two", "2"))
    form = Form(
        "Your answer to today's question",
        (
            TextField("why", "Why?", long=True, value="so\n\n\nso", most=9000, help="In short."),
            OneOf("one", "One", options, "2"),
            SomeOf("some", "Some", options, frozenset({"1"})),
            FileField("file", "Bank", (".csv",), required=False),
        ),
        Go(7),
        "Send",
        text("Take **your** time."),
    )
    view = render_form(form, {"response_url": "https://hooks.example/1"})
    check_slack_view(view)
    assert view["title"]["text"] == "Your answer to today's…"
    header, intro, why, one, some, file = view["blocks"]
    assert header["text"]["text"] == "Your answer to today's question"
    assert said(intro) == "Take your time."
    assert (why["block_id"], why["element"]["initial_value"], why["element"]["max_length"]) == (
        "why",
        "so\n\n\nso",
        3000,
    )
    assert one["element"]["initial_option"]["value"] == "2"
    assert [each["value"] for each in some["element"]["initial_options"]] == ["1"]
    assert some["optional"]
    assert file["element"]["filetypes"] == ["csv"]
    assert kept(view["private_metadata"]) == (encode(Go(7)), {"response_url": "https://hooks.example/1"})
    assert json.loads(view["private_metadata"])["action"] == view["callback_id"]


def test_a_form_cannot_keep_more_than_slack_does() -> None:
    with pytest.raises(ValueError, match="3000"):
        render_form(Form("F", (TextField("a", "A"),), Go()), {"much": "x" * 3000})
