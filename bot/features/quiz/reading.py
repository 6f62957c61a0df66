"""Reading an answered question in parts: one message of a platform may have no room for all of it."""

from bot.chat.cards import Block, Button, Card, Private, Reply, Slot, Style
from bot.chat.dispatch import Route, UserError
from bot.features.quiz.actions import ReadWhole, Reread
from bot.features.quiz.model import RUNNING, Mode, Quiz, QuizState, Response
from bot.features.quiz.queries import part_of
from bot.features.quiz.question_cards import NAMES, prompt_blocks, said_blocks, source_blocks
from bot.features.quiz.subjects import IN_QUIZ, quiz_of
from bot.questions.kinds.asked import Given
from bot.questions.model import Bank
from bot.services import RequestTransaction

PARTS = (
    ("the question", "Back to the question"),
    ("the answer", "Read the answer"),
    ("the reason", "Read the reason"),
)
"""Each part's name in the title, and on the button that leads to it."""


async def _read(tx: RequestTransaction, action: ReadWhole) -> Reply:
    quiz, entry, bank = quiz_of(tx), tx.known_actor, tx.services.bank
    if not 0 <= action.position < len(quiz.questions):
        raise UserError("This question is gone", "`/quiz start` begins another quiz.")
    mine = (await part_of(tx, quiz.id, action.position, entry.member.id)).response if entry else None
    if not _told(quiz, action.position, mine):
        raise UserError("Not answered yet", "It can be read in full once it has been answered.")
    path = bank.topics.path(quiz.questions[action.position].topic)
    return Private(_card(bank, quiz, action, path, mine), Slot("quiz-whole"))


async def _reread(tx: RequestTransaction, action: Reread) -> Reply:
    chosen = tx.request.pressed.value
    position = int(chosen) if chosen.isdecimal() and len(chosen) < 3 else len(quiz_of(tx).questions)
    return await _read(tx, ReadWhole(action.quiz_id, position, 1))


def _told(quiz: Quiz, position: int, mine: Response | None) -> bool:
    """Whether the right answer may be shown: one's own has been graded, or the group's time for it is up."""
    if mine is not None and mine.score is not None:
        return True
    if quiz.mode is not Mode.GROUP:
        return False
    shown = position == quiz.position and (quiz.state is QuizState.SHOWN or quiz.state not in RUNNING)
    return position < quiz.position or shown


def _card(bank: Bank, quiz: Quiz, action: ReadWhole, path: str, mine: Response | None) -> Card:
    question = quiz.questions[action.position]
    page = min(max(0, action.page), len(PARTS) - 1)
    blocks: tuple[Block, ...]
    if page == 0:
        truth = None if mine is None else mine.given.truth
        blocks = prompt_blocks(question, path, Given(truth=truth))
    elif page == 1:
        blocks = said_blocks(question, mine.given if mine and mine.score is not None else None)
    else:
        blocks = source_blocks(question, bank.references)
    steps = tuple(
        Button(
            PARTS[other][1],
            ReadWhole(quiz.id, action.position, other),
            Style.PRIMARY if other == (page + 1) % len(PARTS) else Style.NORMAL,
        )
        for other in range(len(PARTS))
        if other != page
    )
    title = f"{NAMES[quiz.mode.value]}: {action.position + 1} of {len(quiz.questions)}, {PARTS[page][0]}"
    return Card(title, blocks, (steps,))


ROUTES = (Route(ReadWhole, _read, IN_QUIZ, reads=True), Route(Reread, _reread, IN_QUIZ, reads=True))
