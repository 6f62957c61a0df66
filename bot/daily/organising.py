"""Running rounds by hand: now, skip, preview, close, reveal. For organisers; each asks once and can be repeated safely."""

from datetime import date
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Button, Moment, Private, Reply
from bot.chat.commands import Command, Options
from bot.chat.dispatch import KindError, Route
from bot.chat.requests import Request
from bot.daily import organising_cards as cards
from bot.daily.actions import CloseNow, PostNow, RevealNow, SkipNext
from bot.daily.look import come_in
from bot.daily.model import RoundState
from bot.daily.rounds import ask, choose, close_round, post_now, reveal_round
from bot.daily.store import count_sealed, newest_open, oldest_voting, rounds_in
from bot.daily.tour import is_touring, tour_moved
from bot.daily.votes import finished_voters
from bot.groups.entry import enter, group_of, known_group, require_organiser
from bot.groups.house import House
from bot.groups.model import Group, GroupState
from bot.groups.schedule import next_slot
from bot.groups.store import change_group
from bot.shelf.view import bank_of
from bot.store.tables import rounds

SLOT = "running"

_NOT_SET_UP = ("This group is not set up yet", "`/group setup` takes a minute.")


def commands(house: House) -> tuple[Command, ...]:
    """What can be typed."""
    return (
        _command("now", "Post the next question at once", partial(_now, house)),
        _command("skip", "Leave out the next question day", partial(_skip, house)),
        _command("preview", "See the next question before the others", partial(_preview, house)),
        _command("close", "Close the answers now and open the ballot", partial(_close, house)),
        _command("reveal", "Reveal the question that is being voted on", partial(_reveal, house)),
    )


def _command(word: str, description: str, handler: partial) -> Command:  # type: ignore[type-arg]
    return Command(("round", word), description, handler, organisers=True, example=f"/round {word}")


def routes(house: House) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(PostNow, partial(_post, house)),
        Route(CloseNow, partial(_close_it, house)),
        Route(RevealNow, partial(_reveal_it, house)),
        Route(SkipNext, partial(_skip_it, house)),
    )


async def _organised(conn: AsyncConnection, request: Request) -> Group:
    # Managing some channel is not enough in private: what is shown there belongs to one group's organisers.
    group = await group_of(conn, request)
    await require_organiser(conn, request, group)
    return group


async def _newest(conn: AsyncConnection, group_id: int) -> int:
    query = select(func.coalesce(func.max(rounds.c.id), 0)).where(rounds.c.group_id == group_id)
    return int((await conn.execute(query)).scalar_one())


async def _now(house: House, request: Request, _options: Options) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        group = await _organised(conn, request)
        newest = await _newest(conn, group.id)
        running = await rounds_in(conn, group.id, RoundState.OPEN)
        voting = await rounds_in(conn, group.id, RoundState.VOTING)
        return Private(cards.now_card(group.id, newest, running, voting), SLOT)

    return await house.database.read(work)


async def _post(house: House, request: Request, action: PostNow) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        group = await known_group(conn, action.group_id)
        await require_organiser(conn, request, group)
        entry = await enter(conn, request, group.id)
        if await _newest(conn, group.id) != action.after:
            raise KindError("That was done already", "A newer question is out. `/round now` posts another.")
        if group.state is GroupState.DRAFT:
            raise KindError(*_NOT_SET_UP)
        await post_now(conn, group, request.at, house)
        if await _newest(conn, group.id) == action.after:
            raise KindError("There is no question to post", "Choose more topics with `/group settings`.")
        await tour_moved(conn, entry.member, request.at)
        return Private(cards.done_card("Posted", "The next question is in the channel."), SLOT)

    reply = await house.database.write(work)
    house.wake()
    return reply


async def _close(house: House, request: Request, _options: Options) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        group = await _organised(conn, request)
        round_ = await newest_open(conn, group.id)
        if round_ is None:
            raise KindError("No question is open", "`/round now` posts one.")
        return Private(cards.close_card(round_, await count_sealed(conn, round_.id)), SLOT)

    return await house.database.read(work)


async def _close_it(house: House, request: Request, action: CloseNow) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        entry, round_ = await come_in(conn, request, action.round_id)
        await require_organiser(conn, request, entry.group)
        if round_.state is not RoundState.OPEN:
            raise KindError("Answers are closed already", "`/round reveal` is the next step.")
        await close_round(conn, house, entry.group, round_, request.at)
        return Private(
            cards.done_card("Answers are closed", f"The ballot on {round_.whose} question is open."), SLOT
        )

    reply = await house.database.write(work)
    house.wake()
    return reply


async def _reveal(house: House, request: Request, _options: Options) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        group = await _organised(conn, request)
        round_ = await oldest_voting(conn, group.id)
        if round_ is None:
            raise KindError(
                "No ballot is open", "`/round close` closes the answers of the open question first."
            )
        return Private(cards.reveal_question_card(round_, len(await finished_voters(conn, round_.id))), SLOT)

    return await house.database.read(work)


async def _reveal_it(house: House, request: Request, action: RevealNow) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        entry, round_ = await come_in(conn, request, action.round_id)
        await require_organiser(conn, request, entry.group)
        if round_.state is RoundState.OPEN:
            raise KindError("Answers are still open", "`/round close` closes them first.")
        if round_.state is not RoundState.VOTING:
            raise KindError("It is revealed already", "You find it in the channel and by `/question past`.")
        await reveal_round(conn, entry.group, round_, request.at)
        await tour_moved(conn, entry.member, request.at)
        then = None
        if is_touring(entry.member):
            then = Button("Next question", PostNow(entry.group.id, await _newest(conn, entry.group.id)))
        return Private(cards.done_card("Revealed", f"{round_.whose} reveal is in the channel.", then), SLOT)

    reply = await house.database.write(work)
    house.wake()
    return reply


async def _skip(house: House, request: Request, _options: Options) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        group = await _organised(conn, request)
        if group.state is GroupState.DRAFT:
            raise KindError(*_NOT_SET_UP)
        if group.state is not GroupState.ACTIVE:
            raise KindError("This group is paused", "Nothing is due. `/group resume` goes on.")
        coming = next_slot(group.rhythm, group.last_date, request.at)
        return Private(cards.skip_card(group.id, coming.local_date, Moment(coming.at, group.zone)), SLOT)

    return await house.database.read(work)


async def _skip_it(house: House, request: Request, action: SkipNext) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        group = await known_group(conn, action.group_id)
        await require_organiser(conn, request, group)
        coming = next_slot(group.rhythm, group.last_date, request.at)
        if group.state is not GroupState.ACTIVE or coming.local_date.toordinal() != action.ordinal:
            raise KindError("That day is not the next one any more", "`/round skip` shows which one is.")
        after = next_slot(group.rhythm, coming.local_date, request.at)
        await change_group(conn, group.id, last_date=coming.local_date, next_at=after.at)
        words = f"The next question comes on {after.local_date:%A %d %B}."
        return Private(cards.done_card(f"{date.fromordinal(action.ordinal):%A} is skipped", words), SLOT)

    reply = await house.database.write(work)
    house.wake()
    return reply


async def _preview(house: House, request: Request, _options: Options) -> Reply:
    async def work(conn: AsyncConnection) -> Reply:
        group = await _organised(conn, request)
        item = await choose(conn, house, group)
        at = Moment(group.next_at, group.zone) if group.next_at else None
        bank = await bank_of(conn, house, group.id)
        return Private(cards.preview_card(ask(bank, item) if item else None, at), SLOT)

    return await house.database.read(work)
