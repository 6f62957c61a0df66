"""Every sentence a voter reads."""

from collections.abc import Sequence

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Form,
    Select,
    Style,
    Text,
    TextField,
    Verbatim,
    text,
)
from bot.chat.words import counted
from bot.features.daily.actions import (
    AskReport,
    AskUnvote,
    EndBallot,
    Judge,
    LookAgain,
    LookBack,
    OpenAnswer,
    OpenBallot,
    OpenNote,
    Prefer,
    ReadPair,
    RevealNow,
    SaveNote,
    Unvote,
)
from bot.features.daily.ballots.queries import Page, Pair
from bot.features.daily.cards import moment
from bot.features.daily.model import Round
from bot.features.daily.question_blocks import answered
from bot.features.daily.rules import NOTE_LIMIT


def _question(round_: Round) -> Block:
    return text(f"*{round_.question.topic}*\n\n{round_.question.prompt}")


def page_card(round_: Round, page: Page, number: int, total: int, before: int | None = None) -> Card:
    """One answer of an approval ballot; ``before`` is the answer this voter decided before it."""
    marked = ""
    if page.helped is not None:
        marked = " You said it helped." if page.helped else " You did not mark it."
    blocks: list[Block] = [
        _question(round_),
        answered(round_.question, page.text, text(f"Answer {number} of {total}, unnamed:")),
    ]
    if page.note:
        blocks.append(
            Verbatim(page.note, text("Your line to its author, who sees it after the reveal:"), marked=True)
        )
    note_label = "Change my line" if page.note else "One thing I'd borrow"
    rows: tuple[tuple[Control, ...], ...] = (
        (
            Button("It helped me", Judge(round_.id, page.answer_id, helped=True), Style.PRIMARY),
            Button("Not this one", Judge(round_.id, page.answer_id, helped=False)),
            Button(note_label, OpenNote(round_.id, page.answer_id)),
        ),
        (
            *(_back(LookBack(round_.id, before)) if before is not None else ()),
            *(_leave_it(round_) if page.helped is not None else ()),
            Button("Report", AskReport(round_.id, page.answer_id)),
            Button("Stop here", EndBallot(round_.id)),
        ),
    )
    footer = _counts(round_, "Did reading this help you?" + marked)
    return Card(f"{round_.whose} ballot: {number} of {total}", tuple(blocks), rows, footer)


def _back(to: LookBack) -> tuple[Button, ...]:
    return (Button("Back", to),)


def _leave_it(round_: Round) -> tuple[Button, ...]:
    return (Button("Keep it and continue", OpenBallot(round_.id)),)


def _counts(round_: Round, asked: str) -> Text:
    until = moment(round_.votes_close_at, round_.zone)
    return text(
        f"{asked} Each vote counts at once, even if you stop early. You can change it until ", until, "."
    )


def pair_card(
    round_: Round,
    left: Page,
    right: Page,
    done: int,
    enough: int,
    *,
    before: Pair | None = None,
    chosen: int | None = None,
) -> Card:
    """Two answers side by side; each can be read in full, noted and reported.

    ``done`` pairs come before it, ``before`` is the last of them. ``chosen`` is the answer that was preferred here already.
    """
    why = text(
        "There are many answers, so you compare two at a time: a few pairs from everyone are enough to rank them all, "
        "and each answer is read about equally often."
    )
    blocks = (
        *((why,) if not done else ()),
        _question(round_),
        answered(round_.question, left.text, text("**Answer A**")),
        answered(round_.question, right.text, text("**Answer B**")),
    )
    last: list[Control] = [
        *(_back(LookBack(round_.id, before.low_id, before.high_id)) if before is not None else ()),
        *(_leave_it(round_) if chosen is not None else ()),
        Button("Report A", AskReport(round_.id, left.answer_id)),
        Button("Report B", AskReport(round_.id, right.answer_id)),
    ]
    if done >= enough and chosen is None:
        last.append(Button("Stop here", EndBallot(round_.id)))
    rows: tuple[tuple[Control, ...], ...] = (
        (
            Button("A helped me more", Prefer(round_.id, left.answer_id, right.answer_id), Style.PRIMARY),
            Button("B helped me more", Prefer(round_.id, right.answer_id, left.answer_id)),
        ),
        (
            Button("A: one thing I'd borrow", OpenNote(round_.id, left.answer_id)),
            Button("B: one thing I'd borrow", OpenNote(round_.id, right.answer_id)),
        ),
        tuple(last),
    )
    count = f"pair {done + 1} of {enough}" if done < enough else f"pair {done + 1}, optional"
    marked = "" if chosen is None else f" You chose {'A' if chosen == left.answer_id else 'B'}."
    footer = _counts(round_, "Which helped you more?" + marked)
    return Card(
        f"{round_.whose} ballot: {count}",
        blocks,
        rows,
        footer,
        read_all=ReadPair(round_.id, left.answer_id, right.answer_id, 0),
    )


def pair_side_card(round_: Round, page: Page, left_id: int, right_id: int, shown: int) -> Card:
    """One side of a pair in full."""
    other = ReadPair(round_.id, left_id, right_id, 1 - shown)
    row = (
        Button(f"Read {'AB'[1 - shown]}", other, Style.PRIMARY),
        Button("Back to the pair", OpenBallot(round_.id)),
    )
    return Card(f"Answer {'AB'[shown]}", (_question(round_), answered(round_.question, page.text)), (row,))


def finished_card(
    round_: Round,
    judged: Sequence[Page],
    pairs: int,
    left: int,
    open_round: Round | None,
    *,
    touring: bool = False,
    last: Pair | None = None,
) -> Card:
    """The ballot is finished; what was said can be changed until it closes. On the first steps, the next one follows.

    ``last`` is the pair they decided last, and ``judged`` are the pages they decided, in the order they were shown; ``left`` counts the answers (or tells of a pair) this voter could still read.
    """
    until = moment(round_.votes_close_at, round_.zone)
    rows: list[tuple[Control, ...]] = []
    if pairs:
        words = text(f"You compared {counted(pairs, 'pair')}. The reveal comes ", until, ".")
        row = _back(LookBack(round_.id, last.low_id, last.high_id)) if last is not None else ()
        if left:
            row = (*row, Button("Compare another pair", OpenBallot(round_.id)))
        rows += [row] if row else []
    elif judged:
        helped = sum(bool(s.helped) for s in judged)
        early = " These votes count even if you read no more." if left else ""
        words = text(
            f"You read {counted(len(judged), 'answer')}; {helped} helped you.{early} The reveal comes ",
            until,
            ".",
        )
        options = tuple(
            Choice(f"Answer {n}: {'it helped' if s.helped else 'no mark'}", str(s.answer_id))
            for n, s in enumerate(judged[:25], 1)
        )
        if left:
            rows.append((Button(f"Continue: {left} left to read", OpenBallot(round_.id)),))
        rows.append((Select(LookAgain(round_.id), options, "Look at one again"),))
    elif left:
        words = text("You have not judged any yet; you can continue until ", until, ".")
        rows.append((Button("Continue the ballot", OpenBallot(round_.id)),))
    else:
        words = text("There was nothing for you to read. The reveal comes ", until, ".")
    if open_round is not None:
        rows.append(
            (Button(f"Answer {open_round.whose} question", OpenAnswer(open_round.id), Style.PRIMARY),)
        )
    elif touring:
        rows.append((Button("Reveal now", RevealNow(round_.id), Style.PRIMARY),))
    done = bool(pairs or judged)
    if done:
        rows.append((Button("Take my votes back", AskUnvote(round_.id)),))
    title = "Thank you: saved so far" if left and not pairs else "Thank you: ballot finished"
    return Card(
        title if done or left else "Nothing for you to read", (words,), tuple(rows), accent=Accent.GOOD
    )


def unvote_card(round_: Round) -> Card:
    """Asks once before a voter's ballot is taken back."""
    row = (
        Button("Take them back", Unvote(round_.id), Style.DANGER),
        Button("Keep them", OpenBallot(round_.id), Style.PRIMARY),
    )
    words = f"What you said on {round_.whose} ballot is deleted, with your lines to authors. You can begin it again until it closes."
    return Card("Take your votes back?", (text(words),), (row,))


def unvoted_card(round_: Round) -> Card:
    """A voter's ballot was taken back."""
    words = f"Nothing of your ballot on {round_.whose} question is kept, and it brings no points."
    row = (Button("Begin it again", OpenBallot(round_.id)),)
    return Card("Votes taken back", (text(words),), (row,), accent=Accent.GOOD)


def nothing_to_vote_card(open_round: Round | None) -> Card:
    """No ballot is open."""
    if open_round is None:
        return Card("No ballot is open", (text("One opens when the answers to a question close."),))
    until = moment(open_round.closes_at, open_round.zone)
    row = (Button(f"Answer {open_round.whose} question", OpenAnswer(open_round.id), Style.PRIMARY),)
    return Card("No ballot is open", (text("The next one opens ", until, ", when answers close."),), (row,))


def note_form(round_: Round, answer_id: int, value: str) -> Form:
    """A line to an author."""
    field = TextField(
        "note",
        "One thing I'd borrow",
        value=value,
        placeholder="What will you use in your own answer?",
        most=NOTE_LIMIT,
        help="Only the author sees this, without your name, after the reveal."
        + (" Clear it to remove it." if value else ""),
        required=not value,
    )
    return Form("A line to the author", (field,), SaveNote(round_.id, answer_id))
