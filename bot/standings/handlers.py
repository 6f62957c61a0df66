"""The board on request."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.actions import Action
from bot.chat.cards import Card, Choice, Private, Reply
from bot.chat.commands import Command, Option, Options
from bot.chat.dispatch import Route
from bot.chat.requests import Request
from bot.groups.entry import enter, known_group, welcomed
from bot.groups.house import House
from bot.groups.model import Entry, Tone
from bot.groups.rules import ACTIVE_DAYS
from bot.groups.store import active_members, members_by_id
from bot.standings.cards import Board, board_card, calm_card, closed_card
from bot.standings.rules import ALL, OPENS_AT, SHOWN_AT_TOP, WEEK, Score, ranked, shown
from bot.standings.store import own_record, scores


@dataclass(frozen=True, slots=True)
class ShowBoard(Action):
    """Show the board of a group; ``span`` is "week", "all", or "" for both."""

    tag: ClassVar[str] = "board"
    group_id: int
    span: str


async def leaderboard(house: House, request: Request, options: Options) -> Reply:
    """Show the board of this channel's group."""
    entry = await house.database.write(partial(enter, request=request))
    return await _reply(house, request, entry, str(options.get("period", "")))


async def show_board(house: House, request: Request, action: ShowBoard) -> Reply:
    """Show the board of the group whose card was pressed."""

    async def work(conn: AsyncConnection) -> Entry:
        await known_group(conn, action.group_id)
        return await enter(conn, request, action.group_id)

    return await _reply(house, request, await house.database.write(work), action.span)


async def _reply(house: House, request: Request, entry: Entry, span: str) -> Reply:
    spans = (span,) if span in (WEEK, ALL) else (WEEK, ALL)
    card = await house.database.read(partial(_card, request, entry, spans))
    return Private(welcomed(card, entry), f"board:{entry.group.id}")


async def _card(request: Request, entry: Entry, spans: tuple[str, ...], conn: AsyncConnection) -> Card:
    group, own = entry.group, entry.member.id
    if not group.keeps_score:
        return calm_card(*await own_record(conn, own))
    today = request.at.astimezone(group.rhythm.tz).date()
    found = {span: await scores(conn, group.id, span, today) for span in (WEEK, ALL)}
    active = await active_members(conn, group.id, request.at - timedelta(days=ACTIVE_DAYS))
    if active < OPENS_AT:
        return closed_card(active, _own(found[WEEK], own), _own(found[ALL], own))
    top = SHOWN_AT_TOP[group.tone]
    boards = [
        Board(
            span,
            shown(ranked(found[span]), own, top),
            _own(found[span], own),
            sum(s.points for s in found[span]),
        )
        for span in spans
    ]
    places = (place for board in boards for place in (*board.shown.top, *board.shown.around))
    return board_card(
        boards,
        await members_by_id(conn, frozenset(p.member_id for p in places)),
        own,
        open_to_all=entry.group.tone is Tone.COMPETITIVE,
    )


def _own(found: tuple[Score, ...], member_id: int) -> int:
    return next((score.points for score in found if score.member_id == member_id), 0)


def commands(house: House) -> tuple[Command, ...]:
    """`/leaderboard`."""
    periods = (Choice("This week", WEEK), Choice("All time", ALL))
    return (
        Command(
            ("leaderboard",),
            "The group's points, and your own place",
            partial(leaderboard, house),
            (Option("period", "This week or all time; both if left out", choices=periods),),
            help="Points come with each reveal. Your own place is shown to you alone.",
            example="/leaderboard period:week",
        ),
    )


def routes(house: House) -> tuple[Route, ...]:
    """The button that other cards may carry."""
    return (Route(ShowBoard, partial(show_board, house)),)
