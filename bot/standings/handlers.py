"""The boards on request, and shown to the channel."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Choice, Picture, Private, Public, Reply, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import KindError, Route
from bot.chat.requests import Press, Request
from bot.groups.entry import enter, known_group, welcomed
from bot.groups.house import House
from bot.groups.model import Entry, Group
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


async def leaderboard(house: House, request: Request, options: Options) -> Reply:
    """Show a board of this channel's group."""
    board, span, topic = (str(options.get(name, "")) for name in ("board", "period", "topic"))
    asked = wanted(house, board, span, topic)
    entry = await house.database.write(partial(enter, request=request))
    card = await house.database.read(partial(private_card, house, request, entry, asked))
    return Private(welcomed(card, entry), _slot(entry.group.id))


async def _show(house: House, request: Request, action: ShowBoard) -> Reply:
    entry = await _entered(house, request, action.group_id)
    asked = wanted(house, "", action.span, "")
    card = await house.database.read(partial(private_card, house, request, entry, asked))
    return Private(welcomed(card, entry), _slot(entry.group.id))


async def _see(house: House, request: Request, action: SeeBoard) -> Reply:
    asked = wanted(house, action.board, action.span, action.topic, action.page)
    return await _again(house, request, action.group_id, asked)


async def _choose(house: House, request: Request, action: ChooseBoard) -> Reply:
    assert isinstance(request.what, Press)
    now = {"board": action.board, "span": action.span, "topic": action.topic}
    now[action.what] = (request.what.values or ("",))[0]
    asked = wanted(house, now["board"], now["span"], now["topic"])
    return await _again(house, request, action.group_id, asked)


async def _again(house: House, request: Request, group_id: int, asked: Wanted) -> Reply:
    entry = await _entered(house, request, group_id)
    card = await house.database.read(partial(private_card, house, request, entry, asked))
    return Update(welcomed(card, entry), _slot(group_id))


async def _share(house: House, request: Request, action: ShareBoard) -> Reply:
    asked = wanted(house, action.board, action.span, action.topic)
    entry = await _entered(house, request, action.group_id)
    group = entry.group

    await house.database.read(partial(_may_share, request, group))
    found = await house.database.read(partial(public_board, house, request, group, asked))
    if found is None:
        return Private(nothing_to_share_card())
    board, members = found
    data = await draw(partial(board_scene, board, members))
    # Only now, so that a picture that failed does not use up the hour; who was a moment slower is told.
    if not await house.database.write(partial(claim_share, group_id=group.id, now=request.at)):
        raise KindError("Shared already", card=shared_lately_card(request.at + SHARE_AGAIN, group.zone))
    return Public(shared_card(board, members, Picture("leaderboard.png", data, board_alt(board, members))))


async def _may_share(request: Request, group: Group, conn: AsyncConnection) -> None:
    """Check that this is the group's channel, and that it saw no board within the hour.

    Raises:
        KindError: it is not, or it did.
    """
    here = await group_of_place(conn, request.place) if request.place else None
    if here is None or here.id != group.id:
        raise KindError("Not here", card=not_here_card())
    before = await shared_at(conn, group.id)
    if before is not None and before + SHARE_AGAIN > request.at:
        raise KindError("Shared already", card=shared_lately_card(before + SHARE_AGAIN, group.zone))


async def _entered(house: House, request: Request, group_id: int) -> Entry:
    async def work(conn: AsyncConnection) -> Entry:
        await known_group(conn, group_id)
        return await enter(conn, request, group_id)

    return await house.database.write(work)


def _slot(group_id: int) -> str:
    return f"board:{group_id}"


def commands(house: House) -> tuple[Command, ...]:
    """`/leaderboard`."""
    periods = tuple(Choice(SPAN_NAMES[span], span) for span in SPANS)
    topics = tuple(Choice(root.title, root.id) for root in house.bank.topics.roots)
    boards = tuple(Choice(BOARD_NAMES[board], board) for board in BOARDS)
    return (
        Command(
            ("leaderboard",),
            "The group's goal and boards, and your own place",
            partial(leaderboard, house),
            (
                Option("period", "This week, this month or all time; this week if left out", choices=periods),
                Option("topic", "One of the topics; all of them if left out", choices=topics),
                Option("board", "What it ranks by; points if left out", choices=boards),
            ),
            help="Points come with each reveal. Your own place is shown to you alone; Share shows the board to all.",
            example="/leaderboard period:month board:helped",
        ),
    )


def routes(house: House) -> tuple[Route, ...]:
    """What can be pressed."""
    return (
        Route(ShowBoard, partial(_show, house)),
        Route(SeeBoard, partial(_see, house)),
        Route(ChooseBoard, partial(_choose, house)),
        Route(ShareBoard, partial(_share, house)),
    )
