"""Every sentence about one's own answer to a round: the form, and the cards from its first words to its taking back."""

from dataclasses import replace

from bot.access.actions import ComeBack
from bot.chat.cards import Accent, Block, Button, Card, Choice, Control, Form, OneOf, Style, TextField, text
from bot.chat.words import moment_words
from bot.features.daily.actions import (
    AskLock,
    AskPass,
    AskTakeBack,
    KeepLate,
    KeepSaved,
    LockAnswer,
    OpenAnswer,
    Pass,
    ReadAnswers,
    SaveAnswer,
    TakeBack,
)
from bot.features.daily.cards import moment, question_card, vote_buttons
from bot.features.daily.model import Answer, AnswerState, Round, RoundState, RoundView, Voting
from bot.features.daily.question_blocks import (
    MARKS,
    answered,
    asked_for,
    prompt_blocks,
    round_files,
    solution_blocks,
)
from bot.membership.model import Consent

CONSENTS = (
    Choice("Unnamed", Consent.UNNAMED.value),
    Choice("With my name", Consent.NAMED.value),
    Choice("Keep it out of the channel", Consent.OUT.value),
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
    row = (
        Button("Edit", OpenAnswer(round_.id)),
        Button("Compare now" if first_days else "Lock and compare", AskLock(round_.id)),
        *((Button("3 quick questions", ComeBack(round_.group_id, "quick")),) if first_days else ()),
        *vote_buttons(voting, primary=True),
        _take_back_button(round_),
    )
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


def _shown(consent: Consent) -> str:
    return {
        Consent.UNNAMED: "unnamed if it is among the best",
        Consent.NAMED: "with your name if it is among the best",
        Consent.OUT: "kept out of the channel",
    }[consent]


def compare_card(round_: Round, answer: Answer, voting: Voting | None = None) -> Card:
    """Key points as a checklist for oneself, and the model answer: after locking, or after passing."""
    title, first = (
        "Locked: now compare",
        "Your answer is in and can't be edited any more. Compare it with these:",
    )
    if answer.state is AnswerState.PASSED:
        title, first = "Passed", "You passed this one. Here is what a good answer includes:"
    blocks = (
        *((answered(round_.question, answer.text, text("Your answer:")),) if answer.text else ()),
        text(first),
        *solution_blocks(round_.question),
    )
    row = (*vote_buttons(voting, primary=True), *round_files(round_))
    if answer.state is AnswerState.SEALED:
        row = (*row, _take_back_button(round_))
    return Card(title, blocks, (row,) if row else (), accent=Accent.GOOD, read_all=ReadAnswers(round_.id, 0))


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
    row += vote_buttons(voting)
    if stands and round_.state is RoundState.VOTING:
        row.append(_take_back_button(round_))
    if round_.state is RoundState.REVEALED:
        row.append(Button("Read the reveal", ReadAnswers(round_.id, 0)))
    return Card("Answers are closed", tuple(blocks), (tuple(row),) if row else (), accent=Accent.BAD)


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


def today_card(view: RoundView) -> Card:
    """The open question, privately, with where one stands."""
    round_, answer, voting, peeked = view.round, view.answer, view.voting, view.peeked
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
    row += (*round_files(round_), *vote_buttons(voting, primary=True))
    if answer.state is AnswerState.SEALED:
        row.append(_take_back_button(round_))
    shown: tuple[Block, ...] = (*prompt_blocks(round_.question), text(state))
    if answer.text:
        shown = (*shown, answered(round_.question, answer.text, text("Your answer:")))
    return Card(public.title, shown, (tuple(row),) if row else (), footer)


def peeked_card(round_: Round, voting: Voting | None = None) -> Card:
    """To an organiser who has read the answer of a question before it came: it counts as a pass for them."""
    row = (_compare_button(round_, passed=True), *vote_buttons(voting, primary=True))
    words = "You read its model answer beforehand, so it counts as a pass for you: you can't answer it."
    return Card("You have read its answer", (*prompt_blocks(round_.question), text(words)), (row,))


def compared_already_card(round_: Round, *, passed: bool) -> Card:
    """Editing is over: the model answer was seen."""
    title = "You passed this one" if passed else "Your answer is locked"
    words = (
        "You have seen its key points, so you can't answer it any more."
        if passed
        else "You have compared it with the model answer, so it stays as it is."
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
