"""What boards say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Fields,
    Moment,
    Picture,
    Select,
    Style,
    Table,
    text,
)
from bot.chat.words import clean_line, counted, cut, width
from bot.features.leaderboard.actions import ChooseBoard, SeeBoard, ShareBoard
from bot.features.points.rules import (
    ACCURATE_FROM,
    ALL,
    BOARDS,
    HELPED,
    LAST_MONTH,
    LAST_WEEK,
    MONTH,
    OPENS_AT,
    PERIODS,
    POINTS,
    QUIZ,
    STREAK,
    WEEK,
    Goal,
    Place,
)
from bot.membership.model import Member

SOMEONE = "Someone"
NAME_IN_TABLE = 32
"""Columns of a name in a table, so that the numbers beside it stay in sight on a narrow screen."""

EVERY_TOPIC = "all"
"""How a list names the choice of no topic."""

SPAN_NAMES = {
    WEEK: "This week",
    LAST_WEEK: "Last week",
    MONTH: "This month",
    LAST_MONTH: "Last month",
    ALL: "All time",
}
BOARD_NAMES = {POINTS: "Points", HELPED: "Helped", QUIZ: "Quiz accuracy", STREAK: "Streak"}
_COUNTED = {POINTS: "Points", HELPED: "Votes", STREAK: "Days"}
_NONE_YET = {
    POINTS: "you have none yet; an answer is the first step.",
    HELPED: "none for your answers yet; votes count from the reveal on.",
    QUIZ: f"you have none yet; `/quiz start` begins a quiz, and a place here needs {ACCURATE_FROM} answers.",
    STREAK: "you have none yet; an answer today starts one.",
}
_EMPTY = {
    POINTS: "no points yet. They come with each reveal and count for its day.",
    HELPED: "no votes yet. They come with each reveal and count for its day.",
    QUIZ: f"nobody has {ACCURATE_FROM} quiz answers yet. `/quiz start` begins a quiz.",
    STREAK: "nobody has a streak yet. An answer today starts one.",
}


@dataclass(frozen=True, slots=True)
class Board:
    """A board as one member sees it.

    ``top`` is the page everyone sees, ``around`` one's own neighbourhood where it is not on that page, ``own`` one's
    own counts and rank (0 for none). ``goal`` is the group's. ``topic`` is an id, ``topic_name`` its title, both ""
    for all. ``page`` counts from 0; ``more`` tells that another follows. ``left_out``: one wants no place on boards.
    """

    group_id: int
    group_name: str
    board: str
    span: str
    topic: str
    topic_name: str
    top: tuple[Place, ...]
    around: tuple[Place, ...] = ()
    own: Place | None = None
    goal: Goal | None = None
    page: int = 0
    more: bool = False
    open_to_all: bool = False
    left_out: bool = False

    @property
    def title(self) -> str:
        """What it ranks, when, in which topic: "Points, this week, Safety"."""
        if self.board == STREAK:
            return BOARD_NAMES[STREAK]
        parts = (BOARD_NAMES[self.board], SPAN_NAMES[self.span].lower(), self.topic_name)
        return ", ".join(part for part in parts if part)


def board_name(member: Member | None, own_id: int) -> str:
    """How a board calls a member: "You", their chosen name, or "Someone"."""
    if member is not None and member.id == own_id:
        return "You"
    if member is None or not member.shown:
        return f"{SOMEONE} (sample)" if member is not None and member.sample else SOMEONE
    return member.shown


def score_words(board: str, place: Place) -> str:
    """What a place rests on, in a cell: "12", or "86%" of right answers (cut, so that 100% is never less)."""
    if board != QUIZ:
        return f"{place.numerator:,}"
    return f"{100 * place.numerator // place.denominator}%"


def board_card(
    board: Board, members: Mapping[int, Member], own_id: int, topics: Sequence[tuple[str, str]]
) -> Card:
    """A board, privately: the group's goal first, then one's own place, then what everyone sees of it.

    ``topics`` are the (id, title) to choose from.
    """
    blocks: list[Block] = [*_goal_block(board.goal), text(f"**{board.title}**: {_own(board)}")]
    if board.top:
        blocks.append(_table(board.board, board.top, members, own_id))
    if board.around:
        blocks += [
            text("Around you, shown only to you:"),
            _table(board.board, board.around, members, own_id),
        ]
    private = "" if board.open_to_all or not board.top else "The top three are shown to everyone. "
    return Card(
        "Leaderboard",
        tuple(blocks),
        controls=_controls(board, topics),
        footer=text(private + "`/my settings` sets how others see you."),
    )


def shared_card(board: Board, members: Mapping[int, Member], picture: Picture | None) -> Card:
    """A board for the whole channel: by consent, and without anybody's own place."""
    blocks: list[Block] = [*_goal_block(board.goal), text(f"**{board.title}**")]
    if picture is not None:
        blocks.append(picture)
    blocks.append(_table(board.board, board.top, members, own_id=0))
    return Card(
        "Leaderboard", tuple(blocks), footer=text("`/leaderboard` shows you your own place, privately.")
    )


def shared_lately_card(again_at: datetime, zone: str) -> Card:
    """The channel saw a board within the hour."""
    words = text(
        "A board was shared here a short while ago. It can be shared again at ",
        Moment(again_at, zone, "time"),
        ".",
    )
    return Card("Already shared", (words, text("Nothing was posted; until then only you see it.")))


def _goal_block(goal: Goal | None) -> list[Block]:
    if goal is None:
        return []
    if goal.reached >= goal.target:
        return [
            text(f"**Together this week**: {goal.reached:,} points. The goal of {goal.target:,} is reached.")
        ]
    far = int(100 * goal.share)
    return [text(f"**Together this week**: {goal.reached:,} of {goal.target:,} points, {far}% of the way.")]


def _own(board: Board) -> str:
    own = board.own
    if not board.top:
        return _EMPTY[board.board] + (f" {_short_of(own)}" if board.board == QUIZ and own else "")
    if own is None:
        return _NONE_YET[board.board]
    rank = f"rank {own.rank:,}" if own.rank else ""
    match board.board:
        case "points":
            said = f"you have {own.numerator:,}"
        case "helped":
            said = f"your answers helped {counted(own.numerator, 'time', grouped=True)}"
        case "quiz" if not own.rank:
            return _short_of(own)
        case "quiz":
            said = f"you got {own.numerator:,} of {own.denominator:,} right"
        case _:
            said = f"yours is at {counted(own.numerator, 'question day', grouped=True)}"
    if board.left_out:
        return f"{said}. Boards leave you out, as you asked."
    return f"{said}, {rank}." if rank else f"{said}."


def _short_of(own: Place) -> str:
    if own.denominator >= ACCURATE_FROM:
        return f"you got {own.numerator:,} of {own.denominator:,} right."
    return f"you have answered {own.denominator} of the {ACCURATE_FROM} questions that a place here needs."


def _table(board: str, places: Sequence[Place], members: Mapping[int, Member], own_id: int) -> Table:
    names = [
        cut(clean_line(board_name(members.get(p.member_id), own_id)), NAME_IN_TABLE, width) for p in places
    ]
    rows = [(f"{p.rank:,}", name, score_words(board, p)) for p, name in zip(places, names, strict=True)]
    if board != QUIZ:
        return Table(("Rank", "Name", _COUNTED[board]), tuple(rows), frozenset({0, 2}))
    given = tuple(
        (*row, f"{p.numerator:,} of {p.denominator:,}") for p, row in zip(places, rows, strict=True)
    )
    return Table(("Rank", "Name", "Right", "Answers"), given, frozenset({0, 2, 3}))


def _controls(board: Board, topics: Sequence[tuple[str, str]]) -> tuple[tuple[Control, ...], ...]:
    here = (board.group_id, board.board, board.span, board.topic)
    boards = tuple(Choice(BOARD_NAMES[b], b) for b in BOARDS)
    rows: list[tuple[Control, ...]] = [
        (Select(ChooseBoard("board", *here), boards, "Board", frozenset({board.board})),)
    ]
    if board.board != STREAK:
        spans = tuple(Choice(SPAN_NAMES[s], s) for s in PERIODS)
        named = (Choice("All topics", EVERY_TOPIC), *(Choice(title, topic) for topic, title in topics))
        chosen = frozenset({board.topic or EVERY_TOPIC})
        rows.append((Select(ChooseBoard("span", *here), spans, "Period", frozenset({board.span})),))
        rows.append((Select(ChooseBoard("topic", *here), named, "Topic", chosen),))
    buttons: list[Control] = []
    if board.page:
        buttons.append(Button("Back", SeeBoard(*here, board.page - 1)))
    if board.more and board.open_to_all:
        buttons.append(Button("Next ten", SeeBoard(*here, board.page + 1)))
    if board.top:
        buttons.append(Button("Share", ShareBoard(*here), Style.NORMAL))
    return (*rows, tuple(buttons)) if buttons else tuple(rows)


def closed_card(active: int, week: int, all_time: int) -> Card:
    """There are too few members for a board."""
    assert active < OPENS_AT
    now = f"there are {active} now" if active > 1 else "you are the first"
    words = f"The board opens at five active members; {now}."
    return Card("Leaderboard", (text(words), _own_points(week, all_time)))


def nothing_to_share_card() -> Card:
    """The board is empty, or hidden."""
    return Card(
        "Nothing to share yet",
        (text("This board is empty or hidden right now. `/leaderboard` shows what there is."),),
        accent=Accent.BAD,
    )


def not_here_card() -> Card:
    """A board was to be shared where its group does not meet."""
    words = "A board can be shared in its group's own channel. Type `/leaderboard` there, and press Share."
    return Card("Not here", (text(words),), accent=Accent.BAD)


def _own_points(week: int, all_time: int) -> Fields:
    rows = (("Your points this week", text(str(week))), ("Your points, all time", text(str(all_time))))
    return Fields(rows)


def calm_card(given: int, finished: int) -> Card:
    """The group keeps no score."""
    record = Fields((("Answers you gave", text(str(given))), ("Ballots you finished", text(str(finished)))))
    return Card("Your own record", (text("This group doesn't keep score; here is your own record."), record))
