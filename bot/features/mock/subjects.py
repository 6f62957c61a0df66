"""Which mock interview a button means, and who may press it: those who take part in it, as long as they are in its group."""

from typing import Any

from bot.access.presence import Outside
from bot.access.who import Found, Who, asker, by_row, gate, of_group, read_found
from bot.chat.access import Level
from bot.chat.dispatch import UserError
from bot.features.mock.model import Mock, read_mock
from bot.features.mock.queries import MOCK_COLUMNS
from bot.features.mock.tables import mocks
from bot.services import RequestTransaction

_BY_MOCK = gate(*MOCK_COLUMNS, joined=by_row(mocks, "mock_id"))
# The lock keeps the two from moving it at once; who only reads can't have it, and needs none.
_LOCKED = gate(*MOCK_COLUMNS, joined=by_row(mocks, "mock_id", lock=True))


async def of_mock(tx: RequestTransaction, action: Any) -> Found:  # noqa: ANN401  (any action with a mock_id)
    """The mock of a card's ``mock_id``, which belongs to those who take part in it. Raises UserError where there is none."""
    statement = _BY_MOCK if tx.reads else _LOCKED
    row = (await tx.execute(statement, mock_id=action.mock_id, **asker(tx.request))).first()
    if row is None:
        raise UserError("This mock interview is gone", "`/mock` begins another.")
    mock = read_mock(row, "mock_")
    return read_found(row, mock, mock.people)


IN_MOCK = Who(Level.OWNER, of_mock, Outside.NOT_GONE)
"""Those who take part in a mock."""

READS_MOCK = Who(Level.OWNER, of_mock)
"""The same, for what the other wrote."""

READS_IN_ITS_GROUP = Who(Level.MEMBER, of_group)
"""A present member of the group of a card's ``group_id``, for what another wrote there."""


def mock_of(tx: RequestTransaction) -> Mock:
    """The mock that a press is about, as the gate has found it."""
    assert isinstance(tx.subject, Mock)
    return tx.subject
