"""What the cards about one's own data say: taking it along, and deleting it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.cards import Accent, Button, Card, File, Part, Plain, Style, Text, text
from bot.chat.words import counted
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
        "reviews, points and private messages. Nothing of others is in it but the lines that readers wrote to you."
    )
    hint = "A JSON file that any editor opens. It is only for you: mind where you store it."
    return Card("Your data", (text(words), File(EXPORT_NAME, data, "application/json")), footer=text(hint))


def ask_card(person_id: int, held: Held) -> Card:
    """What goes and what stays, and the one question whether to."""
    goes = (
        "**What goes, for good**\n\n"
        f"- your name, your chosen names, your settings and your account here, in {_groups(held)}\n"
        f"- the words of {_some(held.answers, 'answer')}, and drafts: reveals say instead that an answer was taken back, "
        "and ballots show it no more\n"
        f"- {_some(held.lines, 'line')} that you wrote to others, and what you said of quiz questions\n"
        "- your reviews, streaks, breaks and days of activity\n"
        "- quizzes of yours that run, and what was to be told you privately"
    )
    stays = (
        "**What stays, without your name**\n\n"
        "- your votes and the points they gave to others, and others' results as they were\n"
        "- the points of a member without a name, on no board\n"
        f"- {_some(held.quiz_answers, 'quiz answer')}: which choice, and whether it was right"
    )
    if held.barred:
        stays += "\n- a fingerprint of your account where you are barred, so that the bar holds"
    blocks: list[Text] = [text(goes), text(stays)]
    if len(held.groups) > 1:
        blocks.append(text("This counts for all your groups: ", *_names(held.groups), "."))
    if held.only_organiser_of:
        after = (
            ". It goes on: whoever may manage the channel or the server organises it then. "
            "`/group settings` names another organiser first."
        )
        blocks.append(text("You are the only organiser of ", *_names(held.only_organiser_of), after))
    row = (
        Button("Delete everything", ForgetMe(person_id, sure=True), Style.DANGER),
        Button("Get my data first", ExportMine()),
        Button("Keep it", ForgetMe(person_id, sure=False)),
    )
    hint = text("It cannot be undone. Whatever you do here later starts from nothing, as somebody new.")
    return Card("Delete everything about you?", tuple(blocks), (row,), hint, Accent.BAD)


def _some(number: int, noun: str) -> str:
    return counted(number, noun) if number else f"{noun}s (none so far)"


def _groups(held: Held) -> str:
    return "your group" if len(held.groups) == 1 else f"all your {len(held.groups)} groups"


def _names(names: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for name in names:
        parts += [", ", Plain(name or "a group without a name")]
    return tuple(parts[1:])


def deleted_card() -> Card:
    """Done."""
    words = (
        "Everything about you is deleted; messages in the channel that held your words change within a minute. "
        "Private messages that you received before stay with you until you delete them there."
    )
    return Card("You are forgotten here", (text(words), text("Thank you for studying along.")))


def kept_card() -> Card:
    """Nothing changed."""
    return Card(
        "Nothing was deleted", (text("All of it is as it was. `/my export` shows you what there is."),)
    )


def nothing_card() -> Card:
    """There is nothing about the one who asks."""
    words = "No account, no answer, no setting. Whatever you press or type in a group's channel starts from nothing."
    return Card("Nothing is kept about you", (text(words),))


def old_button_card() -> Card:
    """A button from before a deletion."""
    words = "That deletion is done. What you did here since is not part of it; `/my delete` asks about that."
    return Card("Already done", (text(words),))
