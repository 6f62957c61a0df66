"""The parts of a question that several cards show: what is asked, the files to take home, an answer, the solution."""

from collections.abc import Sequence

from bot.chat.actions import Action
from bot.chat.cards import Block, Button, Card, Control, File, Text, Verbatim, text
from bot.chat.dispatch import UserError
from bot.features.daily.actions import GetFiles
from bot.features.daily.model import Question, Round, Source
from bot.questions.code_files import CODE_FILE, SOLUTION_FILE, TESTS_FILE, code_files
from bot.questions.literal import fenced

STARTER_SHOWN = 1000
"""Characters of a starter that a card shows; a longer one is in the files."""


def answered(question: Question, words: str, caption: Text | None = None) -> Verbatim:
    """What a member answered: as code where code was asked for."""
    return Verbatim(words, caption, code=question.asks_code, marked=True)


MARKS = "You can use **bold**, `code`, ``` blocks, - lists, > quotes and $formulas$."
"""What an answer's form says of marks."""


def prompt_blocks(question: Question) -> tuple[Block, ...]:
    """Where the question belongs, and the question itself."""
    return (text(f"*{question.topic}*"), text(question.prompt), *starter_blocks(question))


def asked_for(question: Question) -> tuple[str, str]:
    """What a form calls the answer, and a sentence on what belongs into it."""
    if question.asks_code:
        return "Your code", "Your code, with a line on why."
    return "Your answer", "As you'd say it in two minutes: 120-200 words."


def starter_blocks(question: Question) -> tuple[Block, ...]:
    """The code to begin with; nothing for a question without."""
    if not question.starter:
        return ()
    if question.tests and len(question.starter) > STARTER_SHOWN:
        lines = question.starter.count("\n") + 1
        return (text(f"The code to begin with has {lines} lines; it is in the files."),)
    return (text(fenced(question.starter)),)


def files_buttons(question: Question, action: Action) -> tuple[Control, ...]:
    """[Get the files], where there are any."""
    return (Button("Get the files", action),) if question.tests else ()


def round_files(round_: Round) -> tuple[Control, ...]:
    """[Get the files] of a round's question."""
    return files_buttons(round_.question, GetFiles(round_.id))


def files_card(question: Question, *, solved: bool) -> Card:
    """Starter and tests as files; with ``solved`` the solution, too. Raises UserError where the question has none."""
    if not question.tests:
        raise UserError("This question has no files", "All that it asks is on its card.")
    words = (
        f"Save them in one folder, write in `{CODE_FILE}`, and run `python {TESTS_FILE}` there. Studyhall never runs "
        "your code: your answer is what you paste into the form."
    )
    if solved and question.solution:
        words += f" `{SOLUTION_FILE}` is one way to pass the tests."
    files = code_files(question.starter, question.tests, question.solution if solved else "")
    blocks = (File(name, data, "text/x-python") for name, data in files)
    return Card("The files", (text(words), *blocks))


def solution_blocks(question: Question) -> tuple[Block, ...]:
    """Key points, model answer, and where to read on."""
    model = question.model_answer
    return (
        *_listed("**Key points**", question.key_points),
        *((text(f"**Model answer**\n\n{model}"),) if model else ()),
        *_listed("**Follow-up questions**", question.follow_ups),
        *_listed("**Further reading**", [_as_link(source) for source in question.sources]),
    )


def _listed(title: str, lines: Sequence[str]) -> tuple[Block, ...]:
    return (text(f"{title}\n\n" + "\n".join(f"- {line}" for line in lines)),) if lines else ()


def _as_link(source: Source) -> str:
    """A source with where in it to look."""
    title = source.title.replace("[", "(").replace("]", ")")
    shown = f"[{title}]({source.url})" if source.url else title
    return f"{shown}, {source.where}" if source.where else shown
