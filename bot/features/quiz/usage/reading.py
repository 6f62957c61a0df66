"""SQL of what was answered to each item, of challenges, and of the levels that were found."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sqlalchemy import bindparam, delete, func, select

from bot.database.statements import Row, Statement
from bot.database.transaction import Transaction
from bot.features.quiz.model import GIVEN_JSON, questions_from_text
from bot.features.quiz.queries import QUIZ_COLUMNS
from bot.features.quiz.tables import challenges, item_levels, quizzes, responses
from bot.features.quiz.usage.rules import Outcome, Usage
from bot.questions.kinds import SEVERAL_RIGHT, WITH_OPTIONS
from bot.questions.kinds.asked import Prepared
from bot.questions.model import Item

MOST = 200_000
"""So many of the newest answers are looked at: what changed in the bank before that is forgotten."""

NO_LEVELS: Mapping[str, int] = MappingProxyType({})

_NEWEST = Statement(
    select(responses)
    .where(responses.c.score.is_not(None))
    .order_by(responses.c.id.desc())
    .limit(bindparam("most"))
)
_LEVELS = Statement(
    select(item_levels.c.item_id, item_levels.c.level).where(item_levels.c.level.is_not(None))
)
_DOUBTFUL = Statement(
    select(item_levels.c.item_id).where(item_levels.c.doubtful).order_by(item_levels.c.item_id)
)
_DECIDED = Statement(
    select(challenges.c.item_id)
    .where(challenges.c.group_id == bindparam("group_id"), challenges.c.outcome != "")
    .distinct()
)
_CHALLENGES = Statement(
    select(challenges.c.item_id, func.count().label("number")).group_by(challenges.c.item_id)
)
_QUESTIONS = Statement(
    select(*(each for each in QUIZ_COLUMNS if each.name == "quiz_questions")).where(
        quizzes.c.id == bindparam("quiz_id")
    )
)
_FORGET = Statement(delete(item_levels))


async def outcomes(tx: Transaction) -> tuple[Outcome, ...]:
    """What the newest graded answers came to, the oldest first; a right guess that was owned up to counts as wrong."""
    return tuple(
        Outcome(row.person_id, row.item_id, bool(row.correct) and not row.guessed, row.took_ms / 1000)
        for row in await _newest(tx)
    )


async def _newest(tx: Transaction) -> list[Row]:
    return (await tx.execute(_NEWEST, most=MOST)).all()[::-1]


async def keep_usages(tx: Transaction, found: Iterable[Usage]) -> None:
    """Keep what was learned in the place of what was known."""
    await tx.execute(_FORGET)
    rows = [
        {"item_id": each.item_id, "answers": each.answers, "level": each.level, "doubtful": each.doubtful}
        for each in found
    ]
    await tx.insert_all(item_levels, rows)


async def levels_shown(tx: Transaction) -> Mapping[str, int]:
    """The levels of the items that enough people have answered."""
    return {row.item_id: row.level for row in await tx.execute(_LEVELS)}


async def doubtful_in(tx: Transaction, group_id: int) -> tuple[str, ...]:
    """The items that those who know more get wrong more often, but for those that the group has decided on."""
    decided = frozenset((await tx.execute(_DECIDED, group_id=group_id)).scalars())
    return tuple(each for each in (await tx.execute(_DOUBTFUL)).scalars() if each not in decided)


async def challenged(tx: Transaction) -> Mapping[str, int]:
    """How many challenges each item had, in all groups."""
    return {row.item_id: row.number for row in await tx.execute(_CHALLENGES)}


async def taken(tx: Transaction, items: Mapping[str, Item]) -> Mapping[str, frozenset[str]]:
    """For each item with options those that somebody has taken, by their text; items nobody answered are left out."""
    found: dict[str, set[str]] = {}
    asked: dict[int, tuple[Prepared, ...]] = {}
    for row in await _newest(tx):
        item = items.get(row.item_id)
        if item is None or item.kind not in WITH_OPTIONS:
            continue
        if row.quiz_id not in asked:
            asked[row.quiz_id] = questions_from_text(await tx.scalar(_QUESTIONS, quiz_id=row.quiz_id))
        choices = asked[row.quiz_id][row.position].choices
        picks = GIVEN_JSON.read(row.given).picks
        found.setdefault(item.id, set()).update(choices[pick] for pick in picks if pick < len(choices))
    return {item_id: frozenset(texts) for item_id, texts in found.items()}


def floor_of(item: Item) -> float:
    """The chance to guess an item whole."""
    if item.kind not in WITH_OPTIONS - SEVERAL_RIGHT:
        return 0.0
    return 1 / len(item.options) / (1 if item.statement_is is None else 2)
