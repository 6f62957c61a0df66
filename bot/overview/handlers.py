"""/my record, /my goal and /my interview."""

from datetime import date, datetime, time
from functools import partial

from bot.chat.cards import Card, Picture, Private, Reply
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request
from bot.groups.entry import enter, known_group, welcomed
from bot.groups.model import Entry
from bot.groups.preparing import set_interview
from bot.groups.schedule import slot_instant
from bot.groups.services import Services
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
from bot.store.transaction import Transaction

FARTHEST_DAYS = 730
"""An interview further away than two years is more likely a slip of the pen."""

NO_DATE = frozenset({"none", "no", "clear", "-"})


async def record(services: Services, request: Request, _options: Options) -> Reply:
    """Show one's own record in this channel's group."""
    return await _record(services, request, await services.database.write(partial(enter, request=request)))


async def _show_record(services: Services, request: Request, action: ShowRecord) -> Reply:
    return await _record(services, request, await _entered(services, request, action.group_id))


async def _entered(services: Services, request: Request, group_id: int) -> Entry:
    async def work(tx: Transaction) -> Entry:
        await known_group(tx, group_id)
        return await enter(tx, request, group_id)

    return await services.database.write(work)


async def _record(services: Services, request: Request, entry: Entry) -> Reply:
    found = await services.database.read(lambda tx: read_record(tx, services, entry, request.at))
    data = await draw(lambda: record_scene(found))
    picture = Picture("record.png", data, record_alt(found))
    return Private(welcomed(cards.record_card(found, picture), entry), f"record:{entry.group.id}")


async def goal(services: Services, request: Request, options: Options) -> Reply:
    """Show one's weekly goal, or set it."""
    said = options.get("days")
    days = None if said is None else _goal(str(said))

    async def work(tx: Transaction) -> Reply:
        return await _set_goal(tx, await enter(tx, request), days, request.at)

    return await services.database.write(work)


async def _choose_goal(services: Services, request: Request, action: ChooseGoal) -> Reply:
    assert isinstance(request.what, Press)
    days = _goal((request.what.values or ("",))[0])

    async def work(tx: Transaction) -> Reply:
        await known_group(tx, action.group_id)
        return await _set_goal(tx, await enter(tx, request, action.group_id), days, request.at)

    return await services.database.write(work)


def _goal(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 3 and int(said) in GOALS):
        raise UserError("A goal is 1 to 7 days a week", "Set it like this: `/my goal days:3`.")
    return int(said)


async def _set_goal(tx: Transaction, entry: Entry, days: int | None, now: datetime) -> Reply:
    if days is not None:
        await change_member(tx, entry.member.id, goal=days)
    wanted = await goal_of(tx, entry.member.id)
    done = await days_this_week(tx, entry.group, entry.member.id, now)
    card = cards.goal_card(entry.group.id, wanted, done, changed=days is not None)
    return Private(welcomed(card, entry), f"goal:{entry.group.id}")


async def interview(services: Services, request: Request, options: Options) -> Reply:
    """Show what to do before one's interview, or set or clear its date."""
    said = str(options.get("date", "")).strip().casefold()

    async def work(tx: Transaction) -> tuple[Entry, Card]:
        entry = await enter(tx, request)
        if said in NO_DATE:
            return entry, await _clear(tx, entry)
        if said:
            await _keep_date(tx, entry, _date(said, _today(entry, request)))
        return entry, await _plan(tx, services, entry, request)

    entry, card = await services.database.write(work)
    return Private(welcomed(card, entry), _slot(entry))


async def _clear(tx: Transaction, entry: Entry) -> Card:
    await set_interview(tx, entry.member.person_id, None)
    return cards.interview_cleared_card(entry.group.id)


async def _keep_date(tx: Transaction, entry: Entry, on: date) -> None:
    await set_interview(tx, entry.member.person_id, on)
    # What was planned before the date was known comes by its morning at the latest.
    await pull_in(tx, entry.member.person_id, slot_instant(entry.group.rhythm.tz, on, time.min))


async def _plan(tx: Transaction, services: Services, entry: Entry, request: Request) -> Card:
    found = await read_plan(tx, services, entry, request.at)
    return cards.plan_card(found) if found is not None else cards.no_interview_card()


async def _show_plan(services: Services, request: Request, action: ShowPlan) -> Reply:
    entry = await _entered(services, request, action.group_id)
    card = await services.database.read(lambda tx: _plan(tx, services, entry, request))
    return Private(welcomed(card, entry), _slot(entry))


async def _clear_interview(services: Services, request: Request, action: ClearInterview) -> Reply:
    entry = await _entered(services, request, action.group_id)
    card = await services.database.write(lambda tx: _clear(tx, entry))
    return Private(welcomed(card, entry), _slot(entry))


def _slot(entry: Entry) -> str:
    return f"plan:{entry.group.id}"


def _today(entry: Entry, request: Request) -> date:
    return request.at.astimezone(entry.group.rhythm.tz).date()


def _date(said: str, today: date) -> date:
    try:
        on = date.fromisoformat(said)
    except ValueError:
        raise UserError(
            "When is it?", "Give the day like this: `/my interview date:2027-02-01`; `date:none` clears it."
        ) from None
    if on < today:
        raise UserError(
            "That day is behind us",
            f"Today is {cards.day_words(today)}. Give a day that is still to come; `date:none` clears the one you set.",
        )
    if (on - today).days > FARTHEST_DAYS:
        raise UserError("That is far away", "Give a day within the next two years; you can move it any time.")
    return on


def commands(services: Services) -> tuple[Command, ...]:
    """`/my record`, `/my goal` and `/my interview`."""
    return (
        Command(
            ("my", "record"),
            "Your year, your streak, what you remember and what is due",
            partial(record, services),
            help="Private. A day is coloured by how many kinds of things you did; a topic by how many of its quiz questions "
            "you would still know today.",
            example="/my record",
        ),
        Command(
            ("my", "goal"),
            "How many days a week you want to be active",
            partial(goal, services),
            (Option("days", "1 to 7; 3 unless you say otherwise", OptionKind.INTEGER, least=1, most=7),),
            help="For yourself alone. Streaks do not depend on it.",
            example="/my goal days:3",
        ),
        Command(
            ("my", "interview"),
            "The date of your interview, and what to do until then",
            partial(interview, services),
            (Option("date", "The day, like 2027-02-01; none clears it; leave it out to see today's plan"),),
            help="Reviews are never scheduled past it, and practice leans on the phase of preparation. Nobody else sees it.",
            example="/my interview date:2027-02-01",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(ShowRecord, partial(_show_record, services)),
        Route(ChooseGoal, partial(_choose_goal, services)),
        Route(ShowPlan, partial(_show_plan, services)),
        Route(ClearInterview, partial(_clear_interview, services)),
    )
