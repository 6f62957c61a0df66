"""Every sentence about questions that were corrected, and about imports as one."""

from collections.abc import Iterator, Sequence

from bot.chat.cards import Accent, Button, Card, Choice, Control, Moment, Select, Style, text
from bot.chat.words import counted, short_day
from bot.features.custom_questions.actions import (
    AddImport,
    Browse,
    ListImports,
    OpenImport,
    PickImport,
    TakeBackImport,
)
from bot.features.custom_questions.model import import_view
from bot.features.custom_questions.queries import Import
from bot.features.quiz.rescoring import Regraded
from bot.membership.model import Group

FOR_MENDING = (
    "This corrects the question for everyone. Answers already given stay with the wording they answered; where what "
    "counts as right changes, they are graded again. To ask something else, retire this one and add another."
)
NOTHING_CHANGED = "**Nothing was changed.**"


def saved(regraded: Regraded, *, out: bool = False) -> tuple[str, ...]:
    """What an organiser reads of a question that was corrected; ``out``: a running round asks it."""
    post = (
        "It has been posted: the post is corrected, and those who have answered it read what changed with their next private card.",
    )
    first = "**Saved.** Whoever is asked it from now on gets this version."
    return (first, *(post if out else ()), *_graded_again(regraded))


def _graded_again(regraded: Regraded) -> Iterator[str]:
    if regraded.checked:
        yield (
            f"What counts as right has changed: {counted(regraded.checked, 'answer was', 'answers were')} graded again. "
            + (
                f"{counted(regraded.changed, 'now counts', 'now count')} differently; whoever gave "
                f"{'it' if regraded.changed == 1 else 'them'} gets one private line."
                if regraded.changed
                else "None of the results has changed."
            )
        )
    if regraded.kept:
        kept = counted(regraded.kept, "answer keeps its", "answers keep their")
        yield f"{kept} result: what was shown then doesn't include the answer that now counts as right."


def replaced_card(group_id: int, first: int, count: int, new: int, regraded: Regraded) -> Card:
    """Copies have replaced questions of the bank; ``new`` ones of the same import still wait."""
    row: list[Control] = []
    if new:
        label = "Add the new one" if new == 1 else f"Add the {new} new ones"
        row.append(Button(label, AddImport(group_id, first, keep=True), Style.PRIMARY))
    row.append(Button("Take the import back", TakeBackImport(group_id, first, away=True)))
    words = "The ids stay the same. From now on the copy is asked."
    blocks = (text(words), *map(text, _graded_again(regraded)))
    return Card(f"Replaced {counted(count, 'question')}", blocks, (tuple(row),), accent=Accent.GOOD)


def imports_card(group: Group, found: Sequence[Import]) -> Card:
    """The newest imports, to look at one."""
    if not found:
        row = (Button("Import questions", OpenImport(group.id), Style.PRIMARY),)
        return Card("Imports", (text("Nothing has been imported yet."),), (row,))
    options = tuple(
        Choice(f"{short_day(each.at.astimezone(group.rhythm.tz).date())} · {_brought(each)}", str(each.first))
        for each in found
    )
    pick = Select(PickImport(group.id), options, "Choose an import")
    return Card(
        "Imports", (text("The newest ones. Each can be looked at, and taken back as one."),), ((pick,),)
    )


def _brought(each: Import) -> str:
    parts = [counted(each.added, "question")] if each.added else []
    parts += [f"{each.replaced} replaced"] if each.replaced else []
    return ", ".join(parts)


def import_card(group: Group, found: Import, regraded: Regraded | None = None, edited: int = 0) -> Card:
    """One import as it stands; ``edited`` ones stay as they are."""
    away = found.taken_back > 0
    said = [
        "It is taken back: nobody is asked what it added, and what it replaced is as it was. What was answered stays."
        if away
        else f"It is in the bank: {_brought(found)}.",
        *(_graded_again(regraded) if regraded else ()),
    ]
    if edited:
        said.append(
            f"{counted(edited, 'question was', 'questions were')} edited or taken out since, and left alone."
        )
    label = "Put it back" if away else "Take it back"
    row: list[Control] = [Button(label, TakeBackImport(group.id, found.first, away=not away))]
    if found.added and not away:
        row.insert(0, Button("Look at them", Browse(group.id, import_view(found.first), 0)))
    row.append(Button("All imports", ListImports(group.id)))
    title = "An import, taken back" if away else "An import"
    came = text("Imported ", Moment(found.at, group.zone, "date"), ".")
    return Card(title, tuple(map(text, said)), (tuple(row),), came)
