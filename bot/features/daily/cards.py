"""Every sentence a member reads about questions and answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.access.actions import ComeBack
from bot.chat.cards import (
    Accent,
    Block,
    Button,
    Card,
    Choice,
    Control,
    Form,
    Moment,
    OneOf,
    Plain,
    Select,
    Style,
    Text,
    TextField,
    text,
)
from bot.chat.words import counted, moment_words, short_day
from bot.features.daily.actions import (
    AskLock,
    AskPass,
    AskTakeBack,
    KeepLate,
    KeepSaved,
    LockAnswer,
    MyResult,
    OpenAnswer,
    OpenBallot,
    Pass,
    PickPast,
    ReadAnswers,
    SaveAnswer,
    ShowHint,
    ShowRound,
    TakeBack,
)
from bot.features.daily.ballots.rules import BallotKind, pairs_that_finish
from bot.features.daily.model import Answer, AnswerState, Round, RoundState
from bot.features.daily.question_blocks import (
    MARKS,
    answered,
    asked_for,
    prompt_blocks,
    round_files,
    solution_blocks,
)
from bot.membership.model import Consent, Group, GroupState
from bot.questions.literal import plainly

CONSENTS = (
    Choice("Unnamed", Consent.UNNAMED.value),
    Choice("With my name", Consent.NAMED.value),
    Choice("Keep it out of the channel", Consent.OUT.value),
)


@dataclass(frozen=True, slots=True)
class Voting:
    """The ballot that a card may point to: its round, how many answers can be read, and what was judged already.

    A card that everyone sees says no number: who has answered, voted or reported meets another one.
    """

    round: Round
    readable: int
    done: int = 0
    for_everyone: bool = False

    @property
    def left(self) -> str:
        """How much its reader will meet: "3 to read", "2 pairs to compare"; "" where that is not to be said."""
        if self.for_everyone:
            return ""
        if self.round.ballot is BallotKind.PAIRS:
            pairs = pairs_that_finish(self.readable) - self.done
            return f"{counted(pairs, 'pair')} to compare" if pairs > 0 else ""
        answers = self.readable - self.done
        return f"{answers} to read" if answers > 0 else ""


def moment(at: datetime | None, zone: str) -> Moment:
    """An instant as cards show it: "Wed 09:00"."""
    assert at is not None
    return Moment(at, zone)


def vote_button(voting: Voting, *, primary: bool = False) -> Button:
    """[Vote on Tuesday's: 5 to read]."""
    style = Style.PRIMARY if primary else Style.NORMAL
    return Button(_with_count(f"Vote on {voting.round.whose}", voting), OpenBallot(voting.round.id), style)


def _with_count(label: str, voting: Voting) -> str:
    return f"{label}: {voting.left}" if voting.left else label


def question_card(round_: Round, voting: Voting | None, revealed_answers: int = 0) -> Card:
    """The question as it stands in the channel, in whichever state its round is."""
    title = f"{round_.whose} question"
    blocks = prompt_blocks(round_.question)
    if round_.state is RoundState.OPEN:
        closes = moment(round_.closes_at, round_.zone)
        row: tuple[Control, ...] = (
            Button("Answer", OpenAnswer(round_.id), Style.PRIMARY),
            Button("Hint", ShowHint(round_.id)),
            Button("Pass", AskPass(round_.id)),
            *round_files(round_),
        )
        if voting is not None and voting.readable:
            row = (*row, vote_button(voting))
        footer = text("Answers stay private until the reveal. Answer or edit until ", closes, ".")
        return Card(title, blocks, (row,), footer)
    if round_.state is RoundState.VOTING:
        until = moment(round_.votes_close_at, round_.zone)
        if voting is None or not voting.readable:
            nobody = round_.ballot is BallotKind.NONE
            nothing = "Nobody has answered" if nobody else "There is nothing to vote on"
            return Card(
                title,
                blocks,
                footer=text(f"Answers are closed. {nothing}; the key points come ", until, "."),
            )
        button = Button(_with_count("Vote", voting), OpenBallot(round_.id), Style.PRIMARY)
        return Card(
            title,
            blocks,
            ((button, *round_files(round_)),),
            text("Answers are closed. Vote until ", until, "; then the reveal comes."),
        )
    if round_.state is RoundState.REVEALED:
        read = Button(_read_label(revealed_answers), ReadAnswers(round_.id, 0))
        mine = Button("How did mine do?", MyResult(round_.id))
        return Card(
            title,
            blocks,
            ((read, mine, *round_files(round_)),),
            text("Revealed ", moment(round_.revealed_at, round_.zone), "."),
        )
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


def answer_form(
    round_: Round, value: str, consent: Consent, limit: int, seen: int, welcome: str = ""
) -> Form:
    """The form to write an answer. ``seen`` marks the saved words that it is opened on."""
    until = moment_words(moment(round_.closes_at, round_.zone))
    label, what = asked_for(round_.question)
    intro = (f"{welcome}\n\n" if welcome else "") + round_.question.prompt
    return Form(
        title=f"{round_.whose} answer",
        intro=text(intro),
        fields=(
            TextField(
                "answer",
                label,
                long=True,
                value=value,
                placeholder=f"{what} You can edit until {until}.",
                most=limit,
                help=MARKS,
                shown_as=answered(round_.question, ""),
            ),
            OneOf("consent", "If this is among the best", CONSENTS, consent.value),
        ),
        submit=SaveAnswer(round_.id, seen),
    )


def saved_elsewhere_card(round_: Round, answer: Answer, typed: str) -> Card:
    """What was sent from a form that was opened before the saved answer changed: both, and which is to stay."""
    return Card(
        "Your answer was changed elsewhere",
        (
            text(
                "You saved another version since this form was opened. Neither is lost; choose which one counts."
            ),
            answered(round_.question, answer.text, text("Saved, and what counts now:")),
            answered(round_.question, typed, text("What you just sent:")),
        ),
        (
            (
                Button("Use what I just sent", OpenAnswer(round_.id), Style.PRIMARY),
                Button("Keep what is saved", KeepSaved(round_.id)),
            ),
        ),
        text(
            "The first opens the form with what you just sent, so that you can change it before it is saved."
        ),
        accent=Accent.BAD,
    )


def saved_card(
    round_: Round, answer: Answer, voting: Voting | None, *, first: bool = False, first_days: bool = False
) -> Card:
    """What its author sees of a saved answer; with their ``first`` one, how a round works.

    In a group's ``first_days``, before its first reveal, there is something to read and to do at once.
    """
    until = moment(round_.closes_at, round_.zone)
    row: tuple[Control, ...] = (
        Button("Edit", OpenAnswer(round_.id)),
        Button("Compare now" if first_days else "Lock and compare", AskLock(round_.id)),
    )
    if first_days:
        row = (*row, Button("3 quick questions", ComeBack(round_.group_id, "quick")))
    if voting is not None and voting.readable:
        row = (*row, vote_button(voting, primary=True))
    row = (*row, _take_back_button(round_))
    return Card(
        "Saved",
        (
            text("Edit until ", until, f". {_SOONER if first_days else _LOCKING}"),
            answered(
                round_.question,
                answer.text,
                text(f"Your answer to {round_.whose} question, {_shown(answer.consent)}:"),
            ),
            *((_HOW_IT_WORKS,) if first else ()),
        ),
        (row,),
        accent=Accent.GOOD,
    )


_LOCKING = "Locking ends editing and shows you the model answer right away."
_SOONER = (
    "The group's first reveal is still to come. Until then you can compare with the model answer now, which ends editing, "
    "or try three quick questions."
)
_HOW_IT_WORKS = text(
    "**How a round works**\n\n"
    "- When answers close, everyone reads them unnamed and votes for those that helped: `/vote`.\n"
    "- One question day later comes the reveal: the best answers, the model answer, and how yours did.\n"
    "- `/my home` shows what is open and what waits for you."
)
"""Three lines, for who is new."""


def _shown(consent: Consent) -> str:
    return {
        Consent.UNNAMED: "unnamed if it is among the best",
        Consent.NAMED: "with your name if it is among the best",
        Consent.OUT: "kept out of the channel",
    }[consent]


def compare_card(round_: Round, answer: Answer | None, voting: Voting | None = None) -> Card:
    """Key points as a checklist for oneself, and the model answer: after locking, or after passing."""
    blocks: list[Block] = []
    if answer is not None and answer.state is AnswerState.PASSED:
        title, first = "Passed", "You passed this one. Here is what a good answer includes:"
    else:
        title, first = (
            "Locked: now compare",
            "Your answer is in and can't be edited any more. Compare it with these:",
        )
    if answer is not None and answer.text:
        blocks.append(answered(round_.question, answer.text, text("Your answer:")))
    blocks.append(text(first))
    blocks.extend(solution_blocks(round_.question))
    row = round_files(round_)
    if voting is not None and voting.readable:
        row = (vote_button(voting, primary=True), *row)
    if answer is not None and answer.state is AnswerState.SEALED:
        row = (*row, _take_back_button(round_))
    rows = (row,) if row else ()
    return Card(title, tuple(blocks), rows, accent=Accent.GOOD, read_all=ReadAnswers(round_.id, 0))


def hint_card(round_: Round) -> Card:
    """The hint; it costs nothing."""
    hint = (
        round_.question.hint or "This question has no hint. Begin with what you would tell a colleague first."
    )
    row = (
        Button("Answer", OpenAnswer(round_.id), Style.PRIMARY),
        Button("Pass: show me the key points", AskPass(round_.id)),
    )
    return Card("Hint", (text(hint),), (row,) if round_.state is RoundState.OPEN else ())


def pass_question_card(round_: Round) -> Card:
    """Asks once before passing."""
    row = (
        Button("Pass", Pass(round_.id), Style.DANGER),
        Button("Answer instead", OpenAnswer(round_.id), Style.PRIMARY),
    )
    words = "You'll see the key points now and can't enter this round. It still counts as activity. Pass?"
    return Card("Pass this question?", (text(words),), (row,))


def lock_question_card(round_: Round) -> Card:
    """Asks once before locking."""
    row = (
        Button("Lock it", LockAnswer(round_.id), Style.PRIMARY),
        Button("Edit instead", OpenAnswer(round_.id)),
    )
    words = "You'll see the key points and the model answer now, and can't edit your answer any more. It stays in the round. Lock it?"
    return Card("Lock your answer?", (text(words),), (row,))


def _take_back_button(round_: Round) -> Button:
    return Button("Take my answer back", AskTakeBack(round_.id))


def take_back_card(round_: Round, *, compared: bool) -> Card:
    """Asks once before an answer is taken back; ``compared``: its author has seen the model answer."""
    if round_.state is RoundState.OPEN:
        follows = (
            "It leaves this round. You have seen the key points, so it counts as a pass."
            if compared
            else "It leaves this round. You can answer again until answers close."
        )
    elif round_.state is RoundState.VOTING:
        follows = "It leaves the ballot and brings no points. Answers are closed, so you can't write another."
    else:
        follows = (
            "Where the reveal showed it, it says that its author withdrew it. Its result and its points stay."
        )
    row = (Button("Take it back", TakeBack(round_.id), Style.DANGER),)
    words = (
        f"The words of your answer to {round_.whose} question are deleted, which can't be undone. {follows}"
    )
    return Card("Take your answer back?", (text(words),), (row,))


def taken_back_card(round_: Round, *, again: bool) -> Card:
    """One's own answer was taken back; ``again`` says that there is still time for another."""
    row = ((Button("Answer again", OpenAnswer(round_.id), Style.PRIMARY),),) if again else ()
    words = f"The words of your answer to {round_.whose} question are deleted."
    return Card("Taken back", (text(words),), row, accent=Accent.GOOD)


def closed_card(round_: Round, typed: str, *, may_keep: bool, stands: bool, voting: Voting | None) -> Card:
    """A form that came after the close: the text comes back to its author."""
    blocks: list[Block] = [
        text(
            "Answers to this question closed ",
            moment(round_.closes_at, round_.zone),
            (", before this arrived." if typed else ".")
            + (" The answer you saved stands." if stands else ""),
        )
    ]
    row: list[Control] = []
    if typed:
        blocks.append(answered(round_.question, typed, text("What you wrote:")))
    if typed and may_keep:
        row.append(Button("Keep it for myself", KeepLate(round_.id), Style.PRIMARY))
    if voting is not None and voting.readable:
        row.append(vote_button(voting))
    if stands and round_.state is RoundState.VOTING:
        row.append(_take_back_button(round_))
    if round_.state is RoundState.REVEALED:
        row.append(Button("Read the reveal", ReadAnswers(round_.id, 0)))
    return Card("Answers are closed", tuple(blocks), (tuple(row),) if row else (), accent=Accent.BAD)


def revealed_already_card(title: str, round_: Round, then: Button | None = None) -> Card:
    """To an older button of a round that is revealed by now: what it led to is done, and where to read on."""
    row = (Button("Read the reveal", ReadAnswers(round_.id, 0)), *((then,) if then is not None else ()))
    return Card(
        title,
        (text(f"Done: {round_.whose} reveal is out, in the channel and with `/question past`."),),
        (row,),
    )


def late_card(round_: Round, kept: str) -> Card:
    """A late answer, kept for its author alone; of a question that was withdrawn, and may be asked again, nothing else."""
    over = round_.state is not RoundState.CANCELLED
    files = round_files(round_) if over else ()
    return Card(
        "Kept for yourself",
        (
            text("Nobody else will see this, and it is never posted."),
            answered(round_.question, kept, text(f"Your answer to {round_.whose} question:")),
            *(solution_blocks(round_.question) if over else ()),
        ),
        (files,) if files else (),
        accent=Accent.GOOD,
        read_all=ReadAnswers(round_.id, 0) if over else None,
    )


def today_card(round_: Round, answer: Answer | None, voting: Voting | None, *, peeked: bool) -> Card:
    """The open question, privately, with where one stands."""
    public = question_card(round_, voting)
    if answer is None and peeked:
        closes = text("Answers close ", moment(round_.closes_at, round_.zone), "; then the ballot opens.")
        return replace(peeked_card(round_, voting), title=public.title, footer=closes)
    if answer is None:
        return public
    state = {
        AnswerState.PASSED: "You passed this one.",
        AnswerState.REMOVED: "The organisers removed your answer.",
        AnswerState.HIDDEN: "Your answer is hidden until an organiser has looked at it.",
    }.get(answer.state, "You have answered and locked it." if answer.locked_at else "You have answered.")
    row: list[Control] = []
    if answer.state is AnswerState.SEALED and answer.locked_at is None:
        row = [
            *(() if peeked else (Button("Edit my answer", OpenAnswer(round_.id)),)),
            Button("Lock and compare", AskLock(round_.id)),
        ]
    footer = public.footer
    if answer.locked_at is not None or answer.state is AnswerState.PASSED:
        row = [_compare_button(round_, passed=answer.state is AnswerState.PASSED)]
        footer = text("Answers close ", moment(round_.closes_at, round_.zone), "; then the ballot opens.")
    row += round_files(round_)
    if voting is not None and voting.readable:
        row.append(vote_button(voting, primary=True))
    if answer.state is AnswerState.SEALED:
        row.append(_take_back_button(round_))
    shown: tuple[Block, ...] = (*prompt_blocks(round_.question), text(state))
    if answer.text:
        shown = (*shown, answered(round_.question, answer.text, text("Your answer:")))
    return Card(public.title, shown, (tuple(row),) if row else (), footer)


def peeked_card(round_: Round, voting: Voting | None = None) -> Card:
    """To an organiser who has read the answer of a question before it came: it counts as a pass for them."""
    row: tuple[Control, ...] = (_compare_button(round_, passed=True),)
    if voting is not None and voting.readable:
        row = (*row, vote_button(voting, primary=True))
    words = "You read its model answer beforehand, so it counts as a pass for you: you can't answer it."
    return Card("You have read its answer", (*prompt_blocks(round_.question), text(words)), (row,))


def compared_already_card(round_: Round, *, passed: bool) -> Card:
    """Editing is over: the model answer was seen."""
    title = "You passed this one" if passed else "Your answer is locked"
    words = (
        "You have seen its key points, so you can't answer it any more."
        if passed
        else ("You have compared it with the model answer, so it stays as it is.")
    )
    return Card(title, (text(words),), ((_compare_button(round_, passed=passed),),), accent=Accent.BAD)


def answered_already_card(round_: Round) -> Card:
    """Passing after answering: locking shows the same."""
    row = (
        Button("Lock and compare", AskLock(round_.id), Style.PRIMARY),
        Button("Edit my answer", OpenAnswer(round_.id)),
    )
    words = "Locking your answer shows you the key points too, and keeps you in the round."
    return Card("You have answered already", (text(words),), (row,), accent=Accent.BAD)


def _compare_button(round_: Round, *, passed: bool) -> Button:
    if passed:
        return Button("See the key points", Pass(round_.id))
    return Button("See the comparison", LockAnswer(round_.id))


def nothing_open_card(group: Group, voting: Voting | None) -> Card:
    """No question is open: what happens next, and when."""
    if group.next_at is not None:
        words: Text = text("The next question comes ", Moment(group.next_at, group.zone), ".")
    elif group.state is GroupState.DRAFT:
        words = text("This group is still being set up. An organiser can finish with `/group setup`.")
    else:
        words = text("This group is paused. An organiser can restart it: `/group status`.")
    row = ((vote_button(voting, primary=True),),) if voting is not None and voting.readable else ()
    return Card("No question is open", (words,), row)


def past_card(group_id: int, rounds: Sequence[Round], word: str, found: int, own: Collection[int]) -> Card:
    """A list of revealed questions to open. With words to search for: the newest of ``found``, ``own`` are those one answered."""
    if not rounds and word:
        words = text("“", Plain(word), "” is in no past question and in no answer of yours.")
        return Card("Past questions", (words,))
    if not rounds:
        return Card(
            "Past questions",
            (text("None has been revealed yet. The first reveal comes with question three."),),
        )
    options = tuple(
        Choice(
            f"{short_day(r.local_date)} · {_line(plainly(r.question.prompt), 60)}",
            str(r.id),
            r.question.topic[:75] + (" · you answered" if r.id in own else ""),
        )
        for r in rounds
    )
    pick = Select(PickPast(group_id), options, "Choose a question to read")
    said = text("The newest ones, with their answers and the model answer.")
    if word:
        newest = "" if found == len(rounds) else f"; the newest {len(rounds)} are listed"
        said = text(counted(found, "question"), " with “", Plain(word), f"”{newest}.")
    return Card("Past questions", (said,), ((pick,),))


def _line(words: str, most: int) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"


def reminder_card(round_: Round, voting: Voting | None) -> Card:
    """The one reminder, to those who asked for it."""
    row: tuple[Control, ...] = (Button("Answer", OpenAnswer(round_.id), Style.PRIMARY),)
    if voting is not None and voting.readable:
        row = (*row, vote_button(voting))
    return Card(
        "Answers close soon",
        (*prompt_blocks(round_.question),),
        (row,),
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
