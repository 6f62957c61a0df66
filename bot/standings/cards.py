"""What boards say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.cards import Block, Card, Fields, Table, text
from bot.groups.model import Member
from bot.standings.rules import ALL, OPENS_AT, WEEK, Place, Shown

SOMEONE = "Someone"
_TITLES = {WEEK: "This week", ALL: "All time"}
_HEAD = ("Rank", "Name", "Points")
_RIGHT = frozenset({0, 2})


@dataclass(frozen=True, slots=True)
class Board:
    """One period of a board as one member sees it; ``together`` is the whole group's sum, ``own`` the member's."""

    span: str
    shown: Shown
    own: int
    together: int


def board_name(member: Member | None, own_id: int) -> str:
    """How a board calls a member: "You", their chosen name, or "Someone"."""
    if member is not None and member.id == own_id:
        return "You"
    if member is None or not member.shown:
        return f"{SOMEONE} (sample)" if member is not None and member.sample else SOMEONE
    return member.shown


def board_card(
    boards: Sequence[Board], members: Mapping[int, Member], own_id: int, *, open_to_all: bool
) -> Card:
    """The board of one or both periods, with the group's sum first and one's own points always.

    ``open_to_all``: a competitive group's full board, where everyone sees the same places.
    """
    blocks: list[Block] = []
    for board in boards:
        blocks.extend(_period(board, members, own_id))
    private = "" if open_to_all else "The first three are shown to all; those next to you only to you. "
    hint = text(private + "`/my name` sets how others see you.")
    return Card("Leaderboard", tuple(blocks), footer=hint)


def _period(board: Board, members: Mapping[int, Member], own_id: int) -> list[Block]:
    title = _TITLES[board.span]
    if not board.shown.top:
        return [text(f"**{title}**: no points yet. A reveal's points count for the week of its question.")]
    own = f"You have {board.own}." if board.own else "You have none yet; an answer is the first step."
    blocks: list[Block] = [
        text(f"**{title}**: {board.together} points together. {own}"),
        _table(board.shown.top, members, own_id),
    ]
    if board.shown.around:
        blocks += [text("Around you:"), _table(board.shown.around, members, own_id)]
    return blocks


def _table(places: Sequence[Place], members: Mapping[int, Member], own_id: int) -> Table:
    rows = tuple((str(p.rank), board_name(members.get(p.member_id), own_id), str(p.points)) for p in places)
    return Table(_HEAD, rows, _RIGHT)


def closed_card(active: int, week: int, all_time: int) -> Card:
    """There are too few members for a board."""
    assert active < OPENS_AT
    now = f"you are {active} now" if active > 1 else "you are the first"
    words = f"The board opens at five active members; {now}."
    return Card("Leaderboard", (text(words), _own_points(week, all_time)))


def _own_points(week: int, all_time: int) -> Fields:
    rows = (("Your points this week", text(str(week))), ("Your points of all time", text(str(all_time))))
    return Fields(rows)


def calm_card(given: int, finished: int) -> Card:
    """The group keeps no score."""
    record = Fields((("Answers you gave", text(str(given))), ("Ballots you finished", text(str(finished)))))
    return Card("Your own record", (text("This group doesn't keep score; here is your own record."), record))
