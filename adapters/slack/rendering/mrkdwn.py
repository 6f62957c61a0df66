"""Slack's own markup: dates, and the small line below a message. All else is rich or plain text, which has none."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from adapters.slack.rendering.limits import COMMAND, CONTEXT_ELEMENTS, FOOTER_SHOWN
from bot.chat.cards import Moment, Text
from bot.chat.rendering import markdown as md
from bot.chat.rendering.formulas import spelled
from bot.chat.words import clean, cut, isolate, moment_words, utf16

Object: TypeAlias = dict[str, Any]

FORMATS = {
    "time": "{time}",
    "day": "{date_long_pretty}",
    "daytime": "{date_short_pretty} {time}",
    "date": "{date}",
    "relative": "{date_short_pretty} {time}",
    "countdown": "at {time_secs}",
}
"""Slack's nearest formats. It has no weekday alone, and its ``{ago}`` is documented for the past only."""


def read(said: Text) -> tuple[md.Node, ...]:
    """The tree of a text of ours, with commands as they are typed here: ``/study quiz start`` for ``/quiz start``."""
    return md.parse(said, f"{COMMAND} ")


def escape(said: str) -> str:
    """Words with Slack's three control characters escaped: no mention, link or date can stand in them."""
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def date(when: Moment) -> str:
    """A date that every reader sees in their own zone; in the group's where Slack cannot."""
    fallback = escape(moment_words(when)).replace("|", "/")
    return f"<!date^{int(when.at.timestamp())}^{FORMATS[when.style]}|{fallback}>"


def plain(said: str) -> Object:
    """A plain text object: nothing in it is ever markup, not even ``:smile:``."""
    return {"type": "plain_text", "text": said, "emoji": False}


def footer(nodes: Sequence[md.Node]) -> list[Object]:
    """The elements of a context block for a short text: plain words, and markup for dates and links alone.

    A text with more dates and links than a context block has room for, or that is too long, is all plain, its dates in
    the group's zone. Emphasis is left out: a footer is small and grey anyway.
    """
    made: list[Object] = []
    for kind, said in _runs(nodes):
        if made and made[-1]["type"] == kind:
            made[-1]["text"] += said
        elif kind == "plain_text" and said:
            made.append(plain(said))
        elif said:
            made.append({"type": kind, "text": said})
    made = [each for each in made if each["text"].strip()]
    if len(made) > CONTEXT_ELEMENTS or sum(utf16(each["text"]) for each in made) > FOOTER_SHOWN:
        whole = cut(clean(md.words(nodes)), FOOTER_SHOWN, utf16)
        return [plain(whole)] if whole else []
    return made


def _runs(nodes: Sequence[md.Node]) -> Iterator[tuple[str, str]]:
    for number, node in enumerate(nodes):
        if number:
            yield "plain_text", "\n"
        if isinstance(node, md.Paragraph):
            yield from _inline_runs(node.children)
        else:
            yield "plain_text", md.words([node])


def _inline_runs(nodes: Sequence[md.Inline]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        match node:
            case md.Str(said) | md.Code(said):
                yield "plain_text", said
            case md.Formula(tex):
                yield "plain_text", spelled(tex)
            case md.PersonNode(id=account):
                yield "mrkdwn", f"<@{account}>"
            case md.PlainNode(said):
                yield "plain_text", isolate(said)
            case md.LineBreak():
                yield "plain_text", "\n"
            case md.MomentNode(when):
                yield "mrkdwn", date(when)
            case md.LinkNode(url, children):
                yield _link(url, md.words(children))
            case md.Strong(children) | md.Emphasis(children):
                yield from _inline_runs(children)


def _link(url: str, said: str) -> tuple[str, str]:
    # Slack reads marks in a link's words too: such words stand without their link.
    if not said or any(mark in said for mark in "*_~`|\n"):
        return "plain_text", said or url
    return "mrkdwn", f"<{escape(url).replace('|', '%7C')}|{escape(said)}>"
