"""Every sentence of pairing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Divider,
    Fields,
    Moment,
    Part,
    Person,
    Plain,
    Select,
    Style,
    Text,
    text,
)
from bot.features.mock.actions import TakeAlone
from bot.features.mock.model import Script
from bot.features.mock.pairing.actions import (
    BeginMeeting,
    BeIn,
    ChooseHours,
    InAsBefore,
    NotHere,
    PickClock,
    PickZone,
    StayOut,
)
from bot.features.mock.pairing.calendar import calendar_file
from bot.features.mock.pairing.hours import When
from bot.features.mock.pairing.model import PATIENCE, Meeting, SignUp
from bot.membership.calendar.cities import City, city_name, wall_clock

HOURS = {
    When(True, False): "weekday evenings",
    When(False, True): "weekends",
    When(True, True): "weekday evenings and weekends",
}


def invitation(round_id: int, closes_at: datetime, zone: str) -> tuple[tuple[Block, ...], tuple[Button, ...]]:
    """The line on the week's first reveal, and its buttons."""
    words = text(
        "**In for a mock interview this week?** Sign up until ",
        Moment(closes_at, zone),
        "; then a private message says who you meet.",
    )
    row = (
        Button("In, as last week", InAsBefore(round_id)),
        Button("In, change ...", ChooseHours(round_id)),
        Button("Not this week", StayOut(round_id)),
    )
    return (Divider(), words), row


def hours_card(
    round_id: int, zone: str, now: datetime, hour: int | None = None, cities: Sequence[City] = ()
) -> Card:
    """When one can meet, by which clock."""
    words = text(
        "**When can you meet this week?** Weekday evenings are 18:00 to 21:30, weekends 10:00 to 21:00, "
        f"in {city_name(zone)} ({wall_clock(zone, now)} now). A mock takes up to an hour."
    )
    choices = tuple(
        Button(words[:1].upper() + words[1:], BeIn(round_id, when.evenings, when.weekends))
        for when, words in HOURS.items()
    )
    clock = tuple(Choice(f"{h:02d}:00 to {h:02d}:59", str(h)) for h in range(24))
    chosen = frozenset() if hour is None else frozenset({str(hour)})
    rows: list[tuple[Control, ...]] = [
        choices,
        (Select(PickClock(round_id), clock, "Elsewhere? The clock there shows ...", chosen),),
    ]
    if cities:
        shown = tuple(Choice(c.label, c.zone, wall_clock(c.zone, now)) for c in cities)
        rows.append((Select(PickZone(round_id), shown, "The nearest city"),))
    return Card("A mock interview this week", (words,), tuple(rows))


def in_card(round_id: int, when: When, zone: str, closes_at: datetime) -> Card:
    """One is in."""
    words = text(
        f"You can meet on {HOURS[when]}, in {city_name(zone)}. Pairs are made ",
        Moment(closes_at, zone),
        "; a private message then says who you meet.",
    )
    row = (Button("Change ...", ChooseHours(round_id)), Button("Not this week", StayOut(round_id)))
    return Card("You're in this week", (words,), (row,), accent=Accent.GOOD)


def out_card(round_id: int) -> Card:
    """One is not."""
    words = "You won't be paired this week. Next week's first reveal asks again."
    return Card("Not this week", (text(words),), ((Button("In after all ...", ChooseHours(round_id)),),))


def still_wanted_card(round_id: int, when: When) -> Card:
    """Somebody who did not come twice in a row is asked once more."""
    words = "You were paired the last two times, and your partner waited. That happens. Do you want to be in this week?"
    row = (
        Button("Yes, I'm in", BeIn(round_id, when.evenings, when.weekends), Style.PRIMARY),
        Button("Not this week", StayOut(round_id)),
    )
    return Card("In this week?", (text(words),), (row,))


@dataclass(frozen=True, slots=True)
class View:
    """A week as one who was in it sees it. ``zones`` are theirs and the other one's; without a meeting there is no other.

    ``account`` is the other one's where they have one beside whoever reads it; ``gone`` says that they have left the group,
    ``ready`` that the mock is agreed on and has not begun.
    """

    sign_up: SignUp
    meeting: Meeting | None = None
    other: str = ""
    account: str = ""
    gone: bool = False
    observer: str = ""
    zones: tuple[str, str] = ("UTC", "UTC")
    script: Script | None = None
    item_id: str = ""
    ready: bool = False

    @property
    def me(self) -> int:
        """Whose view it is."""
        return self.sign_up.member_id

    @property
    def whom(self) -> Part:
        """Whom they meet: a press away where that can be."""
        return Person(self.account, self.other) if self.account else Plain(self.other)


def week_card(view: View) -> Card:
    """Who one meets; or that one was left out, or has missed it."""
    if view.meeting is not None:
        return _meeting_card(view, view.meeting)
    if view.sign_up.missed:
        words = "Your partner waited at the time that was suggested, and went on without you. Next week asks again."
        return Card("This week's mock interview is over", (text(words),))
    words = (
        "Nobody was left who has time when you do. You come first next week. "
        "Until then, `/mock` has scripts to take alone."
    )
    return Card("No partner this week", (text(words),))


def _meeting_card(view: View, meeting: Meeting) -> Card:
    watches = view.me == meeting.observer_id
    asks = view.me == meeting.interviewer_id
    who: tuple[Part, ...] = ("You meet **", view.whom, "**.")
    if watches:
        who = ("You watch **", Plain(view.other), "** and fill in the score sheet, too.")
    elif view.observer:
        who = (*who, " ", Plain(view.observer), " watches with the score sheet.")
    role = "Observer" if watches else "Interviewer" if asks else "Candidate"
    script = (("Script", text(view.script.heading)),) if view.script else ()
    facts = (("Your role", text(role)), *script, ("Suggested time", _time(meeting.at, view.zones)))
    minutes = view.script.minutes if view.script else 60
    summary = f"Mock interview with {view.other}"
    file = calendar_file(f"mock-{meeting.id}", meeting.at, minutes, summary, meeting.created_at)
    row: list[Button] = []
    if asks:
        row.append(Button("Read the script", BeginMeeting(view.sign_up.id), Style.PRIMARY))
    if not watches:
        row.append(Button("They're not here", NotHere(view.sign_up.id)))
    return Card(
        "Your mock interview this week",
        (Text(who), Fields(facts), text(_hint(view, meeting)), file),
        (tuple(row),) if row else (),
        accent=Accent.GOLD,
    )


def _hint(view: View, meeting: Meeting) -> str:
    if view.me == meeting.observer_id:
        return "Ask them where they meet."
    if view.gone:
        return "They are no longer in the group. At the time, [They're not here] finds you somebody else who is waiting."
    if view.ready and view.me == meeting.interviewer_id:
        return "The script is in a message of its own, and your partner knows that you read it."
    hint = "Write to each other if another time suits you better, and agree on where: a call, a table."
    return f"{hint} Swap roles after the first script: this time each takes both." if meeting.swap else hint


def _time(at: datetime, zones: tuple[str, str]) -> Text:
    own, other = zones
    if own == other:
        return text(Moment(at, own))
    both = ", ".join(f"{wall_clock(zone, at)} in {city_name(zone)}" for zone in zones)
    return text(Moment(at, own), f" ({both})")


def both_wait_card(view: View) -> Card:
    """Both have pressed: they are there, and miss each other."""
    words = text(view.whom, " is waiting, too. Write to each other: you may be in different places.")
    return Card("You are both there", (words,), accent=Accent.GOOD)


def waiting_card(view: View, until: datetime) -> Card:
    """Nobody else waits yet."""
    words = text(
        "If somebody else waits until ",
        Moment(until, view.zones[0], "time"),
        ", you get a private message with who it is. Or take the script alone.",
    )
    row = (Button("Take it alone", TakeAlone(view.sign_up.group_id, view.item_id)),)
    return Card("Nobody else is waiting just now", (words,), (row,) if view.item_id else ())


def too_early(at: datetime, zone: str) -> tuple[str, Text]:
    """What is said to who presses too early."""
    return "Give them ten minutes", text("You can say so from ", Moment(at + PATIENCE, zone), " on.")
