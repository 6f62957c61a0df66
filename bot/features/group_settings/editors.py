"""The lists for changing one setting: what is asked, and what can be chosen."""

from dataclasses import dataclass
from datetime import datetime

from bot.chat.cards import MAX_CHOICES, Button, Choice, RoleSelect, Select, Text
from bot.chat.words import WEEKDAYS
from bot.features.group_settings.actions import Assign, PickHour, UseZone
from bot.features.group_settings.list_settings import BY_NAME, LIST_SETTINGS
from bot.membership.calendar.cities import City, city_name, wall_clock
from bot.membership.model import Group, Tone
from bot.membership.texts import TONES
from bot.questions.topics import Topic


@dataclass(frozen=True, slots=True)
class Editor:
    """What stands on the card while one setting is being changed: a prompt, at most two rows of its own, extra buttons."""

    prompt: str | Text
    rows: tuple[tuple[Select | RoleSelect | Button, ...], ...]
    buttons: tuple[Button, ...] = ()


ALL_TOPICS = "alltopics"
NO_TOPICS = "notopics"
"""Not a setting: the topics' list with nothing chosen, where choosing a few of many begins."""

OF_SEVERAL = frozenset({"days", "topics", "organisers"})
"""Lists of which several are chosen. They stay open: a platform may tell of each entry as it is chosen."""


_ALWAYS = (
    Choice("Time zone", "zone", "What time is it for you?"),
    Choice("Time", "time", "When questions come"),
    Choice("Days", "days"),
    Choice("Topics", "topics"),
    Choice("Tone", "tone", "How much members are compared"),
)


_IF_THERE = (
    Choice("Where reveals go", "threads", "The channel, or the question's thread"),
    Choice("The organisers' role", "role", "Whoever has it organises"),
    Choice("Whom questions notify", "ping", "Nobody, @here or a role"),
)


ALL_CHOICES = (
    *_ALWAYS,
    Choice("Days off", "daysoff", "Holidays, typed or from a calendar file"),
    *(each.menu for each in LIST_SETTINGS),
    Choice("Who organises", "organisers"),
    *_IF_THERE,
)
"""Everything that can be changed."""


def change_choices(*, draft: bool, offer: frozenset[str] = frozenset()) -> tuple[Choice, ...]:
    """What can be changed; a draft shows only what set-up asks. ``offer`` holds those settings that the place allows."""
    there = tuple(choice for choice in _IF_THERE if choice.value in offer)
    return (*_ALWAYS, *there) if draft else tuple(c for c in ALL_CHOICES if c not in _IF_THERE or c in there)


def plain_editor(group: Group, what: str, roots: tuple[Topic, ...]) -> Editor | None:
    """The lists of a setting that needs nothing but the group and the topics; None for no such setting."""
    found = BY_NAME.get(what)
    if found is not None:
        return Editor(found.asks(group), ((found.select(group),),))
    match what:
        case "time":
            return time_editor(group)
        case "days":
            return days_editor(group)
        case "topics" | "notopics":
            return topics_editor(group, roots, cleared=what == NO_TOPICS)
        case "tone":
            return tone_editor(group)
    return None


def zone_editor(
    group: Group, now: datetime, own: str | None, hour: int | None, cities: tuple[City, ...]
) -> Editor:
    """First the hour on the clock, then the cities that fit; ``own`` is the zone the platform knows, if any."""
    hours = tuple(Choice(f"{h:02d}:00 to {h:02d}:59", str(h), _twelve(h)) for h in range(24))
    chosen = frozenset() if hour is None else frozenset({str(hour)})
    rows = [(Select(PickHour(group.id), hours, "It is now ...", chosen),)]
    prompt = "**What time is it for you now?** Choose the hour; the cities that fit come next."
    if cities:
        prompt = "**What time is it for you now?** Now choose a city with the same time as yours."
        shown = tuple(Choice(c.label, c.zone, wall_clock(c.zone, now)) for c in cities)
        current = frozenset({group.zone} & {c.zone for c in cities})
        rows.append((Select(Assign(group.id, "zone"), shown, "The nearest city", current),))
    elif hour is not None:
        prompt = "**What time is it for you now?** No city in the list shows that hour. Choose another one."
    known = own is not None and own != group.zone
    label = f"Use {city_name(own)} ({wall_clock(own, now)})" if known and own else ""
    return Editor(prompt, tuple(rows), (Button(label, UseZone(group.id, own)),) if label and own else ())


def time_editor(group: Group) -> Editor:
    """The hour and the quarter."""
    hours = tuple(Choice(f"{h:02d}:{group.at_minute % 60:02d}", str(h), _twelve(h)) for h in range(24))
    steps = tuple(Choice(f"{m} minutes past" if m else "on the hour", str(m)) for m in (0, 15, 30, 45))
    return Editor(
        "**When should questions come?** Choose the hour, and the minutes if you like.",
        (
            (Select(Assign(group.id, "hour"), hours, "The hour", frozenset({str(group.at_minute // 60)})),),
            (
                Select(
                    Assign(group.id, "minute"), steps, "Minutes", _if_listed(steps, str(group.at_minute % 60))
                ),
            ),
        ),
    )


def days_editor(group: Group) -> Editor:
    """The weekdays."""
    days = tuple(Choice(name, str(day)) for day, name in enumerate(WEEKDAYS))
    chosen = frozenset(str(day) for day in group.weekdays)
    return Editor(
        "**On which days?** Choose all of them.",
        ((Select(Assign(group.id, "days"), days, "Question days", chosen, most=7),),),
    )


def topics_editor(group: Group, roots: tuple[Topic, ...], *, cleared: bool) -> Editor:
    """The topics at the top; ``cleared`` shows none of them as chosen, and leaves the group as it is."""
    shown = tuple(Choice(topic.title[:100], topic.id) for topic in roots[:MAX_CHOICES])
    if not shown:
        return Editor("This question bank has no topics to choose from.", ())
    ids = {c.value for c in shown}
    chosen = frozenset(ids & set(group.topics)) if group.topics else frozenset(ids)
    chosen = frozenset() if cleared else chosen
    whole = Button("All topics", Assign(group.id, ALL_TOPICS))
    clear = Button("Start from none", Assign(group.id, NO_TOPICS))
    return Editor(
        "**Which topics?** Choose all that questions may come from.",
        (
            (Select(Assign(group.id, "topics"), shown, "Topics", chosen, most=len(shown)),),
            (whole,) if cleared else (whole, clear),
        ),
    )


def tone_editor(group: Group) -> Editor:
    """How much the group compares."""
    tones = tuple(Choice(TONES[tone][0], tone.value, TONES[tone][1]) for tone in Tone)
    lines = "\n".join(f"- **{name}**: {meaning}" for name, meaning in TONES.values())
    return Editor(
        f"**Which tone suits you?**\n\n{lines}",
        ((Select(Assign(group.id, "tone"), tones, "Tone", frozenset({group.tone.value})),),),
    )


def organisers_editor(group: Group, choices: tuple[Choice, ...], chosen: frozenset[str]) -> Editor:
    """Who organises, among those seen lately."""
    if not choices:
        return Editor("Nobody to name yet: members appear here once they have taken part in the channel.", ())
    return Editor(
        "**Who organises the group?** Choose everyone who should. At least one must stay.",
        ((Select(Assign(group.id, "organisers"), choices, "Organisers", chosen, most=len(choices)),),),
    )


def _if_listed(choices: tuple[Choice, ...], value: str) -> frozenset[str]:
    return frozenset({value} & {c.value for c in choices})


def _twelve(hour: int) -> str:
    return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"
