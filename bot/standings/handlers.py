"""The boards on request, and shown to the channel."""

from functools import partial

from bot.chat.cards import Choice, Picture, Private, Public, Reply, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.chat.requests import Press, Request
from bot.groups.entry import enter, known_group, welcomed
from bot.groups.model import Entry, Group
from bot.groups.services import Services
from bot.groups.store import group_of_place
from bot.standings.actions import ChooseBoard, SeeBoard, ShareBoard, ShowBoard
from bot.standings.cards import (
    BOARD_NAMES,
    SPAN_NAMES,
    not_here_card,
    nothing_to_share_card,
    shared_card,
    shared_lately_card,
)
from bot.standings.drawing import draw
from bot.standings.pictures import board_alt, board_scene
from bot.standings.reading import Wanted, private_card, public_board, wanted
from bot.standings.rules import BOARDS, SHARE_AGAIN, SPANS
from bot.standings.store import claim_share, shared_at
from bot.store.transaction import Transaction


async def leaderboard(services: Services, request: Request, options: Options) -> Reply:
    """Show a board of this channel's group."""
    board, span, topic = (str(options.get(name, "")) for name in ("board", "period", "topic"))
    asked = wanted(services, board, span, topic)
    entry = await services.database.write(partial(enter, request=request))
    card = await services.database.read(partial(private_card, services, request, entry, asked))
    return Private(welcomed(card, entry), _slot(entry.group.id))


async def _show(services: Services, request: Request, action: ShowBoard) -> Reply:
    entry = await _entered(services, request, action.group_id)
    asked = wanted(services, "", action.span, "")
    card = await services.database.read(partial(private_card, services, request, entry, asked))
    return Private(welcomed(card, entry), _slot(entry.group.id))


async def _see(services: Services, request: Request, action: SeeBoard) -> Reply:
    asked = wanted(services, action.board, action.span, action.topic, action.page)
    return await _again(services, request, action.group_id, asked)


async def _choose(services: Services, request: Request, action: ChooseBoard) -> Reply:
    assert isinstance(request.what, Press)
    now = {"board": action.board, "span": action.span, "topic": action.topic}
    now[action.what] = (request.what.values or ("",))[0]
    asked = wanted(services, now["board"], now["span"], now["topic"])
    return await _again(services, request, action.group_id, asked)


async def _again(services: Services, request: Request, group_id: int, asked: Wanted) -> Reply:
    entry = await _entered(services, request, group_id)
    card = await services.database.read(partial(private_card, services, request, entry, asked))
    return Update(welcomed(card, entry), _slot(group_id))


async def _share(services: Services, request: Request, action: ShareBoard) -> Reply:
    asked = wanted(services, action.board, action.span, action.topic)
    entry = await _entered(services, request, action.group_id)
    group = entry.group

    await services.database.read(partial(_may_share, request, group))
    found = await services.database.read(partial(public_board, services, request, group, asked))
    if found is None:
        return Private(nothing_to_share_card())
    board, members = found
    data = await draw(partial(board_scene, board, members))
    # Only now, so that a picture that failed does not use up the hour; who was a moment slower is told.
    if not await services.database.write(partial(claim_share, group_id=group.id, now=request.at)):
        raise UserError("Shared already", card=shared_lately_card(request.at + SHARE_AGAIN, group.zone))
    return Public(shared_card(board, members, Picture("leaderboard.png", data, board_alt(board, members))))


async def _may_share(request: Request, group: Group, tx: Transaction) -> None:
    """Check that this is the group's channel, and that it saw no board within the hour.

    Raises:
        UserError: it is not, or it did.
    """
    here = await group_of_place(tx, request.place) if request.place else None
    if here is None or here.id != group.id:
        raise UserError("Not here", card=not_here_card())
    before = await shared_at(tx, group.id)
    if before is not None and before + SHARE_AGAIN > request.at:
        raise UserError("Shared already", card=shared_lately_card(before + SHARE_AGAIN, group.zone))


async def _entered(services: Services, request: Request, group_id: int) -> Entry:
    async def work(tx: Transaction) -> Entry:
        await known_group(tx, group_id)
        return await enter(tx, request, group_id)

    return await services.database.write(work)


def _slot(group_id: int) -> str:
    return f"board:{group_id}"


def commands(services: Services) -> tuple[Command, ...]:
    """`/leaderboard`."""
    periods = tuple(Choice(SPAN_NAMES[span], span) for span in SPANS)
    topics = tuple(Choice(root.title, root.id) for root in services.bank.topics.roots)
    boards = tuple(Choice(BOARD_NAMES[board], board) for board in BOARDS)
    return (
        Command(
            ("leaderboard",),
            "The group's goal and boards, and your own place",
            partial(leaderboard, services),
            (
                Option("period", "This week, this month or all time; this week if left out", choices=periods),
                Option("topic", "One of the topics; all of them if left out", choices=topics),
                Option("board", "What it ranks by; points if left out", choices=boards),
            ),
            help="Points come with each reveal. Your own place is shown to you alone; Share shows the board to all.",
            example="/leaderboard period:month board:helped",
        ),
    )


def routes(services: Services) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(ShowBoard, partial(_show, services)),
        Route(SeeBoard, partial(_see, services)),
        Route(ChooseBoard, partial(_choose, services)),
        Route(ShareBoard, partial(_share, services)),
    )
