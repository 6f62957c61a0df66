"""From a request to what the page shows: replies become entries, forms and errors; a resent request becomes nothing new."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import blake2b

from adapters.local.render import Note, View, card_view, form_view
from adapters.local.room import LocalRoom
from bot.chat.cards import (
    Accent,
    Ask,
    Card,
    Done,
    File,
    Form,
    Picture,
    Private,
    Public,
    Refuse,
    Reply,
    SomeOf,
    Text,
    Update,
    slot_key,
)
from bot.chat.dispatch import Responder, not_kept
from bot.chat.errors import NotKeptError
from bot.chat.known import Once
from bot.chat.rendering.markdown import parse, words
from bot.chat.requests import FieldValue, MessageRef, Request, Submit
from bot.chat.transcript import TranscriptEntry

REMEMBERED = 500
"""How many answers are kept for requests that are sent again; the entries' keys outlast them."""


class LocalResponder:
    """Takes requests to the dispatcher and its replies back to the room, each request once."""

    def __init__(self, room: LocalRoom, dispatcher: Responder) -> None:
        self._room = room
        self._dispatcher = dispatcher
        self._answers: Once[tuple[str, str], View] = Once(REMEMBERED)

    async def answer(self, request: Request, asked: str = "", entry: object = None) -> View:
        """What the page shows for a request; ``asked`` is the typed line, ``entry`` the id of what was pressed.

        The same request id gets the same answer, unless nothing could be kept of it.
        """
        key = (request.who.user, request.id)
        shown = await self._answers.run(key, lambda: self._answer(request, asked, entry))
        if "unkept" in shown:
            self._answers.forget(key)
        return shown

    async def _answer(self, request: Request, asked: str, entry: object) -> View:
        try:
            request = replace(request, message=await self._pressed(request, entry))
        except NotKeptError:
            return self._unkept(not_kept(request), asked)
        reply = await self._dispatcher.handle(request)
        if isinstance(reply, Private) and reply.unkept:
            return self._unkept(reply, asked)
        try:
            if isinstance(request.what, Submit):
                await self._keep_or_drop(request, request.what, reply)
            return await self._show(request, reply, asked)
        except NotKeptError:  # what was done stands, though the room will not remember having said so
            return self._unkept(reply, asked)

    async def _pressed(self, request: Request, made: object) -> MessageRef | None:
        entry = await self._room.entry(str(made)) if isinstance(made, int | str) else None
        if entry is None or entry.audience not in (None, request.who.user):
            return None
        return self._room.ref(entry)

    def _unkept(self, reply: Reply, asked: str) -> View:
        """A reply without the database: cards that stand in the page alone.

        ``unkept`` says so in a sentence where nothing was changed; the page then leaves the form open.
        """
        match reply:
            case Ask():
                return {"form": form_view(reply.form)}
            case Refuse():
                return {"form": form_view(reply.form), "errors": dict(reply.errors)}
            case Done():
                return {"note": reply.note}
        cards = (reply.card, *(reply.also if isinstance(reply, Private) else ()))
        shown: View = {"entries": [self._loose(each, asked) for each in cards]}
        if isinstance(reply, Private) and reply.unkept:
            said = " ".join(words(parse(each)) for each in reply.card.blocks if isinstance(each, Text))
            shown["unkept"] = f"{reply.card.title}. {said}"
        return shown

    def _loose(self, card: Card, asked: str) -> View:
        """A card as an entry that was not kept: it has no id, and no files, which are fetched by it."""
        blocks = tuple(each for each in card.blocks if not isinstance(each, Picture | File))
        return {
            "id": None,
            "version": 1,
            "at": self._room.clock().isoformat(),
            "edited_at": None,
            "private": True,
            "slot": "",
            **asdict(Note(self._room.bot_name, asked)),
            **card_view(replace(card, blocks=blocks)),
        }

    async def _show(self, request: Request, reply: Reply, asked: str) -> View:
        match reply:
            case Private():
                shown = self._shown(
                    request, await self._private(request, reply.card, slot_key(reply.slot), asked)
                )
                for number, card in enumerate(reply.also):
                    key = f"{_key(request)[:22]}+{number}"
                    also = await self._room.show(card, audience=request.who.user, key=key)
                    shown["entries"].append(entry_view(also))
                return shown
            case Public():
                entry = await self._room.show(reply.card, audience=None, key=_key(request))
                return self._shown(request, entry)
            case Update():
                return self._shown(request, await self._update(request, reply, asked))
            case Ask():
                return {"form": await self.form(request.who.user, reply.form)}
            case Refuse():
                return {"form": await self.form(request.who.user, reply.form), "errors": dict(reply.errors)}
            case Done():
                return {"note": reply.note}

    async def form(self, user: str, form: Form) -> View:
        """A form with what this member had typed into it before; ``first`` is what stood in such a field without it."""
        view = form_view(form)
        kept = await self._room.transcript.typed(user, view["id"])
        several = {f.id for f in form.fields if isinstance(f, SomeOf)}
        for field in view["fields"]:
            if field["id"] in kept and field["kind"] != "file":
                typed = kept[field["id"]]
                field["first"] = field["value"]
                field["value"] = _list(typed) if field["id"] in several else typed
                view["restored"] = True
        return view

    async def keep(self, user: str, form: str, fields: Mapping[str, FieldValue]) -> None:
        """Keep a half-typed form; no fields drop it. Files are not kept."""
        values = {
            name: json.dumps(value) if isinstance(value, tuple) else value
            for name, value in fields.items()
            if isinstance(value, str | tuple)
        }
        await self._room.transcript.keep_typed(user, form, values, self._room.clock())

    async def _keep_or_drop(self, request: Request, what: Submit, reply: Reply) -> None:
        card = reply.card if isinstance(reply, Private | Public | Update) else None
        failed = isinstance(reply, Refuse) or (card is not None and card.accent is Accent.BAD)
        await self.keep(request.who.user, what.action, what.fields if failed else {})

    async def _private(self, request: Request, card: Card, slot: str, asked: str) -> TranscriptEntry:
        note = Note(self._room.bot_name, asked)
        if card.accent is Accent.BAD and not slot:
            slot = _refusal_slot(card)
        return await self._room.show(card, audience=request.who.user, key=_key(request), slot=slot, note=note)

    async def _update(self, request: Request, reply: Update, asked: str) -> TranscriptEntry:
        clicked = await self._room.entry(request.message.message) if request.message else None
        changed = await self._room.redraw(clicked, reply.card) if clicked is not None else None
        return changed or await self._private(request, reply.card, slot_key(reply.slot), asked)

    def _shown(self, request: Request, entry: TranscriptEntry) -> View:
        seen = entry.audience in (None, request.who.user)
        return {"entries": [entry_view(entry)] if seen else []}


def entry_view(entry: TranscriptEntry) -> View:
    """An entry as it is sent to a page: without the bytes of its files, which are fetched on their own."""
    if not entry.body:
        return {"id": entry.id, "version": entry.version, "gone": True}
    view = json.loads(entry.body)
    view["files"] = [{"name": f["name"], "type": f["type"]} for f in view["files"]]
    return {
        "id": entry.id,
        "version": entry.version,
        "at": entry.at.isoformat(),
        "edited_at": entry.edited_at.isoformat() if entry.edited_at else None,
        "private": entry.audience is not None,
        "slot": entry.slot,
        **view,
    }


def _refusal_slot(card: Card) -> str:
    """The same for the same words: what went wrong twice stands in the room once."""
    return f"refusal:{blake2b(repr((card.title, card.blocks)).encode(), digest_size=6).hexdigest()}"


def _key(request: Request) -> str:
    return "r" + blake2b(f"{request.who.key} {request.id}".encode(), digest_size=12).hexdigest()


def _list(typed: str) -> list[str]:
    try:
        found = json.loads(typed)
    except (ValueError, RecursionError):
        return []
    return [v for v in found if isinstance(v, str)] if isinstance(found, list) else []
