"""What is said of days off: the list to take them out of, the form, and what came of it."""

from collections.abc import Sequence

from bot.chat.cards import (
    MAX_CHOICES,
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Day,
    FileField,
    Form,
    Part,
    Plain,
    Select,
    Table,
    Text,
    TextField,
    text,
)
from bot.chat.days import day_field
from bot.chat.words import counted, cut, short_day
from bot.features.group_settings.actions import Assign, OpenSettings
from bot.features.group_settings.days_off.actions import AskDaysOff, SaveDaysOff
from bot.features.group_settings.days_off.calendar_files import MOST_BYTES, Calendar
from bot.features.group_settings.days_off.changing import DAYS_OFF, value_of
from bot.features.group_settings.editors import Editor
from bot.membership.calendar.days_off import MOST, NAME, DayOff

LISTED = 12
"""So many spans are written out."""


def days_off_editor(group_id: int, coming: Sequence[DayOff]) -> Editor:
    """What a group has off from here on, with a list to take a span out."""
    prompt = text(
        "**Days off**: no question comes, no streak breaks, and no goal counts them. What is open stays open until the next "
        "question."
    )
    add = (Button("Add days off", AskDaysOff(group_id)),)
    if not coming:
        return Editor(Text((*prompt.parts, " None are planned.")), (), add)
    options = tuple(
        Choice(_label(each), value_of(each), str(each.last.year)) for each in coming[:MAX_CHOICES]
    )
    rows = ((Select(Assign(group_id, DAYS_OFF), options, "Take one out ..."),),)
    return Editor(Text((*prompt.parts, "\n\n", *_listed(coming).parts)), rows, add)


def _label(span: DayOff) -> str:
    days = short_day(span.first) + (f" to {short_day(span.last)}" if span.last != span.first else "")
    return cut(f"{days}: {span.name}" if span.name else days, 80)


def _listed(spans: Sequence[DayOff]) -> Text:
    parts: list[Part] = []
    for each in spans[:LISTED]:
        parts += ["\n" if parts else "", "- ", *_span(each)]
    if len(spans) > LISTED:
        parts.append(f"\n- and {len(spans) - LISTED} more")
    return Text(tuple(part for part in parts if part))


def _span(span: DayOff) -> tuple[Part, ...]:
    name: tuple[Part, ...] = (" (", Plain(span.name), ")") if span.name else ()
    if span.first == span.last:
        return (Day(span.first), *name)
    return (
        Day(span.first, "date" if span.first.year == span.last.year else "full"),
        " to ",
        Day(span.last),
        *name,
    )


def days_off_fact(coming: Sequence[DayOff]) -> Text:
    """The next days off on a line."""
    if not coming:
        return text("none planned")
    more = f", and {len(coming) - 1} more" if len(coming) > 1 else ""
    return text(Plain(_label(coming[0])), more)


def days_off_form(group_id: int, first: str = "", last: str = "", name: str = "") -> Form:
    """Asks for a span, or for a calendar file; what was typed before stands in it."""
    return Form(
        "Add days off",
        (
            day_field("first", "First day", first, required=False),
            day_field("last", "Last day, if there are several", last, required=False),
            TextField("name", "What it is", value=name[:NAME], required=False, most=NAME),
            FileField(
                "file",
                "Or a calendar file (.ics)",
                (".ics",),
                MOST_BYTES,
                required=False,
                help="Its all-day events are read, also those that come back each year.",
            ),
        ),
        SaveDaysOff(group_id),
        intro=text("On these days no question comes. They hold for the whole group."),
    )


def added_card(
    group_id: int, new: int, left: int, read: Calendar | None, coming: Sequence[DayOff], then: Text | None
) -> Card:
    """What was added, with the numbers of the file it was ``read`` from, and what is off from here on."""
    blocks: list[Block] = [then] if then is not None else []
    if read is not None:
        blocks.append(Table(("Events in the file", ""), _counts(read), frozenset({1})))
    if left:
        blocks.append(text(f"A group keeps {MOST}: {counted(left, 'more was', 'more were')} left out."))
    blocks.append(_listed(coming) if coming else text("No days off are planned."))
    title = f"{counted(new, 'span')} of days off added" if new else "Nothing new was added"
    row = (Button("Settings", OpenSettings(group_id)), Button("Add more", AskDaysOff(group_id)))
    return Card(title, tuple(blocks), (row,), accent=Accent.GOOD if new else Accent.NEUTRAL)


def _counts(read: Calendar) -> tuple[tuple[str, str], ...]:
    refused = sum(count for _, count in read.refused)
    return (
        ("taken", str(read.events - read.over - refused)),
        ("over, or too far ahead", str(read.over)),
        *((f"refused: {why}", str(count)) for why, count in read.refused),
    )
