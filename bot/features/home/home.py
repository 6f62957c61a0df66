"""One's home page: what is open, what waits for oneself, and what one did last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.access.greeting import welcomed
from bot.access.who import OWN, OWN_IN_ITS_GROUP
from bot.chat.cards import Block, Button, Card, Divider, Moment, Private, Reply, Slot, text
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route
from bot.chat.words import counted
from bot.database.statements import Statement
from bot.features.daily.model import AnswerState, whose
from bot.features.daily.tables import answers, ballots, rounds
from bot.features.home.actions import ShowHome, ShowRecord
from bot.features.home.queries import goal_of
from bot.features.home.rules import week_words
from bot.features.home.waiting import Waiting, pins_of, read_waiting, standing
from bot.features.points.streak_queries import streak_of
from bot.features.points.streaks import days_this_week, goal_this_week
from bot.features.quiz.model import Mode
from bot.features.quiz.tables import quizzes
from bot.services import RequestTransaction

RECEIPTS = 10
"""So many of one's last steps are listed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One thing a member did, and when."""

    what: str
    at: datetime


async def show_home(tx: RequestTransaction, _about: Options | ShowHome) -> Reply:
    """Show the home page of this channel's group, or in private of one's own."""
    group, member, now = tx.actor.group, tx.actor.member, tx.request.at
    waiting = await read_waiting(tx)
    streak = await streak_of(tx, member.id)
    done = await days_this_week(tx, group, member.id, now)
    goal = await goal_this_week(tx, group, member.id, await goal_of(tx, member.id), now)
    active = f"{counted(streak.current, 'question day')} in a row · {week_words(done, goal)}"
    card = home_card(waiting, active, await _receipts(tx))
    return Private(welcomed(card, tx.actor), Slot("home", group.id))


_WROTE = Statement(
    select(
        answers.c.state,
        answers.c.locked_at,
        answers.c.updated_at,
        rounds.c.local_date,
        rounds.c.slot,
    )
    .join(rounds, rounds.c.id == answers.c.round_id)
    .where(answers.c.member_id == bindparam("member_id"))
    .order_by(answers.c.updated_at.desc())
    .limit(RECEIPTS)
)
_READ = Statement(
    select(ballots.c.finished_at, rounds.c.local_date, rounds.c.slot)
    .join(rounds, rounds.c.id == ballots.c.round_id)
    .where(ballots.c.member_id == bindparam("member_id"), ballots.c.finished_at.is_not(None))
    .order_by(ballots.c.finished_at.desc())
    .limit(RECEIPTS)
)
_PLAYED = Statement(
    select(quizzes.c.mode, quizzes.c.ended_at)
    .where(
        quizzes.c.person_id == bindparam("person_id"),
        quizzes.c.group_id == bindparam("group_id"),
        quizzes.c.mode != Mode.GROUP.value,
        quizzes.c.state == "finished",
    )
    .order_by(quizzes.c.ended_at.desc())
    .limit(RECEIPTS)
)


async def _receipts(tx: RequestTransaction) -> tuple[Receipt, ...]:
    member = tx.actor.member
    found = [
        Receipt(
            f"{_said(r.state, locked=r.locked_at is not None)}, {whose(r.local_date, r.slot)} question",
            r.updated_at,
        )
        for r in await tx.execute(_WROTE, member_id=member.id)
    ]
    found += [
        Receipt(f"Ballot finished, {whose(r.local_date, r.slot)} answers", r.finished_at)
        for r in await tx.execute(_READ, member_id=member.id)
    ]
    found += [
        Receipt("Review finished" if r.mode == Mode.REVIEW.value else "Quiz finished", r.ended_at)
        for r in await tx.execute(_PLAYED, person_id=member.person_id, group_id=tx.group.id)
        if r.ended_at is not None
    ]
    return tuple(sorted(found, key=lambda r: r.at, reverse=True)[:RECEIPTS])


def _said(state: str, *, locked: bool) -> str:
    match state:
        case AnswerState.PASSED.value:
            return "Passed"
        case AnswerState.REMOVED.value:
            return "Answer removed"
        case AnswerState.LATE.value:
            return "Late answer kept"
        case _:
            return "Answer saved and locked" if locked else "Answer saved"


def home_card(waiting: Waiting, active: str, receipts: Sequence[Receipt]) -> Card:
    """The home page: today first, then what waits and how ``active`` one was, then the last steps."""
    group = waiting.group
    blocks: list[Block] = [_today(waiting)]
    if waiting.voting is not None:
        left = waiting.voting.left or "nothing left to read"
        blocks.append(text(f"**{waiting.voting.round.whose} ballot**: {left}."))
    if waiting.quiz is not None:
        blocks.append(text(f"**A quiz is open**: question {waiting.quiz.step}."))
    if waiting.mock is not None:
        blocks.append(text("**Your mock interview**: ", *waiting.mock.note.parts, "."))
    due = f"{waiting.due} due for review" if waiting.due else "nothing due for review"
    blocks.append(text(f"{active} · {due}"))
    if receipts:
        blocks += [Divider(), text("**What you did last**")]
        blocks += [text(Moment(each.at, group.zone), f"  {each.what}") for each in receipts]
    footer = text(
        "Only you see this. `/my settings` has your name and reminders, `/help` shows everything else."
    )
    return Card(
        f"Your study hall: {group.name}" if group.name else "Your study hall",
        tuple(blocks),
        (_buttons(waiting),),
        footer,
    )


def _today(waiting: Waiting) -> Block:
    if waiting.open is None:
        return text("No question is open right now. The next one will be shown here when it comes.")
    head = f"**{waiting.open.whose} question** ({standing(waiting)})"
    prompt = f"\n\n{waiting.open.question.prompt}"
    if waiting.open.closes_at is None:
        return text(head, prompt)
    return text(f"{head}, open until ", Moment(waiting.open.closes_at, waiting.open.zone), prompt)


def _buttons(waiting: Waiting) -> tuple[Button, ...]:
    group_id = waiting.group.id
    own = (Button("My record", ShowRecord(group_id)), Button("Refresh", ShowHome(group_id)))
    return (*(pin.button for pin in pins_of(waiting)), *own)[:5]


COMMANDS = (
    Command(
        ("my", "home"),
        "What is open, what is waiting for you, and what you did last",
        show_home,
        who=OWN,
        help="Brings back everything private: today's question and ballot, an unfinished quiz, reviews, and the "
        "last ten things you did.",
        example="/my home",
        also=("dashboard", "start page", "menu"),
    ),
)

ROUTES = (Route(ShowHome, show_home, OWN_IN_ITS_GROUP),)
