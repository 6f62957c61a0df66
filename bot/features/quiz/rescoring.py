"""What a question brought is taken back when its group finds it wrong, and given again when it is put back.

Points and accuracy follow in the ledger, reviews and mistakes are planned again from what still counts, group quizzes show their
new places, and everyone who had answered reads one private line.
"""

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.chat.cards import Block, Card, text
from bot.chat.words import counted
from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.points.ledger import points_of, reinstate, reverse
from bot.features.quiz.group.handlers import GROUP_QUIZ
from bot.features.quiz.queries import graded_in, out_of_scoring
from bot.features.quiz.ruling import RULED
from bot.features.quiz.scoring import recount_reviews
from bot.features.quiz.tables import quizzes, responses
from bot.membership.queries import identities_of_members
from bot.membership.tables import identities
from bot.outbox.keeping import keep_for, take_back_kept
from bot.outbox.queries import Delivery, refresh

RESCORED = "rescored"
"""The kind of line: to everyone who had answered a question that was found wrong."""

WRONG = "wrong"
"""The reason of a reversal in the ledger."""

_THEIRS = Statement(
    select(responses.c.id)
    .join(quizzes, quizzes.c.id == responses.c.quiz_id)
    .join(identities, identities.c.person_id == responses.c.person_id)
    .where(
        identities.c.id == bindparam("identity_id"),
        quizzes.c.group_id == bindparam("group_id"),
        responses.c.item_id == bindparam("item_id"),
        responses.c.score.is_not(None),
    )
    .order_by(responses.c.id)
)


async def rescore(tx: Transaction, group_id: int, item_id: str, now: datetime) -> None:
    """Let everything that was answered to an item in a group count, or not, as its challenges stand now.

    Doing it again changes nothing.
    """
    out = item_id in await out_of_scoring(tx, group_id)
    graded = await graded_in(tx, group_id, item_id)
    keys = _keys([row.id for row in graded])
    await (reverse if out else reinstate)(tx, keys, now, WRONG)
    await recount_reviews(tx, item_id, {row.person_id for row in graded})
    for quiz_id in sorted({row.quiz_id for row in graded if row.together}):
        await refresh(tx, f"quiz:{quiz_id}", (GROUP_QUIZ,), now)
    subject, kind = f"group:{group_id}", f"{RESCORED}:{item_id}"
    if out:
        concerned = await identities_of_members(tx, frozenset(row.member_id for row in graded))
        await keep_for(tx, subject, kind, concerned, now)
    else:
        await take_back_kept(tx, subject, kind)


def _keys(response_ids: list[int]) -> list[str]:
    """What responses may have brought, as the ledger calls it."""
    return [f"{reason}:{each}" for each in response_ids for reason in ("quiz", "review", "graded", RULED)]


async def rescored_card(tx: Transaction, delivery: Delivery, prompt: str) -> Card:
    """To one who had answered a question that was found wrong: what is taken back, or counts again."""
    group_id, item_id = delivery.subject_id, delivery.kind.partition(":")[2]
    if item_id not in await out_of_scoring(tx, group_id):
        return _card(
            "A question was put back",
            "Your answer to it counts again, with everything that it brought.",
            prompt,
        )
    mine = await tx.execute(_THEIRS, identity_id=delivery.identity_id, group_id=group_id, item_id=item_id)
    points = await points_of(tx, _keys(mine.scalars()), WRONG)
    taken = (
        f", and the {counted(points, 'point')} that it brought you {'is' if points == 1 else 'are'} taken back"
        if points
        else ""
    )
    return _card(
        "A question was found wrong",
        f"You had answered it. It counts for nobody: your accuracy, reviews and mistakes are without it{taken}.",
        prompt,
    )


def _card(title: str, words: str, prompt: str) -> Card:
    blocks: tuple[Block, ...] = (text(words), text(prompt))
    return Card(title, blocks)
