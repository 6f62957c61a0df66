"""What is short in a card, or only names something: labels, ids of controls, files' names. The same on each platform."""

import re

from bot.chat.actions import encode
from bot.chat.cards import Button, Card, Control, Link
from bot.chat.words import clean_line, cut, utf16

NOTHING = "–"
"""In place of words that turned out to be none."""
_ROW_BUTTONS = 5


class Ids:
    """Gives every control of a message an id of its own, at most so long: a second one of the same gets "#2" at its end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: set[str] = set()

    def take(self, base: str) -> str:
        """The id of the next control with this encoded action.

        Raises:
            ValueError: the id of a repeated action has no room for the number.
        """
        made = base
        number = 1
        while made in self._seen:
            number += 1
            made = f"{base}#{number}"
        if len(made) > self._most:
            raise ValueError(f"Two controls share {base[:40]!r}, which is too long to be told apart.")
        self._seen.add(made)
        return made


def action_id(made: str) -> str:
    """The encoded action in an id that ``Ids`` made; "#" never stands in an encoded action."""
    return made.partition("#")[0]


def short(said: str, most: int) -> str:
    """Anybody's words on one line, cut at a word to so many UTF-16 units; "" for none."""
    return cut(clean_line(said), most, utf16)


def shown(said: str, most: int) -> str:
    """The same as a label: never empty."""
    return short(said, most) or NOTHING


def address(link: Link, most: int) -> str:
    """The address that a link opens.

    Raises:
        ValueError: it is no web address, or longer than ``most``.
    """
    if not link.url.startswith(("https://", "http://")) or len(link.url) > most:
        raise ValueError(f"A link needs a web address of at most {most} characters: {link.url[:60]!r}")
    return link.url


def reasons(card: Card) -> tuple[tuple[str, str], ...]:
    """(label, why) of each button that cannot be pressed and says why."""
    why = (
        (shown(each.label, 40), cut(clean_line(each.disabled_because or ""), 200)) for each in card.buttons()
    )
    return tuple(dict.fromkeys(each for each in why if each[1]))


def with_read_all(card: Card) -> tuple[tuple[Control, ...], ...] | None:
    """The rows of a card that was cut: with a button that shows all of it. None where there is none to add."""
    action, rows = card.read_all, card.controls
    if action is None or any(encode(each.action) == encode(action) for each in card.buttons()):
        return None
    made = Button("Read all", action)
    if rows and len(rows[-1]) < _ROW_BUTTONS and all(isinstance(each, Button | Link) for each in rows[-1]):
        return (*rows[:-1], (*rows[-1], made))
    return (*rows, (made,))


def file_name(name: str, taken: set[str]) -> str:
    """A plain file name that platforms keep as it is, different from those that are ``taken``; now it is one of them."""
    stem, dot, ending = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._").rpartition(".")
    stem, ending = (stem[:60], f".{ending[:12]}") if dot and stem else (ending[:60] or "file", "")
    made = stem + ending
    number = 1
    while made in taken:
        number += 1
        made = f"{stem}-{number}{ending}"
    taken.add(made)
    return made
