"""An accepted suggestion waits again, as long as nobody was asked it."""

from collections.abc import Mapping
from typing import Any

from bot.chat.cards import Button
from bot.features.coming.queries import drop_wish
from bot.features.custom_questions.actions import ReviewAfter
from bot.features.custom_questions.model import OwnState
from bot.features.custom_questions.queries import load_own
from bot.features.custom_questions.undoing import ACCEPTED, wait_again
from bot.features.daily.queries import asked_before
from bot.features.quiz.queries import answered_count
from bot.services import RequestTransaction, Undoing


async def _stands(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    own = await load_own(tx, back["own"])
    if own is None or own.state is not OwnState.ACCEPTED:
        return "It is no longer in the bank."
    asked = any(each.item_id == own.item_id for each in await asked_before(tx, own.group_id))
    if asked or await answered_count(tx, own.group_id, own.item_id):
        return "It has been asked since. `/bank browse` retires it."
    return ""


async def _put_back(tx: RequestTransaction, back: Mapping[str, Any]) -> str:
    own = await load_own(tx, back["own"])
    assert own is not None
    await drop_wish(tx, own.group_id, own.item_id)
    return await wait_again(tx, back)


UNDOING = {ACCEPTED: Undoing(_stands, _put_back, lambda group_id: Button("Review", ReviewAfter(group_id, 0)))}
