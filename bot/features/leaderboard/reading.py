"""A board as a member or a channel sees it, put together from the store."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.cards import Card
from bot.features.daily.personal.queries import own_record
from bot.features.leaderboard.cards import Board, board_card, calm_card, closed_card
from bot.features.points.queries import Standing, Which, own_points, standing
from bot.features.points.rules import (
    ALL_TOPICS,
    BOARDS,
    PERIODS,
    POINTS,
    SHOWN_AT_TOP,
    STREAK,
    WEEK,
    Place,
    shares,
)
from bot.membership.model import Member, Naming, Tone
from bot.membership.rules import ACTIVE_DAYS
from bot.services import RequestTransaction

MOST_PAGES = 1000


def wanted(tx: RequestTransaction, board: str, span: str, topic: str) -> Which:
    """The group's board that was asked for; what is not on a list becomes points, this week, all topics."""
    board = board if board in BOARDS else POINTS
    if span not in PERIODS or board == STREAK:  # streaks are as they stand now, whatever the topic
        span = WEEK
    if topic not in {root.id for root in tx.services.bank.topics.roots} or board == STREAK:
        topic = ALL_TOPICS
    today = tx.request.at.astimezone(tx.group.rhythm.tz).date()
    of_weeks = shares(today, tx.group.weekdays, tx.group.rhythm.off)
    return Which(tx.group.id, board, topic, span, today, of_weeks)


async def private_card(tx: RequestTransaction, which: Which, page: int = 0) -> Card:
    """One of the pages for the member who asks; or what stands in its place in a calm or a small group."""
    entry, own = tx.actor, tx.actor.member.id
    group = entry.group
    if not group.keeps_score:
        return calm_card(*await own_record(tx, own))
    page = min(max(page, 0), MOST_PAGES) if group.tone is Tone.COMPETITIVE else 0
    size = SHOWN_AT_TOP[group.tone]
    found = await standing(tx, which, _lately(tx), before=page * size, most=size, own=own)
    if not found.is_open:
        return closed_card(found.active, *await own_points(tx, group.id, own, which.today))
    left_out = entry.member.naming is Naming.OUT
    board = replace(_board(tx, which, found, own), page=page, left_out=left_out)
    topics = [(root.id, root.title) for root in tx.services.bank.topics.roots]
    return board_card(board, found.members, own, topics)


async def public_board(tx: RequestTransaction, which: Which) -> tuple[Board, Mapping[int, Member]] | None:
    """The board for the channel, with those it may name; None where it is hidden or empty."""
    if not tx.group.keeps_score:
        return None
    found = await standing(tx, which, _lately(tx), most=SHOWN_AT_TOP[tx.group.tone])
    return (_board(tx, which, found, None), found.members) if found.is_open and found.top else None


def _lately(tx: RequestTransaction) -> datetime:
    return tx.request.at - timedelta(days=ACTIVE_DAYS)


def _board(tx: RequestTransaction, which: Which, found: Standing, own: int | None) -> Board:
    group, near = tx.group, found.near
    competitive = group.tone is Tone.COMPETITIVE
    mine = next((p for p in near if p.member_id == own), None)
    if mine is None and own is not None:
        numerator, denominator = found.own
        mine = Place(0, own, numerator, denominator) if numerator > 0 or denominator else None
    seen = frozenset(p.member_id for p in found.top)
    beside = tuple(p for p in near if p.member_id == own or p.member_id not in seen)
    titles = {root.id: root.title for root in tx.services.bank.topics.roots}
    return Board(
        group.id,
        group.name,
        which.board,
        which.period,
        which.topic,
        titles.get(which.topic, ""),
        found.top,
        beside if any(p.member_id != own for p in beside) or own not in seen else (),
        mine,
        None if competitive else found.goal,
        more=found.more,
        open_to_all=competitive,
    )
