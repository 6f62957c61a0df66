"""/question suggest: a member's own question, for an organiser to look at."""

import json
from functools import partial

from bot.bank.model import Kind, UnknownTopic
from bot.chat.cards import Ask, Choice, Form, Private, Refuse, Reply
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request, Submit
from bot.groups.drafts import draft_of, drop_draft, keep_draft
from bot.groups.entry import enter, welcomed
from bot.groups.model import Entry
from bot.groups.services import Services
from bot.shelf import cards
from bot.shelf.actions import OpenSuggestion, PickTopic, SendSuggestion
from bot.shelf.item_cards import NAMES
from bot.shelf.model import OwnState
from bot.shelf.notices import tell_of_suggestions
from bot.shelf.rules import FORM_KINDS, MOST_WAITING, read_form
from bot.shelf.store import add_suggestion, count_of, of_request
from bot.store.transaction import Transaction

DRAFT = "suggestion"
"""The subject under which a form that was refused is kept for its author."""

SLOT = "suggest"
KINDS = tuple(Choice(NAMES[kind].capitalize(), kind.value) for kind in FORM_KINDS)


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""

    async def topics(_request: Request, prefix: str) -> tuple[Choice, ...]:
        return tuple(Choice(t.title, t.id, t.id) for t in services.bank.topics.search(prefix, 25))

    return (
        Command(
            ("question", "suggest"),
            "Suggest a question for your group",
            partial(_suggest, services),
            (
                Option("topic", "Where it belongs, such as rlhf or interpretability", complete=topics),
                Option("kind", "What kind of question it is", choices=KINDS),
            ),
            opens_form=True,
            help="An organiser accepts, edits or declines it, and you hear which. Accepted ones belong to the group and are "
            "asked before the shipped ones; nobody is told whose they were.",
            example="/question suggest topic:rlhf",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed and sent."""
    return (
        Route(PickTopic, partial(_pick, services)),
        Route(OpenSuggestion, partial(_open, services), opens_form=True),
        Route(SendSuggestion, partial(_send, services)),
    )


async def _suggest(services: Services, request: Request, options: Options) -> Reply:
    said, kind = str(options.get("topic", "")).strip(), str(options.get("kind", "")).strip()

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        if not said:
            return _step(services, entry, None)
        try:
            topic = services.bank.topics.resolve(said)[0]
        except UnknownTopic as error:
            near = f" Did you mean {' or '.join(error.nearest)}?" if error.nearest else ""
            raise UserError(
                f"There is no topic “{said[:40]}”", f"Start typing and choose from the list.{near}"
            ) from None
        if not services.bank.topics.get(topic).is_leaf or not kind:
            return _step(services, entry, topic)
        return await _form(tx, services, entry, topic, kind)

    return await services.database.write(work)


def _step(services: Services, entry: Entry, topic: str | None) -> Reply:
    tree = services.bank.topics
    if topic is not None and tree.get(topic).is_leaf:
        card = cards.kind_card(entry.group.id, tree.get(topic))
    else:
        card = cards.topic_card(entry.group.id, tree.get(topic) if topic else None, tree.children(topic))
    return Private(welcomed(card, entry), SLOT)


async def _pick(services: Services, request: Request, action: PickTopic) -> Reply:
    assert isinstance(request.what, Press)
    chosen = request.what.values[0] if request.what.values else ""

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request, action.group_id)
        return _step(services, entry, chosen if chosen in services.bank.topics else None)

    return await services.database.write(work)


def _kind(services: Services, topic: str, kind: str) -> Kind:
    if topic not in services.bank.topics or not services.bank.topics.get(topic).is_leaf:
        raise UserError(
            "This topic left the bank", "`/question suggest` begins anew; what you typed is kept."
        )
    if kind not in {k.value for k in FORM_KINDS}:
        raise UserError("There is no such kind of question", "`/question suggest` shows which there are.")
    return Kind(kind)


async def _room_for_one(tx: Transaction, entry: Entry) -> None:
    waiting = await count_of(tx, entry.group.id, OwnState.SUGGESTED, member_id=entry.member.id)
    if waiting >= MOST_WAITING:
        raise UserError(
            f"{MOST_WAITING} of your questions wait already",
            "The organisers decide about them first. Thank you for so many.",
        )


async def _form(tx: Transaction, services: Services, entry: Entry, topic: str, kind: str) -> Reply:
    wanted = _kind(services, topic, kind)
    await _room_for_one(tx, entry)
    kept = await draft_of(tx, entry.member.id, DRAFT)
    draft = json.loads(kept) if kept else {}
    values = draft.get("form", {}) if draft.get("kind") == kind else {}
    return Ask(_made(wanted, SendSuggestion(entry.group.id, topic, kind), values))


def _made(kind: Kind, submit: SendSuggestion, values: dict[str, str]) -> Form:
    return cards.question_form(kind, submit, values, f"Suggest: {NAMES[kind]}", "Suggest it")


async def _open(services: Services, request: Request, action: OpenSuggestion) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request, action.group_id)
        return await _form(tx, services, entry, action.topic, action.kind)

    return await services.database.write(work)


async def _send(services: Services, request: Request, action: SendSuggestion) -> Reply:
    assert isinstance(request.what, Submit)
    sent = request.what
    raw = {name: sent.text(name) for name in ("prompt", "points", "model", "hint", "options", "why", "link")}
    raw = {name: words for name, words in raw.items() if words}

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request, action.group_id)
        kind = _kind(services, action.topic, action.kind)
        before = await of_request(tx, entry.group.id, request.id)
        if not before:
            await _room_for_one(tx, entry)
            written = read_form(kind, action.topic, raw)
            if written.errors:
                kept = json.dumps(
                    {"kind": action.kind, "topic": action.topic, "form": raw}, ensure_ascii=False
                )
                await keep_draft(tx, entry.member.id, DRAFT, kept, request.at)
                return Refuse(written.errors, _made(kind, action, raw))
            values = {
                "group_id": entry.group.id,
                "member_id": entry.member.id,
                "item": dict(written.item),
                "source": written.source,
                "request": request.id,
                "created_at": request.at,
            }
            await add_suggestion(tx, values)
            await drop_draft(tx, entry.member.id, DRAFT)
            await tell_of_suggestions(tx, entry.group, request.at)
        waiting = await count_of(tx, entry.group.id, OwnState.SUGGESTED, member_id=entry.member.id)
        return Private(welcomed(cards.thanks_card(waiting), entry), SLOT)

    reply = await services.database.write(work)
    services.wake()
    return reply
