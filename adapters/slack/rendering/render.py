"""A card as a Slack message of blocks.

Words stand in rich text, where nothing needs escaping, and in plain text; the accent has no place in blocks, so it is
told by the words alone. Slack has no disabled buttons: such a button is left out, and its reason stands below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.slack.rendering.controls import rows_of
from adapters.slack.rendering.limits import (
    ALT,
    ALT_SHOWN,
    BLOCKS,
    FALLBACK,
    FOOTER_SHOWN,
    HEADER,
    MESSAGE_TEXT,
    REASONS_SHOWN,
)
from adapters.slack.rendering.mrkdwn import Object, escape, footer, plain, read
from adapters.slack.rendering.pieces import Piece, piece
from adapters.slack.rendering.rich import mentioned
from bot.chat.cards import Block, Card, Divider, Fields, File, Picture, Table, Text, Verbatim
from bot.chat.rendering.clipping import share
from bot.chat.rendering.labels import file_name, reasons, shown, with_read_all
from bot.chat.rendering.markdown import words
from bot.chat.words import clean_line, cut, utf16


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to upload: ``name`` is what ``render``'s mapping knows it by; pictures stand in the message, files below it."""

    name: str
    data: bytes
    alt: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the JSON arguments of chat.postMessage but for the channel, and the files that belong to it.

    ``cut`` says that something had to be left out.
    """

    payload: dict[str, Any]
    files: tuple[Upload, ...] = ()
    cut: bool = False


_Item: TypeAlias = Piece | Upload | Divider


def render(card: Card, files: Mapping[str, str] | None = None, *, notifies: bool = False) -> Message:
    """The message of a card, within every limit of Slack.

    ``files`` maps the names of uploaded pictures to Slack's file ids; without its id a picture is its alt text. ``notifies``: it
    is posted, and its mention is one; else that is words alone.

    Raises:
        ValueError: a link is no web address of at most 3000 characters.
        MarkdownError: a text uses an element that cards do not have.
    """
    rows, fuller = rows_of(card.controls), with_read_all(card)
    below = _below(card)
    items = _items(card)
    blocks, was_cut = _blocks(items, files or {})
    was_cut |= utf16(clean_line(card.title)) > HEADER
    was_cut |= card.footer is not None and utf16(words(read(card.footer))) > FOOTER_SHOWN
    above = [mentioned(card.mention, notifies=notifies)] if card.mention is not None else []
    was_cut |= _squeeze(blocks, BLOCKS - 1 - len(above) - len(rows) - len(below) - (1 if fuller else 0))
    if was_cut and fuller:
        rows = rows_of(fuller)
    payload = {
        "text": _fallback(card, items),
        "blocks": [
            *above,
            {"type": "header", "text": plain(shown(card.title, HEADER))},
            *blocks,
            *below,
            *rows,
        ],
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return Message(payload, tuple(each for each in items if isinstance(each, Upload)), was_cut)


def _below(card: Card) -> list[Object]:
    why = cut("\n".join(f"{label}: {said}" for label, said in reasons(card)), REASONS_SHOWN, utf16)
    small = footer(read(card.footer)) if card.footer else []
    lines = [[plain(why)] if why else [], small]
    return [{"type": "context", "elements": elements} for elements in lines if elements]


def _items(card: Card) -> list[_Item]:
    names: set[str] = set()
    return [_read(block, names) for block in card.blocks]


def _read(block: Block, names: set[str]) -> _Item:
    match block:
        case Text() | Verbatim() | Fields() | Table():
            return piece(block)
        case Picture(name, data, alt):
            return Upload(file_name(name, names), data, shown(alt, ALT), picture=True)
        case File(name, data):
            return Upload(file_name(name, names), data)
        case Divider():
            return block


def _blocks(items: list[_Item], files: Mapping[str, str]) -> tuple[list[Object], bool]:
    """The blocks of the items; texts take equal shares of the message's room where it is too small for all."""
    pieces = [each for each in items if isinstance(each, Piece)]
    given = iter(share([each.length for each in pieces], MESSAGE_TEXT, 120))
    made: list[Object] = []
    was_cut = False
    for each in items:
        match each:
            case Piece():
                elements = each.within(next(given))
                was_cut |= each.cut or elements != each.full
                if elements:
                    made.append({"type": "rich_text", "elements": elements})
            case Upload():
                made.append(_upload(each, files))
            case Divider() if made and made[-1]["type"] != "divider":
                made.append({"type": "divider"})
            case Divider():
                pass
    while made and made[-1]["type"] == "divider":
        made.pop()
    return made, was_cut


def _upload(file: Upload, files: Mapping[str, str]) -> Object:
    if file.picture and file.name in files:
        return {"type": "image", "slack_file": {"id": files[file.name]}, "alt_text": file.alt}
    said = cut(file.alt, ALT_SHOWN, utf16) if file.picture else f"File: {file.name}"
    return {"type": "context", "elements": [plain(said)]}


def _squeeze(blocks: list[Object], room: int) -> bool:
    """Bring the blocks down to ``room``; True where a picture had to go.

    Neighbouring texts become one; then lines go, and last the last blocks that are no texts.
    """
    if len(blocks) > room:
        _merge(blocks)
    if len(blocks) > room:
        blocks[:] = [each for each in blocks if each["type"] != "divider"]
        _merge(blocks)
    dropped = False
    while len(blocks) > room:
        dropped = True
        del blocks[max(at for at, each in enumerate(blocks) if each["type"] != "rich_text")]
        _merge(blocks)
    return dropped


def _merge(blocks: list[Object]) -> None:
    kept: list[Object] = []
    for each in blocks:
        if kept and each["type"] == kept[-1]["type"] == "rich_text":
            kept[-1] = {"type": "rich_text", "elements": [*kept[-1]["elements"], *each["elements"]]}
        else:
            kept.append(each)
    blocks[:] = kept


def _fallback(card: Card, items: list[_Item]) -> str:
    """The card in plain words, for notifications and for screen readers."""
    said = [clean_line(card.title) or "–"]
    for each in items:
        if isinstance(each, Piece):
            said.append(each.said[:FALLBACK])
        elif isinstance(each, Upload):
            said.append(each.alt or each.name)
    if card.footer:
        said.append(words(read(card.footer)))
    whole = "\n".join(each for each in said if each)
    return escape(cut(whole, FALLBACK, lambda part: utf16(escape(part))))
