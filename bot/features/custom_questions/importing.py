"""/bank import: organisers hand in a text or a file, look at what it holds, and add it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.access.who import ORGANISES, ORGANISES_ITS_GROUP
from bot.chat.cards import Ask, Private, Refuse, Reply, Slot, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route
from bot.chat.requests import Request, Submit, Upload
from bot.chat.words import clean_line, counted, too_long
from bot.database.transaction import Transaction
from bot.features.acts.keeping import note_act
from bot.features.custom_questions import cards
from bot.features.custom_questions.actions import AddImport, OpenImport, SendImport
from bot.features.custom_questions.intake import Intake, key_of, take_in, without_those_known
from bot.features.custom_questions.model import Own, OwnState
from bot.features.custom_questions.queries import (
    IN_THE_BANK,
    accept_pending,
    add_pending,
    count_of,
    drop_imports_of,
    drop_pending,
    first_of_request,
    of_one_import,
    own_of,
)
from bot.features.custom_questions.rules import MOST_OWN, leaf_or_why
from bot.features.custom_questions.subjects import come_in, propose_topics
from bot.features.custom_questions.undoing import IMPORTED
from bot.questions.exchange import is_packed, why_not
from bot.questions.exchange.apart import ApartError
from bot.questions.exchange.imported import KNOWN
from bot.questions.topics import TopicTree, UnknownTopic
from bot.services import RequestTransaction, Services


def slot_of(group_id: int) -> Slot:
    """The place of the card of an import."""
    return Slot("bank-import", group_id)


async def _import(tx: RequestTransaction, options: Options) -> Reply:
    topic = clean_line(str(options.get("topic", "")))[:100]
    return Ask(cards.import_form(tx.group.id, topic=topic))


async def _open(tx: RequestTransaction, _action: OpenImport) -> Reply:
    return Ask(cards.import_form(tx.group.id))


# What was handed in is read before the transaction, and nobody else waits for it ------------------------------------------

SMALL = 20_000
"""So many bytes of text are read at once, in a thread: none of this length is slow. A longer one gets a process, as what is packed does."""


async def _read(services: Services, request: Request, action: SendImport) -> Intake | Mapping[str, str]:
    """What a form brought, or what is wrong with it by field."""
    sent, bank, errors = request.submitted, services.bank, dict[str, str]()
    data, name = _handed_in(sent, errors)
    topic = _leaf(bank.topics, clean_line(sent.text("topic")), errors)
    if errors:
        return errors
    theirs, room = await services.database.read(lambda tx: _known(tx, action.group_id))
    known = {key: str(item["topic"]) if item else "" for key, item in theirs.items()}
    given = (data, name, bank.topics, frozenset(bank.references), topic, known, room)
    if len(data) <= SMALL and not is_packed(data):
        return await asyncio.to_thread(take_in, *given)
    try:
        return await services.apart.run(take_in, *given)
    except ApartError as error:
        return {"file": str(error)}


async def _known(tx: Transaction, group_id: int) -> tuple[dict[str, Mapping[str, Any] | None], int]:
    """All that a group has or was suggested, by the keys of the prompts, and for how many more there is room."""
    owned = await own_of(tx, group_id, OwnState.SUGGESTED, *IN_THE_BANK)
    waits = {key_of(o.prompt): None for o in owned if o.state is OwnState.SUGGESTED}
    room = MOST_OWN - sum(o.state is OwnState.ACCEPTED for o in owned)
    return {**waits, **{key: own.item for key, own in in_the_bank(owned).items()}}, room


def in_the_bank(owned: Iterable[Own]) -> dict[str, Own]:
    """Those in the bank by the keys of their prompts; of several that ask the same the first that is asked."""
    found: dict[str, Own] = {}
    for state in IN_THE_BANK:
        for own in owned:
            if own.state is state:
                found.setdefault(key_of(own.prompt), own)
    return found


def _leaf(topics: TopicTree, said: str, errors: dict[str, str]) -> str:
    """The topic that a typed name means, "" for none."""
    if not said:
        return ""
    try:
        topic = topics.resolve(said)[0]
    except UnknownTopic:
        topic = said
    if wrong := leaf_or_why(topics, topic):
        errors["topic"] = wrong
    return topic


def _handed_in(sent: Submit, errors: dict[str, str]) -> tuple[bytes, str]:
    """The content and the file's name of the form; what was pasted has no name."""
    file = sent.fields.get("file")
    if isinstance(file, Upload) and file.data:
        name = PurePosixPath(file.name.replace("\\", "/")).name[:100]
        if wrong := _unreadable(file.data, name):
            errors["file"] = wrong
        return file.data, name
    pasted = sent.text("text")
    if not pasted.strip():
        errors["text"] = "Paste questions here, or attach a file below."
    elif error := too_long(pasted, cards.PASTED):
        errors["text"] = f"{error} Or attach a file."
    return pasted.encode(errors="replace"), ""


def _unreadable(data: bytes, name: str) -> str:
    """Why a file can't be read, "" where it can."""
    if len(data) > cards.MOST_BYTES:
        return "This file is larger than 1 MB. Split it, or export it without pictures and sounds."
    ends_well = name.lower().endswith(cards.ENDINGS)
    return why_not(data) or (
        "" if ends_well else f"Only files that end in {', '.join(cards.ENDINGS)} can be read."
    )


# What it holds is kept until it is decided ------------------------------------------------------------------------------


async def _send(tx: RequestTransaction, action: SendImport, read: Intake | Mapping[str, str]) -> Reply:
    request, group_id = tx.request, action.group_id
    if not isinstance(read, Intake):
        typed, topic = request.submitted.text("text"), request.submitted.text("topic")[:100]
        return Refuse(read, cards.import_form(group_id, typed, topic))
    found = without_those_known(read, *await _known(tx, group_id))
    member_id = (await come_in(tx)).member.id
    await drop_imports_of(tx, group_id, member_id, but=request.id)
    rows = [
        {
            "group_id": group_id,
            "member_id": member_id,
            "item": dict(item),
            "request": request.id,
            "number": number,
            "created_at": request.at,
        }
        for number, item in enumerate((*found.items, *(item for _, item in found.copies)))
    ]
    await add_pending(tx, rows)
    first = await first_of_request(tx, group_id, request.id) if rows else 0
    return Private(cards.report_card(group_id, first, found), slot_of(group_id))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of an import waits to be decided on: new questions, and copies with the questions that they would replace."""

    brought: tuple[Own, ...]
    new: tuple[Own, ...]
    copies: tuple[tuple[Own, Own], ...]


async def waiting_of(tx: Transaction, group_id: int, first: int) -> Waiting:
    """What of an import waits; what the group has got meanwhile is no new question any more."""
    brought = await of_one_import(tx, group_id, first)
    pending = [own for own in brought if own.state is OwnState.PENDING]
    theirs = in_the_bank(await own_of(tx, group_id, *IN_THE_BANK)) if pending else {}
    found = [(theirs.get(key_of(own.prompt)), own) for own in pending]
    return Waiting(
        brought,
        tuple(own for there, own in found if there is None),
        tuple((there, own) for there, own in found if there is not None),
    )


async def _add(tx: RequestTransaction, action: AddImport) -> Reply:
    group_id, slot = action.group_id, slot_of(action.group_id)
    me = (await come_in(tx)).member.id
    waiting = await waiting_of(tx, group_id, action.first)
    copies = len(waiting.copies)
    added = sum(own.state in IN_THE_BANK for own in waiting.brought)
    if not action.keep:
        await drop_pending(tx, [own.id for own in waiting.brought if own.state is OwnState.PENDING])
        left = cards.imported_card(group_id, action.first, added) if added else cards.left_card(group_id)
        return Update(left, slot)
    if not waiting.brought:
        return Update(cards.left_card(group_id), slot)
    room = MOST_OWN - await count_of(tx, group_id, OwnState.ACCEPTED)
    if len(waiting.new) > room:
        return Update(cards.no_room_card(room), slot)
    await accept_pending(tx, [own.id for own in waiting.new], me, tx.request.at)
    if waiting.new:
        title = f"Imported {counted(len(waiting.new), 'question')}"
        await note_act(tx, IMPORTED, title, {"first": action.first})
    card = cards.imported_card(group_id, action.first, added + len(waiting.new), copies)
    return Update(card, slot)


COMMANDS = (
    Command(
        ("bank", "import"),
        "Add questions of your own from pasted text or a file",
        _import,
        (Option("topic", "The topic for questions that name none", complete=propose_topics),),
        who=ORGANISES,
        reads=True,
        opens_form=True,
        help=f"Reads {KNOWN}, pasted or as a file, up to 1 MB and 500 questions. "
        "You see what can be imported before anything is added.",
        example="/bank import topic:rlhf",
        also=("upload", "file"),
    ),
)


ROUTES = (
    Route(OpenImport, _open, ORGANISES_ITS_GROUP, reads=True, opens_form=True),
    Route(SendImport, _send, ORGANISES_ITS_GROUP, prepare=_read),
    Route(AddImport, _add, ORGANISES_ITS_GROUP),
)
