"""/bank import: organisers hand in a text or a file, look at what it holds, and add it."""

import asyncio
from functools import partial
from pathlib import PurePosixPath

from bot.bank.model import UnknownTopic
from bot.chat.cards import Ask, Card, Choice, Private, Refuse, Reply, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route
from bot.chat.requests import Request, Submit, Upload
from bot.chat.words import clean_line
from bot.groups.entry import enter, group_of, known_group, require_organiser
from bot.groups.model import Entry
from bot.groups.services import Services
from bot.shelf import cards
from bot.shelf.actions import AddImport, OpenImport, SendImport
from bot.shelf.intake import Intake, UnreadableError, key_of, take_in, text_of
from bot.shelf.model import OwnState
from bot.shelf.rules import MOST_OWN, leaf_or_why
from bot.shelf.store import (
    accept_pending,
    add_pending,
    count_of,
    drop_pending,
    of_request,
    own_of,
    request_of,
)
from bot.store.transaction import Transaction


def slot_of(group_id: int) -> str:
    """The place of the card of an import."""
    return f"bank-import:{group_id}"


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""

    async def topics(_request: Request, prefix: str) -> tuple[Choice, ...]:
        return tuple(Choice(t.title, t.id, t.id) for t in services.bank.topics.search(prefix, 25))

    return (
        Command(
            ("bank", "import"),
            "Add questions of your own from a text or a file",
            partial(_import, services),
            (Option("topic", "Where questions belong that name no topic", complete=topics),),
            organisers=True,
            opens_form=True,
            help="Reads GIFT, CSV, Aiken and the bank's YAML, pasted or as a file of up to 1 MB and 500 questions. You see what "
            "can be taken before anything is added.",
            example="/bank import topic:rlhf",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed and sent."""
    return (
        Route(OpenImport, partial(_open, services), opens_form=True),
        Route(SendImport, partial(_send, services)),
        Route(AddImport, partial(_add, services)),
    )


async def _import(services: Services, request: Request, options: Options) -> Reply:
    topic = clean_line(str(options.get("topic", "")))[:100]

    async def work(tx: Transaction) -> Reply:
        group = await group_of(tx, request)
        await require_organiser(tx, request, group)
        return Ask(cards.import_form(group.id, topic=topic))

    return await services.database.read(work)


async def _open(services: Services, request: Request, action: OpenImport) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await known_group(tx, action.group_id)
        await require_organiser(tx, request, group)
        return Ask(cards.import_form(group.id))

    return await services.database.read(work)


async def _organiser(tx: Transaction, request: Request, group_id: int) -> Entry:
    group = await known_group(tx, group_id)
    await require_organiser(tx, request, group)
    return await enter(tx, request, group.id)


def _leaf(services: Services, said: str) -> tuple[str, str]:
    """The topic that a typed name means, or what is wrong with it."""
    if not said:
        return "", ""
    try:
        topic = services.bank.topics.resolve(said)[0]
    except UnknownTopic:
        topic = said
    wrong = leaf_or_why(services.bank.topics, topic)
    return ("", wrong) if wrong else (topic, "")


def _handed_in(sent: Submit) -> tuple[str, str, dict[str, str]]:
    """(text, file's name, errors by field) of the form."""
    file = sent.fields.get("file")
    if isinstance(file, Upload) and file.data:
        return _attached(file)
    pasted = sent.text("text")
    if not pasted.strip():
        return "", "", {"text": "Paste questions here, or attach a file below."}
    if len(pasted) > cards.PASTED:
        most = f"{cards.PASTED:,}"
        return (
            "",
            "",
            {"text": f"{len(pasted):,} characters are too long to paste; the most is {most}. Attach a file."},
        )
    return pasted, "", {}


def _attached(file: Upload) -> tuple[str, str, dict[str, str]]:
    name = PurePosixPath(file.name.replace("\\", "/")).name[:100]
    if len(file.data) > cards.MOST_BYTES:
        return "", name, {"file": "This file is larger than 1 MB. Part it in several."}
    if not name.lower().endswith(cards.ENDINGS):
        return "", name, {"file": f"Files that end in {', '.join(cards.ENDINGS)} can be read."}
    try:
        return text_of(file.data), name, {}
    except UnreadableError as error:
        return "", name, {"file": str(error)}


async def _send(services: Services, request: Request, action: SendImport) -> Reply:
    assert isinstance(request.what, Submit)
    sent = request.what

    async def look(tx: Transaction) -> tuple[frozenset[str], int]:
        await _organiser(tx, request, action.group_id)
        known = await own_of(tx, action.group_id, OwnState.SUGGESTED, OwnState.ACCEPTED, OwnState.RETIRED)
        prompts = frozenset(key_of(str(own.item["prompt"])) for own in known)
        return prompts, MOST_OWN - sum(own.state is OwnState.ACCEPTED for own in known)

    known, room = await services.database.write(look)
    text, name, errors = _handed_in(sent)
    topic, wrong = _leaf(services, clean_line(sent.text("topic")))
    if wrong:
        errors["topic"] = wrong
    if errors:
        return Refuse(errors, cards.import_form(action.group_id, sent.text("text"), sent.text("topic")[:100]))
    # A megabyte takes a moment to read: nobody else waits for it.
    found = await asyncio.to_thread(take_in, text, name, services.bank, topic, known, room)
    return Private(
        await services.database.write(partial(_report, request, action.group_id, found)),
        slot_of(action.group_id),
    )


async def _report(request: Request, group_id: int, found: Intake, tx: Transaction) -> Card:
    entry = await _organiser(tx, request, group_id)
    kept = await of_request(tx, group_id, request.id)
    if any(own.state is not OwnState.PENDING for own in kept):
        return cards.imported_card(group_id, len(kept))
    await drop_pending(tx, group_id, entry.member.id, but=request.id)
    rows = [
        {
            "group_id": group_id,
            "member_id": entry.member.id,
            "item": dict(item),
            "request": request.id,
            "number": number,
            "created_at": request.at,
        }
        for number, item in enumerate(found.items)
    ]
    await add_pending(tx, rows)
    kept = await of_request(tx, group_id, request.id)
    prompts = [str(own.item["prompt"]) for own in kept]
    return cards.report_card(group_id, kept[0].id if kept else 0, prompts, found.problems, found.doubles)


async def _add(services: Services, request: Request, action: AddImport) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await _organiser(tx, request, action.group_id)
        brought = await request_of(tx, action.first)
        kept = await of_request(tx, action.group_id, brought) if brought else ()
        slot = slot_of(action.group_id)
        if not kept:
            return Update(cards.left_card(action.group_id), slot)
        if not action.keep:
            await drop_pending(tx, action.group_id, request=brought)
            left = await of_request(tx, action.group_id, brought)
            card = (
                cards.imported_card(action.group_id, len(left)) if left else cards.left_card(action.group_id)
            )
            return Update(card, slot)
        room = MOST_OWN - await count_of(tx, action.group_id, OwnState.ACCEPTED)
        if sum(own.state is OwnState.PENDING for own in kept) > room:
            return Update(cards.no_room_card(room), slot)
        await accept_pending(tx, action.group_id, brought, entry.member.id, request.at)
        return Update(cards.imported_card(action.group_id, len(kept)), slot)

    return await services.database.write(work)
