"""The form for a one-time code, and what is said of codes that do not work."""

from bot.chat.actions import Action
from bot.chat.cards import Accent, Button, Card, Form, TextField, text
from bot.membership.code_rules import MOST_WRONG

BLOCKED = "Too many wrong codes"
"""The title of what is said to those who tried too often."""


def code_form(submit: Action, typed: str = "") -> Form:
    """The one field for a code."""
    field = TextField("code", "Code", value=typed[:40], placeholder="K7QM2-XH9PA", most=40)
    return Form("Enter a code", (field,), submit, "Continue")


def blocked_card() -> Card:
    """Too many wrong tries by this account."""
    words = (
        f"After {MOST_WRONG} wrong codes in ten minutes, no more are accepted. "
        "Wait ten minutes, then ask for a new one."
    )
    return Card(BLOCKED, (text(words),), accent=Accent.BAD)


WRONG = "This code is not valid: it was mistyped, is already used, or is older than ten minutes. Ask for a new one."


def wrong_card(again: Action) -> Card:
    """No such code, or no longer; ``again`` opens the form once more."""
    return Card(
        "That code does not work", (text(WRONG),), ((Button("Try again", again),),), accent=Accent.BAD
    )
