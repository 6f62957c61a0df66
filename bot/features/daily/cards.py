"""Every sentence a member reads about questions and answers."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Form,
    Moment,
    Plain,
    Select,
    Style,
    Text,
    TextField,
    text,
)
from bot.chat.words import clean_line, counted, cut, short_day
from bot.features.daily.actions import (
    AskPass,
    KeepLate,
    MyResult,
    OpenAnswer,
    OpenBallot,
    OpenPastSearch,
    PickPast,
    ReadAnswers,
    SearchPast,
    ShowHint,
    ShowRound,
)
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.model import Answer, Round, RoundState, Voting
from bot.features.daily.question_blocks import answered, prompt_blocks, round_files
from bot.membership.model import Group, GroupState
from bot.questions.literal import plainly

PAST_WORDS = "Words in the question, its topic, its model answer or your own answer"
"""Where past questions are searched."""

MOST_WORDS = 100
"""Characters of the words that are searched for in the form."""


def moment(at: datetime | None, zone: str) -> Moment:
    """An instant as cards show it: "Wed 09:00"."""
    assert at is not None
    return Moment(at, zone)


def vote_buttons(voting: Voting | None, *, primary: bool = False) -> tuple[Button, ...]:
    """[Vote on Tuesday's: 5 to read], where there is something to read."""
    if voting is None or not voting.readable:
        return ()
    label = _with_count(f"Vote on {voting.round.whose}", voting)
    return (Button(label, OpenBallot(voting.round.id), Style.PRIMARY if primary else Style.NORMAL),)


def _with_count(label: str, voting: Voting) -> str:
    return f"{label}: {voting.left}" if voting.left else label


def question_card(round_: Round, voting: Voting | None, revealed_answers: int = 0) -> Card:
    """The question as it stands in the channel, in whichever state its round is."""
    title = f"{round_.whose} question"
    blocks = prompt_blocks(round_.question)
    if round_.state is RoundState.OPEN:
        closes = moment(round_.closes_at, round_.zone)
        row = (
            Button("Answer", OpenAnswer(round_.id), Style.PRIMARY),
            Button("Hint", ShowHint(round_.id)),
            Button("Pass", AskPass(round_.id)),
            *round_files(round_),
            *vote_buttons(voting),
        )
        footer = text("Answers stay private until the reveal. Answer or edit until ", closes, ".")
        return Card(title, blocks, (row,), footer)
    if round_.state is RoundState.VOTING:
        until = moment(round_.votes_close_at, round_.zone)
        if voting is None or not voting.readable:
            nobody = round_.ballot is BallotKind.NONE
            nothing = "Nobody has answered" if nobody else "There is nothing to vote on"
            footer = text(f"Answers are closed. {nothing}; the key points come ", until, ".")
            return Card(title, blocks, footer=footer)
        button = Button(_with_count("Vote", voting), OpenBallot(round_.id), Style.PRIMARY)
        footer = text("Answers are closed. Vote until ", until, "; then the reveal comes.")
        return Card(title, blocks, ((button, *round_files(round_)),), footer)
    if round_.state is RoundState.REVEALED:
        read = Button(_read_label(revealed_answers), ReadAnswers(round_.id, 0))
        mine = Button("How did mine do?", MyResult(round_.id))
        footer = text("Revealed ", moment(round_.revealed_at, round_.zone), ".")
        return Card(title, blocks, ((read, mine, *round_files(round_)),), footer)
    words = (
        "The organisers withdrew this question, and nothing of it counts. Answers are kept for their authors."
    )
    return Card(title, blocks, ((Button("My answer", ShowRound(round_.id)),),), text(words))


def withdrawn_card(round_: Round, answer: Answer | None, typed: str = "", *, may_keep: bool = False) -> Card:
    """To somebody who presses or sends something in a round that was withdrawn: their own words, which are kept."""
    words = f"The organisers withdrew {round_.whose} question, and nothing of it counts. `/question today` shows what is open now."
    blocks: list[Block] = [text(words)]
    if answer is not None and answer.text:
        blocks.append(answered(round_.question, answer.text, text("Your answer, kept for you alone:")))
    if typed:
        blocks.append(answered(round_.question, typed, text("What you wrote:")))
    row = ((Button("Keep it for myself", KeepLate(round_.id), Style.PRIMARY),),) if typed and may_keep else ()
    return Card("This question was withdrawn", tuple(blocks), row, accent=Accent.BAD)


def _read_label(count: int) -> str:
    if count == 0:
        return "Read the model answer"
    return "Read the answer" if count == 1 else f"Read all {count}"


def revealed_already_card(title: str, round_: Round, then: Button | None = None) -> Card:
    """To an older button of a round that is revealed by now: what it led to is done, and where to read on."""
    row = (Button("Read the reveal", ReadAnswers(round_.id, 0)), *((then,) if then is not None else ()))
    return Card(
        title,
        (text(f"Done: {round_.whose} reveal is out, in the channel and with `/question past`."),),
        (row,),
    )


def nothing_open_card(group: Group, voting: Voting | None) -> Card:
    """No question is open: what happens next, and when."""
    if group.next_at is not None:
        words: Text = text("The next question comes ", Moment(group.next_at, group.zone), ".")
    elif group.state is GroupState.DRAFT:
        words = text("This group is still being set up. An organiser can finish with `/group setup`.")
    else:
        words = text("This group is paused. An organiser can restart it: `/group status`.")
    row = vote_buttons(voting, primary=True)
    return Card("No question is open", (words,), (row,) if row else ())


def past_card(group_id: int, rounds: Sequence[Round], word: str, found: int, own: Collection[int]) -> Card:
    """A list of revealed questions to open, newest first.

    With words to search for: ``found`` questions have them (where none has, the list is of all), ``own`` are those one answered.
    """
    search = (Button("Search", OpenPastSearch(group_id)),)
    if not rounds:
        return Card(
            "Past questions",
            (text("None has been revealed yet. The first reveal comes with question three."),),
        )
    options = tuple(
        Choice(
            f"{short_day(r.local_date)} · {cut(clean_line(plainly(r.question.prompt)), 60)}",
            str(r.id),
            r.question.topic[:75] + (" · you answered" if r.id in own else ""),
        )
        for r in rounds
    )
    pick = Select(PickPast(group_id), options, "Choose a question to read")
    said = text("The newest ones, with their answers and the model answer.")
    if word and not found:
        said = text(
            "“", Plain(word), "” is in no past question and in no answer of yours. The newest are listed."
        )
    elif word:
        newest = "" if found == len(rounds) else f"; the newest {len(rounds)} are listed"
        said = text(counted(found, "question"), " with “", Plain(word), f"”{newest}.")
    return Card("Past questions", (said,), ((pick,), search))


def past_form(group_id: int, word: str = "") -> Form:
    """Asks what to search past questions for."""
    field = TextField("word", "Words to search for", value=word, help=PAST_WORDS, most=MOST_WORDS)
    return Form("Search past questions", (field,), SearchPast(group_id), "Search")


def reminder_card(round_: Round, voting: Voting | None) -> Card:
    """The one reminder, to those who asked for it."""
    return Card(
        "Answers close soon",
        prompt_blocks(round_.question),
        ((Button("Answer", OpenAnswer(round_.id), Style.PRIMARY), *vote_buttons(voting)),),
        text(
            "Closes ",
            moment(round_.closes_at, round_.zone),
            ". You asked for this; `/my settings` turns it off.",
        ),
    )


def once_card(points: int) -> Card:
    """To somebody whose two accounts had both brought points for the same."""
    words = f"You had answered or voted with both in the same rounds. That counts once: {counted(points, 'point')} less."
    return Card("Your accounts are one now", (text(words),))
