"""/question today and past: what is open now, and what was."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Private, Reply
from bot.chat.commands import Command, Options
from bot.chat.dispatch import KindError, Route
from bot.chat.requests import Press, Request
from bot.daily import cards
from bot.daily.actions import PickPast, ShowRound
from bot.daily.look import come_in, reading_of, voting_for, welcomed
from bot.daily.model import RoundState
from bot.daily.reading import load_revealed
from bot.daily.reveal_cards import reveal_card
from bot.daily.store import find_answer, load_round, newest_open, revealed_rounds
from bot.groups.entry import enter
from bot.groups.house import House

MOST_PAST = 25


def commands(house: House) -> tuple[Command, ...]:
    """What can be typed."""
    return (
        Command(
            ("question", "today"),
            "The open question, and where you stand with it",
            partial(_today_command, house),
            example="/question today",
        ),
        Command(
            ("question", "past"),
            "Read revealed questions again",
            partial(_past, house),
            help="A list of the newest revealed questions with their answers and model answers.",
            example="/question past",
        ),
    )


def routes(house: House) -> tuple[Route, ...]:
    """What can be pressed."""
    return (Route(PickPast, partial(_pick, house)), Route(ShowRound, partial(_show, house)))


async def _today_command(house: House, request: Request, _options: Options) -> Reply:
    return await today(house, request)


async def today(house: House, request: Request, group_id: int | None = None) -> Reply:
    """The open question of a group (None: the place's), and where one stands with it."""

    async def work(conn: AsyncConnection) -> Reply:
        entry = await enter(conn, request, group_id)
        voting = await voting_for(conn, entry.group.id, entry.member.id)
        round_ = await newest_open(conn, entry.group.id)
        if round_ is None:
            card = cards.nothing_open_card(entry.group, voting)
        else:
            card = cards.today_card(round_, await find_answer(conn, round_.id, entry.member.id), voting)
        return Private(welcomed(entry, card), "today")

    return await house.database.write(work)


async def _past(house: House, request: Request, _options: Options) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        entry = await enter(conn, request)
        found = await revealed_rounds(conn, entry.group.id, MOST_PAST)
        return Private(welcomed(entry, cards.past_card(entry.group.id, found)), "past")

    return await house.database.write(work)


async def _pick(house: House, request: Request, action: PickPast) -> Reply:
    assert isinstance(request.what, Press)
    chosen = request.what.values[0] if request.what.values else ""

    async def work(conn: AsyncConnection) -> Reply:
        round_ = await load_round(conn, int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0)
        if round_ is None or round_.group_id != action.group_id:
            raise KindError("This question is gone", "`/question past` shows the list anew.")
        await come_in(conn, request, round_.id)
        seen = await load_revealed(conn, round_)
        if seen is None:
            raise KindError("Not revealed yet", "Its answers come with the reveal.")
        return Private(reveal_card(seen), f"read:{round_.id}")

    return await house.database.write(work)


async def _show(house: House, request: Request, action: ShowRound) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        entry, round_ = await come_in(conn, request, action.round_id)
        seen = await load_revealed(conn, round_)
        if seen is not None:
            return Private(reveal_card(seen), f"read:{round_.id}")
        if round_.state is not RoundState.OPEN:
            return Private(
                cards.question_card(round_, await reading_of(conn, round_, entry.member.id)), "today"
            )
        voting = await voting_for(conn, entry.group.id, entry.member.id)
        answer = await find_answer(conn, round_.id, entry.member.id)
        return Private(cards.today_card(round_, answer, voting), "today")

    return await house.database.write(work)
