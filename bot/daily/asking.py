"""/question today and past: what is open now, and what was."""

from functools import partial

from bot.chat.cards import Private, Reply
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request
from bot.daily import cards
from bot.daily.actions import PickPast, ShowRound
from bot.daily.look import come_in, reading_of, voting_for, welcomed
from bot.daily.model import RoundState
from bot.daily.reading import load_revealed
from bot.daily.reveal_cards import reveal_card
from bot.daily.store import find_answer, load_round, newest_open, revealed_rounds
from bot.groups.entry import enter
from bot.groups.services import Services
from bot.store.transaction import Transaction

MOST_PAST = 25


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""
    return (
        Command(
            ("question", "today"),
            "The open question, and where you stand with it",
            partial(_today_command, services),
            example="/question today",
        ),
        Command(
            ("question", "past"),
            "Read revealed questions again",
            partial(_past, services),
            help="A list of the newest revealed questions with their answers and model answers.",
            example="/question past",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (Route(PickPast, partial(_pick, services)), Route(ShowRound, partial(_show, services)))


async def _today_command(services: Services, request: Request, _options: Options) -> Reply:
    return await today(services, request)


async def today(services: Services, request: Request, group_id: int | None = None) -> Reply:
    """The open question of a group (None: the place's), and where one stands with it."""

    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request, group_id)
        voting = await voting_for(tx, entry.group.id, entry.member.id)
        round_ = await newest_open(tx, entry.group.id)
        if round_ is None:
            card = cards.nothing_open_card(entry.group, voting)
        else:
            card = cards.today_card(round_, await find_answer(tx, round_.id, entry.member.id), voting)
        return Private(welcomed(entry, card), "today")

    return await services.database.write(work)


async def _past(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry = await enter(tx, request)
        found = await revealed_rounds(tx, entry.group.id, MOST_PAST)
        return Private(welcomed(entry, cards.past_card(entry.group.id, found)), "past")

    return await services.database.write(work)


async def _pick(services: Services, request: Request, action: PickPast) -> Reply:
    assert isinstance(request.what, Press)
    chosen = request.what.values[0] if request.what.values else ""

    async def work(tx: Transaction) -> Reply:
        round_ = await load_round(tx, int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0)
        if round_ is None or round_.group_id != action.group_id:
            raise UserError("This question is gone", "`/question past` shows the list anew.")
        await come_in(tx, request, round_.id)
        seen = await load_revealed(tx, round_)
        if seen is None:
            raise UserError("Not revealed yet", "Its answers come with the reveal.")
        return Private(reveal_card(seen), f"read:{round_.id}")

    return await services.database.write(work)


async def _show(services: Services, request: Request, action: ShowRound) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        seen = await load_revealed(tx, round_)
        if seen is not None:
            return Private(reveal_card(seen), f"read:{round_.id}")
        if round_.state is not RoundState.OPEN:
            return Private(
                cards.question_card(round_, await reading_of(tx, round_, entry.member.id)), "today"
            )
        voting = await voting_for(tx, entry.group.id, entry.member.id)
        answer = await find_answer(tx, round_.id, entry.member.id)
        return Private(cards.today_card(round_, answer, voting), "today")

    return await services.database.write(work)
