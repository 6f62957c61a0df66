"""What comes by the clock: offers and mocks that nobody goes on with, people who have left, forms that stay alone."""

import logging
from datetime import datetime
from functools import partial

from bot.database.transaction import Transaction
from bot.features.mock.model import Mock, MockState
from bot.features.mock.moving import CHOICE, MOCK, end, move, send
from bot.features.mock.queries import change_mock, due, due_one, forms_of
from bot.features.mock.rules import lapses_at, missing, next_look
from bot.membership.queries import load_group, members_by_id
from bot.outbox.failing import Failing
from bot.services import Services

log = logging.getLogger(__name__)


async def advance(services: Services, now: datetime, failing: Failing) -> int:
    """Look at every mock that is due at ``now``, each in one transaction; how many were. One that fails holds up no other."""
    left_alone, moved = failing.left_alone(now), 0
    for mock_id in await services.database.read(partial(due, now=now, left_alone=left_alone)):
        work = services.database.write(partial(_look, mock_id=mock_id, now=now), later=True)
        moved += await failing.tried(mock_id, now, work, log, "mock %d could not be moved")
    return moved


async def _look(tx: Transaction, mock_id: int, now: datetime) -> int:
    mock = await due_one(tx, mock_id, now)
    if mock is None:
        return 0
    members = await members_by_id(tx, frozenset({*mock.people, mock.asker_id}))
    if any(each.left_at or each.barred_at for each in members.values()):
        await leave(tx, mock, now)
        return 1
    lapses = lapses_at(mock)
    if lapses is not None and lapses <= now:
        await _lapse(tx, mock, now)
    else:
        await change_mock(tx, mock.id, next_at=next_look(mock, now))
    return 1


async def leave(tx: Transaction, mock: Mock, now: datetime) -> None:
    """One of its people is there no more: it ends, and the other's card says so."""
    if mock.state is MockState.FORMS:
        await move(tx, mock, now, state=MockState.DONE)
    else:
        await move(tx, mock, now, state=MockState.STOPPED, ended_at=now)


async def _lapse(tx: Transaction, mock: Mock, now: datetime) -> None:
    if mock.state is not MockState.FORMS:
        ended = await end(tx, await load_group(tx, mock.group_id), mock, now)
        if mock.state is MockState.ASKED:
            await send(tx, ended.subject, MOCK, (mock.asker_id,), now)
        return
    forms = await forms_of(tx, mock.id)
    if not forms:
        await move(tx, mock, now, state=MockState.DONE)
    elif missing(mock, forms):
        await send(tx, mock.subject, CHOICE, forms, now)
        await change_mock(tx, mock.id, next_at=None)  # it waits for its people alone
