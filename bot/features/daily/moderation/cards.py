"""Every sentence about reported answers."""

from bot.chat.cards import Accent, Button, Card, Style, text
from bot.chat.words import counted
from bot.features.acts.keeping import undo_button
from bot.features.daily.actions import Moderate, MyResult, OpenBallot, ReadAnswers, Report
from bot.features.daily.model import Answer, AnswerState, Round, RoundState
from bot.features.daily.question_blocks import answered


def report_card(round_: Round, answer: Answer) -> Card:
    """Asks once before reporting."""
    row = (Button("Report it", Report(round_.id, answer.id), Style.DANGER), _back("Go back", round_))
    words = (
        "Report what does harm: insults, private details, spam. A weak answer is no reason. "
        "The organisers will look at it; nobody learns who reported it."
    )
    return Card("Report this answer?", (text(words), answered(round_.question, answer.text)), (row,))


def thanks_card(round_: Round) -> Card:
    """To the one who reported."""
    words = "The organisers will look at it. Nobody learns who reported it."
    label = "Continue the ballot" if round_.state is RoundState.VOTING else "Continue reading"
    row = (_back(label, round_, Style.PRIMARY),)
    return Card("Thank you for the report", (text(words),), (row,), accent=Accent.GOOD)


def _back(label: str, round_: Round, style: Style = Style.NORMAL) -> Button:
    reading = round_.state is not RoundState.VOTING
    return Button(label, ReadAnswers(round_.id, 0) if reading else OpenBallot(round_.id), style)


def reported_card(round_: Round, answer: Answer, reports: int) -> Card:
    """To an organiser: what was reported, and what can be done. The author stays unnamed."""
    count = "One reader has" if reports == 1 else f"{reports} readers have"
    if answer.state is AnswerState.REMOVED:
        return Card(
            "Answer removed",
            (text(f"It was an answer to {round_.whose} question. Nobody sees it any more."),),
        )
    hidden = (
        " It is hidden until you decide."
        if answer.state is AnswerState.HIDDEN
        else " It is still on the ballot."
        if round_.state is RoundState.VOTING
        else " Its question has been withdrawn since."
        if round_.state is RoundState.CANCELLED
        else " It is still shown in the reveal."
    )
    row = (
        Button("Keep it", Moderate(round_.id, answer.id, "keep"), Style.PRIMARY),
        Button("Remove it", Moderate(round_.id, answer.id, "remove"), Style.DANGER),
        Button("Remove it and bar its author", Moderate(round_.id, answer.id, "barring"), Style.DANGER),
    )
    blocks = (
        text(f"{count} reported an answer to {round_.whose} question.{hidden}"),
        answered(round_.question, answer.text, text("The answer:")),
    )
    return Card("An answer was reported", blocks, (row,), accent=Accent.BAD)


def taken_back_card(round_: Round) -> Card:
    """To an organiser: the author was faster."""
    words = f"Its author withdrew the answer to {round_.whose} question. There is nothing left to decide."
    return Card("A reported answer was withdrawn", (text(words),))


def barring_card(round_: Round, answer: Answer) -> Card:
    """Asks once before somebody is barred."""
    row = (
        Button("Bar the author", Moderate(round_.id, answer.id, "bar"), Style.DANGER),
        Button("Only remove the answer", Moderate(round_.id, answer.id, "remove"), Style.PRIMARY),
    )
    words = (
        "Its author will not be able to answer, vote or do anything else in this group until you let them back. "
        "Organisers can't be barred."
    )
    return Card(
        "Bar the author of this answer?",
        (text(words), answered(round_.question, answer.text)),
        (row,),
        accent=Accent.BAD,
    )


def settled_card(round_: Round, answer_id: int, verdict: str, act_id: int | None = None) -> Card:
    """What came of it; barring can be taken back, and a removal that is listed as an act undone."""
    voting = round_.state is RoundState.VOTING
    words = {
        "keep": "It stays on the ballot and takes part in the reveal."
        if voting
        else "Its question was withdrawn, so its author alone sees it."
        if round_.state is RoundState.CANCELLED
        else "It stays in the reveal.",
        "remove": "Nobody sees it any more; a reveal that showed it is updated.",
        "bar": "It is removed, and its author can't take part in this group until you let them back, unless they are an organiser.",
        "unbar": "Its author can take part again. The answer stays removed.",
    }[verdict]
    row: tuple[Button, ...] = ()
    if verdict == "bar":
        row = (Button("Let them back", Moderate(round_.id, answer_id, "unbar")),)
    if act_id is not None and verdict != "keep":
        row = (*row, undo_button(act_id))
    controls = (row,) if row else ()
    return Card(f"Settled: {round_.whose} answer", (text(words),), controls, accent=Accent.GOOD)


def back_again_card(round_: Round) -> Card:
    """The same, after the organisers have put it back."""
    words = f"The organisers put your answer to {round_.whose} question back, with what it had brought."
    row = (Button("How did mine do?", MyResult(round_.id)),)
    return Card("An answer of yours is back", (text(words),), (row,), accent=Accent.GOOD)


def removed_card(round_: Round, points: int) -> Card:
    """To an author whose answer was removed after it had brought something."""
    words = (
        f"The organisers removed your answer to {round_.whose} question, and what it brought is taken back"
    )
    words += f": {counted(points, 'point')}." if points else "."
    row = (Button("How did mine do?", MyResult(round_.id)),)
    return Card("An answer of yours was removed", (text(words),), (row,))
