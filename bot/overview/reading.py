"""A member's record and plan, put together from what the features keep."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bank.model import Bank
from bot.groups.breaks import today_of
from bot.groups.house import House
from bot.groups.model import Entry
from bot.groups.preparing import interview_of, phase_of
from bot.overview.rules import Known, Mastery, Plan, Record, first_day, mastery
from bot.overview.store import goal_of, helped, quizzed
from bot.quiz.making import due_now, objective
from bot.quiz.model import state_from_json
from bot.quiz.reviewing import recall
from bot.quiz.store import reviews_of
from bot.standings.store import own_points, own_record
from bot.standings.streak_rules import Act
from bot.standings.streak_store import acts_of
from bot.standings.streaks import days_this_week, streak_of


async def read_record(conn: AsyncConnection, house: House, entry: Entry, now: datetime) -> Record:
    """Everything that a member's own record shows."""
    group, member = entry.group, entry.member
    today = await today_of(conn, group, now)
    given, _ = await own_record(conn, member.id)
    return Record(
        group_id=group.id,
        today=today,
        days=await acts_of(conn, member.id, first_day(today), today),
        streak=await streak_of(conn, member.id),
        this_week=await days_this_week(conn, group, member.id, now),
        goal=await goal_of(conn, member.id),
        topics=await _topics(conn, house, entry, now),
        quizzed=await quizzed(conn, member.person_id, now),
        given=given,
        helped=await helped(conn, member.id),
        due=await due_now(conn, house, entry, now),
        points=await own_points(conn, group.id, member.id, today) if group.keeps_score else None,
        interview=await interview_of(conn, member.person_id),
    )


async def _topics(conn: AsyncConnection, house: House, entry: Entry, now: datetime) -> tuple[Mastery, ...]:
    asked = {item.id: house.bank.root(item).id for item in await objective(conn, house, entry.group.id, ())}
    known = [
        Known(asked[kept.item_id], recall(state_from_json(kept.state), now), kept.owed > 0)
        for kept in await reviews_of(conn, entry.member.person_id)
        if kept.item_id in asked
    ]
    roots = tuple((topic.id, topic.title) for topic in house.bank.topics.roots)
    return mastery(roots, asked.values(), known)


async def read_plan(conn: AsyncConnection, house: House, entry: Entry, now: datetime) -> Plan | None:
    """What a member has to do today before their interview; None without a date."""
    interview = await interview_of(conn, entry.member.person_id)
    if interview is None:
        return None
    today = now.astimezone(entry.group.rhythm.tz).date()
    phase = phase_of(interview, today)
    acts = (await acts_of(conn, entry.member.id, today, today)).get(today, 0)
    return Plan(
        group_id=entry.group.id,
        interview=interview,
        today=today,
        phase=phase,
        due=await due_now(conn, house, entry, now),
        practised=bool(acts & (Act.ANSWERED | Act.PRACTICE)),
        topics=_of_phase(house.bank, phase),
    )


def _of_phase(bank: Bank, phase: str) -> tuple[str, ...]:
    return tuple(topic.title for topic in bank.topics.roots if phase and topic.phase == phase)
