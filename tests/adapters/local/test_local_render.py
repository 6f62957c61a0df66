"""How the local room draws cards and forms."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.markup import html_of, safe_url
from adapters.local.render import Note, body_of, card_view, form_view
from bot.chat.actions import Action, encode
from bot.chat.cards import Button, Card, Moment, Plain, Table, Verbatim, text
from tests.adapters.local.product import Pick, Save, every_element, every_field, question

ALLOWED = {
    "a", "bdi", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "figcaption", "figure", "hr", "img", "li", "p",
    "pre", "small", "strong", "table", "tbody", "td", "th", "thead", "time", "tr", "ul",
}  # fmt: skip


class Tags(HTMLParser):
    """Reads HTML as a browser would and keeps its tags, attributes and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_every_element_is_drawn_with_harmless_tags_alone() -> None:
    view = card_view(every_element())
    drawn = Tags("".join(view["blocks"]) + view["footer"])
    assert set(drawn.tags) <= ALLOWED
    assert not any(name.startswith("on") or name == "style" for name in drawn.attributes)
    assert {"table", "time", "figure", "dl", "img", "hr", "ul", "strong"} <= set(drawn.tags)


@given(st.text())
def test_whatever_a_member_writes_becomes_words_and_never_a_tag(said: str) -> None:
    said = "<b onclick=x>" + said + "</div><script>"
    card = Card("T", (text(Plain(said)), Verbatim(said, text(Plain(said))), Table((said,), ((said,),))))
    drawn = Tags("".join(card_view(card)["blocks"]))
    assert set(drawn.tags) <= ALLOWED
    assert "onclick" not in drawn.attributes
    assert drawn.words.count("<script>") == 5


def test_lines_and_direction_of_a_members_words_are_kept() -> None:
    said = "one\n  two\nשלום"
    block, code = card_view(Card("T", (Verbatim(said), Verbatim(said, code=True))))["blocks"]
    assert f'<figure class="said"><blockquote dir="auto">{said}</blockquote>' in block
    assert f'<figure class="said code"><blockquote dir="ltr">{said}</blockquote>' in code


def test_a_moment_carries_its_instant_and_the_groups_time_in_words() -> None:
    at = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    drawn = html_of(text("Closes ", Moment(at, "Europe/Berlin", "daytime"), "."))
    assert drawn == (
        '<p>Closes <time datetime="2026-03-04T08:00:00+00:00" data-style="daytime" data-zone="Europe/Berlin">'
        "Wed 09:00</time>.</p>"
    )


def test_a_link_opens_pages_only() -> None:
    assert safe_url("https://example.org/") == "https://example.org/"
    assert safe_url("javascript:alert(1)") == ""
    assert safe_url("data:text/html,x") == ""


def test_controls_carry_their_actions_and_reasons() -> None:
    rows = card_view(every_element())["controls"]
    shared, old, closed, read, trap = rows[0]
    assert (shared["action"], shared["style"], shared["why"]) == ("share.1", "primary", None)
    assert closed["why"] == "It ended <yesterday>."
    assert (read["url"], trap["url"]) == ("https://example.org/", "")
    assert old["kind"] == "button"
    assert (rows[1][0]["most"], rows[2][0]["most"]) == (1, 2)
    assert rows[1][0]["action"] == encode(Pick())


def test_files_are_numbered_in_reading_order_and_kept_in_the_body() -> None:
    body = json.loads(body_of(every_element(), Note("Studyhall")))
    assert [file["name"] for file in body["files"]] == ["board.png", "pages <1>.csv"]
    drawn = "".join(body["blocks"])
    assert 'data-file="0" alt="A &quot;board&quot; &lt;of&gt; points"' in drawn
    assert 'data-file="1" download' in drawn


def test_a_note_is_read_back_from_the_body_it_stands_in() -> None:
    note = Note("Studyhall", asked="/help")
    assert Note.of(body_of(question(), note)) == note


def test_a_form_names_every_field_and_where_it_goes() -> None:
    view = form_view(every_field())
    assert view["id"] == encode(Save(9))
    assert [field["kind"] for field in view["fields"]] == ["short", "one", "one", "some", "file"]
    assert view["fields"][1]["options"][0] == {
        "label": "Unnamed",
        "value": "unnamed",
        "note": "Nobody learns who wrote it.",
    }
    assert view["fields"][4]["endings"] == [".csv"]
    assert "<time" in view["intro"]


class Wordy(Action, tag="wordy"):
    said: str


def test_an_action_too_long_for_a_button_is_refused_where_the_card_is_drawn() -> None:
    with pytest.raises(ValueError, match="100 is the most"):
        card_view(Card("T", controls=((Button("Go", Wordy("x" * 120)),),)))
