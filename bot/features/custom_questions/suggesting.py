"""/question suggest: a member's own question, for an organiser to look at."""

import json
from dataclasses import replace
from datetime import timedelta

from bot.access.greeting import welcomed
from bot.access.presence import Outside
from bot.access.who import TAKES_PART, TAKES_PART_IN_ITS_GROUP, Who
from bot.chat.access import Level
from bot.chat.cards import Ask, Choice, Form, Moment, Private, Refuse, Reply, Slot, Update, text
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.database.transcript import blank_private
from bot.features.custom_questions import cards
from bot.features.custom_questions.actions import (
    AskUnsuggest,
    BeginAgain,
    OpenMine,
    OpenSuggestion,
    PickMine,
    PickTopic,
    SaveMine,
    SendSuggestion,
    Unsuggest,
)
from bot.features.custom_questions.model import Own, OwnState
from bot.features.custom_questions.notices import show_waiting, tell_of_suggestions
from bot.features.custom_questions.queries import add_suggestion, decide, rewrite, suggested_since, waiting_of
from bot.features.custom_questions.reviewing import slot_of
from bot.features.custom_questions.rules import MOST_A_DAY, MOST_WAITING, read_form, typed_in
from bot.features.custom_questions.subjects import of_own, own_of_card, propose_topics, topics_of
from bot.membership.drafts import draft_of, drop_draft, keep_draft
from bot.questions.kinds import FORM_KINDS, KINDS
from bot.questions.model import Kind
from bot.services import RequestTransaction

DRAFT = "suggestion"
"""The subject under which a form that was refused is kept for its author."""

DAY = timedelta(days=1)
SLOT = Slot("suggest")
_KINDS = tuple(Choice(KINDS[kind].name.capitalize(), kind.value) for kind in FORM_KINDS)


async def _suggest(tx: RequestTransaction, options: Options) -> Reply:
    said, kind = str(options.get("topic", "")).strip(), str(options.get("kind", "")).strip()
    if not said:
        return await _begin(tx)
    topic = topics_of(tx, said)[0]
    if not tx.services.bank.topics.get(topic).is_leaf or not kind:
        return _step(tx, topic)
    return await _form(tx, topic, kind)


async def _begin(tx: RequestTransaction) -> Reply:
    return _step(tx, None, await waiting_of(tx, tx.group.id, tx.actor.member.id))


def _step(tx: RequestTransaction, topic: str | None, mine: tuple[Own, ...] = ()) -> Reply:
    entry, tree = tx.actor, tx.services.bank.topics
    if topic is not None and tree.get(topic).is_leaf:
        card = cards.kind_card(entry.group.id, tree.get(topic))
    else:
        above = tree.get(topic) if topic else None
        card = cards.topic_card(entry.group.id, above, tree.children(topic), mine)
    return Private(welcomed(card, entry), SLOT)


async def _pick(tx: RequestTransaction, _action: PickTopic) -> Reply:
    chosen = tx.request.pressed.value
    return _step(tx, chosen) if chosen in tx.services.bank.topics else await _begin(tx)


async def _again(tx: RequestTransaction, _action: BeginAgain) -> Reply:
    return await _begin(tx)


def _kind(tx: RequestTransaction, topic: str, kind: str) -> Kind:
    tree = tx.services.bank.topics
    if topic not in tree or not tree.get(topic).is_leaf:
        raise UserError(
            "This topic is no longer in the bank", "`/question suggest` starts again; what you typed is kept."
        )
    if kind not in FORM_KINDS:
        raise UserError("There is no such kind of question", "`/question suggest` shows which there are.")
    return Kind(kind)


async def _waiting_with_room(tx: RequestTransaction) -> int:
    """How many of the member's suggestions wait.

    Raises:
        UserError: there is no room for one more.
    """
    waiting = len(await waiting_of(tx, tx.group.id, tx.actor.member.id))
    if waiting >= MOST_WAITING:
        raise UserError(
            f"{MOST_WAITING} of your questions are already waiting",
            "The organisers will decide on those first; `/question suggest` shows them. Thank you for so many.",
        )
    today = await suggested_since(tx, tx.group.id, tx.actor.member.id, tx.request.at - DAY)
    if len(today) >= MOST_A_DAY:
        again = Moment(today[-MOST_A_DAY] + DAY, tx.group.zone)
        raise UserError(
            f"You have suggested {MOST_A_DAY} questions in a day",
            text("You can suggest the next one from ", again, " on. Thank you for so many."),
        )
    return waiting


async def _form(tx: RequestTransaction, topic: str, kind: str) -> Reply:
    wanted = _kind(tx, topic, kind)
    await _waiting_with_room(tx)
    kept = await draft_of(tx, tx.actor.member.id, DRAFT)
    draft = json.loads(kept) if kept else {}
    values = draft.get("form", {}) if draft.get("kind") == kind else {}
    return Ask(_made(wanted, SendSuggestion(tx.group.id, topic, kind), values))


def _made(kind: Kind, submit: SendSuggestion, values: dict[str, str]) -> Form:
    return cards.question_form(kind, submit, values, f"Suggest: {KINDS[kind].name}", "Suggest it")


async def _open(tx: RequestTransaction, action: OpenSuggestion) -> Reply:
    return await _form(tx, action.topic, action.kind)


async def _send(tx: RequestTransaction, action: SendSuggestion) -> Reply:
    request, entry = tx.request, tx.actor
    kind = _kind(tx, action.topic, action.kind)
    raw = typed_in(kind, request.submitted)
    waiting = await _waiting_with_room(tx)
    written = read_form(kind, action.topic, raw)
    if written.errors:
        kept = json.dumps({"kind": action.kind, "topic": action.topic, "form": raw}, ensure_ascii=False)
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
    own_id = await add_suggestion(tx, values)
    await drop_draft(tx, entry.member.id, DRAFT)
    await tell_of_suggestions(tx, entry.group, request.at)
    tx.wake_after_commit()
    return Private(welcomed(cards.thanks_card(waiting + 1, own_id), entry), SLOT)


# One's own, while it waits ---------------------------------------------------------------------------------------------


_GONE = ("This suggestion is gone", "`/question suggest` takes another.")
ITS_AUTHOR = Who(
    Level.OWNER, of_own(_GONE, lambda own: own.member_id is None or own.withdrawn), Outside.NOT_GONE
)
"""Who suggested a question, as long as they are known."""


def _mine(tx: RequestTransaction) -> Own:
    own = own_of_card(tx)
    if own.state is not OwnState.SUGGESTED:
        raise UserError(*_DECIDED)
    return own


async def _pick_mine(tx: RequestTransaction, _action: PickMine) -> Reply:
    mine = await waiting_of(tx, tx.group.id, tx.actor.member.id)
    own = next((each for each in mine if str(each.id) == tx.request.pressed.value), None)
    if own is None:
        raise UserError(*_DECIDED)
    return Update(cards.mine_card(own), SLOT)


async def _open_mine(tx: RequestTransaction, _action: OpenMine) -> Reply:
    return Ask(_edit_form(_mine(tx)))


def _edit_form(own: Own, typed: dict[str, str] | None = None) -> Form:
    return cards.edit_form(own, SaveMine(own.id, own.version), "Edit your question", typed)


async def _save_mine(tx: RequestTransaction, action: SaveMine) -> Reply:
    own, now = _mine(tx), tx.request.at
    raw = typed_in(own.kind, tx.request.submitted)
    written = read_form(own.kind, own.topic, raw)
    if written.errors:
        return Refuse(written.errors, _edit_form(own, raw))
    if action.seen != own.version:
        return Ask(replace(_edit_form(own, raw), intro=text(CHANGED_SINCE)))
    if not await rewrite(tx, own.id, dict(written.item), written.source):
        raise UserError(*_DECIDED)
    await blank_private(tx, [slot_of(tx.group.id).key], now)
    edited = replace(own, item=written.item, source=written.source)
    return Private(cards.mine_card(edited, edited=True), SLOT)


async def _ask_withdraw(tx: RequestTransaction, _action: AskUnsuggest) -> Reply:
    return Private(cards.unsuggest_card(_mine(tx)), SLOT)


async def _withdraw(tx: RequestTransaction, _action: Unsuggest) -> Reply:
    own, now = own_of_card(tx), tx.request.at
    # The row stays: its number must not become that of another suggestion, which an old card could then decide on.
    if not await decide(tx, own.id, OwnState.DECLINED, own.member_id, now, ""):
        raise UserError(*_DECIDED)
    await show_waiting(tx, tx.group, now)
    await blank_private(tx, [slot_of(tx.group.id).key], now)
    tx.wake_after_commit()
    return Private(cards.unsuggested_card(), SLOT)


_DECIDED = (
    "The organisers have decided on it",
    "A suggestion can be edited and withdrawn while it waits for them.",
)
CHANGED_SINCE = "It was changed since you opened it. Sending again replaces that."


COMMANDS = (
    Command(
        ("question", "suggest"),
        "Suggest a question for your group",
        _suggest,
        (
            Option("topic", "Where it belongs, such as rlhf or interpretability", complete=propose_topics),
            Option("kind", "What kind of question it is", choices=_KINDS),
        ),
        who=TAKES_PART,
        opens_form=True,
        help="An organiser accepts, edits or declines it, and you hear which. Accepted ones belong to the group and are "
        "asked before the built-in ones; nobody learns who wrote them.",
        example="/question suggest topic:rlhf",
        also=("propose", "add", "submit"),
    ),
)


ROUTES = (
    Route(PickTopic, _pick, TAKES_PART_IN_ITS_GROUP),
    Route(BeginAgain, _again, TAKES_PART_IN_ITS_GROUP),
    Route(OpenSuggestion, _open, TAKES_PART_IN_ITS_GROUP, opens_form=True),
    Route(PickMine, _pick_mine, TAKES_PART_IN_ITS_GROUP),
    Route(OpenMine, _open_mine, ITS_AUTHOR, reads=True, opens_form=True),
    Route(SaveMine, _save_mine, ITS_AUTHOR),
    Route(AskUnsuggest, _ask_withdraw, ITS_AUTHOR),
    Route(Unsuggest, _withdraw, ITS_AUTHOR),
    Route(SendSuggestion, _send, TAKES_PART_IN_ITS_GROUP),
)
