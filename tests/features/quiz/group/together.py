"""A group quiz in the local: opened with questions of the kinds wanted, answered as members answer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.chat.cards import Card, Reply
from bot.features.quiz.actions import BeginQuiz
from bot.features.quiz.group.messages import GROUP_QUIZ, LOBBY_CARD, MOST, RESULT, asked
from bot.features.quiz.model import PREPARED_JSON, Quiz
from bot.features.quiz.queries import change_quiz, load_quiz
from bot.features.quiz.tables import quizzes
from bot.outbox.queries import delivery_key
from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.model import Item, Kind
from tests.features.quiz.quizzing import pass_step
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, LocalDriver, local_group

LETTERS = "ABCDEFG"
SINGLES = (Kind.SINGLE, Kind.SINGLE, Kind.SINGLE)


@dataclass
class Together:
    """One group quiz. ``message`` is its newest message in the channel as it stands, ``opened`` what its opener read."""

    v: LocalDriver
    id: int
    opened: Reply
    replies: list[Reply] = field(default_factory=list)

    @property
    def message(self) -> Card:
        return self.messages[-1]

    @property
    def messages(self) -> list[Card]:
        """All its messages as they stand, oldest first."""
        kinds = (GROUP_QUIZ, LOBBY_CARD, *map(asked, range(MOST)), RESULT)
        keys = (delivery_key(f"quiz:{self.id}", kind, HERE.key) for kind in kinds)
        watched = self.v.watched
        return [watched.faces[watched.keys[key]] for key in keys if key in watched.keys]

    async def now(self) -> Quiz:
        found = await self.v.app.database.read(lambda tx: load_quiz(tx, self.id))
        assert found is not None
        return found

    async def begin(self, *players: str, host: str = "ada") -> None:
        """Let these come in, and begin early."""
        for user in players:
            await self.v.press(user, self.message, "I'm in")
        await self.v.act(host, BeginQuiz(self.id))
        await self.v.tick()

    async def choose(self, user: str, *, right: bool = True, then: bool = True) -> Reply:
        """Answer the question that runs; ``then`` hands it in where that takes a press of its own."""
        question = (await self.now()).question
        if question.kind is Kind.SINGLE:
            return await self.v.press(user, self.message, LETTERS[await self.pick(right=right)])
        return await self.fill(user, await self.v.press(user, self.message, "Answer"), right=right, then=then)

    async def fill(self, user: str, card: Reply, *, right: bool = True, then: bool = True) -> Reply:
        """Put an answer together on one's own card."""
        question = (await self.now()).question
        if question.kind is Kind.NUMERIC:
            assert question.value is not None
            form = await self.v.press(user, card, "Type the number")
            return await self.v.fill(user, form, number=repr(question.value + (0 if right else 1e6)))
        if question.kind is Kind.TF_REASON:
            card = await self.v.press(user, card, "True" if question.statement_is is right else "False")
        key = question.key
        if not right:
            key = key[::-1] if question.kind in (Kind.ORDER, Kind.MATCH) else (await self.pick(right=False),)
        if question.kind in (Kind.ORDER, Kind.MATCH):
            key = key[:-1]  # the last one places itself
        for index in key:
            card = await self.v.press(user, card, LETTERS[index])
        if then and question.kind in (Kind.MULTI, Kind.ORDER, Kind.MATCH):
            card = await self.v.press(user, card, "Check")
        return card

    async def pick(self, *, right: bool) -> int:
        """A right or a wrong choice of the question that runs."""
        question = (await self.now()).question
        return next(i for i in range(len(question.choices)) if (i in question.key) is right)

    async def further(self) -> None:
        """Let the time of the question pass, or the answer be read."""
        await pass_step(self.v, self.id)


async def open_quiz(
    v: LocalDriver,
    *kinds: Kind,
    user: str = "ada",
    id_: str = "",
    **options: Any,  # noqa: ANN401  # option values
) -> Together:
    """Open the lobby of a quiz that asks these kinds, in this order."""
    wanted = kinds or SINGLES
    opened = await v.command(user, "quiz start", mode="group", count=len(wanted), **options)
    made = (await v.rows(quizzes))[-1]
    questions = [PREPARED_JSON.write(prepare(each, made.seed)) for each in items_of(v, wanted)]
    await v.app.database.write(lambda tx: change_quiz(tx, made.id, questions=questions))
    await v.tick()
    return Together(v, made.id, opened)


@asynccontextmanager
async def begun(
    url: str, *kinds: Kind, players: Sequence[str] = ("ben",)
) -> AsyncIterator[tuple[LocalDriver, Together]]:
    """A local app in which Ada has begun a quiz that asks these kinds, with these players."""
    async with local_group(url) as v:
        quiz = await open_quiz(v, *kinds)
        await quiz.begin(*players)
        yield v, quiz


def items_of(v: LocalDriver, kinds: tuple[Kind, ...]) -> list[Item]:
    """Items of the shipped bank, one for each kind, none twice, the hardest first."""
    left = sorted(v.app.bank.live(OBJECTIVE_KINDS), key=lambda item: -item.difficulty)
    found: list[Item] = []
    for kind in kinds:
        found.append(next(item for item in left if item.kind is kind))
        left.remove(found[-1])
    return found


async def be_called(v: LocalDriver, user: str, naming: str, pseudonym: str = "") -> None:
    """Say how boards may call one."""
    await v.fill(
        user, await v.command(user, "my name"), naming=naming, pseudonym=pseudonym, consent="unnamed"
    )


__all__ = ["LETTERS", "ORGANISER", "SINGLES", "Together", "be_called", "begun", "items_of", "open_quiz"]
