"""From a reply to what Slack shows: private cards, updates, forms and posts, each with a way that is left when one closes."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from adapters.slack.api.web import RefusedError, Web
from adapters.slack.inbound import Origin
from adapters.slack.posting import SlackPlatform
from adapters.slack.rendering.forms import render_form
from adapters.slack.rendering.mrkdwn import Object
from adapters.slack.rendering.render import render
from bot.chat.cards import (
    Accent,
    Ask,
    Card,
    Done,
    File,
    Picture,
    Private,
    Public,
    Refuse,
    Reply,
    Update,
    slot_key,
    text,
)
from bot.chat.dispatch import with_what_was_typed
from bot.chat.logged import Said, name_of
from bot.chat.platform import InDoubtError, NoAccessError, PlatformError, RateLimitedError
from bot.chat.requests import Destination, MessageRef, Request

log = logging.getLogger(__name__)

_TRIES = 4
TRIGGER_SECONDS = 3.0
"""So long after a click Slack opens a form for it."""
_CLOCKS_DIFFER = timedelta(minutes=5)

_SENT = "Sent to you as a direct message from Studyhall, for you alone."

TOO_LATE = Card(
    "That took too long",
    (text("Slack opens a form only within three seconds. Please try again."),),
    accent=Accent.BAD,
)
NOT_POSTED = Card(
    "Not posted",
    (text("Slack did not accept the message. Please try again in a minute."),),
    accent=Accent.BAD,
)


@dataclass(frozen=True, slots=True)
class SlackResponder:
    """Shows replies. ``clock`` gives aware UTC; ``sleep`` waits for so many seconds."""

    web: Web
    platform: SlackPlatform
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[object]]

    async def show(self, reply: Reply, request: Request, origin: Origin) -> None:
        """Show a reply to the one who asked, or to everyone where it is public."""
        match reply:
            case Private():
                await self.private(origin, reply.card, slot_key(reply.slot), _key(request))
                for number, card in enumerate(reply.also):
                    await self.private(replace(origin, slot=""), card, "", _key(request, f"also {number}"))
            case Update():
                await self._update(origin, reply, _key(request))
            case Public():
                await self._public(origin, reply.card, request)
            case Ask():
                await self.open(origin, render_form(reply.form, origin.keep()))
            case Refuse():
                await self.private(origin, _refused(reply, request), "", _key(request))
            case Done():
                if reply.note:
                    await self.private(origin, Card(reply.note), "", _key(request))

    async def open(self, origin: Origin, view: Object) -> None:
        """Open a modal, after a wait that Slack asks for if it is short; where its ticket has run out, say so."""
        left = TRIGGER_SECONDS
        while True:
            try:
                await self.web.call(origin.team, "views.open", trigger_id=origin.trigger, view=view)
            except RateLimitedError as error:
                left -= error.retry_after
                if left > 0:
                    await self.sleep(error.retry_after)
                    continue
                code = Said("ratelimited")
            except InDoubtError:
                log.info("a form may be open, or not: the connection was lost")
                return
            except PlatformError as error:
                code = Said(error.code) if isinstance(error, RefusedError) else name_of(error)
            else:
                return
            log.warning("a form was not opened: %s", code)
            await self.private(origin, TOO_LATE)
            return

    async def tell(self, origin: Origin, payload: Mapping[str, Any], *, replacing: bool = False) -> None:
        """Show a rendered message to this person alone: by the address Slack gave, in the channel, or directly."""
        if origin.response_url and await self.web.respond(
            origin.response_url, _answer(origin, payload, replacing)
        ):
            return
        here = origin.place
        if here is not None:
            try:
                await self.web.call(
                    origin.team,
                    "chat.postEphemeral",
                    channel=origin.channel,
                    user=origin.user,
                    thread_ts=origin.thread or None,
                    **payload,
                )
            except PlatformError as error:
                log.info("nothing could be shown in the channel: %s", name_of(error))
            else:
                return
        try:
            await self.platform.send_directly(origin.team, origin.user, payload)
        except PlatformError as error:
            log.warning("somebody could not be answered: %s", name_of(error))

    async def private(self, origin: Origin, card: Card, slot: str = "", key: str = "") -> None:
        """Show a card to this person alone; one with files or a ``slot`` takes a ``key``."""
        shown = await self._fileless(origin, card, key)
        if shown is not None:
            replacing = bool(slot) and origin.ephemeral and origin.slot == slot
            await self.tell(origin, payload_of(shown, slot, key), replacing=replacing)

    async def _fileless(self, origin: Origin, card: Card, key: str) -> Card | None:
        """What is shown of a card whose files a message for one person cannot hold: they go as a direct message.

        The whole card goes with what is to be downloaded. So it does from a home page, and then nothing else is shown: what is
        pressed there is answered by a direct message anyway.
        """
        files = tuple(each for each in card.blocks if isinstance(each, Picture | File))
        if not files:
            return card
        download = any(isinstance(each, File) for each in files)
        if download or origin.home:
            try:
                await self._surely(origin.who, card, key)
            except PlatformError as error:
                log.warning("a card with files was not sent: %s", name_of(error))
            else:
                return Card(card.title, (text(_SENT),), accent=card.accent) if download else None
        if download:
            said = "Slack did not let Studyhall send you the file as a direct message. Please try again in a moment."
        else:
            said = await self._pictures_apart(origin, Card(card.title, files, accent=card.accent), key)
        rest = (each for each in card.blocks if each not in files)
        return replace(card, blocks=(*rest, text(said)))

    async def _pictures_apart(self, origin: Origin, pictures: Card, key: str) -> str:
        try:
            await self.platform.post(origin.who, pictures, key)
        except PlatformError as error:
            log.info("a picture could not be sent directly: %s", name_of(error))
            return "Slack did not let Studyhall send you the picture as a direct message; this says the same in words."
        return _SENT

    async def _update(self, origin: Origin, reply: Update, key: str) -> None:
        """A new face for what was pressed. What has a slot is one person's: it never takes the place of what all see."""
        shown = tuple(each for each in reply.card.blocks if not isinstance(each, Picture))
        if any(isinstance(each, File) for each in shown):
            await self.private(origin, reply.card, slot_key(reply.slot), key)
            return
        if origin.ephemeral:
            payload = payload_of(replace(reply.card, blocks=shown), slot_key(reply.slot), key)
            await self.tell(origin, payload, replacing=True)
            return
        ref = origin.ref
        if ref is not None and (origin.place is None or not slot_key(reply.slot)):
            try:
                await self.platform.edit(ref, reply.card)
            except PlatformError as error:
                log.info("a message could not be changed: %s", name_of(error))
            else:
                return
        await self.private(origin, reply.card, slot_key(reply.slot), key)

    async def _public(self, origin: Origin, card: Card, request: Request) -> None:
        where = origin.place
        if where is not None:
            try:
                await self._surely(where, card, _key(request))
            except NoAccessError:
                log.info("the bot may not post here: the answer's own address is used")
            except PlatformError as error:
                log.warning("a public answer was not posted: %s", name_of(error))
                await self.private(origin, NOT_POSTED)
                return
            else:
                return
        payload = {**payload_of(card), "response_type": "in_channel"}
        if not (origin.response_url and await self.web.respond(origin.response_url, payload)):
            await self.private(origin, card, "", _key(request))

    async def _surely(self, where: Destination, card: Card, key: str) -> MessageRef:
        """Post a card, once: what is in doubt is looked up, what Slack puts off is tried again.

        Raises:
            PlatformError's kinds, after a few tries.
        """
        since = self.clock() - _CLOCKS_DIFFER
        doubt = False
        for left in reversed(range(_TRIES)):
            try:
                found = await self.platform.find(where, key, since) if doubt else None
                return found or await self.platform.post(where, card, key)
            except RateLimitedError as error:
                if not left:
                    raise
                await self.sleep(error.retry_after)
            except InDoubtError:
                doubt = True
                if not left:
                    raise
        raise AssertionError


def payload_of(card: Card, slot: str = "", key: str = "") -> dict[str, Any]:
    """A rendered message whose controls know its slot, and each time by other ids: by those of its ``key``."""
    payload = render(card).payload
    if slot:
        for number, block in enumerate(payload["blocks"]):
            if block["type"] == "actions" or "accessory" in block:
                block["block_id"] = f"{slot[:200]}~{number}~{key[-8:]}"
    return payload


def _answer(origin: Origin, payload: Mapping[str, Any], replacing: bool) -> dict[str, Any]:
    made = {"response_type": "ephemeral", **payload, "replace_original": replacing}
    return made | ({"thread_ts": origin.thread} if origin.thread else {})


def _refused(reply: Refuse, request: Request) -> Card:
    """What was not accepted, when its form is closed already: the reasons, and what was typed."""
    labels = {each.id: each.label for each in reply.form.fields}
    reasons = "\n".join(f"- {labels.get(name, 'The form')}: {said}" for name, said in reply.errors.items())
    return with_what_was_typed(Card("Not saved yet", (text(reasons),), accent=Accent.BAD), request)


def _key(request: Request, part: str = "") -> str:
    return "r" + blake2b(f"{request.who.key} {request.id} {part}".encode(), digest_size=12).hexdigest()
