"""Every sentence about questions that were corrected."""

from bot.chat.words import counted
from bot.features.quiz.rescoring import Regraded

FOR_MENDING = (
    "This corrects the question for everyone. Answers that were given to it keep the words they were given to; where what "
    "counts as right changes, they are graded again. To ask something else, retire this one and add another."
)
NOTHING_CHANGED = "**Nothing was changed.**"
SAVED = "**Saved.** Whoever is asked it from now on gets this version."


def saved(regraded: Regraded) -> tuple[str, ...]:
    """What an organiser reads of a quiz question that was corrected."""
    said = [SAVED]
    if regraded.checked:
        count = counted(regraded.checked, "answer was", "answers were")
        said.append(
            f"What counts as right has changed: {count} graded again, and {regraded.changed or 'none'} of them "
            f"{'counts' if regraded.changed == 1 else 'count'} otherwise now. Whoever gave "
            f"{'it' if regraded.changed == 1 else 'them'} reads one private line."
            if regraded.changed
            else f"What counts as right has changed: {count} graded again, to the same result."
        )
    if regraded.kept:
        kept = counted(regraded.kept, "answer keeps its", "answers keep their")
        said.append(f"{kept} result: what was shown then doesn't have the answer that is right now.")
    return tuple(said)
