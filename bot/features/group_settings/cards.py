"""What a group's own cards say: set-up, settings, pause, status."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Fields,
    Form,
    Moment,
    Part,
    Plain,
    Select,
    Style,
    Text,
    text,
)
from bot.chat.commands import RunCommand
from bot.chat.days import day_field
from bot.chat.words import counted, enumerated, short_day
from bot.features.group_settings.actions import (
    AskPause,
    Begin,
    Change,
    CheckAgain,
    Invite,
    OpenSettings,
    OrganiseToo,
    Pause,
    Resume,
    SavePause,
)
from bot.features.group_settings.days_off.cards import days_off_fact
from bot.features.group_settings.editors import Editor, change_choices
from bot.features.group_settings.list_settings import DOOR, LIST_SETTINGS
from bot.membership.calendar.cities import city_name, wall_clock
from bot.membership.calendar.days_off import DayOff, ahead
from bot.membership.calendar.schedule import next_slot
from bot.membership.model import Group, GroupState, Member
from bot.membership.rules import is_ahead, last_date_by
from bot.membership.texts import TONES, days_words, rhythm_words, runway_words, slot_words

SETTLED = "Changes apply at once."
_WHAT_IT_IS = (
    "A question comes at the same time on each day you choose. Everyone answers privately and reads the others' "
    "answers unnamed; the best are revealed two question days later."
)


@dataclass(frozen=True, slots=True)
class View:
    """Everything the set-up and settings cards show of a group.

    ``problems`` keep the bot from posting; ``runway`` is (questions, weeks). ``may_organise_too`` offers the one who looks to become an organiser.
    ``offer`` names the settings that only some places allow; ``by_role`` says that a role lets people join. ``pinged``: whom questions notify.
    """

    group: Group
    places: tuple[str, ...]
    topics: tuple[str, ...]
    organisers: tuple[Member, ...]
    problems: tuple[str, ...]
    runway: tuple[int, int]
    now: datetime
    may_organise_too: bool = False
    offer: frozenset[str] = frozenset()
    by_role: bool = False
    pinged: Text | None = None

    @property
    def days_off(self) -> tuple[DayOff, ...]:
        """What is off from today on."""
        return ahead(self.group.days_off, self.now.astimezone(self.group.rhythm.tz).date())

    @property
    def blocked(self) -> bool:
        """Whether something keeps the group from starting: the bot may not post, or there is nothing to ask."""
        return bool(self.problems) or self.runway[0] == 0


def settings_card(view: View, editor: Editor | None = None, note: str | Text = "") -> Card:
    """The one card of set-up and settings: the facts, what to change, and the lists of what is being changed."""
    draft = view.group.state is GroupState.DRAFT
    blocks: list[Block] = [text(note) if isinstance(note, str) else note] if note else []
    if draft:
        blocks.append(text(_WHAT_IT_IS))
    blocks.append(Fields((*_common_facts(view), *(() if draft else _running_facts(view)))))
    blocks.append(text(runway_words(*view.runway, len(view.group.weekdays))))
    blocks.extend(_problem_text(view.problems, draft=draft))
    rows: list[tuple[Control, ...]] = [
        (Select(Change(view.group.id), change_choices(draft=draft, offer=view.offer), "Change ..."),)
    ]
    buttons = _draft_buttons(view) if draft else _running_buttons(view)
    if editor is not None:
        blocks.append(text(editor.prompt) if isinstance(editor.prompt, str) else editor.prompt)
        rows.extend(editor.rows)
        buttons = (*buttons, *editor.buttons)
    return Card(
        "Set up your study group" if draft else "Group settings",
        tuple(blocks),
        (*rows, buttons),
        footer=None if draft else text(SETTLED),
        accent=Accent.BAD if view.problems else Accent.NEUTRAL,
    )


def with_post_now(card: Card) -> Card:
    """The card with a way to ask today's question, which no longer comes by itself, beside what undoes the change."""
    *above, undo = card.controls
    row = (Button("Post today's question now", RunCommand("round now", "")), *undo)
    return replace(card, controls=(*above, row))


def _common_facts(view: View) -> tuple[tuple[str, Text], ...]:
    group = view.group
    zone = f"{city_name(group.zone)} ({wall_clock(group.zone, view.now)} now)"
    return (
        ("Where", _names(view.places, "this channel")),
        ("Time zone", text(zone)),
        ("Time", text(f"{group.at:%H:%M}")),
        ("Days", text(days_words(group.weekdays))),
        ("Topics", _names(view.topics, "all")),
        ("Tone", text(TONES[group.tone][0])),
    )


def _running_facts(view: View) -> tuple[tuple[str, Text], ...]:
    group = view.group
    return (
        ("Days off", days_off_fact(view.days_off)),
        *(_BY_ROLE if view.by_role and each.name == DOOR else each.fact(group) for each in LIST_SETTINGS),
        *((("Questions notify", view.pinged),) if view.pinged else ()),
        ("Organisers", _names(tuple(m.real_name for m in view.organisers), "whoever manages the channel")),
        ("Next question", _next_question(group, view.now)),
    )


_BY_ROLE = ("Who may join", text("only those with a chosen role, or by invitation"))


def _next_question(group: Group, now: datetime) -> Text:
    if group.state is GroupState.PAUSED:
        return text("paused until ", Moment(group.next_at, group.zone)) if group.next_at else text("paused")
    if group.state is GroupState.DRAFT or group.next_at is None:
        return text("not started yet")
    return text("any moment now") if group.next_at <= now else text(Moment(group.next_at, group.zone))


def _names(names: tuple[str, ...], none: str) -> Text:
    return Text(enumerated(names)) if names else text(none)


def _problem_text(problems: tuple[str, ...], *, draft: bool) -> tuple[Text, ...]:
    if not problems:
        return ()
    parts: list[Part] = ["**Before it can start:**\n\n" if draft else "**Questions cannot be posted:**\n\n"]
    for problem in problems:
        parts += ["- ", Plain(problem), "\n"]
    return (Text(tuple(parts)),)


def _draft_buttons(view: View) -> tuple[Button, ...]:
    group = view.group
    wait = "What is missing is listed above." if view.blocked else None
    starts = next_slot(group.rhythm, last_date_by(group, view.now), view.now).at
    buttons = (
        Button("Post the first question now", Begin(group.id, at_once=True), Style.PRIMARY, wait),
        Button(
            f"Start {slot_words(starts, group, view.now)}",
            Begin(group.id, at_once=False),
            Style.NORMAL,
            wait,
        ),
    )
    return (*buttons, Button("Check again", CheckAgain(group.id))) if view.problems else buttons


def _running_buttons(view: View) -> tuple[Button, ...]:
    group = view.group
    paused = group.state is GroupState.PAUSED
    buttons = [Button("Resume", Resume(group.id)) if paused else Button("Pause", Pause(group.id))]
    if view.problems:
        buttons.append(Button("Check again", CheckAgain(group.id)))
    if group.invited_only:
        buttons.append(Button("Invite somebody", Invite(group.id)))
    if view.may_organise_too:
        buttons.append(Button("Make me an organiser too", OrganiseToo(group.id)))
    return tuple(buttons)


def ready_card(group: Group, now: datetime, *, posted: bool) -> Card:
    """Set-up is done; ``posted`` when the first question came with it."""
    here: tuple[Part, ...] = ("The first question is here. ",) if posted else ()
    coming: tuple[Part, ...] = ("The next question is on its way.",)
    if group.next_at is not None and group.next_at > now:
        coming = ("The next question comes ", Moment(group.next_at, group.zone), ".")
    return Card(
        "Your study group is ready",
        (text(f"Ready: {rhythm_words(group)}. Pause any time."), Text((*here, *coming))),
        ((Button("Settings", OpenSettings(group.id)), Button("Pause", Pause(group.id))),),
        accent=Accent.GOOD,
    )


def paused_card(group: Group) -> Card:
    """The group rests, until a date where its pause has an end."""
    words = text("No new questions come. What is open runs to its end, and nothing is lost.")
    if group.next_at is not None:
        words = text(
            "The next question comes ",
            Moment(group.next_at, group.zone, "date"),
            ". The group resumes by itself then, and says so. What is open runs to its end, and nothing is lost.",
        )
    another = "Another day" if group.next_at is not None else "Set an end"
    row = (Button("Resume", Resume(group.id), Style.PRIMARY), Button(another, AskPause(group.id)))
    return Card("The group is paused", (words,), (row,))


def pause_form(group_id: int, said: str = "") -> Form:
    """Asks for the day on which questions come again; ``said`` is what was typed before."""
    field = day_field("until", "Questions come again on", said, required=False)
    return Form(
        "Pause until", (field,), SavePause(group_id), intro=text("Leave it empty to pause without an end.")
    )


def resumed_card(group: Group, now: datetime) -> Card:
    """The group has resumed."""
    words: tuple[Part, ...] = ("The next question is on its way.",)
    if group.next_at is not None and group.next_at > now:
        words = ("The next question comes ", Moment(group.next_at, group.zone), ". Nothing is overdue.")
    return Card(
        "The group has resumed",
        (text(f"{_capital(rhythm_words(group))}."), Text(words)),
        ((Button("Settings", OpenSettings(group.id)), Button("Pause", Pause(group.id))),),
        accent=Accent.GOOD,
    )


def status_card(view: View, active: int, *, organiser: bool) -> Card:
    """What everyone may know of the group; organisers get the way to its settings."""
    group = view.group
    tone, meaning = TONES[group.tone]
    facts = (
        *((("Where", _names(view.places, "")),) if len(view.places) > 1 else ()),
        ("Questions", text(rhythm_words(group))),
        ("Next question", _next_question(group, view.now)),
        *((("Days off", days_off_fact(view.days_off)),) if view.days_off else ()),
        ("Tone", text(f"{tone}. {meaning}")),
        ("Topics", _names(view.topics, "all")),
        ("Active in the last 14 days", text(counted(active, "member"))),
        ("Organisers", _names(tuple(m.real_name for m in view.organisers), "whoever manages the channel")),
    )
    row = [Button("Settings", OpenSettings(group.id))]
    if group.state is GroupState.PAUSED or is_ahead(group, view.now):
        row.append(Button("Resume", Resume(group.id)))
    return Card("This study group", (Fields(facts),), (tuple(row),) if organiser else ())


def not_started_card(group: Group, *, organiser: bool) -> Card:
    """Somebody asks for the status of a group that is still being set up."""
    words = "It is being set up: the first question has not been planned yet."
    row = (Button("Continue the set-up", OpenSettings(group.id), Style.PRIMARY),)
    return Card("This study group", (text(words),), (row,) if organiser else ())


def member_choices(
    members: tuple[Member, ...], group: Group, handles: Mapping[int, str]
) -> tuple[Choice, ...]:
    """Members as entries of a list, for organisers, with what tells two of one name apart."""
    return tuple(
        Choice((m.real_name or f"Member {m.id}")[:80], str(m.id), known_by(m, group, handles.get(m.id)))
        for m in members
    )


def known_by(member: Member, group: Group, handle: str | None = None) -> str:
    """What their account is called, if that is known, and since when they are a member, in the group's own days."""
    since = member.joined_at.astimezone(group.rhythm.tz).date()
    day = f"since {short_day(since)} {since.year}"
    return f"{handle[:40]}, {day}" if handle else day


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
