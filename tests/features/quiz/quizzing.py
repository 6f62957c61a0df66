"""Small banks with quiz questions of every kind, and members who answer them rightly, partly or wrongly."""

import copy
import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Executable

from bot.chat.actions import encode
from bot.chat.cards import Reply
from bot.chat.requests import Press
from bot.features.quiz.model import Quiz
from bot.features.quiz.queries import load_quiz
from bot.features.quiz.tables import quizzes
from bot.questions.kinds.asked import Prepared
from bot.questions.model import Kind
from tests.support import banks
from tests.support.local_driver import LocalDriver, button, card_of, labels, local_group, words

Raw = dict[str, Any]

LETTERS = "ABCDEFG"
RIGHT, PARTLY, WRONG = "right", "partly", "wrong"
KINDS = tuple(
    k.value for k in (Kind.SINGLE, Kind.MULTI, Kind.TF_REASON, Kind.ORDER, Kind.MATCH, Kind.NUMERIC)
)


def topic_of(kind: str) -> str:
    """The topic that holds the one item of a kind."""
    return f"kinds.{kind.replace('_', '-')}"


TOPICS: Raw = {
    "topics": [
        {"id": "kinds", "title": "Kinds"},
        *(
            {"id": topic_of(kind), "title": kind.replace("_", "-").capitalize()}
            for kind in (*KINDS, "short", "recall")
        ),
        {"id": "optics", "title": "Optics", "aliases": ["light"]},
        {"id": "optics.lenses", "title": "Lenses", "aliases": ["refraction"]},
        {"id": "optics.colours", "title": "Colours", "aliases": ["refraction"]},
        {"id": "sound", "title": "Sound"},
        {"id": "sound.pitch", "title": "Pitch"},
        {"id": "silence", "title": "Silence"},
    ]
}
REFERENCES: Raw = {
    "references": [
        {
            "key": "lens-paper",
            "title": "On lenses [a survey]",
            "authors": "Ada Alhazen",
            "year": 2021,
            "url": "https://arxiv.org/abs/2101.00001",
            "id_check": "title+id",
        }
    ]
}
COMMON: Raw = {
    "topic": "optics.lenses",
    "difficulty": 3,
    "phase": "3plus-months",
    "explanation": "Light bends where its speed changes, and a curved surface bends it towards one point.",
    "references": [{"key": "lens-paper", "where": "section 2"}],
    "author": "ana",
    "reviewed_by": ["ben"],
    "reviewed": "2026-10-01",
    "status": "live",
}


def options(right: int, wrong: int) -> list[Raw]:
    """Options whose texts and reasons can be told apart."""
    good = [
        {"text": f"good {n}", "correct": True, "feedback": f"Good {n} is right for a reason."}
        for n in range(right)
    ]
    return [
        *good,
        *({"text": f"bad {n}", "feedback": f"Bad {n} is wrong for a reason."} for n in range(wrong)),
    ]


PRISM = {"left": "a prism", "right": "parts its colours"}
BY_KIND: dict[str, Raw] = {
    **banks.KINDS,
    "single": {**banks.KINDS["single"], "options": options(1, 3)},
    "multi": {**banks.KINDS["multi"], "options": options(3, 2)},
    "tf_reason": {**banks.KINDS["tf_reason"], "options": options(1, 2)},
    "order": {**banks.KINDS["order"], "sequence": ["air", "water", "glass", "diamond"]},
    "match": {**banks.KINDS["match"], "pairs": [*banks.KINDS["match"]["pairs"], PRISM]},
    "numeric": {**banks.KINDS["numeric"], "answer": {"tolerance": 0.5, "unit": "cm"}},
}
OPEN: Raw = {**COMMON, "id": "optics.lenses.q99", "kind": "open", **banks.KINDS["open"]}


def raw_item(kind: str, number: int = 1, **changes: object) -> Raw:
    """A sound item of a kind; its id is its topic and number."""
    raw = {**COMMON, "kind": kind, **BY_KIND[kind], **changes}
    return copy.deepcopy({"id": f"{raw['topic']}.q{number:02}", **raw})


def write_bank(folder: Path, items: Sequence[Raw]) -> Path:
    """A bank's folder with these quiz items, and one open question for the daily round."""
    files = {"topics.yaml": TOPICS, "references.yaml": REFERENCES, "questions/all.yaml": [*items, OPEN]}
    for name, value in files.items():
        path = folder / "bank" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps(value, ensure_ascii=False), encoding="utf-8"
        )  # JSON is YAML, written faster
    return folder / "bank"


def every_kind(folder: Path) -> Path:
    """A bank with one item of every kind, each on a topic of its own."""
    return write_bank(folder, [raw_item(kind, topic=topic_of(kind)) for kind in KINDS])


def with_every_kind(url: str, folder: Path) -> AbstractAsyncContextManager[LocalDriver]:
    """A local app with a group, and a bank with one item of every kind."""
    return local_group(url, content=every_kind(folder))


async def quiz_of(v: LocalDriver, quiz_id: int = 1) -> Quiz:
    """A quiz as it stands."""
    quiz = await v.app.database.read(lambda tx: load_quiz(tx, quiz_id))
    assert quiz is not None
    return quiz


async def pass_step(v: LocalDriver, quiz_id: int = 1) -> None:
    """Let the next step of a group quiz happen, at its time."""
    due = (await quiz_of(v, quiz_id)).next_at
    assert due is not None
    await v.tick(seconds=max(0.0, (due - v.clock()).total_seconds()) + 1)


def presses(q: Prepared, how: str) -> list[str]:
    """What to press for a right, partly right or wrong answer; single and numeric ones are never partly right."""
    key = [LETTERS[i] for i in q.key]
    others = [LETTERS[i] for i in range(len(q.choices)) if i not in q.key]
    if q.kind is Kind.SINGLE:
        return key if how == RIGHT else others[:1]
    if q.kind is Kind.MULTI:
        return [*{RIGHT: key, PARTLY: key[:1], WRONG: others}[how], "Check"]
    if q.kind is Kind.TF_REASON:
        truth = "True" if q.statement_is is (how != WRONG) else "False"
        return [truth, *(key if how == RIGHT else others[:1])]
    turned = {RIGHT: key, PARTLY: [*key[:-2], key[-1], key[-2]], WRONG: [*key[::-1]]}[how]
    return [*turned[:-1], "Check"]  # the last one places itself


async def answer(v: LocalDriver, user: str, card: Reply, quiz_id: int = 1, how: str = RIGHT) -> Reply:
    """Answer the current question of a quiz as told, from its card; the reply is what came of it."""
    q = (await quiz_of(v, quiz_id)).question
    if q.kind is Kind.NUMERIC:
        assert q.value is not None
        number = q.value + (0 if how == RIGHT else 10 * q.tolerance + 1)
        return await v.fill(user, await v.press(user, card, "Type the number"), number=repr(number))
    if q.kind is Kind.SHORT:
        words = q.accepted[0] if how == RIGHT else "reflection"
        return await v.fill(user, await v.press(user, card, "Type the answer"), words=words)
    if q.kind is Kind.RECALL:
        shown = await v.press(user, card, "Show the answer")
        return await v.press(user, shown, {RIGHT: "Good", PARTLY: "Hard", WRONG: "Again"}[how])
    for beginning in presses(q, how):
        card = await v.press(user, card, beginning)
    return card


async def go_through(v: LocalDriver, user: str, card: Reply, quiz_id: int = 1, how: str = RIGHT) -> Reply:
    """Answer every question that is left of a quiz in the same way, up to its result."""
    while True:
        told = labels(card)
        if "Next question" in told:
            card = await v.press(user, card, "Next question")
        elif "Stop here" in told:
            card = await answer(v, user, card, quiz_id, how)
        elif "See the result" in told:
            return await v.press(user, card, "See the result")
        else:
            return card


async def whole(v: LocalDriver, user: str, path: str, how: str = RIGHT) -> Reply:
    """Run a command that opens a quiz, and go through it up to its result."""
    card = await v.command(user, path)
    return await go_through(v, user, card, await newest(v), how)


async def newest(v: LocalDriver) -> int:
    """The id of the newest quiz."""
    return max(int(row.id) for row in await v.rows(quizzes))


async def start(v: LocalDriver, user: str = "ada", count: int = 1, **more: str) -> tuple[Reply, int]:
    """A new quiz alone: its first card, and its id."""
    return await v.command(user, "quiz start", count=count, **more), await newest(v)


async def one_of(v: LocalDriver, kind: str, user: str = "ada") -> tuple[Reply, int]:
    """A new quiz of the one item of a kind, in the bank of every kind."""
    return await start(v, user, topic=topic_of(kind))


async def change(v: LocalDriver, statement: Executable) -> None:
    """Change rows as no command does."""
    await v.app.database.write(lambda tx: tx.execute(statement))


async def twice(v: LocalDriver, user: str, shown: Reply, beginning: str) -> Reply:
    """Press, and let the same request and a second press of the same button arrive after it, to no other effect."""
    request = v.request(user, Press(encode(button(shown, beginning).action), ()))
    first = await v.handle(request)
    assert card_of(await v.handle(request)).title == "Already done"
    assert words(await v.press(user, shown, beginning)) == words(first)
    return first
