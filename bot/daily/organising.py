"""Running rounds by hand: now, skip, preview, close, reveal. For organisers; each asks once and can be repeated safely."""

from datetime import date
from functools import partial

from sqlalchemy import func, select

from bot.chat.cards import Button, Moment, Private, Reply
from bot.chat.commands import Command, Options
from bot.chat.dispatch import Route, UserError
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
from bot.groups.model import Group, GroupState
from bot.groups.schedule import next_slot
from bot.groups.services import Services
from bot.groups.store import change_group
from bot.shelf.view import bank_of
from bot.store.tables import rounds
from bot.store.transaction import Transaction

SLOT = "running"

_NOT_SET_UP = ("This group is not set up yet", "`/group setup` takes a minute.")


def commands(services: Services) -> tuple[Command, ...]:
    """What can be typed."""
    return (
        _command("now", "Post the next question at once", partial(_now, services)),
        _command("skip", "Leave out the next question day", partial(_skip, services)),
        _command("preview", "See the next question before the others", partial(_preview, services)),
        _command("close", "Close the answers now and open the ballot", partial(_close, services)),
        _command("reveal", "Reveal the question that is being voted on", partial(_reveal, services)),
    )


def _command(word: str, description: str, handler: partial) -> Command:  # type: ignore[type-arg]
    return Command(("round", word), description, handler, organisers=True, example=f"/round {word}")


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(PostNow, partial(_post, services)),
        Route(CloseNow, partial(_close_it, services)),
        Route(RevealNow, partial(_reveal_it, services)),
        Route(SkipNext, partial(_skip_it, services)),
    )


async def _organised(tx: Transaction, request: Request) -> Group:
    # Managing some channel is not enough in private: what is shown there belongs to one group's organisers.
    group = await group_of(tx, request)
    await require_organiser(tx, request, group)
    return group


async def _newest(tx: Transaction, group_id: int) -> int:
    query = select(func.coalesce(func.max(rounds.c.id), 0)).where(rounds.c.group_id == group_id)
    return int((await tx.execute(query)).scalar_one())


async def _now(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request)
        newest = await _newest(tx, group.id)
        running = await rounds_in(tx, group.id, RoundState.OPEN)
        voting = await rounds_in(tx, group.id, RoundState.VOTING)
        return Private(cards.now_card(group.id, newest, running, voting), SLOT)

    return await services.database.read(work)


async def _post(services: Services, request: Request, action: PostNow) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await known_group(tx, action.group_id)
        await require_organiser(tx, request, group)
        entry = await enter(tx, request, group.id)
        if await _newest(tx, group.id) != action.after:
            raise UserError("That was done already", "A newer question is out. `/round now` posts another.")
        if group.state is GroupState.DRAFT:
            raise UserError(*_NOT_SET_UP)
        await post_now(tx, group, request.at, services)
        if await _newest(tx, group.id) == action.after:
            raise UserError("There is no question to post", "Choose more topics with `/group settings`.")
        await tour_moved(tx, entry.member, request.at)
        return Private(cards.done_card("Posted", "The next question is in the channel."), SLOT)

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _close(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request)
        round_ = await newest_open(tx, group.id)
        if round_ is None:
            raise UserError("No question is open", "`/round now` posts one.")
        return Private(cards.close_card(round_, await count_sealed(tx, round_.id)), SLOT)

    return await services.database.read(work)


async def _close_it(services: Services, request: Request, action: CloseNow) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        await require_organiser(tx, request, entry.group)
        if round_.state is not RoundState.OPEN:
            raise UserError("Answers are closed already", "`/round reveal` is the next step.")
        await close_round(tx, services, entry.group, round_, request.at)
        return Private(
            cards.done_card("Answers are closed", f"The ballot on {round_.whose} question is open."), SLOT
        )

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _reveal(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request)
        round_ = await oldest_voting(tx, group.id)
        if round_ is None:
            raise UserError(
                "No ballot is open", "`/round close` closes the answers of the open question first."
            )
        return Private(cards.reveal_question_card(round_, len(await finished_voters(tx, round_.id))), SLOT)

    return await services.database.read(work)


async def _reveal_it(services: Services, request: Request, action: RevealNow) -> Reply:
    async def work(tx: Transaction) -> Reply:
        entry, round_ = await come_in(tx, request, action.round_id)
        await require_organiser(tx, request, entry.group)
        if round_.state is RoundState.OPEN:
            raise UserError("Answers are still open", "`/round close` closes them first.")
        if round_.state is not RoundState.VOTING:
            raise UserError("It is revealed already", "You find it in the channel and by `/question past`.")
        await reveal_round(tx, entry.group, round_, request.at)
        await tour_moved(tx, entry.member, request.at)
        then = None
        if is_touring(entry.member):
            then = Button("Next question", PostNow(entry.group.id, await _newest(tx, entry.group.id)))
        return Private(cards.done_card("Revealed", f"{round_.whose} reveal is in the channel.", then), SLOT)

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _skip(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request)
        if group.state is GroupState.DRAFT:
            raise UserError(*_NOT_SET_UP)
        if group.state is not GroupState.ACTIVE:
            raise UserError("This group is paused", "Nothing is due. `/group resume` goes on.")
        coming = next_slot(group.rhythm, group.last_date, request.at)
        return Private(cards.skip_card(group.id, coming.local_date, Moment(coming.at, group.zone)), SLOT)

    return await services.database.read(work)


async def _skip_it(services: Services, request: Request, action: SkipNext) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await known_group(tx, action.group_id)
        await require_organiser(tx, request, group)
        coming = next_slot(group.rhythm, group.last_date, request.at)
        if group.state is not GroupState.ACTIVE or coming.local_date.toordinal() != action.ordinal:
            raise UserError("That day is not the next one any more", "`/round skip` shows which one is.")
        after = next_slot(group.rhythm, coming.local_date, request.at)
        await change_group(tx, group.id, last_date=coming.local_date, next_at=after.at)
        words = f"The next question comes on {after.local_date:%A %d %B}."
        return Private(cards.done_card(f"{date.fromordinal(action.ordinal):%A} is skipped", words), SLOT)

    reply = await services.database.write(work)
    services.wake()
    return reply


async def _preview(services: Services, request: Request, _options: Options) -> Reply:
    async def work(tx: Transaction) -> Reply:
        group = await _organised(tx, request)
        item = await choose(tx, services, group)
        at = Moment(group.next_at, group.zone) if group.next_at else None
        bank = await bank_of(tx, services, group.id)
        return Private(cards.preview_card(ask(bank, item) if item else None, at), SLOT)

    return await services.database.read(work)
