"""/my record, /my goal and /my interview."""

from datetime import date, datetime, time
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Card, Picture, Private, Reply
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.dispatch import KindError, Route
from bot.chat.requests import Press, Request
from bot.groups.entry import enter, known_group, welcomed
from bot.groups.house import House
from bot.groups.model import Entry
from bot.groups.preparing import set_interview
from bot.groups.schedule import slot_instant
from bot.groups.store import change_member
from bot.overview import cards
from bot.overview.actions import ChooseGoal, ClearInterview, ShowPlan, ShowRecord
from bot.overview.picture import record_alt, record_scene
from bot.overview.reading import read_plan, read_record
from bot.overview.store import goal_of
from bot.quiz.store import pull_in
from bot.standings.drawing import draw
from bot.standings.streak_rules import GOALS
from bot.standings.streaks import days_this_week

FARTHEST_DAYS = 730
"""An interview further away than two years is more likely a slip of the pen."""

NO_DATE = frozenset({"none", "no", "clear", "-"})


async def record(house: House, request: Request, _options: Options) -> Reply:
    """Show one's own record in this channel's group."""
    return await _record(house, request, await house.database.write(partial(enter, request=request)))


async def _show_record(house: House, request: Request, action: ShowRecord) -> Reply:
    return await _record(house, request, await _entered(house, request, action.group_id))


async def _entered(house: House, request: Request, group_id: int) -> Entry:
    async def work(conn: AsyncConnection) -> Entry:
        await known_group(conn, group_id)
        return await enter(conn, request, group_id)

    return await house.database.write(work)


async def _record(house: House, request: Request, entry: Entry) -> Reply:
    found = await house.database.read(lambda conn: read_record(conn, house, entry, request.at))
    data = await draw(lambda: record_scene(found))
    picture = Picture("record.png", data, record_alt(found))
    return Private(welcomed(cards.record_card(found, picture), entry), f"record:{entry.group.id}")


async def goal(house: House, request: Request, options: Options) -> Reply:
    """Show one's weekly goal, or set it."""
    said = options.get("days")
    days = None if said is None else _goal(str(said))

    async def work(conn: AsyncConnection) -> Reply:
        return await _set_goal(conn, await enter(conn, request), days, request.at)

    return await house.database.write(work)


async def _choose_goal(house: House, request: Request, action: ChooseGoal) -> Reply:
    assert isinstance(request.what, Press)
    days = _goal((request.what.values or ("",))[0])

    async def work(conn: AsyncConnection) -> Reply:
        await known_group(conn, action.group_id)
        return await _set_goal(conn, await enter(conn, request, action.group_id), days, request.at)

    return await house.database.write(work)


def _goal(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 3 and int(said) in GOALS):
        raise KindError("A goal is 1 to 7 days a week", "Set it like this: `/my goal days:3`.")
    return int(said)


async def _set_goal(conn: AsyncConnection, entry: Entry, days: int | None, now: datetime) -> Reply:
    if days is not None:
        await change_member(conn, entry.member.id, goal=days)
    wanted = await goal_of(conn, entry.member.id)
    done = await days_this_week(conn, entry.group, entry.member.id, now)
    card = cards.goal_card(entry.group.id, wanted, done, changed=days is not None)
    return Private(welcomed(card, entry), f"goal:{entry.group.id}")


async def interview(house: House, request: Request, options: Options) -> Reply:
    """Show what to do before one's interview, or set or clear its date."""
    said = str(options.get("date", "")).strip().casefold()

    async def work(conn: AsyncConnection) -> tuple[Entry, Card]:
        entry = await enter(conn, request)
        if said in NO_DATE:
            return entry, await _clear(conn, entry)
        if said:
            await _keep_date(conn, entry, _date(said, _today(entry, request)))
        return entry, await _plan(conn, house, entry, request)

    entry, card = await house.database.write(work)
    return Private(welcomed(card, entry), _slot(entry))


async def _clear(conn: AsyncConnection, entry: Entry) -> Card:
    await set_interview(conn, entry.member.person_id, None)
    return cards.interview_cleared_card(entry.group.id)


async def _keep_date(conn: AsyncConnection, entry: Entry, on: date) -> None:
    await set_interview(conn, entry.member.person_id, on)
    # What was planned before the date was known comes by its morning at the latest.
    await pull_in(conn, entry.member.person_id, slot_instant(entry.group.rhythm.tz, on, time.min))


async def _plan(conn: AsyncConnection, house: House, entry: Entry, request: Request) -> Card:
    found = await read_plan(conn, house, entry, request.at)
    return cards.plan_card(found) if found is not None else cards.no_interview_card()


async def _show_plan(house: House, request: Request, action: ShowPlan) -> Reply:
    entry = await _entered(house, request, action.group_id)
    card = await house.database.read(lambda conn: _plan(conn, house, entry, request))
    return Private(welcomed(card, entry), _slot(entry))


async def _clear_interview(house: House, request: Request, action: ClearInterview) -> Reply:
    entry = await _entered(house, request, action.group_id)
    card = await house.database.write(lambda conn: _clear(conn, entry))
    return Private(welcomed(card, entry), _slot(entry))


def _slot(entry: Entry) -> str:
    return f"plan:{entry.group.id}"


def _today(entry: Entry, request: Request) -> date:
    return request.at.astimezone(entry.group.rhythm.tz).date()


def _date(said: str, today: date) -> date:
    try:
        on = date.fromisoformat(said)
    except ValueError:
        raise KindError(
            "When is it?", "Give the day like this: `/my interview date:2027-02-01`; `date:none` clears it."
        ) from None
    if on < today:
        raise KindError(
            "That day is behind us",
            f"Today is {cards.day_words(today)}. Give a day that is still to come; `date:none` clears the one you set.",
        )
    if (on - today).days > FARTHEST_DAYS:
        raise KindError("That is far away", "Give a day within the next two years; you can move it any time.")
    return on


def commands(house: House) -> tuple[Command, ...]:
    """`/my record`, `/my goal` and `/my interview`."""
    return (
        Command(
            ("my", "record"),
            "Your year, your streak, what you remember and what is due",
            partial(record, house),
            help="Private. A day is coloured by how many kinds of things you did; a topic by how many of its quiz questions "
            "you would still know today.",
            example="/my record",
        ),
        Command(
            ("my", "goal"),
            "How many days a week you want to be active",
            partial(goal, house),
            (Option("days", "1 to 7; 3 unless you say otherwise", OptionKind.INTEGER, least=1, most=7),),
            help="For yourself alone. Streaks do not depend on it.",
            example="/my goal days:3",
        ),
        Command(
            ("my", "interview"),
            "The date of your interview, and what to do until then",
            partial(interview, house),
            (Option("date", "The day, like 2027-02-01; none clears it; leave it out to see today's plan"),),
            help="Reviews are never scheduled past it, and practice leans on the phase of preparation. Nobody else sees it.",
            example="/my interview date:2027-02-01",
        ),
    )


def routes(house: House) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(ShowRecord, partial(_show_record, house)),
        Route(ChooseGoal, partial(_choose_goal, house)),
        Route(ShowPlan, partial(_show_plan, house)),
        Route(ClearInterview, partial(_clear_interview, house)),
    )
