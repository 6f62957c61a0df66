"""One's own record, with one's goal and the date of one's interview."""

from datetime import date
from functools import partial

from bot.access.greeting import welcomed
from bot.access.who import OWN, OWN_IN_ITS_GROUP
from bot.chat.cards import Ask, Card, Day, Picture, Private, Refuse, Reply, Slot, text
from bot.chat.commands import Command, Option, OptionKind, Options
from bot.chat.days import read_day
from bot.chat.dispatch import Route, UserError
from bot.features.home import cards
from bot.features.home.actions import (
    AskInterview,
    ChooseGoal,
    ClearInterview,
    SaveInterview,
    ShowPlan,
    ShowRecord,
)
from bot.features.home.picture import record_alt, record_scene
from bot.features.home.queries import goal_of
from bot.features.home.reading import read_plan, read_record
from bot.features.points.streak_rules import GOALS
from bot.features.points.streaks import days_this_week, goal_this_week
from bot.membership.calendar.interview import set_interview
from bot.membership.queries import change_member
from bot.services import RequestTransaction

FARTHEST_DAYS = 730
"""An interview further away than two years is more likely a slip of the pen."""

NO_DATE = frozenset({"none", "no", "clear", "-"})


async def record(tx: RequestTransaction, _about: Options | ShowRecord) -> Reply:
    """Show one's own record in this channel's group."""
    found = await read_record(tx)
    picture = Picture("record.png", b"", record_alt(found), partial(record_scene, found))
    return Private(welcomed(cards.record_card(found, picture), tx.actor), Slot("record", tx.group.id))


async def goal(tx: RequestTransaction, options: Options) -> Reply:
    """Show one's weekly goal, or set it."""
    said = options.get("days")
    return await _set_goal(tx, None if said is None else _goal(str(said)))


async def _choose_goal(tx: RequestTransaction, _action: ChooseGoal) -> Reply:
    return await _set_goal(tx, _goal(tx.request.pressed.value))


def _goal(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 3 and int(said) in GOALS):
        raise UserError("A goal is 1 to 7 days a week", "Choose one from the list.")
    return int(said)


async def _set_goal(tx: RequestTransaction, days: int | None) -> Reply:
    entry = tx.actor
    if days is not None:
        await change_member(tx, entry.member.id, goal=days)
    wanted = await goal_of(tx, entry.member.id)
    done = await days_this_week(tx, entry.group, entry.member.id, tx.request.at)
    left = await goal_this_week(tx, entry.group, entry.member.id, wanted, tx.request.at)
    card = cards.goal_card(entry.group.id, wanted, done, left, changed=days is not None)
    return Private(welcomed(card, entry), Slot("goal", entry.group.id))


async def interview(tx: RequestTransaction, options: Options) -> Reply:
    """Show what to do before one's interview, or set or clear its date."""
    said = str(options.get("date", "")).strip().casefold()
    if said in NO_DATE:
        return await _clear_interview(tx, options)
    if said:
        await set_interview(tx, tx.actor.member.person_id, _date(said, _today(tx)))
    return await _show_plan(tx, options)


async def _clear_interview(tx: RequestTransaction, _about: Options | ClearInterview) -> Reply:
    await set_interview(tx, tx.actor.member.person_id, None)
    return _plan(tx, cards.interview_cleared_card(tx.group.id))


async def _show_plan(tx: RequestTransaction, _about: Options | ShowPlan) -> Reply:
    found = await read_plan(tx)
    return _plan(tx, cards.plan_card(found) if found is not None else cards.no_interview_card(tx.group.id))


def _plan(tx: RequestTransaction, card: Card) -> Reply:
    return Private(welcomed(card, tx.actor), Slot("plan", tx.group.id))


def _today(tx: RequestTransaction) -> date:
    return tx.request.at.astimezone(tx.group.rhythm.tz).date()


async def _ask_date(_tx: RequestTransaction, action: AskInterview) -> Reply:
    return Ask(cards.interview_form(action.group_id))


async def _save_date(tx: RequestTransaction, action: SaveInterview) -> Reply:
    said = tx.request.submitted.text("date").strip()
    try:
        await set_interview(tx, tx.actor.member.person_id, _date(said, _today(tx)))
    except UserError as error:
        return Refuse({"date": error.args[0]}, cards.interview_form(action.group_id, said))
    return await _show_plan(tx, ShowPlan(action.group_id))


def _date(said: str, today: date) -> date:
    on = read_day(said, today)
    if on < today:
        raise UserError(
            "That day has passed", text("Today is ", Day(today), ". Give a day that is still to come.")
        )
    if (on - today).days > FARTHEST_DAYS:
        raise UserError("That is too far away", "Give a day within two years; you can move it any time.")
    return on


COMMANDS = (
    Command(
        ("my", "record"),
        "Your year, your streak, what you remember and what is due",
        record,
        who=OWN,
        help="Private. A day is coloured by how many kinds of things you did; a topic by how many of its quiz questions "
        "you would still know today. A saved freeze keeps your streak when you miss a question day: you start with two, and "
        "seven active days earn one more, up to three.",
        example="/my record",
        also=("stats", "statistics", "progress", "streak", "points", "goal", "interview", "year"),
    ),
    Command(
        ("my", "goal"),
        "How many days a week you want to be active",
        goal,
        (Option("days", "1 to 7; 3 unless you say otherwise", OptionKind.INTEGER, least=1, most=7),),
        who=OWN,
        help="Only you see it. Streaks do not depend on it.",
        example="/my goal days:3",
        moved_to="my record",
    ),
    Command(
        ("my", "interview"),
        "The date of your interview, and what to do until then",
        interview,
        (Option("date", "The day, like 2027-02-01; none clears it; leave it out to see today's plan"),),
        who=OWN,
        help="Everything you have learned comes once more in the last days before it, and nothing on the day itself. "
        "Practice favours the phase of preparation. Nobody else sees it.",
        example="/my interview date:2027-02-01",
        moved_to="my record",
    ),
)


ROUTES = (
    Route(ShowRecord, record, OWN_IN_ITS_GROUP),
    Route(ChooseGoal, _choose_goal, OWN_IN_ITS_GROUP),
    Route(ShowPlan, _show_plan, OWN_IN_ITS_GROUP),
    Route(ClearInterview, _clear_interview, OWN_IN_ITS_GROUP),
    Route(AskInterview, _ask_date, OWN_IN_ITS_GROUP, reads=True, opens_form=True),
    Route(SaveInterview, _save_date, OWN_IN_ITS_GROUP),
)
