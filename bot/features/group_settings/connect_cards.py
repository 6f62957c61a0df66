"""What the cards about connecting channels say."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.cards import Accent, Button, Card, Moment, Part, Plain, Style, Text, text
from bot.chat.requests import Place
from bot.chat.words import counted
from bot.features.group_settings.actions import AskConnect, Disconnect
from bot.membership.model import Group

_ONE_ROUND = (
    "Both then have one question at one moment, one pool of answers and votes, one reveal and one board. "
    "Names, points and settings are the group's."
)


def place_name(place: Place) -> str:
    """A place as it is told among several: "#study (Room)"."""
    return f"#{place.name or place.channel} ({place.platform.capitalize()})"


def code_card(code: str, until: datetime, zone: str, *, may_enter: bool) -> Card:
    """A fresh code for another channel."""
    steps = (
        f"- In the other channel, there or on another platform, somebody who may manage it types `/group connect code:{code}`.\n"
        "- That channel gets the open question at once."
    )
    row = (Button("Enter a code from another channel", AskConnect()),)
    return Card(
        "Connect another channel",
        (
            text(f"**Code: `{code}`**"),
            text(steps),
            text(_ONE_ROUND),
        ),
        (row,) if may_enter else (),
        footer=text("For one channel, until ", Moment(until, zone, "time"), ". Show it to nobody else."),
    )


def no_group_card() -> Card:
    """A channel without a group, or with one that has not begun."""
    words = (
        "No group has begun in this channel. Where the group meets already, an organiser types `/group connect` "
        "and gets a code; enter it here."
    )
    row = (Button("Enter the code", AskConnect(), Style.PRIMARY),)
    new = text("Or start a group of this channel's own with `/group setup`.")
    return Card("Connect this channel to a group", (text(words), text(_ONE_ROUND), new), (row,))


def connected_card(group: Group, names: Sequence[str], *, again: bool) -> Card:
    """This channel belongs to the group now; ``names`` are the group's places."""
    words: list[Part] = ["This channel is part of the group", *_quoted(group.name), " now."]
    if again:
        words = ["This channel is part of the group", *_quoted(group.name), " already."]
    where = Text(("It meets in ", *_listed(names), "."))
    then = "What is open stands here in a moment; reveals come here from now on. `/group disconnect` takes the channel out again."
    return Card("Connected", (Text(tuple(words)), where, text(then)), accent=Accent.GOOD)


def history_card(questions: int, places: int) -> Card:
    """The channel has a group of its own that has begun."""
    had = counted(questions, "question") if questions else "quizzes"
    words = (
        f"This channel has a group of its own, with {had} behind it. Two histories can't become one: "
        "what is open differs, and points and ranks would compare what was never the same."
    )
    instead = (
        "Keep one: use a channel without a group for the other. "
        "Each group goes on as it is, and everybody may be in both."
    )
    if places > 1:
        instead = "`/group disconnect` takes this channel out of its group first; then the code works here."
    return Card("This channel has a group already", (text(words), text(instead)), accent=Accent.BAD)


def ask_disconnect_card(group: Group, place_id: int, place: Place) -> Card:
    """What disconnecting means, and the question whether to."""
    lines = (
        "- No question, reveal or quiz comes here any more. The group goes on in its other channels.\n"
        "- What stands here stays, and its buttons go on working for those who are in the group.\n"
        "- Everybody's answers, votes and points stay with the group. Who meets it here alone can still write to it "
        "privately; `/my link` joins an account they have elsewhere.\n"
        "- A new code from `/group connect` brings the channel back."
    )
    row = (
        Button("Disconnect", Disconnect(group.id, place_id, sure=True), Style.DANGER),
        Button("Keep it", Disconnect(group.id, place_id, sure=False)),
    )
    words: tuple[Part, ...] = ("Take **#", Plain(place.name or place.channel), "** out of the group?")
    return Card("Disconnect this channel?", (Text(words), text(lines)), (row,))


def disconnected_card() -> Card:
    """The channel is out."""
    words = "The group goes on in its other channels. `/group setup` starts a new one here."
    return Card("Disconnected", (text(words),))


def kept_card() -> Card:
    """The channel stays."""
    return Card("Nothing was changed", (text("This channel stays part of its group."),))


def only_place_card() -> Card:
    """The last place cannot go."""
    words = (
        "This is the group's only channel: without it nobody could meet. `/group pause` stops the questions instead; "
        "or connect another channel first, with `/group connect`."
    )
    return Card("The last channel stays", (text(words),), accent=Accent.BAD)


def _quoted(name: str) -> tuple[Part, ...]:
    return (" “", Plain(name), "”") if name else ()


def _listed(names: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for index, name in enumerate(names):
        joint = "" if index == 0 else " and " if index == len(names) - 1 else ", "
        parts += [joint, Plain(name)]
    return tuple(part for part in parts if part != "")
