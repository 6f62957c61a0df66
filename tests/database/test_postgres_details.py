"""PostgreSQL's DETAIL quotes the row that broke a rule: it is in no text of the error, and in no log."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator

import pytest
from sqlalchemy import insert

from bot.database.errors import IntegrityError
from bot.database.transaction import Transaction
from bot.membership.tables import groups, identities
from tests.database.rows import GROUP, add_member
from tests.support.databases import opened

pytestmark = pytest.mark.postgres
SECRET = "my honest answer"


async def leaves_out_a_value(tx: Transaction) -> None:
    await tx.insert_once(groups, GROUP | {"name": SECRET, "created_at": None})


async def takes_what_is_taken(tx: Transaction) -> None:
    _, person = await add_member(tx)
    account = {"platform": "post", "tenant": "town", "user": SECRET, "name": "Ada", "person_id": person}
    for _ in range(2):
        await tx.execute(insert(identities).values(**account))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error with all that led to it."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


@pytest.mark.parametrize(
    "work",
    [leaves_out_a_value, takes_what_is_taken],
    ids=lambda w: w.__name__,
)
async def test_a_row_that_breaks_a_rule_is_quoted_by_neither_its_error_nor_a_log(
    postgres_url: str, work: Callable[[Transaction], Awaitable[None]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened(postgres_url) as database:
        with pytest.raises(IntegrityError, match="Violation") as caught:
            await database.write(work)
    logging.getLogger(__name__).error("it failed", exc_info=caught.value)
    said = [caplog.text, *traceback.format_exception(caught.value)]
    for each in chain(caught.value):
        said += [str(each), repr(each), repr(each.args), str(getattr(each, "detail", ""))]
    assert "Violation" in caplog.text
    assert [text for text in said if SECRET in text] == []
