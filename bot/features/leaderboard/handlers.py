"""The boards on request, and shown to the channel."""

from functools import partial

from bot.access.greeting import welcomed
from bot.access.who import PRESENT_IN_ITS_GROUP, TAKES_PART, TAKES_PART_IN_ITS_GROUP
from bot.chat.cards import Choice, Picture, Private, Public, Reply, Slot, Update
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route, UserError
from bot.features.leaderboard.actions import ChooseBoard, SeeBoard, ShareBoard, ShowBoard
from bot.features.leaderboard.cards import (
    BOARD_NAMES,
    SPAN_NAMES,
    not_here_card,
    nothing_to_share_card,
    shared_card,
    shared_lately_card,
)
from bot.features.leaderboard.pictures import board_alt, board_scene
from bot.features.leaderboard.reading import Wanted, private_card, public_board, wanted
from bot.features.points.rules import BOARDS, PERIODS, SHARE_AGAIN
from bot.membership.queries import claim_share, group_of_place, shared_at
from bot.questions.model import Bank
from bot.services import RequestTransaction


async def leaderboard(tx: RequestTransaction, options: Options) -> Reply:
    """Show a board of this channel's group."""
    board, span, topic = (str(options.get(name, "")) for name in ("board", "period", "topic"))
    return await _private(tx, wanted(tx.services.bank, board, span, topic))


async def _show(tx: RequestTransaction, action: ShowBoard) -> Reply:
    return await _private(tx, wanted(tx.services.bank, "", action.span, ""))


async def _private(tx: RequestTransaction, asked: Wanted) -> Reply:
    return Private(welcomed(await private_card(tx, asked), tx.actor), _slot(tx.group.id))


async def _see(tx: RequestTransaction, action: SeeBoard) -> Reply:
    return await _again(tx, wanted(tx.services.bank, action.board, action.span, action.topic, action.page))


async def _choose(tx: RequestTransaction, action: ChooseBoard) -> Reply:
    now = {"board": action.board, "span": action.span, "topic": action.topic}
    now[action.what] = tx.request.pressed.chosen
    return await _again(tx, wanted(tx.services.bank, now["board"], now["span"], now["topic"]))


async def _again(tx: RequestTransaction, asked: Wanted) -> Reply:
    return Update(welcomed(await private_card(tx, asked), tx.actor), _slot(tx.group.id))


async def _share(tx: RequestTransaction, action: ShareBoard) -> Reply:
    group, now = tx.group, tx.request.at
    here = await group_of_place(tx, tx.request.place) if tx.request.place else None
    if here is None or here.id != group.id:
        raise UserError("Not here", card=not_here_card())
    before = await shared_at(tx, group.id)
    if before is not None and before + SHARE_AGAIN > now:
        raise UserError("Already shared", card=shared_lately_card(before + SHARE_AGAIN, group.zone))
    asked = wanted(tx.services.bank, action.board, action.span, action.topic)
    found = await public_board(tx, asked)
    if found is None:
        return Private(nothing_to_share_card())
    if not await claim_share(tx, group.id, now, SHARE_AGAIN):  # another process was a moment quicker
        raise UserError("Already shared", card=shared_lately_card(now + SHARE_AGAIN, group.zone))
    board, members = found
    picture = Picture("leaderboard.png", b"", board_alt(board, members), partial(board_scene, board, members))
    return Public(shared_card(board, members, picture))


def _slot(group_id: int) -> Slot:
    return Slot("board", group_id)


def commands(bank: Bank) -> tuple[Command, ...]:
    """`/leaderboard`, with the topics that the bank has."""
    periods = tuple(Choice(SPAN_NAMES[span], span) for span in PERIODS)
    topics = tuple(Choice(root.title, root.id) for root in bank.topics.roots)
    boards = tuple(Choice(BOARD_NAMES[board], board) for board in BOARDS)
    return (
        Command(
            ("leaderboard",),
            "The group's goal and boards, and your own place",
            leaderboard,
            (
                Option(
                    "period",
                    "This week or month, the last one, or all time; this week if left out",
                    choices=periods,
                ),
                Option("topic", "One of the topics; all of them if left out", choices=topics),
                Option("board", "What it ranks by; points if left out", choices=boards),
            ),
            who=TAKES_PART,
            help="Points come with each reveal and count for its day. Your own place is shown only to you; Share shows the board to everyone.",
            example="/leaderboard period:month board:helped",
            also=("points", "rank", "ranking", "scores", "board"),
        ),
    )


ROUTES = (
    Route(ShowBoard, _show, TAKES_PART_IN_ITS_GROUP),
    Route(SeeBoard, _see, PRESENT_IN_ITS_GROUP, reads=True),
    Route(ChooseBoard, _choose, PRESENT_IN_ITS_GROUP, reads=True),
    Route(ShareBoard, _share, PRESENT_IN_ITS_GROUP),
)
