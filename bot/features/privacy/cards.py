"""What the cards about one's own data say: taking it along, and deleting it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.cards import Accent, Button, Card, File, Part, Style, Text, text
from bot.chat.words import counted, enumerated
from bot.features.privacy.actions import ExportMine, ForgetMe

EXPORT_NAME = "studyhall-my-data.json"


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of a person, counted for them to see before they delete it."""

    groups: tuple[str, ...]
    answers: int
    lines: int
    quiz_answers: int
    only_organiser_of: tuple[str, ...]
    barred: bool


def export_card(data: bytes) -> Card:
    """Everything about a person, as a file for them alone."""
    words = (
        "Everything that is kept about you, in all your groups: your accounts, settings, answers, votes, lines, quizzes, "
        "reviews, points and private messages. It holds nothing about others except the lines that readers wrote to you."
    )
    hint = "A JSON file that any text editor opens. It is only for you: be careful where you store it."
    return Card("Your data", (text(words), File(EXPORT_NAME, data, "application/json")), footer=text(hint))


def ask_card(person_id: int, held: Held) -> Card:
    """What goes and what stays, and the one question whether to."""
    goes = (
        "**What goes, for good**\n\n"
        f"- your name, your chosen names, your settings and your account here, in {_groups(held)}\n"
        f"- the words of {_some(held.answers, 'answer')}, and drafts: reveals will say that an answer was withdrawn, "
        "and ballots will no longer show it\n"
        f"- {_some(held.lines, 'line')} that you wrote to others, and what you typed in quizzes or said about their questions\n"
        "- your reviews, streaks, breaks and days of activity\n"
        "- your running quizzes, and Studyhall's private messages to you, with their files"
    )
    stays = (
        "**What stays, without your name**\n\n"
        "- your votes and the points they gave to others, and others' results as they were\n"
        "- your points, as those of a member without a name who is on no board\n"
        f"- {_some(held.quiz_answers, 'quiz answer')}: which choice, and whether it was right"
    )
    if held.barred:
        stays += "\n- a fingerprint of your account where you are barred, so that you stay barred"
    blocks: list[Text] = [text(goes), text(stays)]
    if len(held.groups) > 1:
        blocks.append(text("This applies to all your groups: ", *_names(held.groups), "."))
    if held.only_organiser_of:
        after = (
            ". After that, whoever may manage the channel or the server organises it. "
            "To name another organiser first, use `/group settings`."
        )
        blocks.append(text("You are the only organiser of ", *_names(held.only_organiser_of), after))
    row = (
        Button("Delete everything", ForgetMe(person_id, sure=True), Style.DANGER),
        Button("Get my data first", ExportMine()),
        Button("Keep everything", ForgetMe(person_id, sure=False)),
    )
    hint = text("This cannot be undone. Anything you do here later starts from nothing, as a new person.")
    return Card("Delete everything about you?", tuple(blocks), (row,), hint, Accent.BAD)


def _some(number: int, noun: str) -> str:
    return counted(number, noun) if number else f"{noun}s (none so far)"


def _groups(held: Held) -> str:
    return "your group" if len(held.groups) == 1 else f"all your {len(held.groups)} groups"


def _names(names: Sequence[str]) -> tuple[Part, ...]:
    return enumerated(names, "a group without a name")


def deleted_card() -> Card:
    """Done."""
    words = (
        "Everything about you has been deleted; messages in the channel that held your words change within a minute. "
        "Studyhall's private messages to you, with their files, are being deleted too; if there are many, that takes a "
        "few minutes. What you wrote there yourself stays until you delete it, and a card that only you see in a channel "
        "until you dismiss it."
    )
    return Card("Your data is deleted", (text(words), text("Thank you for studying here.")))


def kept_card() -> Card:
    """Nothing changed."""
    return Card(
        "Nothing was deleted", (text("Everything is as it was. `/my export` shows you what there is."),)
    )


def nothing_card() -> Card:
    """There is nothing about the one who asks."""
    words = "There is no account, answer or setting of yours. Anything you press or type in a group's channel starts from nothing."
    return Card("Nothing is kept about you", (text(words),))


def old_button_card() -> Card:
    """A button from before a deletion."""
    words = "That deletion has already happened. It does not cover what you have done here since; for that, use `/my delete`."
    return Card("Already done", (text(words),))
