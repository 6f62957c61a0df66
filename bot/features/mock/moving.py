"""How a mock interview goes from one step to the next, and what its people are sent of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.chat.cards import Card
from bot.chat.requests import Identity
from bot.database.transaction import Transaction
from bot.database.transcript import blank_private
from bot.features.mock.cards import running_card
from bot.features.mock.form_cards import after_card, choice_card, result_card
from bot.features.mock.model import SCRIPT_JSON, Mock, MockState, Script
from bot.features.mock.queries import change_form, change_mock, forms_of, load_mock, member_behind
from bot.features.mock.rules import next_look
from bot.features.mock.view import Seen, see
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import acted
from bot.membership.model import Group
from bot.membership.queries import identities_of_members
from bot.outbox.queries import Delivery, refresh, to_person
from bot.services import Services

MOCK, RESULT, CHOICE = "mock", "mockresult", "mockchoice"
"""The kinds of private messages: how it stands, what was written, and what becomes of a form that is still alone."""


def card_of(seen: Seen) -> Card:
    """How a mock stands for one of its people."""
    return after_card(seen) if seen.mock.state in (MockState.FORMS, MockState.DONE) else running_card(seen)


def _kept(value: object) -> object:
    if isinstance(value, Script):
        return SCRIPT_JSON.write(value)
    return list(value) if isinstance(value, tuple) else value


async def move(tx: Transaction, mock: Mock, now: datetime, **values: Any) -> Mock:  # noqa: ANN401  (its fields)
    """Change a mock, and ask for new faces of what was sent of it."""
    moved = replace(mock, **values)
    kept = {name: _kept(value) for name, value in values.items()}
    await change_mock(tx, mock.id, **kept, next_at=next_look(moved, now))
    await refresh(tx, mock.subject, (MOCK, RESULT, CHOICE), now)
    return moved


async def send(tx: Transaction, subject: str, kind: str, members: Iterable[int], now: datetime) -> None:
    """Send members a private message of a kind; nothing to who has it already."""
    if kind == MOCK:  # "Asked" would stand above the answer, where a room shows both
        await blank_private(tx, [subject], now)
    for identity_id, who in await identities_of_members(tx, frozenset(members)):
        await to_person(tx, subject, kind, identity_id, who, now)


async def end(tx: Transaction, group: Group, mock: Mock, now: datetime) -> Mock:
    """End a mock: with forms once a part is behind its people, for whom taking part counts as activity."""
    if mock.state is not MockState.RUNNING or mock.part < 2:
        return await move(tx, mock, now, state=MockState.STOPPED, ended_at=now)
    return await to_forms(tx, group, mock, now)


async def to_forms(tx: Transaction, group: Group, mock: Mock, now: datetime) -> Mock:
    """Ask for the forms."""
    for member_id in mock.people:
        await acted(tx, group, member_id, Act.MOCK, now)
    return await move(tx, mock, now, state=MockState.FORMS, ended_at=now)


async def release(tx: Transaction, mock: Mock, now: datetime) -> Mock:
    """Let everybody read what all have written."""
    for form in (await forms_of(tx, mock.id)).values():
        if form.released_at is None:
            await change_form(tx, form.id, released_at=now)
    moved = await move(tx, mock, now, state=MockState.DONE)
    if not mock.alone:
        await send(tx, mock.subject, RESULT, mock.people, now)
    return moved


async def _seen_by(tx: Transaction, delivery: Delivery) -> Seen | None:
    mock = await load_mock(tx, delivery.subject_id)
    if mock is None:
        return None
    member_id = await member_behind(tx, mock, delivery.identity_id)
    if member_id is None or not isinstance(delivery.destination, Identity):
        return None
    return await see(tx, mock, member_id, delivery.destination)


async def mock_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """How a mock stands for whom the message is."""
    seen = await _seen_by(tx, delivery)
    return None if seen is None else card_of(seen)


async def result_delivery(services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """What was written about a mock; None where nobody else's is released."""
    seen = await _seen_by(tx, delivery)
    if seen is None or all(each.member_id == seen.me for each in seen.readable):
        return None
    return result_card(seen, services.bank.references)


async def choice_delivery(_services: Services, tx: Transaction, delivery: Delivery) -> Card | None:
    """What becomes of a form that is still alone; None where there is none."""
    seen = await _seen_by(tx, delivery)
    return None if seen is None or seen.mine is None else choice_card(seen)
