"""A board as a member or a channel sees it, put together from the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.cards import Card
from bot.chat.requests import Request
from bot.groups.model import Entry, Group, Member, Naming, Tone
from bot.groups.rules import ACTIVE_DAYS
from bot.groups.services import Services
from bot.groups.store import members_by_id
from bot.standings.cards import Board, board_card, calm_card, closed_card
from bot.standings.rules import (
    ALL_TOPICS,
    BOARDS,
    POINTS,
    SHOWN_AT_TOP,
    SPANS,
    STREAK,
    WEEK,
    Place,
)
from bot.standings.store import Which, around, group_goal, is_open, own_counts, own_points, own_record, page
from bot.store.transaction import Transaction

MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which board was asked for. Made by ``wanted``, which puts right what no list offers."""

    board: str
    span: str
    topic: str
    page: int = 0


def wanted(services: Services, board: str, span: str, topic: str, page_: int = 0) -> Wanted:
    """The board that was asked for; what is not on a list becomes points, this week, all topics, the first page."""
    roots = {root.id for root in services.bank.topics.roots}
    board = board if board in BOARDS else POINTS
    if board == STREAK:  # streaks are as they stand now, whatever the topic
        return Wanted(board, WEEK, ALL_TOPICS, min(max(page_, 0), MOST_PAGES))
    return Wanted(
        board,
        span if span in SPANS else WEEK,
        topic if topic in roots else ALL_TOPICS,
        min(max(page_, 0), MOST_PAGES),
    )


async def private_card(
    services: Services, request: Request, entry: Entry, asked: Wanted, tx: Transaction
) -> Card:
    """The board for one member; or what stands in its place in a calm or a small group."""
    group, own = entry.group, entry.member.id
    if not group.keeps_score:
        return calm_card(*await own_record(tx, own))
    which = _which(group, asked, request)
    open_, active = await is_open(tx, group.id, request.at - timedelta(days=ACTIVE_DAYS))
    if not open_:
        return closed_card(active, *await own_points(tx, group.id, own, which.today))
    board = await _board(services, tx, group, asked, which, own)
    board = replace(board, left_out=entry.member.naming is Naming.OUT)
    shown = (*board.top, *board.around)
    members = await members_by_id(tx, frozenset(p.member_id for p in shown))
    topics = [(root.id, root.title) for root in services.bank.topics.roots]
    return board_card(board, members, own, topics)


async def public_board(
    services: Services, request: Request, group: Group, asked: Wanted, tx: Transaction
) -> tuple[Board, Mapping[int, Member]] | None:
    """The board for the channel, with those it may name; None where it is hidden or empty."""
    open_, _ = await is_open(tx, group.id, request.at - timedelta(days=ACTIVE_DAYS))
    if not (group.keeps_score and open_):
        return None
    first = Wanted(asked.board, asked.span, asked.topic)
    board = await _board(services, tx, group, first, _which(group, first, request), None)
    if not board.top:
        return None
    return board, await members_by_id(tx, frozenset(p.member_id for p in board.top))


def _which(group: Group, asked: Wanted, request: Request) -> Which:
    today = request.at.astimezone(group.rhythm.tz).date()
    return Which(group.id, asked.board, asked.topic, asked.span, today)


async def _board(
    services: Services, tx: Transaction, group: Group, asked: Wanted, which: Which, own: int | None
) -> Board:
    competitive = group.tone is Tone.COMPETITIVE
    size = SHOWN_AT_TOP[group.tone]
    at = asked.page if competitive else 0
    top, more = await page(tx, which, at * size, size)
    near = await around(tx, which, own) if own is not None else ()
    mine = next((p for p in near if p.member_id == own), None)
    if mine is None and own is not None:
        numerator, denominator = await own_counts(tx, which, own)
        mine = Place(0, own, numerator, denominator) if numerator > 0 or denominator else None
    seen = frozenset(p.member_id for p in top)
    beside = tuple(p for p in near if p.member_id == own or p.member_id not in seen)
    titles = {root.id: root.title for root in services.bank.topics.roots}
    return Board(
        group.id,
        group.name,
        asked.board,
        asked.span,
        asked.topic,
        titles.get(asked.topic, ""),
        top,
        beside if any(p.member_id != own for p in beside) or own not in seen else (),
        mine,
        None if competitive else await group_goal(tx, group.id, which.today),
        at,
        more,
        competitive,
    )
