"""Every sentence an organiser reads about running rounds."""

from datetime import date

from bot.chat.cards import Accent, Block, Button, Card, Control, Moment, Plain, Style, Text, text
from bot.chat.commands import RunCommand
from bot.chat.words import counted, weekday
from bot.features.custom_questions.actions import OpenCorrection
from bot.features.custom_questions.model import own_number
from bot.features.daily.actions import (
    AskWithdraw,
    CloseNow,
    OpenAnswer,
    PostNow,
    RevealNow,
    SkipNext,
    Withdraw,
)
from bot.features.daily.cards import moment
from bot.features.daily.model import Round
from bot.membership.calendar.cities import city_name
from bot.membership.model import Group, GroupState


def now_card(group_id: int, newest: int, open_rounds: tuple[Round, ...], voting: tuple[Round, ...]) -> Card:
    """Asks once before a question moment out of turn."""
    happens = [f"answers to {r.whose} question close and its ballot opens" for r in open_rounds]
    happens += [f"{r.whose} question is revealed" for r in voting]
    lines = ["the next question is posted", *happens]
    blocks = (
        text("This happens at once:\n\n" + "\n".join(f"- {line}" for line in lines)),
        text("It counts for today; the next one comes at its usual time."),
    )
    post = Button("Post it now", PostNow(group_id, newest), Style.PRIMARY)
    return Card("Post a question now?", blocks, ((post,),))


def close_card(round_: Round, answers: int) -> Card:
    """Asks once before closing answers early."""
    words = text(
        f"{counted(answers, 'member has', 'members have')} answered {round_.whose} question. "
        "Otherwise answers close ",
        moment(round_.closes_at, round_.zone),
        " by themselves. After that nobody can answer or edit, and the ballot opens.",
    )
    close = Button("Close answers", CloseNow(round_.id), Style.PRIMARY)
    return Card("Close answers now?", (words,), ((close,),))


def reveal_question_card(round_: Round, voters: int) -> Card:
    """Asks once before revealing early."""
    words = text(
        f"{counted(voters, 'member has', 'members have')} finished the ballot on {round_.whose} question. "
        "Otherwise the reveal comes ",
        moment(round_.votes_close_at, round_.zone),
        " by itself. It can't be undone.",
    )
    reveal = Button("Reveal now", RevealNow(round_.id), Style.PRIMARY)
    return Card("Reveal now?", (words,), ((reveal,),))


def withdraw_card(round_: Round, answers: int, others: tuple[Round, ...]) -> Card:
    """Asks once before a question is withdrawn; ``others`` that run could be meant instead."""
    words = (
        f"{counted(answers, 'member has', 'members have')} answered {round_.whose} question. "
        "It ends without a reveal, and its post says so. None of it counts: it brings no points, and its day is not a "
        "question day for streaks. Answers are kept for their authors. It may be asked again later."
    )
    instead = tuple(Button(f"{r.whose} instead", AskWithdraw(r.id)) for r in others[:2])
    row = [Button("Withdraw it", Withdraw(round_.id), Style.DANGER), *instead]
    blocks = [text(words)]
    number = own_number(round_.question.item_id)
    if number is not None:
        edit = (
            "It is one of your own. If only its wording is wrong, edit it: its post changes, answers stay, and those who "
            "answered read what changed."
        )
        blocks.append(text(edit))
        row.append(Button("Edit it instead", OpenCorrection(number, sure=False)))
    return Card(f"Withdraw {round_.whose} question?", tuple(blocks), (tuple(row),))


def skip_card(group_id: int, day: date, at: Moment) -> Card:
    """Asks once before leaving out a day."""
    words = text(
        "The question that was due ", at, " won't be posted. Running rounds continue to their reveal."
    )
    skip = Button(f"Skip {weekday(day)}", SkipNext(group_id, day.toordinal()), Style.PRIMARY)
    return Card("Skip the next question?", (words,), ((skip,),))


def manage_card(group: Group, open_round: Round | None, voting: Round | None) -> Card:
    """What runs, with a button for each thing that can be done before its time or instead; each asks once."""
    blocks: list[Block] = []
    row: list[Control] = []
    if open_round is not None:
        closing = moment(open_round.closes_at, open_round.zone)
        blocks.append(text(f"{open_round.whose} question: answers close ", closing, "."))
        row.append(Button("Close answers", RunCommand("round close", "")))
    if voting is not None:
        ending = moment(voting.votes_close_at, voting.zone)
        blocks.append(text(f"{voting.whose} ballot: the reveal comes ", ending, "."))
        row.append(Button("Reveal", RunCommand("round reveal", "")))
    newest = open_round or voting
    if newest is not None:
        row.append(Button("Withdraw", AskWithdraw(newest.id)))
    if group.state is GroupState.ACTIVE and group.next_at is not None:
        blocks.append(text("The next question comes ", Moment(group.next_at, group.zone), "."))
        row.append(Button("Next question", RunCommand("round next", "")))
        row.append(Button("Post it now", RunCommand("round now", "")))
    if not blocks:
        blocks.append(text("Nothing runs here, and nothing is due. `/group status` says why."))
    return Card("Rounds", tuple(blocks), (tuple(row),) if row else ())


def done_card(title: str, words: str | Text, then: Button | None = None) -> Card:
    """What was done, and what may come next."""
    return Card(
        title,
        (text(words) if isinstance(words, str) else words,),
        ((then,),) if then else (),
        accent=Accent.GOOD,
    )


def posted_already_card(newest: Round | None) -> Card:
    """To an older button: a newer question is out."""
    row = (Button("Answer it", OpenAnswer(newest.id), Style.PRIMARY),) if newest is not None else ()
    words = "Done: a newer question has been posted. `/round now` posts another."
    return Card("That has already been done", (text(words),), (row,) if row else ())


def lost_zone_card(lost: str, zone: str) -> Card:
    """The tz database has lost a group's zone, and it goes on in another."""
    words = text(
        "The time zone **",
        Plain(lost),
        f"** is no longer known on the machine that runs Studyhall. Questions now come by the time of {city_name(zone)}. "
        "Choose another zone with `/group settings`.",
    )
    return Card("Your group's time zone has changed", (words,), accent=Accent.BAD)


def low_card(questions: int, weeks: int) -> Card:
    """Questions run low."""
    if questions == 0:
        words = (
            "This group has had every question on its topics. From now on they are repeated, oldest first. "
            "More topics give more questions: `/group settings`."
        )
        return Card("Every question has been asked", (text(words),))
    span = "less than a week" if weeks < 1 else f"about {counted(weeks, 'week')}"
    words = (
        f"{counted(questions, 'question is', 'questions are')} left that this group has not seen: {span}. "
        "After that old ones are repeated, oldest first. More topics give more questions: `/group settings`."
    )
    return Card("New questions are running low", (text(words),))
