"""Two people who are one, in quizzes: one history, one plan of reviews, one of each running quiz.

Ended group quizzes stay as they were played.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, or_, select, union, update

from bot.database.statements import Row, Statement
from bot.database.transaction import Transaction
from bot.features.quiz.group.messages import show_everywhere
from bot.features.quiz.group.players import drop_ungraded, end_early, leave_quiz
from bot.features.quiz.model import RUNNING
from bot.features.quiz.queries import RUNS, TOGETHER, load_quiz, stop_running
from bot.features.quiz.tables import challenges, players, quizzes, responses, reviews
from bot.membership.personal_data.subjects import Merge, handing_over

_alone = exists().where(quizzes.c.id == responses.c.quiz_id, ~TOGETHER)
_RESPONSES_ALONE = Statement(
    update(responses)
    .where(responses.c.member_id == bindparam("goes"), _alone)
    .values(member_id=bindparam("stays"))
)
_twice = select(challenges.c.item_id).where(challenges.c.member_id == bindparam("stays"))
_DROP_TWICE = Statement(
    delete(challenges).where(challenges.c.member_id == bindparam("goes"), challenges.c.item_id.in_(_twice))
)
_CHALLENGES = handing_over(challenges.c.member_id)
_BEGUN = handing_over(quizzes.c.member_id)
_OF_PERSON = (handing_over(quizzes.c.person_id), handing_over(responses.c.person_id))
_its_quizzes = union(
    *(
        select(table.c.quiz_id).where(table.c.member_id == bindparam("member_id"))
        for table in (players, responses)
    )
)
_RUNNING_TOGETHER = Statement(
    select(quizzes.c.id).where(TOGETHER, RUNS, quizzes.c.id.in_(_its_quizzes)).order_by(quizzes.c.id)
)
_IS_IN = Statement(
    select(quizzes.c.id).where(quizzes.c.id == bindparam("quiz_id"), quizzes.c.id.in_(_its_quizzes))
)
_HAND_OVER = tuple(
    Statement(
        update(table)
        .where(table.c.quiz_id == bindparam("in_quiz"), table.c.member_id == bindparam("goes"))
        .values(member_id=bindparam("stays"))
    )
    for table in (players, responses)
)
_DOUBLES = Statement(
    select(quizzes.c.id, quizzes.c.group_id, quizzes.c.mode)
    .where(quizzes.c.person_id == bindparam("person_id"), ~TOGETHER, RUNS)
    .order_by(quizzes.c.id.desc())
)
_either = or_(reviews.c.person_id == bindparam("goes"), reviews.c.person_id == bindparam("stays"))
_REVIEWS_OF_BOTH = Statement(
    select(reviews).where(_either).order_by(reviews.c.item_id, reviews.c.last_at, reviews.c.id)
)
_DROP_REVIEW = Statement(delete(reviews).where(reviews.c.id == bindparam("id")))
_REVIEWS = handing_over(reviews.c.person_id)


async def join(tx: Transaction, merge: Merge, now: datetime) -> None:
    """Join what two people did in quizzes, and what they know."""
    for goes, stays in merge.members:
        for quiz_id in (await tx.execute(_RUNNING_TOGETHER, member_id=goes)).scalars():
            await _one_player(tx, quiz_id, goes, stays, now)
        for statement in (_DROP_TWICE, _CHALLENGES, _RESPONSES_ALONE, _BEGUN):
            await tx.execute(statement, goes=goes, stays=stays)
    for statement in _OF_PERSON:
        await tx.execute(statement, goes=merge.goes, stays=merge.stays)
    await _stop_doubles(tx, merge.stays, now)
    await _join_reviews(tx, merge)


async def _one_player(tx: Transaction, quiz_id: int, goes: int, stays: int, now: datetime) -> None:
    """Hand a running group quiz over to the other; where both play, the one who goes leaves it."""
    quiz = await load_quiz(tx, quiz_id, lock=True)
    if quiz is None or quiz.state not in RUNNING:
        return
    if (await tx.execute(_IS_IN, quiz_id=quiz_id, member_id=stays)).first() is None:
        for statement in _HAND_OVER:
            await tx.execute(statement, in_quiz=quiz_id, goes=goes, stays=stays)
    else:
        await leave_quiz(tx, quiz_id, (goes,), now)
        await drop_ungraded(tx, quiz_id, (goes,))
        await end_early(tx, quiz_id, now)
    await show_everywhere(tx, quiz.id, now)


async def _stop_doubles(tx: Transaction, person_id: int, now: datetime) -> None:
    """Of two quizzes of one's own of the same kind in a group, the older one stops: commands open the newest."""
    seen: set[tuple[int, str]] = set()
    for row in await tx.execute(_DOUBLES, person_id=person_id):
        if (row.group_id, row.mode) in seen:
            await stop_running(tx, row.id, now)
        seen.add((row.group_id, row.mode))


async def _join_reviews(tx: Transaction, merge: Merge) -> None:
    """Keep of each item the state of whoever met it last; how often it was met adds up."""
    last: dict[str, Row] = {}
    for row in await tx.execute(_REVIEWS_OF_BOTH, goes=merge.goes, stays=merge.stays):
        before = last.get(row.item_id)
        last[row.item_id] = row
        if before is not None:
            await tx.execute(_DROP_REVIEW, id=before.id)
            await tx.change(reviews, row.id, {"seen": before.seen + row.seen})
    await tx.execute(_REVIEWS, goes=merge.goes, stays=merge.stays)
