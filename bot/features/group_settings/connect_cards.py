"""What the cards about connecting channels say."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access.choosing_cards import SET_UP
from bot.chat.cards import Accent, Button, Card, Moment, Part, Plain, Style, Text, text
from bot.chat.commands import RunCommand
from bot.chat.requests import Place
from bot.chat.words import counted, cut
from bot.features.group_settings.actions import AskConnect, Disconnect, MoveHere
from bot.membership.model import Group

_ONE_ROUND = (
    "Both then get the same question at the same time, with one pool of answers and votes, one reveal and one board. "
    "Names, points and settings belong to the group."
)


def place_name(place: Place) -> str:
    """A place as it is told among several: "#study (Room)"."""
    return f"#{place.name or place.channel} ({place.platform.capitalize()})"


_TAKE_OUT = Button("Take this channel out", RunCommand("group disconnect", ""))


def code_card(code: str, until: datetime, zone: str, *, may_enter: bool, several: bool) -> Card:
    """A fresh code for another channel; where the group meets in several, one can be taken out."""
    steps = (
        f"- In the other channel, on this or another platform, somebody who may manage it types `/group connect code:{code}`.\n"
        "- That channel gets the open question at once."
    )
    row = [Button("Enter a code from another channel", AskConnect())] if may_enter else []
    if several:
        row.append(_TAKE_OUT)
    return Card(
        "Connect another channel",
        (text(f"**Code: `{code}`**"), text(steps), text(_ONE_ROUND)),
        (tuple(row),) if row else (),
        footer=text("For one channel, until ", Moment(until, zone, "time"), ". Show it to no one else."),
    )


def no_group_card(lost: Mapping[int, str]) -> Card:
    """A channel without a group, or with one that has not begun; ``lost`` are groups of one's own that could meet here."""
    words = (
        "No group has started in this channel. Where a group already meets, an organiser types `/group connect` "
        "to get a code; enter it here."
    )
    row = [Button("Enter the code", AskConnect(), Style.PRIMARY)]
    blocks = [text(words), text(_ONE_ROUND)]
    if lost:
        about = "A group that you organise has lost its channel. It can go on in this one, with everything it has."
        blocks = [text(about), *blocks]
        row = [*(Button(f"Move {cut(name or 'it', 40)} here", MoveHere(i)) for i, name in lost.items()), *row]
    new = text("Or start a new group in this channel with `/group setup`.")
    return Card("Connect this channel to a group", (*blocks, new), (tuple(row[:5]), (SET_UP,)))


def connected_card(group: Group, names: Sequence[str], *, again: bool) -> Card:
    """This channel belongs to the group now; ``names`` are the group's places."""
    words: list[Part] = ["This channel is now part of the group", *_quoted(group.name), "."]
    if again:
        words = ["This channel is already part of the group", *_quoted(group.name), "."]
    where = Text(("It meets in ", *_listed(names), "."))
    then = "What is open appears here in a moment; reveals come here from now on."
    row = ((_TAKE_OUT,),) if len(names) > 1 else ()
    return Card("Connected", (Text(tuple(words)), where, text(then)), row, accent=Accent.GOOD)


def history_card(questions: int, places: int) -> Card:
    """The channel has a group of its own that has begun."""
    had = counted(questions, "question") if questions else "quizzes"
    words = (
        f"This channel has a group of its own, which has already had {had}. Two histories can't be merged: "
        "different questions are open, and points and ranks would not be comparable."
    )
    instead = (
        "Connect a channel that has no group instead. "
        "Each group continues as it is, and anyone may be in both."
    )
    if places > 1:
        instead = "First take this channel out of its group: `/group connect` has a button for it. Then use the code."
    return Card("This channel has a group already", (text(words), text(instead)), accent=Accent.BAD)


def ask_disconnect_card(group: Group, place_id: int, place: Place) -> Card:
    """What disconnecting means, and the question whether to."""
    lines = (
        "- No more questions, reveals or quizzes come here. The group continues in its other channels.\n"
        "- What is already here stays, and its buttons keep working for those who are in the group.\n"
        "- Everybody's answers, votes and points stay with the group. Those who meet only here can still take part "
        "privately; `/my link` joins an account they have elsewhere.\n"
        "- A new code from `/group connect` brings the channel back."
    )
    row = (
        Button("Disconnect", Disconnect(group.id, place_id, sure=True), Style.DANGER),
        Button("Keep it connected", Disconnect(group.id, place_id, sure=False)),
    )
    words: tuple[Part, ...] = ("Take **#", Plain(place.name or place.channel), "** out of the group?")
    return Card("Disconnect this channel?", (Text(words), text(lines)), (row,))


def disconnected_card() -> Card:
    """The channel is out."""
    words = "The group continues in its other channels. `/group setup` starts a new one here."
    return Card("Disconnected", (text(words),), ((SET_UP,),))


def kept_card() -> Card:
    """The channel stays."""
    return Card("Nothing was changed", (text("This channel stays part of its group."),))


def only_place_card() -> Card:
    """The last place cannot go."""
    words = (
        "This is the group's only channel: without it nobody could meet. `/group pause` stops the questions instead; "
        "or connect another channel first, with `/group connect`."
    )
    return Card("This is the last channel", (text(words),), accent=Accent.BAD)


def _quoted(name: str) -> tuple[Part, ...]:
    return (" “", Plain(name), "”") if name else ()


def _listed(names: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for index, name in enumerate(names):
        joint = "" if index == 0 else " and " if index == len(names) - 1 else ", "
        parts += [joint, Plain(name)]
    return tuple(part for part in parts if part != "")
