"""The picture of a board: laid out here, painted by ``drawing``."""

from collections.abc import Mapping

from bot.chat.words import cut
from bot.features.leaderboard.cards import BOARD_NAMES, SOMEONE, SPAN_NAMES, Board, board_name, score_words
from bot.features.points.rules import QUIZ, STREAK, Goal, Place
from bot.membership.model import Member
from bot.pictures.drawing import (
    ACCENT,
    CARD,
    EDGE,
    GOLD,
    GOOD,
    INK,
    QUIET,
    Box,
    Scene,
    Shape,
    Words,
    bar,
    fitted,
    text_width,
)
from bot.pictures.glyphs import drawable

WIDTH = 640
PAD = 28
_ROW = 38
_NAME_X, _NAME_WIDTH = PAD + 44, 250
_BAR_X = _NAME_X + _NAME_WIDTH + 16
_VALUE_X = WIDTH - PAD

IN_TABLE = "(see the table)"
"""Stands for a name that the font cannot draw; the table beside the picture has it."""

NAME_IN_ALT = 60
"""Characters of a name in the words for those who cannot see the picture."""


def board_scene(board: Board, members: Mapping[int, Member]) -> Scene:
    """The board as everyone may see it: who is not named by consent is "Someone"."""
    shapes: list[Shape] = []
    y = _heading(shapes, board)
    if board.goal is not None:
        y = _goal(shapes, board.goal, y)
    # Right answers are shares of the whole already; counts are shown beside the highest one.
    best = 1 if board.board == QUIZ else max((_strength(board.board, p) for p in board.top), default=0)
    widest = max((text_width(score_words(board.board, p), 16, bold=True) for p in board.top), default=0)
    bars = _VALUE_X - max(widest, 44) - 14 - _BAR_X
    for place in board.top:
        name = _name(members.get(place.member_id))
        _row(shapes, place, *name, y)
        filled = _strength(board.board, place) / best
        shapes += bar(_BAR_X, y + 15, bars, 10, filled, GOLD if place.rank == 1 else ACCENT)
        shapes.append(Words(_VALUE_X, y + 25, score_words(board.board, place), 16, bold=True, align="right"))
        y += _ROW
    height = y + PAD - 12
    return Scene(WIDTH, height, (Box(0, 0, WIDTH, height, CARD, 16, EDGE), *shapes))


def board_alt(board: Board, members: Mapping[int, Member]) -> str:
    """What the picture shows, in words: "Points, this week. 1: Ann, 20. 2: Someone, 12."."""
    said = [f"Leaderboard. {board.title}."]
    if board.goal is not None:
        said.append(f"Together {board.goal.reached} of {board.goal.target} points.")
    for place in board.top:
        name = cut(board_name(members.get(place.member_id), 0), NAME_IN_ALT)
        said.append(f"{place.rank}: {name}, {score_words(board.board, place)}.")
    return " ".join(said)


def _heading(shapes: list[Shape], board: Board) -> int:
    title = BOARD_NAMES[board.board]
    shapes.append(Words(PAD, 48, title, 24, bold=True))
    when = "now" if board.board == STREAK else SPAN_NAMES[board.span].lower()
    shapes.append(Words(_VALUE_X, 48, when, 15, QUIET, align="right"))
    about = [part for part in (drawable(board.group_name), board.topic_name) if part]
    if not about:
        return 68
    shapes.append(Words(PAD, 74, fitted(" · ".join(about), WIDTH - 2 * PAD, 15), 15, QUIET))
    return 94


def _goal(shapes: list[Shape], goal: Goal, y: int) -> int:
    together = f"{goal.reached:,} points together this week"
    far = (
        f"{int(100 * goal.share)}% of {goal.target:,}"
        if goal.share < 1
        else f"goal of {goal.target:,} reached"
    )
    shapes.append(Words(PAD, y + 18, together, 15))
    shapes.append(Words(_VALUE_X, y + 18, far, 15, QUIET, align="right"))
    shapes += bar(PAD, y + 30, WIDTH - 2 * PAD, 8, goal.share, GOOD)
    shapes.append(Box(PAD, y + 58, WIDTH - 2 * PAD, 1, EDGE))
    return y + 66


def _row(shapes: list[Shape], place: Place, name: str, known: bool, y: int) -> None:
    first, base = place.rank == 1, y + 25
    rank = Words(PAD + 26, base, f"{place.rank:,}", 16, GOLD if first else QUIET, bold=first, align="right")
    shown = fitted(name, _NAME_WIDTH, 16, bold=first and known)
    shapes += (rank, Words(_NAME_X, base, shown, 16, INK if known else QUIET, bold=first and known))


def _name(member: Member | None) -> tuple[str, bool]:
    """What stands for a member, and whether it is a name."""
    said = board_name(member, 0)
    if said.startswith(SOMEONE) and (member is None or not member.shown):
        return said, False
    name = drawable(said)
    return (name, True) if name else (IN_TABLE, False)


def _strength(board: str, place: Place) -> float:
    return place.numerator / place.denominator if board == QUIZ else place.numerator
