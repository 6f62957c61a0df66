"""Two people who are one, in quizzes: one history, one plan of reviews, one of each running quiz.

Ended group quizzes stay as they were played.
"""

from datetime import datetime, time

from sqlalchemy import delete, select, update

from bot.groups.preparing import date_of_both, interview_of
from bot.groups.privacy import Two
from bot.groups.schedule import slot_instant
from bot.groups.store import load_group
from bot.outbox.deliveries import refresh
from bot.quiz.group import GROUP_QUIZ
from bot.quiz.model import RUNNING, Mode, QuizState
from bot.quiz.store import all_answered, change_quiz, load_quiz, pull_in, stop_running
from bot.store.statements import Row
from bot.store.tables import challenges, members, players, quizzes, responses, reviews
from bot.store.transaction import Transaction

_RUNNING = tuple(state.value for state in RUNNING)


async def join(tx: Transaction, two: Two, now: datetime) -> None:
    """Join what two people did in quizzes, and what they know."""
    for one, other in two.members:
        await _join_challenges(tx, one, other)
        for quiz_id in await _running_together(tx, one):
            await _one_player(tx, quiz_id, one, other, now)
        alone = select(quizzes.c.id).where(quizzes.c.mode != Mode.GROUP.value)
        mine = (responses.c.member_id == one, responses.c.quiz_id.in_(alone))
        await tx.execute(update(responses).where(*mine).values(member_id=other))
        await tx.execute(update(quizzes).where(quizzes.c.member_id == one).values(member_id=other))
    for table in (quizzes, responses):
        await tx.execute(update(table).where(table.c.person_id == two.goes).values(person_id=two.stays))
    await _stop_doubles(tx, two.stays, now)
    await _join_reviews(tx, two)
    await _keep_the_date(tx, two, now)


async def _join_challenges(tx: Transaction, one: int, other: int) -> None:
    twice = select(challenges.c.item_id).where(challenges.c.member_id == other)
    await tx.execute(delete(challenges).where(challenges.c.member_id == one, challenges.c.item_id.in_(twice)))
    await tx.execute(update(challenges).where(challenges.c.member_id == one).values(member_id=other))


async def _running_together(tx: Transaction, member_id: int) -> tuple[int, ...]:
    inside = select(players.c.quiz_id).where(players.c.member_id == member_id)
    answered = select(responses.c.quiz_id).where(responses.c.member_id == member_id)
    query = select(quizzes.c.id).where(
        quizzes.c.mode == Mode.GROUP.value,
        quizzes.c.state.in_(_RUNNING),
        quizzes.c.id.in_(inside.union(answered)),
    )
    return tuple((await tx.execute(query.order_by(quizzes.c.id))).scalars())


async def _one_player(tx: Transaction, quiz_id: int, one: int, other: int, now: datetime) -> None:
    """Hand a running group quiz over to the other; where both play, the one who goes leaves it."""
    quiz = await load_quiz(tx, quiz_id, lock=True)
    if quiz is None or quiz.state not in RUNNING:
        return
    both = [
        (await tx.execute(select(t.c.id).where(t.c.quiz_id == quiz_id, t.c.member_id == other))).first()
        for t in (players, responses)
    ]
    if not any(both):
        for table in (players, responses):
            mine = (table.c.quiz_id == quiz_id, table.c.member_id == one)
            await tx.execute(update(table).where(*mine).values(member_id=other))
    else:
        there = (players.c.quiz_id == quiz_id, players.c.member_id == one, players.c.left_at.is_(None))
        await tx.execute(update(players).where(*there).values(left_at=now))
        ungraded = (
            responses.c.quiz_id == quiz_id,
            responses.c.member_id == one,
            responses.c.score.is_(None),
        )
        await tx.execute(delete(responses).where(*ungraded))
        if quiz.state is QuizState.ASKING and await all_answered(tx, quiz):
            await change_quiz(tx, quiz.id, next_at=now)
    await refresh(tx, quiz.subject, (GROUP_QUIZ,), now)


async def _stop_doubles(tx: Transaction, person_id: int, now: datetime) -> None:
    """Of two quizzes of one's own of the same kind in a group, the older one stops: commands open the newest."""
    query = select(quizzes.c.id, quizzes.c.group_id, quizzes.c.mode).where(
        quizzes.c.person_id == person_id,
        quizzes.c.mode != Mode.GROUP.value,
        quizzes.c.state.in_(_RUNNING),
    )
    seen: set[tuple[int, str]] = set()
    for row in list(await tx.execute(query.order_by(quizzes.c.id.desc()))):
        if (row.group_id, row.mode) in seen:
            await stop_running(tx, row.id, now)
        seen.add((row.group_id, row.mode))


async def _join_reviews(tx: Transaction, two: Two) -> None:
    """Keep of each item the state of whoever met it last; how often it was met adds up."""
    both = reviews.c.person_id.in_((two.goes, two.stays))
    query = select(reviews).where(both).order_by(reviews.c.item_id, reviews.c.last_at, reviews.c.id)
    last: dict[str, Row] = {}
    for row in list(await tx.execute(query)):
        before = last.get(row.item_id)
        last[row.item_id] = row
        if before is not None:
            await tx.execute(delete(reviews).where(reviews.c.id == before.id))
            seen = {"seen": before.seen + row.seen}
            await tx.execute(update(reviews).where(reviews.c.id == row.id).values(**seen))
    await tx.execute(update(reviews).where(reviews.c.person_id == two.goes).values(person_id=two.stays))


async def _keep_the_date(tx: Transaction, two: Two, now: datetime) -> None:
    """Nothing is due after the interview of whichever of the two has one; the one who stays goes first."""
    both = [await interview_of(tx, each) for each in (two.stays, two.goes)]
    on = date_of_both(both[0], both[1], now.date())
    if on is None or on < now.date():
        return
    query = select(members.c.group_id).where(members.c.person_id.in_((two.goes, two.stays)))
    groups = sorted((await tx.execute(query)).scalars())
    if groups:
        group = await load_group(tx, groups[0])
        await pull_in(tx, two.stays, slot_instant(group.rhythm.tz, on, time.min))
