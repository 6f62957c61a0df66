"""What is said to a newcomer, and to one who was away for a while."""

from dataclasses import replace

from bot.access.actions import ComeBack
from bot.chat.cards import Button, Card, text
from bot.membership.model import Actor

WELCOME = "You're in. Answers stay unnamed until the reveal; you choose whether yours is named."


WELCOME_BACK = "Welcome back. Nothing is overdue."


MOST_BUTTONS = 5


_WAYS_BACK = (("Today's question", "today"), ("Best of the week", "best"), ("5-minute review", "review"))


def greeting(entry: Actor) -> str:
    """What is said to a newcomer, or to one who was away for a while; "" to all others."""
    if entry.newcomer:
        return WELCOME
    return WELCOME_BACK if entry.was_away else ""


def welcomed(card: Card, entry: Actor) -> Card:
    """The card with the greeting above, and for one who was away with ways back in, as far as it has room for buttons."""
    said = greeting(entry)
    if not said:
        return card
    room = MOST_BUTTONS - len(card.buttons())
    rows = card.controls
    if entry.was_away and room > 0 and len(rows) < MOST_BUTTONS:
        ways = [Button(label, ComeBack(entry.group.id, to)) for label, to in _WAYS_BACK[:room]]
        rows = (*rows, tuple(ways))
    return replace(card, blocks=(text(said), *card.blocks), controls=rows)
