"""Beginning a mock interview: alone, or with somebody who says yes and chooses their role."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.access.greeting import welcomed
from bot.access.who import TAKES_PART, TAKES_PART_IN_ITS_GROUP
from bot.chat.cards import MAX_CHOICES, Button, Choice, Private, Reply, Slot, Update, text
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Identity
from bot.chat.words import cut
from bot.database.transaction import Transaction
from bot.features.mock import cards
from bot.features.mock.actions import Agree, AskFor, NotNow, PickMock, SwapRoles, TakeAlone
from bot.features.mock.form_cards import result_card
from bot.features.mock.model import SCRIPT_JSON, Mock, MockState, first_sentence, script_of
from bot.features.mock.moving import MOCK, card_of, move, send
from bot.features.mock.pairing.actions import FindPartner
from bot.features.mock.queries import declined_since, last_mocks, load_mock, open_of, scripts_met
from bot.features.mock.rules import ASK_AGAIN, pick
from bot.features.mock.subjects import IN_MOCK, READS_IN_ITS_GROUP, mock_of
from bot.features.mock.tables import mock_forms, mocks
from bot.features.mock.view import see_own
from bot.membership.model import Group, Member, Naming
from bot.membership.queries import find_member, members_by_id, members_of_group
from bot.questions.kinds import SCRIPT_KINDS
from bot.questions.model import Bank, Item
from bot.services import RequestTransaction

LISTED = 10
"""So many of one's last mocks can be opened from the list."""

_MENTION = re.compile(r"<@!?(\w+)(?:\|[^>]*)?>")


def slot_of(mock: Mock) -> Slot:
    """The place of a mock's private card."""
    return Slot("mock", mock.id)


def scripts(bank: Bank) -> tuple[Item, ...]:
    """The scripts that can be asked, in the order of the interview's rounds."""
    order = {leaf: place for place, leaf in enumerate(bank.topics.leaves())}
    return tuple(sorted(bank.live(SCRIPT_KINDS), key=lambda each: order.get(each.topic, 0)))


def partner_buttons(group: Group) -> tuple[Button, ...]:
    """The button that finds a partner, where the group pairs its members."""
    return (Button("Find me a partner", FindPartner(group.id)),) if group.pairs_mocks else ()


async def _start(tx: RequestTransaction, options: Options) -> Reply:
    entry = tx.actor
    said, whom = str(options.get("script", "")).strip(), str(options.get("with", "")).strip()
    item = _script(tx.services.bank, said) if said else None
    running = await open_of(tx, entry.member.id)
    if running is not None and not running.is_asked(entry.member.id):
        return await _show(tx, running)
    if whom:
        return await _ask(tx, await _named(tx, whom), item)
    if running is not None and item is None:
        return await _show(tx, running)
    others, partner = await _others(tx, entry.member.id), partner_buttons(entry.group)
    if item is not None:
        card = cards.script_card(entry.group.id, item, script_of(item, tx.services.bank), others, partner)
    else:
        past = [
            (each.id, cards.said_of(each, entry.member.id, entry.group.zone))
            for each in await last_mocks(tx, entry.member.id, LISTED)
        ]
        met, _ = await scripts_met(tx, entry.member.id)
        known = sorted(scripts(tx.services.bank), key=lambda each: each.id in met)
        if not known:
            raise UserError("There are no scripts yet", "The question bank here holds no mock interviews.")
        card = cards.menu_card(entry.group.id, others, known, past, partner)
    return Private(welcomed(card, entry), Slot("mocks", entry.group.id))


async def _show(tx: RequestTransaction, mock: Mock) -> Reply:
    return Private(card_of(await see_own(tx, mock)), slot_of(mock))


async def shown(tx: RequestTransaction, mock: Mock) -> Reply:
    """How a mock stands now, in the place of the card that was pressed."""
    return Update(card_of(await see_own(tx, mock)), slot_of(mock))


def _script(bank: Bank, said: str) -> Item:
    """The script that somebody named, by its id or its words."""
    wanted = said.casefold()
    for each in scripts(bank):
        if wanted in (each.id, first_sentence(each.prompt).casefold()):
            return each
    found = [each for each in scripts(bank) if _matches(bank, each, wanted)]
    if not found:
        raise UserError(f"There is no script “{said[:40]}”", "`/mock` shows them all.")
    return found[0]


def _matches(bank: Bank, item: Item, wanted: str) -> bool:
    known = f"{item.id} {script_of(item, bank).title} {item.prompt}".casefold()
    return all(word in known for word in wanted.split())


async def propose_scripts(tx: RequestTransaction, prefix: str) -> tuple[Choice, ...]:
    """Scripts that match what was typed."""
    bank, wanted = tx.services.bank, prefix.strip().casefold()
    return tuple(
        Choice(cut(first_sentence(each.prompt), cards.LABEL), each.id, script_of(each, bank).title)
        for each in scripts(bank)
        if _matches(bank, each, wanted)
    )[:MAX_CHOICES]


async def _others(tx: RequestTransaction, but: int) -> tuple[Member, ...]:
    """Whom a member may ask: those seen last, without those who are left out of lists."""
    present = await members_of_group(tx, tx.group.id)
    found = [
        m for m in present if m.id != but and m.name and m.barred_at is None and m.naming is not Naming.OUT
    ]
    return tuple(sorted(found, key=lambda m: (-m.seen_at.timestamp(), m.id))[:MAX_CHOICES])


async def propose_members(tx: RequestTransaction, prefix: str) -> tuple[Choice, ...]:
    """Members whose name begins as typed."""
    actor = tx.known_actor
    wanted = prefix.strip().lstrip("@").casefold()
    found = await _others(tx, actor.member.id if actor is not None else 0)
    return tuple(Choice(m.real_name, m.name) for m in found if m.name.casefold().startswith(wanted))


async def _named(tx: RequestTransaction, said: str) -> Member:
    """The member whom somebody named or mentioned. Raises UserError where there is none, or there are several."""
    mention = _MENTION.fullmatch(said)
    name = said.lstrip("@").casefold()
    who = tx.request.who
    account = Identity(who.platform, who.tenant, mention[1] if mention else name)
    found = await find_member(tx, tx.group.id, account)
    if found is not None:
        return found
    called = [m for m in await members_of_group(tx, tx.group.id) if m.name.casefold() == name]
    if len(called) > 1:
        raise UserError("Several members have this name", "`/mock` has a list to choose from.")
    if not called:
        raise UserError(
            f"Nobody here is called “{said[:40]}”",
            "Only members of this group can be asked. `/mock` has a list to choose from.",
        )
    return called[0]


async def _ask(tx: RequestTransaction, other: Member, item: Item | None) -> Reply:
    me, now = tx.actor.member, tx.request.at
    if other.id == me.id:
        raise UserError("That is you", "`/mock` has a list of scripts to take alone.")
    if other.left_at is not None or other.barred_at is not None:
        raise UserError(
            "They can't be asked", "They are not in the group now. `/mock` has a list to choose from."
        )
    if await declined_since(tx, me.id, other.id, now - ASK_AGAIN):
        raise UserError("They said not now", "Ask somebody else, or ask again tomorrow. `/mock` has a list.")
    mock = await begin(tx, me.id, other.id, me.id, item, MockState.ASKED)
    if other.sample:
        return await _show(tx, await _agreed_as_sample(tx, mock, now))
    await send(tx, mock.subject, MOCK, (other.id,), now)
    tx.wake_after_commit()
    return await _show(tx, mock)


async def _agreed_as_sample(tx: RequestTransaction, mock: Mock, now: datetime) -> Mock:
    """Let a demonstration's sample member be interviewed at once; what they say about it is there beforehand."""
    form = {"mock_id": mock.id, "member_id": mock.candidate_id, "sent_at": now, **cards.SAID_BY_SAMPLE}
    await tx.insert_once(mock_forms, form)
    return await _agreed(tx, mock, mock.asker_id, mock.candidate_id, now)


async def begin(
    tx: RequestTransaction,
    asker: int,
    candidate: int,
    interviewer: int | None,
    item: Item | None,
    state: MockState,
) -> Mock:
    """Begin a mock in the request's group; it is at ``state``. Raises UserError where the same request began one before."""
    now = tx.request.at
    values: dict[str, Any] = {
        "group_id": tx.group.id,
        "asker_id": asker,
        "candidate_id": candidate,
        "interviewer_id": interviewer,
        "request": tx.request.id,
        "state": state.value,
        "skipped": [],
        "created_at": now,
        "next_at": now,
    }
    if item is not None:
        values |= {"item_id": item.id, "script": SCRIPT_JSON.write(script_of(item, tx.services.bank))}
    made = await tx.insert_once(mocks, values)
    mock = await load_mock(tx, made) if made is not None else None
    if mock is None:
        raise UserError("This mock interview has already begun", "`/mock` shows it.")
    return await move(tx, mock, now)


async def _ask_for(tx: RequestTransaction, action: AskFor) -> Reply:
    known = await members_by_id(tx, frozenset({tx.request.pressed.number}))
    other = next((m for m in known.values() if m.group_id == action.group_id), None)
    if other is None:
        raise UserError("They are no longer here", "`/mock` has a list to choose from.")
    item = _item(tx.services.bank, action.item_id) if action.item_id else None
    running = await open_of(tx, tx.actor.member.id)
    if running is not None and not running.is_asked(tx.actor.member.id):
        return await _show(tx, running)
    return await _ask(tx, other, item)


def _item(bank: Bank, item_id: str) -> Item:
    item = bank.find(item_id)
    if item is None:
        raise UserError("This script is no longer in the bank", "`/mock` shows those that are.")
    return item


async def _alone(tx: RequestTransaction, action: TakeAlone) -> Reply:
    me = tx.actor.member.id
    running = await open_of(tx, me)
    if running is not None and not running.is_asked(me):
        return await _show(tx, running)
    item = _item(tx.services.bank, tx.request.pressed.value or action.item_id)
    return await _show(tx, await begin(tx, me, me, None, item, MockState.READY))


async def _agree(tx: RequestTransaction, action: Agree) -> Reply:
    mock, me, now = mock_of(tx), tx.actor.member.id, tx.request.at
    if mock.state is not MockState.ASKED or me == mock.asker_id:
        return await shown(tx, mock)
    both = (me, mock.asker_id) if action.interviews else (mock.asker_id, me)
    mock = await _agreed(tx, mock, *both, now)
    await send(tx, mock.subject, MOCK, mock.people, now)
    tx.wake_after_commit()
    return await shown(tx, mock)


async def _agreed(
    tx: RequestTransaction, mock: Mock, interviewer: int, candidate: int, now: datetime
) -> Mock:
    values: dict[str, Any] = {"interviewer_id": interviewer, "candidate_id": candidate}
    if mock.script is None:
        item = await script_for(tx, tx.services.bank, interviewer, candidate)
        if item is None:
            raise UserError("There are no scripts yet", "The question bank here holds no mock interviews.")
        values |= {"item_id": item.id, "script": script_of(item, tx.services.bank)}
    # The time to wait for the first question runs from now.
    return await move(tx, mock, now, state=MockState.READY, created_at=now, **values)


async def _fitting(tx: Transaction, bank: Bank, interviewer: int, candidate: int) -> Item | None:
    """The script that fits two people best; None where the candidate has met all of them."""
    met, _ = await scripts_met(tx, candidate)
    _, answered = await scripts_met(tx, interviewer)
    return pick(scripts(bank), met, answered)


async def script_for(tx: Transaction, bank: Bank, interviewer: int, candidate: int) -> Item | None:
    """The same, and the easiest where the candidate has met all of them; None where there is none."""
    return await _fitting(tx, bank, interviewer, candidate) or pick(scripts(bank), (), ())


async def _not_now(tx: RequestTransaction, _action: NotNow) -> Reply:
    mock, me, now = mock_of(tx), tx.actor.member.id, tx.request.at
    if mock.state is MockState.ASKED:
        declined = me != mock.asker_id
        state = MockState.DECLINED if declined else MockState.STOPPED
        mock = await move(tx, mock, now, state=state, ended_at=now)
        if declined:
            await send(tx, mock.subject, MOCK, (mock.asker_id,), now)
    elif mock.state is MockState.READY:
        mock = await move(tx, mock, now, state=MockState.STOPPED, ended_at=now)
    tx.wake_after_commit()
    return await shown(tx, mock)


async def _swap(tx: RequestTransaction, _action: SwapRoles) -> Reply:
    mock, me, now = mock_of(tx), tx.actor.member.id, tx.request.at
    interviewer = mock.interviewer_id
    seen = await see_own(tx, mock)
    both = {interviewer, mock.candidate_id}
    if interviewer is None or me not in both or mock.state not in (MockState.FORMS, MockState.DONE):
        return Update(card_of(seen), slot_of(mock))
    if both & seen.gone:
        raise UserError("They are no longer in the group", "`/mock` asks somebody else.")
    found = [await open_of(tx, member_id) for member_id in (interviewer, mock.candidate_id)]
    running = [each for each in found if each is not None and each.state is not MockState.ASKED]
    if any(both != {*each.people} for each in running):
        raise UserError("One of you is in another mock interview", "Swap once it is over.")
    if not running:
        item = await _fitting(tx, tx.services.bank, mock.candidate_id, interviewer)
        if item is None:
            raise UserError(
                "No script is left",
                "Whoever would be the candidate has met all of them. `/mock` takes one again.",
            )
        swapped = await begin(tx, me, interviewer, mock.candidate_id, item, MockState.READY)
        await send(tx, swapped.subject, MOCK, swapped.people, now)
        tx.wake_after_commit()
    shown = result_card(seen, tx.services.bank.references) if mock.state is MockState.DONE else card_of(seen)
    said = text("The roles are swapped: a new message has the next script. `/mock` shows it, too.")
    return Update(replace(shown, blocks=(*shown.blocks, said)), slot_of(mock))


async def _past(tx: RequestTransaction, _action: PickMock) -> Reply:
    mock, me = await load_mock(tx, tx.request.pressed.number), tx.actor.member.id
    if mock is None or me not in mock.people:
        raise UserError("This mock interview is not yours", "`/mock` shows your own.")
    seen = await see_own(tx, mock)
    shown = mock.state is MockState.DONE and seen.readable
    return Private(result_card(seen, tx.services.bank.references) if shown else card_of(seen), slot_of(mock))


COMMANDS = (
    Command(
        ("mock",),
        "A mock interview, with somebody or alone",
        _start,
        (
            Option("script", "Which script; leave it out to get one that fits", complete=propose_scripts),
            Option(
                "with", "Whom to ask; leave it out to choose, or to take it alone", complete=propose_members
            ),
        ),
        who=TAKES_PART,
        help="One interviews, the other answers; whoever you invite chooses which. Both get a private message that follows the script part "
        "by part. Afterwards each writes a few lines, and you read them at the same moment. Talk wherever you like; nothing is "
        "recorded.",
        example="/mock with:@mira",
        also=("rehearse", "partner"),
    ),
)

ROUTES = (
    Route(AskFor, _ask_for, TAKES_PART_IN_ITS_GROUP),
    Route(TakeAlone, _alone, TAKES_PART_IN_ITS_GROUP),
    Route(Agree, _agree, IN_MOCK),
    Route(NotNow, _not_now, IN_MOCK),
    Route(SwapRoles, _swap, IN_MOCK),
    Route(PickMock, _past, READS_IN_ITS_GROUP, reads=True),
)
