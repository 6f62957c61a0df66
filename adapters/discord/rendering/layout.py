"""The parts of a message before they are components, and how they are brought down to as many as Discord takes."""

from dataclasses import dataclass
from typing import TypeAlias

from adapters.discord.rendering.limits import ATTACHMENTS, GALLERY_ITEMS
from bot.chat.cards import Divider


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message; ``description`` is a picture's alt text."""

    name: str
    data: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures shown together, at most ten."""

    pictures: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A little room above a section's heading, without a line."""


Item: TypeAlias = str | Gallery | Attachment | Divider | Gap
"""One component: a text in markdown, pictures, a file to download, a line, some room."""

_RULES = (Divider, Gap)


def squeeze(items: list[Item], room: int) -> bool:
    """Bring the items down to ``room`` components, and the files to ten; True where a file had to go.

    Room goes first; neighbouring texts become one; then lines go, then pictures share a gallery, and last the last files go.
    """
    _trim_rules(items)
    while len(items) > room and any(isinstance(each, Gap) for each in items):
        _drop_last(items, Gap)
    while len(items) > room and _merge_texts(items):
        pass
    while len(items) > room and any(isinstance(each, Divider) for each in items):
        _drop_last(items, Divider)
        while len(items) > room and _merge_texts(items):
            pass
    dropped = False
    if len(items) > room:
        dropped = _merge_galleries(items)
        while len(items) > room and _merge_texts(items):
            pass
    while len(items) > room or sum(len(files_of(each)) for each in items) > ATTACHMENTS:
        dropped = True
        _drop_last(items, Gallery, Attachment)
        _merge_texts(items)
    return dropped


def _trim_rules(items: list[Item]) -> None:
    kept: list[Item] = []
    for each in items:
        if not (isinstance(each, _RULES) and isinstance(kept[-1], _RULES)):
            kept.append(each)
    while isinstance(kept[-1], _RULES):
        kept.pop()
    items[:] = kept


def _merge_texts(items: list[Item]) -> bool:
    for at in range(len(items) - 1, 0, -1):
        above, below = items[at - 1], items[at]
        if isinstance(above, str) and isinstance(below, str):
            items[at - 1 : at + 1] = [above + ("\n" if at == 1 else "\n\n") + below]
            return True
    return False


def _merge_galleries(items: list[Item]) -> bool:
    pictures = [p for each in items if isinstance(each, Gallery) for p in each.pictures]
    kept: list[Item] = []
    for each in items:
        if not isinstance(each, Gallery):
            kept.append(each)
        elif pictures and each.pictures[0] is pictures[0]:
            kept.append(Gallery(tuple(pictures[:GALLERY_ITEMS])))
    items[:] = kept
    return len(pictures) > GALLERY_ITEMS


def _drop_last(items: list[Item], *kinds: type[Gallery | Attachment | Divider | Gap]) -> None:
    at = max(at for at, each in enumerate(items) if isinstance(each, kinds))
    del items[at]


def files_of(item: Item) -> tuple[Attachment, ...]:
    """The files that go with an item."""
    if isinstance(item, Gallery):
        return item.pictures
    return (item,) if isinstance(item, Attachment) else ()
