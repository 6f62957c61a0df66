"""The few cards that only Discord needs.

A form closes on Discord when it is sent: what was not accepted comes back as a private card that opens it again. What was
typed stands in that card, and for as long as this process remembers it, in the form that its button opens. After a restart
the card still holds the words.
"""

from collections.abc import Mapping
from hashlib import blake2b

from bot.chat.actions import Action
from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    FileField,
    Form,
    Plain,
    Style,
    TextField,
    Verbatim,
    text,
)
from bot.chat.requests import Request

SLOT = "a form to open again"
"""Marks these cards: a form that is sent from one takes its place."""

REMEMBERED = 2000
"""How many unfinished forms are remembered; each has at most a few thousand characters."""


class OpenAgain(Action, tag="openagain"):
    """Opens a remembered form. Handled here: the core never sees it."""

    form: str


def form_key(request: Request, submit: str) -> str:
    """The name a form is remembered by: one for each person and submit action's id."""
    return blake2b(f"{request.who.key} {submit}".encode(), digest_size=9).hexdigest()


def refused_card(form: Form, errors: Mapping[str, str], key: str) -> Card:
    """What is wrong with a form, what was typed into it, and the button that opens it again."""
    labels = {each.id: each.label for each in form.fields}
    blocks: list[Block] = []
    for name, said in errors.items():
        blocks.append(
            text("**", Plain(labels[name]), ":** ", Plain(said)) if name in labels else text(Plain(said))
        )
    typed = [each for each in form.fields if isinstance(each, TextField) and each.value.strip()]
    blocks += [Verbatim(each.value, text("**", Plain(each.label), "**, as you typed it:")) for each in typed]
    if any(isinstance(each, FileField) for each in form.fields):
        blocks.append(text("Please choose the file again."))
    again = Button("Open the form again", OpenAgain(key), Style.PRIMARY)
    return Card("Not saved yet", tuple(blocks), ((again,),), accent=Accent.BAD)


def waiting_card(key: str) -> Card:
    """In place of a form that was ready too late to open by itself."""
    return Card(
        "Your form is ready",
        (text("That took a moment. Press the button to open it."),),
        ((Button("Open the form", OpenAgain(key), Style.PRIMARY),),),
    )


FORGOTTEN = Card(
    "Please open the form again",
    (text("Use the command or the button you opened it with. What you had typed is in the card above."),),
    accent=Accent.BAD,
)
"""In place of a form that is no longer remembered."""


def too_large_card(name: str) -> Card:
    """A file that is larger than is ever asked for."""
    return Card(
        "This file is too large",
        (text(Plain(name), " was not read. Send a smaller one."),),
        accent=Accent.BAD,
    )


SORRY = Card(
    "That could not be shown",
    (text("Please try again in a moment. What you did may already have been saved; nothing counts twice."),),
    accent=Accent.BAD,
)
"""The last resort: something failed between the core and Discord."""
