"""A card as a Discord message: one container of components.

Components rather than embeds: blocks keep their order, pictures their alt text, small lines their timestamps, nothing
is unfurled, and rows are not limited to five. The price is 4000 characters of text instead of 6000.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.discord.rendering.controls import Component, rows_of
from adapters.discord.rendering.layout import Attachment, Gallery, Gap, Item, files_of, squeeze
from adapters.discord.rendering.limits import (
    ALT,
    COMPONENTS,
    FOOTER_SHOWN,
    REASONS_SHOWN,
    TEXT,
    TITLE_SHOWN,
)
from adapters.discord.rendering.markdown import escape, mention
from adapters.discord.rendering.pieces import Piece, piece, text_piece
from bot.chat.cards import Accent, Block, Card, Divider, Fields, File, Picture, Table, Text, Verbatim
from bot.chat.rendering.clipping import fit, share
from bot.chat.rendering.labels import file_name, reasons, shown, with_read_all
from bot.chat.words import clean_line, isolate, utf16

FLAGS = 1 << 15
"""IS_COMPONENTS_V2 (Message Resource); an adapter adds EPHEMERAL, 1 << 6."""

COLOURS: Mapping[Accent, int] = {
    Accent.NEUTRAL: 0x64748B,
    Accent.GOOD: 0x2F9E62,
    Accent.BAD: 0xC2483D,
    Accent.GOLD: 0xD4A72C,
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the JSON payload, for a new message and for an edit alike, and its files.

    ``payload["attachments"][i]`` belongs to ``files[i]``. ``cut`` says that something had to be left out.
    """

    payload: dict[str, Any]
    files: tuple[Attachment, ...] = ()
    cut: bool = False


def render(card: Card) -> Message:
    """The message of a card, within every limit of Discord.

    Raises:
        ValueError: a link is no web address of at most 512 characters.
        MarkdownError: a text uses an element that cards do not have.
    """
    rows, fuller = rows_of(card.controls), with_read_all(card)
    small, was_cut = _small(card)
    above = mention(card.mention) if card.mention is not None else ""
    items, shortened = _items(card, TEXT - utf16(small) - 2 - utf16(above))
    if small:
        items.append(small)
    room = COMPONENTS - 1 - bool(above) - sum(1 + len(row) for row in rows) - (2 if fuller else 0)
    was_cut |= shortened | squeeze(items, room)
    if above:
        items.insert(0, above)
    if was_cut and fuller:
        rows = rows_of(fuller)
    files = tuple(f for item in items for f in files_of(item))
    container = {
        "type": 17,
        "accent_color": COLOURS[card.accent],
        "components": [*map(_component, items), *({"type": 1, "components": row} for row in rows)],
    }
    payload = {
        "flags": FLAGS,
        "components": [container],
        "allowed_mentions": {"parse": [], "replied_user": False},
        "attachments": [_attached(number, each) for number, each in enumerate(files)],
    }
    return Message(payload, files, was_cut)


def _small(card: Card) -> tuple[str, bool]:
    """The lines below everything: why buttons cannot be pressed, then the footer."""
    lines: list[str] = []
    for label, why in reasons(card):
        line = f"-# **{escape(label)}:** {escape(why)}"
        if sum(map(utf16, lines)) + len(lines) + utf16(line) <= REASONS_SHOWN:
            lines.append(line)
    footer = text_piece(card.footer) if card.footer else None
    if footer is None or not footer.full:
        return "\n".join(lines), False
    below = fit(lambda n: _subtext(footer.within(n)), FOOTER_SHOWN, utf16) or ""
    return "\n".join((*lines, below)), below != _subtext(footer.full)


def _subtext(markdown: str) -> str:
    return "\n".join(f"-# {line}" for line in markdown.split("\n") if line.strip())


def _items(card: Card, budget: int) -> tuple[list[Item], bool]:
    """The title and the blocks; texts take equal shares of the budget where it is too small for all."""
    whole = clean_line(card.title)
    title = f"### {escape(isolate(shown(card.title, TITLE_SHOWN)))}"
    budget -= utf16(title) + 2
    names: set[str] = set()
    raw = [_read(block, names) for block in card.blocks]
    pieces = [each for each in raw if isinstance(each, Piece)]
    given = iter(share([each.length + 2 for each in pieces], budget))
    was_cut = utf16(whole) > TITLE_SHOWN
    items: list[Item] = [title]
    for each in raw:
        if not isinstance(each, Piece):
            items.append(each)
            continue
        made = each.within(max(next(given) - 2, 0))
        was_cut |= each.cut or made != each.full
        if made:
            if each.is_section and len(items) > 1:
                items.append(Gap())
            items.append(made)
    return items, was_cut


def _read(block: Block, names: set[str]) -> Piece | Gallery | Attachment | Divider:
    match block:
        case Text() | Verbatim() | Fields() | Table():
            return piece(block)
        case Picture(name, data, alt):
            return Gallery((Attachment(file_name(name, names), data, shown(alt, ALT)),))
        case File(name, data):
            return Attachment(file_name(name, names), data)
        case Divider():
            return block


def _component(item: Item) -> Component:
    match item:
        case str():
            return {"type": 10, "content": item}
        case Gallery(pictures):
            shown_ones = [
                {"media": {"url": f"attachment://{each.name}"}, "description": each.description}
                for each in pictures
            ]
            return {"type": 12, "items": shown_ones}
        case Attachment(name):
            return {"type": 13, "file": {"url": f"attachment://{name}"}}
        case Divider():
            return {"type": 14, "divider": True, "spacing": 1}
        case Gap():
            return {"type": 14, "divider": False, "spacing": 1}


def _attached(number: int, file: Attachment) -> dict[str, Any]:
    made: dict[str, Any] = {"id": number, "filename": file.name}
    return made | {"description": file.description} if file.description else made
