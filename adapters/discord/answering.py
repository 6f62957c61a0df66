"""Replies back to Discord: a first response within three seconds whatever the handler needs, and one place for each card.

A reply that takes long is deferred here, never by the core. A form must be the first response and cannot follow a
deferral: where one may come, the deferral is put off as long as Discord allows, and a later form is offered by a button.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord

from adapters.discord.errors import Means, meaning
from adapters.discord.own_cards import SLOT, form_key, refused_card, waiting_card
from adapters.discord.rendering.forms import render_form
from adapters.discord.sending import Mark, SentForm, mark_in, mark_of, new_face, say
from bot.chat.actions import encode
from bot.chat.cards import Ask, Card, Done, Form, Private, Public, Refuse, Reply, Update, slot_key
from bot.chat.known import Recent
from bot.chat.requests import Request, Submit

Interaction: TypeAlias = discord.Interaction[Any]

PATIENCE = 1.5
"""Seconds after which a reply is deferred, since it was asked for: half of what Discord waits."""

LAST_MOMENT = 2.3
"""Seconds after which even a reply that may be a form is deferred; the rest is for the way there and back."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a reply may be deferred: ``public`` as the command declares, ``at_once`` where it is known to be slow."""

    public: bool = False
    at_once: bool = False
    may_ask: bool = False


class Answer:
    """The answer to one interaction. ``forms`` remembers what may have to be opened again."""

    def __init__(self, interaction: Interaction, request: Request, forms: Recent[str, Form]) -> None:
        self._interaction = interaction
        self._request = request
        self._forms = forms
        self._thinking: bool | None = None
        """While Discord shows that we think: whether it shows so privately."""

    async def wait_for(
        self, work: Awaitable[Reply], manner: Manner, seconds: float | None, deferred: Callable[[], None]
    ) -> Reply:
        """The reply, once it is there; deferred after so many seconds, None for at once. ``deferred`` is told of it.

        Raises:
            discord.HTTPException: the deferral failed.
        """
        deferrals: list[asyncio.Task[None]] = []

        def defer() -> None:
            deferred()
            deferrals.append(asyncio.create_task(self._defer(manner)))

        timer = None
        if seconds is not None:
            timer = asyncio.get_running_loop().call_later(seconds, defer)
        else:
            defer()
            await asyncio.sleep(0)  # so it begins before the work
        try:
            reply = await work  # in a task of its own it would cost each answer two more turns of the loop
        finally:
            if timer is not None:
                timer.cancel()
            # What went wrong with the work says more than that the deferral failed as well.
            failures = await asyncio.gather(*deferrals, return_exceptions=True)
        for failure in failures:
            if failure is not None:
                raise failure  # what was done counts, though it can no longer be shown
        return reply

    async def _defer(self, manner: Manner) -> None:
        if self._interaction.message is not None:
            await self._interaction.response.defer()
            return
        await self._interaction.response.defer(ephemeral=not manner.public, thinking=True)
        self._thinking = not manner.public

    async def show(self, reply: Reply) -> None:
        """Show a reply, as the first response or after a deferral.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        if isinstance(self._request.what, Submit) and not isinstance(reply, Refuse):
            self._forms.drop(form_key(self._request, self._request.what.action))
        match reply:
            case Private():
                await self._private(reply.card, slot_key(reply.slot))
                for card in reply.also:
                    await self._send(card, private=True)
            case Update():
                await self._update(reply.card, slot_key(reply.slot))
            case Public():
                await self._send(reply.card, private=False)
            case Ask():
                await self._ask(reply.form)
            case Refuse():
                key = self._remember(reply.form)
                await self._private(refused_card(reply.form, reply.errors, key), SLOT)
            case Done():
                await self._done(reply.note)

    async def open(self, form: Form) -> None:
        """Open a form as the first response."""
        await self._interaction.response.send_modal(SentForm(render_form(form)))

    async def _private(self, card: Card, slot: str) -> None:
        clicked = self._interaction.message
        shown = mark_in(clicked.components) if clicked is not None and clicked.flags.ephemeral else None
        places = [mark_of(slot)] if slot else []
        if isinstance(self._request.what, Submit):
            # A form that is sent from the card that refused it takes that card's place, too.
            places.append(mark_of(SLOT))
        if shown in places:
            await self._update(card, slot)
        else:
            await self._send(card, private=True, slot=slot)

    async def _update(self, card: Card, slot: str) -> None:
        clicked = self._interaction.message
        if clicked is None:
            await self._send(card, private=True, slot=slot)
            return
        mark = _slot_mark(slot) if clicked.flags.ephemeral else mark_in(clicked.components)
        made = new_face(card, mark)
        try:
            if self._interaction.response.is_done():
                await self._interaction.edit_original_response(**made)
            else:
                await self._interaction.response.edit_message(**made)
        except discord.NotFound as error:
            if meaning(error) is not Means.MESSAGE_GONE:
                raise
            await self._send(card, private=True, slot=slot)

    async def _send(self, card: Card, *, private: bool, slot: str = "") -> None:
        thinking, self._thinking = self._thinking, None
        mark = _slot_mark(slot)
        if thinking is None:
            await say(self._interaction, card, mark, private=private)
        elif thinking is private:
            await self._interaction.edit_original_response(**new_face(card, mark))
        else:
            # What was shown while thinking keeps its visibility for ever, and the first message after it would become
            # it: it is brought to an end, the card gets a message of its own, and then it goes.
            await self._interaction.edit_original_response(**new_face(Card("One moment")))
            await say(self._interaction, card, mark, private=private)
            await self._interaction.delete_original_response()

    async def _ask(self, form: Form) -> None:
        if self._interaction.response.is_done():
            await self._private(waiting_card(self._remember(form)), SLOT)
        else:
            await self.open(form)

    def _remember(self, form: Form) -> str:
        key = form_key(self._request, encode(form.submit))
        self._forms.put(key, form)
        return key

    async def _done(self, note: str) -> None:
        if self._interaction.message is None or note:
            await self._send(Card(note or "Done"), private=True)
        elif not self._interaction.response.is_done():
            await self._interaction.response.defer()


def _slot_mark(slot: str) -> Mark | None:
    return mark_of(slot) if slot else None
