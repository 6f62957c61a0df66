"""Every sentence of a mock interview while it is asked for, agreed on and running."""

from collections.abc import Sequence

from bot.chat.cards import (
    MAX_CHOICES,
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Moment,
    Plain,
    Select,
    Style,
    Text,
    text,
)
from bot.chat.words import bullets, counted, cut, short_day
from bot.chat.zones import zone_of
from bot.features.mock.actions import (
    Agree,
    AskFor,
    AskStop,
    KeepGoing,
    NextPart,
    NotNow,
    PickMock,
    SkipPart,
    StopMock,
    TakeAlone,
)
from bot.features.mock.model import Mock, MockState, Script, first_sentence
from bot.features.mock.view import Seen
from bot.membership.model import Member
from bot.questions.model import Item

SAID_BY_SAMPLE = {
    "first": "A little nervous at first, calm after the first part.",
    "second": "You let me think before you asked the next question.",
}
"""What a demonstration's sample member says as a candidate."""

LABEL = 90
"""Characters of an entry in a list: what every platform shows whole."""


def menu_card(
    group_id: int,
    members: Sequence[Member],
    scripts: Sequence[Item],
    past: Sequence[tuple[int, str]],
    partner: tuple[Button, ...],
) -> Card:
    """What ``/mock`` alone shows: whom to ask, scripts to take alone, and one's last ones, as (number, line).

    A list holds no more than MAX_CHOICES scripts, the first ones; of the others it is said how they are found.
    """
    words = (
        "One of you asks, the other answers: a script gives the parts, their minutes and what to listen for. Talk "
        "wherever you like, in a call or at a table; nothing is recorded. Afterwards each writes a few lines for the other."
    )
    rows: list[tuple[Control, ...]] = []
    if members:
        rows.append((_whom(group_id, "", members),))
    else:
        words += " There is nobody to ask in this group yet."
    alone = tuple(Choice(cut(first_sentence(s.prompt), LABEL), s.id) for s in scripts[:MAX_CHOICES])
    hint = "Or take a script alone" if members else "Take a script alone"
    rows.append((Select(TakeAlone(group_id, ""), alone, hint),))
    if past:
        entries = tuple(Choice(cut(line, LABEL), str(number)) for number, line in past)
        rows.append((Select(PickMock(group_id), entries, "Read your last ones"),))
    if partner:
        rows.append(partner)
    more = len(scripts) - len(alone)
    footer = (
        text(f"The list leaves out {more}. `/mock script:values` finds scripts by a word.")
        if more > 0
        else None
    )
    return Card("Mock interviews", (text(words),), tuple(rows), footer)


def script_card(
    group_id: int, item: Item, script: Script, members: Sequence[Member], partner: tuple[Button, ...]
) -> Card:
    """A script that was asked for with nobody to take it with."""
    alone = Button("Take it alone", TakeAlone(group_id, item.id), Style.PRIMARY)
    rows: list[tuple[Control, ...]] = [(alone, *partner)]
    if members:
        rows.append((_whom(group_id, item.id, members),))
    return Card(script.heading, (text(script.about),), tuple(rows))


def _whom(group_id: int, item_id: str, members: Sequence[Member]) -> Select:
    options = tuple(Choice(cut(each.real_name, LABEL), str(each.id)) for each in members)
    return Select(AskFor(group_id, item_id), options, "Ask someone in the group")


def said_of(mock: Mock, me: int, zone: str) -> str:
    """A mock in a list, with its day in the group's zone: "24 Nov, Recruiter screen, as the candidate"."""
    day = short_day((mock.ended_at or mock.created_at).astimezone(zone_of(zone)).date())
    role = (
        "alone"
        if mock.alone
        else "as the candidate"
        if me == mock.candidate_id
        else "as the interviewer"
        if me == mock.interviewer_id
        else "as the observer"
    )
    return f"{day}, {mock.known_script.title}, {role}"


def running_card(seen: Seen) -> Card:
    """How a mock stands for one of its people, before its forms."""
    mock = seen.mock
    match mock.state:
        case MockState.ASKED:
            return _waiting(seen) if seen.me == mock.asker_id else _offer(seen)
        case MockState.DECLINED:
            return _declined(seen)
        case MockState.READY:
            return _brief(seen) if mock.scores(seen.me) else _about_to_begin(seen)
        case MockState.RUNNING:
            return _part(seen)
        case _:
            return _stopped(seen)


def _offer(seen: Seen) -> Card:
    script = seen.mock.script
    what = f": {script.heading}. {script.about}" if script else "."
    words = text(seen.whom, f" would like to do a mock interview with you{what}")
    more = "One asks, the other answers; you choose who. Afterwards each writes a few lines for the other."
    row = (
        Button("I'll interview", Agree(seen.mock.id, True), Style.PRIMARY),
        Button("I'll be interviewed", Agree(seen.mock.id, False)),
        Button("Not now", NotNow(seen.mock.id)),
    )
    return Card("A mock interview together?", (words, text(more)), (row,), accent=Accent.GOLD)


def _waiting(seen: Seen) -> Card:
    words = text(
        Plain(seen.other),
        " was asked, and chooses who interviews. Then both of you get a private message with what to do.",
    )
    return Card("Asked", (words,), ((Button("Take it back", NotNow(seen.mock.id)),),))


def _declined(seen: Seen) -> Card:
    if seen.me != seen.mock.asker_id:
        return Card(
            "Not now", (text(Plain(seen.other), " gets a line saying that it doesn't suit you now."),)
        )
    words = text(
        "It doesn't suit ", Plain(seen.other), " now. `/mock` asks somebody else, or takes a script alone."
    )
    return Card("Not this time", (words,))


def _brief(seen: Seen) -> Card:
    """What the interviewer reads beforehand; for somebody alone what is about to come, without the questions."""
    mock, script = seen.mock, seen.mock.known_script
    parts = counted(len(script.rounds), "part")
    begin = Button("Ask the first part", NextPart(mock.id, 0), Style.PRIMARY)
    rows = ((begin, Button("Not now", NotNow(mock.id))),)
    if mock.alone:
        words = (
            f"{script.about} {parts[0].upper()}{parts[1:]}. Each is asked when you press for it, with its minutes. Say your "
            "answer aloud or write it down, then compare it with the points."
        )
        return Card(script.heading, (text(words),), rows)
    blocks: list[Block] = [
        text("You interview " if seen.asks else "You observe ", seen.whom, f". {script.prompt}")
    ]
    blocks += [text(f"**{n}. {each.minutes} min** {each.ask}") for n, each in enumerate(script.rounds, 1)]
    if script.explanation:
        blocks.append(text(f"*Good to know:* {script.explanation}"))
    if not seen.asks:
        return Card(script.heading, tuple(blocks), footer=text("You fill in the score sheet, too."))
    said = "Read it first. Once you are talking, press for each part: its follow-ups appear here, and the candidate sees its question."
    return Card(script.heading, tuple(blocks), rows, text(said), accent=Accent.GOLD)


def _about_to_begin(seen: Seen) -> Card:
    script = seen.mock.known_script
    words = text(
        script.about,
        " ",
        seen.whom,
        " interviews you and reads the script first. Agree on a time and a place to talk: a call, a table. "
        "Each question appears here when it is asked.",
    )
    return Card(script.heading, (words,), ((Button("Not now", NotNow(seen.mock.id)),),), accent=Accent.GOLD)


def _part(seen: Seen) -> Card:
    mock, part = seen.mock, seen.mock.current
    listens = mock.scores(seen.me) and not mock.alone
    blocks: list[Block] = [_until(seen), text(f"**Ask:** {part.ask}" if listens else part.ask)]
    title = f"Part {mock.part} of {len(mock.known_script.rounds)}: {mock.known_script.title}"
    if listens:
        if part.follow_ups:
            blocks.append(text(f"**Follow-up questions**\n\n{bullets(part.follow_ups)}"))
        blocks.append(text(f"**Listen for**\n\n{bullets(part.look_for)}"))
    row = _moves(seen)
    return Card(title, tuple(blocks), (row,) if row else ())


def _until(seen: Seen) -> Text:
    minutes = counted(seen.mock.current.minutes, "minute")
    return text("Until ", Moment(seen.mock.until, seen.zone, "time"), f" ({minutes}).")


def _moves(seen: Seen) -> tuple[Control, ...]:
    mock = seen.mock
    if seen.me == mock.observer_id:
        return ()
    stop = Button("Stop here", StopMock(mock.id) if mock.alone else AskStop(mock.id))
    if not seen.asks:
        return (stop,)
    label = "Finish" if mock.is_last else "Next part"
    return (
        Button(label, NextPart(mock.id, mock.part), Style.PRIMARY),
        Button("Skip this part", SkipPart(mock.id, mock.part)),
        stop,
    )


def stop_card(seen: Seen) -> Card:
    """Whether to stop for both: one press by mistake must not end it."""
    mock = seen.mock
    after = (
        "Then each of you is asked for a few lines."
        if mock.part > 1
        else "Its first part is not over, so nobody writes anything."
    )
    words = text("It ends for ", seen.whom, f", too. {after}")
    row = (Button("Stop for both", StopMock(mock.id)), Button("Go on", KeepGoing(mock.id), Style.PRIMARY))
    return Card("Stop this mock interview?", (words,), (row,))


def _stopped(seen: Seen) -> Card:
    mock = seen.mock
    if seen.left:
        words = text(Plain(seen.left), " is no longer in the group, so this mock interview has ended.")
    elif mock.script is None or mock.part == 0:
        words = text("It has ended before the first question.")
    else:
        words = text("It was stopped in its first part, so there is nothing to write about it.")
    return Card("This mock interview is over", (words, text("`/mock` begins another.")))
