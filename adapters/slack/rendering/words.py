"""The core's commands as they are typed on Slack: ``/study quiz start`` for ``/quiz start``."""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.chat.cards import Block, Button, Card, Control, Fields, Form, Link, Select, Text, Verbatim

COMMAND = "/study"
"""The one command there is on Slack, whose names all apps share."""


class Wording:
    """Puts the one command before the heads of the core's, wherever our own words name them; never in members' words."""

    def __init__(self, heads: Iterable[str]) -> None:
        names = "|".join(sorted(map(re.escape, heads), key=len, reverse=True))
        self._named = re.compile(rf"(?<![\w/.])/(?=(?:{names})(?![\w/-]))") if names else None

    def line(self, said: str) -> str:
        """A sentence of ours."""
        return self._named.sub(f"{COMMAND} ", said) if self._named else said

    def card(self, card: Card) -> Card:
        """A card with the commands as they are typed here."""
        return replace(
            card,
            title=self.line(card.title),
            blocks=tuple(self._block(each) for each in card.blocks),
            controls=tuple(tuple(self._control(each) for each in row) for row in card.controls),
            footer=self._text(card.footer) if card.footer else None,
        )

    def form(self, form: Form) -> Form:
        """A form with the commands as they are typed here."""
        return replace(form, intro=self._text(form.intro)) if form.intro else form

    def _text(self, made: Text) -> Text:
        return Text(tuple(self.line(part) if isinstance(part, str) else part for part in made.parts))

    def _block(self, block: Block) -> Block:
        match block:
            case Text():
                return self._text(block)
            case Verbatim(caption=Text() as caption):
                return replace(block, caption=self._text(caption))
            case Fields(rows):
                return Fields(tuple((name, self._text(value)) for name, value in rows))
            case _:
                return block

    def _control(self, control: Control) -> Control:
        match control:
            case Select(options=options):
                named = tuple(replace(o, label=self.line(o.label), note=self.line(o.note)) for o in options)
                return replace(control, options=named)
            case Button(disabled_because=str() as why):
                return replace(control, disabled_because=self.line(why))
            case Button() | Link():
                return control
