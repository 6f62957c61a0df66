"""A member's record and plan, put together from what the features keep."""

from bot.features.daily.personal.queries import own_record
from bot.features.home.queries import goal_of, helped, quizzed
from bot.features.home.rules import Known, Mastery, Plan, Record, first_day, mastery
from bot.features.mock.cards import said_of
from bot.features.mock.queries import last_mocks
from bot.features.points.breaks import today_of
from bot.features.points.queries import own_points
from bot.features.points.streak_queries import acts_of, streak_of
from bot.features.points.streak_rules import Act
from bot.features.points.streaks import days_this_week, goal_this_week, off_for
from bot.features.quiz.making import due_now, items_of
from bot.features.quiz.queries import reviews_of
from bot.features.quiz.reviewing import recall
from bot.membership.calendar.interview import interview_of, phase_of
from bot.services import RequestTransaction

MOCKS = 3
"""So many of the last mock interviews are listed; `/mock` opens them."""


async def read_record(tx: RequestTransaction) -> Record:
    """Everything that the own record of whoever asks shows."""
    group, member, now = tx.group, tx.actor.member, tx.request.at
    today = await today_of(tx, group, now)
    given, _ = await own_record(tx, member.id)
    return Record(
        group_id=group.id,
        today=today,
        days=await acts_of(tx, member.id, first_day(today), today),
        streak=await streak_of(tx, member.id),
        this_week=await days_this_week(tx, group, member.id, now),
        goal=await goal_this_week(tx, group, member.id, await goal_of(tx, member.id), now),
        topics=await _topics(tx),
        quizzed=await quizzed(tx, member.person_id, now),
        given=given,
        helped=await helped(tx, member.id),
        due=await due_now(tx),
        points=await own_points(tx, group.id, member.id, today) if group.keeps_score else None,
        interview=await interview_of(tx, member.person_id),
        mocks=tuple(said_of(each, member.id, group.zone) for each in await last_mocks(tx, member.id, MOCKS)),
    )


async def _topics(tx: RequestTransaction) -> tuple[Mastery, ...]:
    bank, now = tx.services.bank, tx.request.at
    asked = {item.id: bank.root(item).id for item in await items_of(tx)}
    known = [
        Known(asked[kept.item_id], recall(kept.state, now), kept.owed > 0)
        for kept in await reviews_of(tx, tx.actor.member.person_id)
        if kept.item_id in asked
    ]
    roots = tuple((topic.id, topic.title) for topic in bank.topics.roots)
    return mastery(roots, asked.values(), known)


async def read_plan(tx: RequestTransaction) -> Plan | None:
    """What whoever asks has to do today before their interview; None without a date."""
    entry = tx.actor
    interview = await interview_of(tx, entry.member.person_id)
    if interview is None:
        return None
    today = tx.request.at.astimezone(entry.group.rhythm.tz).date()
    phase = phase_of(interview, today)
    acts = (await acts_of(tx, entry.member.id, today, today)).get(today, 0)
    off = await off_for(tx, entry.group, entry.member.id)
    return Plan(
        group_id=entry.group.id,
        interview=interview,
        today=today,
        phase=phase,
        due=await due_now(tx),
        practised=bool(acts & (Act.ANSWERED | Act.PRACTICE)),
        topics=tuple(
            topic.title for topic in tx.services.bank.topics.roots if phase and topic.phase == phase
        ),
        off=frozenset(day for day in off if today <= day < interview),
    )
