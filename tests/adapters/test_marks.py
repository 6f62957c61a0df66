"""What members may mark in their words is shown so on every platform, and nothing else is more than words."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.discord.rendering import render as discord
from adapters.local.render import card_view
from adapters.slack.rendering import render as slack
from bot.chat.cards import Card, Verbatim, text
from bot.questions.literal import literal, literal_line

MATHS = {"math", "mfrac", "mi", "mn", "mo", "mover", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup"}  # fmt: skip
MATHS |= {"mtable", "mtd", "mtext", "mtr", "munder", "munderover"}
TAGS = MATHS | {"bdi", "blockquote", "br", "code", "div", "figure", "li", "p", "pre", "span", "strong", "ul"}
LOOKS = {"accent", "class", "dir", "display", "displaystyle", "linethickness", "mathvariant", "stretchy", "tabindex", "width"}  # fmt: skip
PIECES = ["**", "*", "_", "`", "``", "```", "~~~", "\n", "\n\n", "> ", "- ", "* ", "1. ", "# ", "-# ", "  ", "$", "$$", "\\", "a", "x**2", "é", "ש",
          "[b](https://c.d)", "![b](https://c.d/e.png)", "<https://c.d>", "https://c.d", "www.c.d", "<@1>", "<@&2>", "<#3>", "@everyone", "@", "everyone",
          "<!channel>", "<!here>", "<@U1>", "<b onclick=e>", "</p>", "<script>", "<!--", "]]>", "&lt;", ":smile:", "||", "r d^2", "\\frac{a}{b}",
          "\\href{javascript:e}{x}", "\\text{<b>}", "\\text{</mtext>}", "\\class{a}{b}", "\\color{red}{x}", "\\def\\a{\\a}\\a", "{", "}", "^", "_{", "&"]  # fmt: skip
SAID = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.looks: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.looks |= {name for name, _ in attrs}

    def handle_comment(self, data: str) -> None:
        self.tags.add(f"<!--{data}")


def _card(said: str) -> Card:
    shown = (Verbatim(said, marked=True), Verbatim(said, code=True, marked=True), text(literal(said)))
    return Card("T", (*shown, text("By ", literal_line(said) or "nobody")))


def _discord(card: Card) -> str:
    parts = discord.render(card).payload["components"][0]["components"]
    return "\n".join(each["content"] for each in parts[1:] if each["type"] == 10)


def _slack(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in elements:
        yield each
        yield from _slack(each.get("elements", []))


# An escaped sign, then what Discord reads before anything else: a block of code, a span of it.
_READ = re.compile(r"\\[^0-9A-Za-z\s]|```[\s\S]*?```|``\u200b.*?\u200b``|`[^`]*`")


@given(SAID)
@example(r"$\color{red}{x} \big(\boxed{x}\big)$")
@example(
    "```\n$\\href{javascript:e}{x}$\n``` $\\text{</mtext><script>}$ **[b](https://c.d)** `@everyone` @**everyone**"
)
def test_no_message_holds_a_link_a_mention_a_heading_or_a_tag_of_a_members(said: str) -> None:
    card = _card(said)
    drawn = Tags("".join(card_view(card)["blocks"]))
    assert drawn.tags <= TAGS
    assert drawn.looks <= LOOKS
    kinds = {each["type"] for each in _slack(slack.render(card).payload["blocks"])}
    assert kinds <= {
        "header",
        "rich_text",
        "text",
        *(f"rich_text_{k}" for k in ("list", "preformatted", "quote", "section")),
    }
    live = re.sub(r"^(> ?)*( *- )?|\*\*", "", _READ.sub("x", _discord(card)), flags=re.MULTILINE)
    assert not re.search(r"[\\*_~`|<>\[\]]|:\S|https?://|@everyone|@here", live)
    assert not re.search(r"^\s*([#>+-]|\d+\.)", live, re.MULTILINE)


@pytest.mark.parametrize(
    ("said", "room", "on_discord", "on_slack"),
    [
        ("a **b** `c`", "<p>a <strong>b</strong> <code>c</code></p>", "> a **b** `c`", ["quote"]),
        ("x**2 + y**", "<p>x**2 + y**</p>", "> x\\*\\*2 + y\\*\\*", ["quote"]),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>", "> - a\n> - b", ["list"]),
        ("> a\nb", "<blockquote><p>a</p></blockquote><p>b</p>", "> > a\n> \n> b", ["quote"]),
        ("a\n```py\nb\n```", '<p>a</p><pre tabindex="0" dir="ltr"><code>b</code></pre>', "> a\n> ```py\n> b\n> ```", ["quote", "preformatted"]),
        ("$r d^2$", "<p><math><mrow><mi>r</mi><msup><mi>d</mi><mn>2</mn></msup></mrow></math></p>", "> r d²", ["quote"]),
        ("$a_{$ and $5", "<p><code>$a_{$</code> and $5</p>", "> `$a_{$` and $5", ["quote"]),
    ],
)  # fmt: skip
def test_what_a_member_marked_is_shown_so(said: str, room: str, on_discord: str, on_slack: list[str]) -> None:
    card = Card("T", (Verbatim(said, marked=True),))
    assert f">{room}</blockquote></figure>" in card_view(card)["blocks"][0]
    assert _discord(card) == on_discord
    (shown,) = slack.render(card).payload["blocks"][1:]
    assert [each["type"].removeprefix("rich_text_") for each in shown["elements"]] == on_slack
    assert all(each.get("border") == 1 for each in shown["elements"] if each["type"] != "rich_text_quote")
