"""Every sentence about what is written after a mock interview: the forms, what they said, the scores."""

from collections.abc import Mapping, Sequence

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Form,
    Plain,
    SomeOf,
    Style,
    Text,
    TextField,
    Verbatim,
    text,
)
from bot.chat.words import bullets, cut
from bot.features.mock.actions import OpenForm, ReleaseMine, SendForm, ShowMock, ShowScores, SwapRoles
from bot.features.mock.model import Form as Written
from bot.features.mock.model import Mark, Mock, MockState
from bot.features.mock.rules import points
from bot.features.mock.view import Seen
from bot.questions.literal import cited, plainly
from bot.questions.model import Reference

MOST = 500
"""Characters of each answer."""

POINT = 90

_SHEET = ("One thing that worked", "One thing to change")
_CANDIDATES = ("How it felt", "What helped")


def _questions(mock: Mock, member_id: int) -> tuple[str, str]:
    return _SHEET if mock.scores(member_id) else _CANDIDATES


def after_card(seen: Seen) -> Card:
    """A mock whose parts are over: what is still to be written, and what came of it."""
    mock = seen.mock
    if mock.state is MockState.DONE:
        return _over(seen)
    return _to_write(seen) if seen.mine is None else _wait_for_other(seen)


def _to_write(seen: Seen) -> Card:
    mock, script = seen.mock, seen.mock.known_script
    blocks: list[Block] = []
    if mock.alone:
        blocks.append(text("Compare what you said with these points, then fill in the sheet for yourself."))
        blocks += _listened_for(mock)
    elif mock.scores(seen.me):
        blocks.append(text("While it is fresh, note what you saw, quoting where you can."))
    else:
        blocks.append(text("Say in a line or two how it was for you."))
    if mock.scores(seen.me):
        blocks.append(_rubric([f"{p.point} (weight {p.weight})" for p in script.rubric]))
    else:
        blocks.append(text(Plain(seen.other), " fills in the score sheet meanwhile."))
    if not mock.alone:
        blocks.append(text("You both read them at the same moment: when both are in."))
    label = "Fill in the sheet" if mock.scores(seen.me) else "Say how it was"
    row: tuple[Control, ...] = (Button(label, OpenForm(mock.id), Style.PRIMARY),)
    return Card(f"That was it: {script.title}", tuple(blocks), (row,), accent=Accent.GOLD)


def _listened_for(mock: Mock) -> list[Block]:
    return [
        text(f"**Part {n}**{' (skipped)' if n in mock.skipped else ''}\n\n{bullets(each.look_for)}")
        for n, each in enumerate(mock.known_script.rounds, 1)
    ]


def _rubric(lines: Sequence[str]) -> Text:
    return text(
        "**The score sheet**\n\n" + "\n".join(f"- **{n}.** {line}" for n, line in enumerate(lines, 1))
    )


def _wait_for_other(seen: Seen) -> Card:
    mine = seen.mine
    if mine is not None and mine.released_at:
        words = text(Plain(seen.other), " can read yours. Theirs comes here if they still write it.")
    else:
        words = text(
            "It is kept. You both read them when ",
            Plain(seen.other),
            "'s is in. If it does not come within a day, you choose what becomes of yours.",
        )
    swap = _swap(seen)
    return Card("Sent", (words,), (swap,) if swap else (), accent=Accent.GOOD)


def _swap(seen: Seen) -> tuple[Control, ...]:
    return () if seen.me == seen.mock.observer_id else (Button("Swap roles", SwapRoles(seen.mock.id)),)


def _over(seen: Seen) -> Card:
    mock = seen.mock
    if mock.alone:
        return result_card(seen, {})
    if any(each.member_id != seen.me for each in seen.readable):
        words = text("What you wrote to each other came in a message of its own.")
        row: tuple[Control, ...] = (Button("Read it", ShowMock(mock.id)),)
        return Card("This mock interview is over", (words,), (row,))
    if seen.left:
        words = text(Plain(seen.left), " is no longer in the group. What you wrote stays with you.")
    elif seen.mine is not None:
        words = text("What you wrote stays with you.")
    else:
        words = text("Its forms are closed.")
    return Card("This mock interview is over", (words, text("`/mock` begins another.")))


def sheet_form(mock: Mock, member_id: int, said: Mapping[str, str | frozenset[str]] | None = None) -> Form:
    """Asks for the score sheet, or the candidate for how it was; ``said`` is what was filled in before."""
    said = said or {}
    first, second = _questions(mock, member_id)
    fields: list[SomeOf | TextField] = []
    if mock.scores(member_id):
        options = tuple(
            Choice(cut(f"{n}. {plainly(p.point)}", POINT), str(n))
            for n, p in enumerate(mock.known_script.rubric, 1)
        )
        for mark, label, about in (
            (Mark.SEEN, "Seen", ""),
            (Mark.PART, "Seen in part", "What you tick in neither list counts as not seen."),
        ):
            values = said.get(mark.value, frozenset())
            chosen = values if isinstance(values, frozenset) else frozenset[str]()
            fields.append(SomeOf(mark.value, label, options, chosen, help=about))
    for name, label in (("first", first), ("second", second)):
        fields.append(TextField(name, label, long=True, value=str(said.get(name, "")), most=MOST))
    title = "Score sheet" if mock.scores(member_id) else "How it was"
    return Form(title, tuple(fields), SendForm(mock.id), "Send")


def result_card(seen: Seen, references: Mapping[str, Reference]) -> Card:
    """What was written, words first."""
    mock, script = seen.mock, seen.mock.known_script
    blocks: list[Block] = [block for each in seen.readable for block in _words(seen, each)]
    row: list[Control] = []
    if mock.alone:
        if seen.mine is not None and seen.mine.scores is not None:
            blocks = [*_scores(mock, seen.mine), *blocks]
        blocks += _listened_for(mock)
        if sources := cited(script.references, references):
            blocks.append(text("**Read on**\n\n" + "\n".join(sources)))
    else:
        if any(each.scores is not None for each in seen.readable):
            row.append(Button("Show scores", ShowScores(mock.id)))
        row += _swap(seen)
    if not blocks:
        blocks = [text("What was written is no longer there.")]
    return Card(
        f"After the mock: {script.title}", tuple(blocks), (tuple(row),) if row else (), accent=Accent.GOOD
    )


def _words(seen: Seen, form: Written) -> list[Block]:
    own = form.member_id == seen.me
    name: Plain | str = "You" if own else Plain(seen.names[form.member_id])
    asked = _questions(seen.mock, form.member_id)
    return [
        Verbatim(said, text(name, f" · {question}"), marked=True)
        for question, said in zip(asked, (form.first, form.second), strict=True)
        if said
    ]


_SAID = {Mark.SEEN: "seen", Mark.PART: "in part", Mark.NO: "not seen"}


def _scores(mock: Mock, form: Written) -> list[Block]:
    rubric = mock.known_script.rubric
    if form.scores is None or len(form.scores) != len(rubric):
        return []
    reached, possible = points(rubric, form.scores)
    lines = [
        f"{p.point}: **{_SAID[mark]}** (weight {p.weight})"
        for p, mark in zip(rubric, form.scores, strict=True)
    ]
    return [text(f"**{reached:g} of {possible}**"), _rubric(lines)]


def scores_card(seen: Seen) -> Card:
    """The score sheets that were filled in."""
    blocks: list[Block] = []
    for each in seen.readable:
        if found := _scores(seen.mock, each):
            by = "you" if each.member_id == seen.me else Plain(seen.names[each.member_id])
            blocks += [text("Filled in by ", by), *found]
    if not blocks:
        blocks = [text("There is no score sheet.")]
    note = text("One conversation, one listener: read the words first. Nobody else sees this.")
    return Card(f"Scores: {seen.mock.known_script.title}", tuple(blocks), footer=note)


def choice_card(seen: Seen) -> Card:
    """A day has passed without the other's form: what becomes of one's own."""
    mine = seen.mine
    if mine is None or seen.mock.state is MockState.DONE or mine.chosen_at or mine.released_at:
        released = mine is not None and mine.released_at is not None
        words = (
            text(Plain(seen.other), " can read yours.")
            if released
            else text("What you wrote stays with you.")
        )
        return Card("Decided", (words,))
    words = text(
        Plain(seen.other), " has not written yet. You can let them read yours, or keep it to yourself."
    )
    row = (
        Button("Let them read it", ReleaseMine(seen.mock.id, True), Style.PRIMARY),
        Button("Keep it", ReleaseMine(seen.mock.id, False)),
    )
    return Card(f"Only yours is in: {seen.mock.known_script.title}", (words,), (row,))
