"""The boards on request, and shown to the channel."""

from functools import partial

from bot.access.greeting import welcomed
from bot.access.who import PRESENT_IN_ITS_GROUP, TAKES_PART, TAKES_PART_IN_ITS_GROUP
from bot.chat.cards import Card, Choice, Picture, Private, Public, Reply, Slot, Update
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
from bot.features.leaderboard.reading import private_card, public_board, wanted
from bot.features.points.rules import BOARDS, PERIODS, SHARE_AGAIN
from bot.membership.queries import claim_share, group_of_place, shared_at
from bot.questions.model import Bank
from bot.services import RequestTransaction


async def leaderboard(tx: RequestTransaction, options: Options) -> Reply:
    """Show a board of this channel's group."""
    board, span, topic = (str(options.get(name, "")) for name in ("board", "period", "topic"))
    return Private(await _card(tx, board, span, topic), _slot(tx))


async def _card(tx: RequestTransaction, board: str, span: str, topic: str, page: int = 0) -> Card:
    return welcomed(await private_card(tx, wanted(tx, board, span, topic), page), tx.actor)


async def _show(tx: RequestTransaction, action: ShowBoard) -> Reply:
    return Private(await _card(tx, "", action.span, ""), _slot(tx))


async def _see(tx: RequestTransaction, action: SeeBoard) -> Reply:
    return Update(await _card(tx, action.board, action.span, action.topic, action.page), _slot(tx))


async def _choose(tx: RequestTransaction, action: ChooseBoard) -> Reply:
    now = {"board": action.board, "span": action.span, "topic": action.topic}
    now[action.what] = tx.request.pressed.value
    return Update(await _card(tx, now["board"], now["span"], now["topic"]), _slot(tx))


async def _share(tx: RequestTransaction, action: ShareBoard) -> Reply:
    group, now = tx.group, tx.request.at
    here = await group_of_place(tx, tx.request.place) if tx.request.place else None
    if here is None or here.id != group.id:
        raise UserError(not_here_card())
    before = await shared_at(tx, group.id)
    if before is not None and before + SHARE_AGAIN > now:
        raise UserError(shared_lately_card(before + SHARE_AGAIN, group.zone))
    found = await public_board(tx, wanted(tx, action.board, action.span, action.topic))
    if found is None:
        return Private(nothing_to_share_card())
    if not await claim_share(tx, group.id, now, SHARE_AGAIN):  # another process was a moment quicker
        raise UserError(shared_lately_card(now + SHARE_AGAIN, group.zone))
    board, members = found
    picture = Picture("leaderboard.png", b"", board_alt(board, members), partial(board_scene, board, members))
    return Public(shared_card(board, members, picture))


def _slot(tx: RequestTransaction) -> Slot:
    return Slot("board", tx.group.id)


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
