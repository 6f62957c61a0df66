"""The picture of one's own record: laid out here, painted by ``drawing``. Pure."""

from datetime import date, timedelta

from bot.chat.words import counted
from bot.features.home.rules import LEVELS, WEEKS, Mastery, Record, active_days, first_day, level
from bot.pictures.drawing import (
    ACCENT,
    CARD,
    EDGE,
    HEAT,
    INK,
    QUIET,
    TRACK,
    Box,
    Scene,
    Shape,
    Words,
    fitted,
)
from bot.pictures.glyphs import drawable

PAD = 28
_CELL, _STEP = 10, 12
_MAP_X = PAD + 38
WIDTH = _MAP_X + WEEKS * _STEP + PAD - 2
_COLUMN_GAP = 36
_COLUMN_WIDTH = (WIDTH - 2 * PAD - _COLUMN_GAP) / 2
_TOPIC_ROW = 46

MOST_TOPICS = 12
"""So many topics have a bar; the table beside the picture has all of them."""

MET = "#3f617f"
"""Met, but to be looked at again: between the track and the accent, and apart from both without colour."""


def record_scene(record: Record) -> Scene:
    """A year's heat map, and how far each topic is known. The figures stand on the card, once and as words."""
    shapes: list[Shape] = [
        Words(PAD, 50, "Your year", 24, bold=True),
        Words(WIDTH - PAD, 50, f"{record.today.day} {record.today:%B %Y}", 15, QUIET, align="right"),
    ]
    y = _heat_map(shapes, record, 88)
    if any(topic.met for topic in record.topics):
        y = _topics(shapes, record.topics[:MOST_TOPICS], y + 36)
    height = round(y + PAD - 6)
    return Scene(WIDTH, height, (Box(0, 0, WIDTH, height, CARD, 16, EDGE), *shapes))


def record_alt(record: Record) -> str:
    """What the picture shows, in words."""
    active = counted(active_days(record.days, first_day(record.today)), "active day")
    said = [f"Your record. {active} in the past year."]
    known = [f"{t.title} {t.remembered} of {t.total}" for t in record.topics[:MOST_TOPICS] if t.met]
    if known:
        said.append(f"Remembered quiz questions: {', '.join(known)}.")
    return " ".join(said)


def _heat_map(shapes: list[Shape], record: Record, y: float) -> float:
    monday = first_day(record.today)
    _months(shapes, monday, record.today, y)
    top = y + 10
    for row, name in ((0, "Mon"), (2, "Wed"), (4, "Fri")):
        shapes.append(Words(PAD, top + row * _STEP + 9, name, 12, QUIET))
    for week in range(WEEKS):
        for weekday in range(7):
            day = monday + timedelta(days=7 * week + weekday)
            if day <= record.today:
                x = _MAP_X + week * _STEP
                shapes.append(
                    Box(x, top + weekday * _STEP, _CELL, _CELL, HEAT[level(record.days.get(day, 0))], 2)
                )
    foot = top + 7 * _STEP + 16
    _legend(shapes, foot)
    return foot


def _months(shapes: list[Shape], monday: date, today: date, y: float) -> None:
    # A month's name stands over the week of its first day; a first one that is nearly over would touch the next.
    last_x = -100.0
    for week in range(WEEKS):
        sunday = monday + timedelta(days=7 * week + 6)
        x = _MAP_X + week * _STEP
        begins = week == 0 or (sunday.day <= 7 and sunday - timedelta(days=6) <= today)
        soon = week == 0 and sunday.day > 15
        if begins and not soon and x - last_x >= 3 * _STEP and x + 2 * _STEP < WIDTH - PAD:
            shapes.append(Words(x, y, f"{sunday:%b}", 12, QUIET))
            last_x = x


def _legend(shapes: list[Shape], foot: float) -> None:
    x = WIDTH - PAD - 39
    shapes.append(Words(WIDTH - PAD, foot, "more", 13, QUIET, align="right"))
    for step in range(LEVELS, -1, -1):
        x -= _STEP + 1
        shapes.append(Box(x, foot - 9, _CELL, _CELL, HEAT[step], 2))
    shapes.append(Words(x - 7, foot, "less", 13, QUIET, align="right"))


def _topics(shapes: list[Shape], topics: tuple[Mastery, ...], y: float) -> float:
    shapes.append(Words(PAD, y, "Quiz questions you remember", 16, bold=True))
    shapes += [
        Box(WIDTH - PAD - 192, y - 9, _CELL, _CELL, ACCENT, 5),
        Words(WIDTH - PAD - 177, y, "remembered", 13, QUIET),
        Box(WIDTH - PAD - 78, y - 9, _CELL, _CELL, MET, 5),
        Words(WIDTH - PAD, y, "to review", 13, QUIET, align="right"),
    ]
    rows = (len(topics) + 1) // 2
    for number, topic in enumerate(topics):
        column, row = divmod(number, rows)
        _topic(shapes, topic, PAD + column * (_COLUMN_WIDTH + _COLUMN_GAP), y + 16 + row * _TOPIC_ROW)
    return y + 16 + rows * _TOPIC_ROW


def _topic(shapes: list[Shape], topic: Mastery, x: float, y: float) -> None:
    name = fitted(drawable(topic.title) or "(see the table)", _COLUMN_WIDTH, 14)
    shapes.append(Words(x, y + 16, name, 14, INK if topic.met else QUIET))
    shapes.append(Box(x, y + 24, _COLUMN_WIDTH, 8, TRACK, 4))
    for count, colour in ((topic.met, MET), (topic.remembered, ACCENT)):
        if count:
            shapes.append(Box(x, y + 24, max(8, _COLUMN_WIDTH * count / topic.total), 8, colour, 4))
