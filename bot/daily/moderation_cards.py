"""Every sentence about reported answers."""

from bot.chat.cards import Accent, Button, Card, Style, Verbatim, text
from bot.daily.actions import Moderate
from bot.daily.model import Answer, AnswerState, Round


def thanks_card() -> Card:
    """To the one who reported."""
    words = "The organisers have it. Nobody is told who reported it."
    return Card("Thank you for telling us", (text(words),), accent=Accent.GOOD)


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
    )
    row = (
        Button("Keep it", Moderate(round_.id, answer.id, "keep"), Style.PRIMARY),
        Button("Remove it", Moderate(round_.id, answer.id, "remove"), Style.DANGER),
        Button("Remove it and bar its author", Moderate(round_.id, answer.id, "bar"), Style.DANGER),
    )
    blocks = (
        text(f"{count} reported an answer to {round_.whose} question.{hidden}"),
        Verbatim(answer.text, text("The answer:")),
    )
    return Card("An answer was reported", blocks, (row,), accent=Accent.BAD)


def settled_card(round_: Round, verdict: str) -> Card:
    """What came of it."""
    words = {
        "keep": "It stays on the ballot and in the reveal.",
        "remove": "Nobody sees it any more; a reveal that showed it is changed.",
        "bar": "It is removed, and its author can't take part in this group any more.",
    }[verdict]
    return Card(f"Settled: {round_.whose} answer", (text(words),), accent=Accent.GOOD)
