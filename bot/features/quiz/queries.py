"""SQL of quizzes, players, responses and reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    distinct,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from bot.database.rows import Reader
from bot.database.schema import Id
from bot.database.statements import Row, Statement, any_of, insert, upserting
from bot.database.transaction import Transaction
from bot.features.quiz.model import (
    GIVEN_JSON,
    PREPARED_JSON,
    RUNNING,
    STATE_JSON,
    Mode,
    Quiz,
    QuizState,
    Response,
    Session,
    questions_from_text,
)
from bot.features.quiz.reviewing import ReviewState
from bot.features.quiz.tables import challenges, players, quizzes, responses, reviews
from bot.membership.model import Member
from bot.questions.kinds.asked import Given, Prepared

_Q, _R, _P = quizzes.c, responses.c, players.c

RUNS = or_(*(_Q.state == each.value for each in RUNNING))
"""The condition that a quiz still runs."""

TOGETHER = _Q.mode == Mode.GROUP.value
"""The condition that it is a group's."""

# Questions are read as text and parsed once: they are long, and each click of a crowd needs the same ones.
_COLUMNS = {
    each.name: cast(each, Text) if each is _Q.questions else each  # one expression for both databases
    for each in quizzes.c
}

QUIZ_COLUMNS = tuple(each.label(f"quiz_{name}") for name, each in _COLUMNS.items())
"""A quiz's columns as ``read_quiz`` finds them under "quiz_", for statements that join it."""

QUIZ = select(*(each.label(name) for name, each in _COLUMNS.items()))
"""Quizzes as ``read_quiz`` reads them."""


read_quiz = Reader(Quiz, mode=Mode, state=QuizState, questions=questions_from_text)
read_response = Reader(Response, given=GIVEN_JSON.read)

RESPONSE_COLUMNS = read_response.columns(responses, "response_")
"""A response's columns as ``read_response`` finds them under "response_"."""

TAKEN_OUT = exists().where(
    challenges.c.group_id == _Q.group_id, challenges.c.item_id == _R.item_id, challenges.c.outcome == "upheld"
)
"""The condition that what was answered in a quiz counts for nobody: its group found the question wrong."""


# Quizzes ----------------------------------------------------------------------------------------------------------------

_BY_ID = Statement(QUIZ.where(_Q.id == bindparam("id")))
_LOCKED = Statement(QUIZ.where(_Q.id == bindparam("id")).with_for_update())
# A person has few quizzes where a group has many: adding nothing keeps databases from going by the group.
_RUNNING_OF = Statement(
    QUIZ.where(
        _Q.person_id == bindparam("person_id"),
        _Q.group_id + literal_column("0") == bindparam("group_id", type_=Id),
        RUNS,
    ).order_by(_Q.id.desc())
)
_IN_PLACE = Statement(
    QUIZ.where(_Q.group_id == bindparam("group_id"), _Q.place_id == bindparam("place_id"), RUNS)
    .order_by(_Q.id.desc())
    .limit(1)
)
_STOP = Statement(
    update(quizzes)
    .where(_Q.id == bindparam("its_id"), RUNS)
    .values(state=QuizState.STOPPED.value, ended_at=bindparam("now"), next_at=None, deadline_at=None)
)


async def load_quiz(tx: Transaction, quiz_id: int, *, lock: bool = False) -> Quiz | None:
    """One quiz; ``lock`` keeps others from moving it until this transaction ends."""
    return read_quiz.first(await tx.execute(_LOCKED if lock else _BY_ID, id=quiz_id))


async def change_quiz(tx: Transaction, quiz_id: int, **values: object) -> None:
    """Set columns of a quiz."""
    await tx.change(quizzes, quiz_id, values)


async def running_of(tx: Transaction, group_id: int, person_id: int) -> tuple[Quiz, ...]:
    """Everything that this person started in a group and that still runs, newest first."""
    return read_quiz.all(await tx.execute(_RUNNING_OF, group_id=group_id, person_id=person_id))


async def newest_in_place(tx: Transaction, group_id: int, place_id: int) -> Quiz | None:
    """The newest group quiz that runs in one of the group's places."""
    return read_quiz.first(await tx.execute(_IN_PLACE, group_id=group_id, place_id=place_id))


_OPENED = Statement(
    select(_Q.created_at)
    .where(_Q.member_id == bindparam("member_id"), _Q.mode == Mode.GROUP, _Q.created_at > bindparam("since"))
    .order_by(_Q.created_at)
)


async def opened_since(tx: Transaction, member_id: int, since: datetime) -> list[datetime]:
    """When a member opened group quizzes since an instant, the earliest first."""
    return (await tx.execute(_OPENED, member_id=member_id, since=since)).scalars()


_WITH_ITEM = Statement(
    QUIZ.where(
        _Q.group_id == bindparam("group_id"),
        or_(RUNS, _Q.id.in_(select(_R.quiz_id).where(_R.item_id == bindparam("item_id")).distinct())),
    )
    .order_by(_Q.id)
    .with_for_update()
)


async def quizzes_with(tx: Transaction, group_id: int, item_id: str) -> tuple[Quiz, ...]:
    """A group's quizzes in which an item was answered or may still be, kept from others until this transaction ends."""
    found = map(read_quiz, await tx.execute(_WITH_ITEM, group_id=group_id, item_id=item_id))
    return tuple(quiz for quiz in found if any(asked.item_id == item_id for asked in quiz.questions))


def kept_questions(questions: Iterable[Prepared]) -> list[dict[str, Any]]:
    """A quiz's questions as its column has them."""
    return [PREPARED_JSON.write(each) for each in questions]


async def stop_running(tx: Transaction, quiz_id: int, now: datetime) -> None:
    """Stop a quiz that still runs."""
    await tx.execute(_STOP, its_id=quiz_id, now=now)


_SESSIONS = Statement(
    select(
        _Q.id.label("quiz_id"),
        _Q.mode,
        _Q.topic,
        _Q.ended_at,
        func.sum(case((and_(_R.correct, ~TAKEN_OUT), 1), else_=0)).label("right"),
        func.sum(case((TAKEN_OUT, 0), else_=1)).label("answered"),
    )
    .join(responses, _R.quiz_id == _Q.id)
    .where(
        _R.person_id == bindparam("person_id"),
        _R.sealed,
        or_(_Q.state == QuizState.FINISHED.value, _Q.state == QuizState.STOPPED.value),
    )
    .group_by(_Q.id)
    .order_by(_Q.ended_at.desc(), _Q.id.desc())
    .limit(bindparam("most", type_=Integer))
)


async def ended_sessions(tx: Transaction, person_id: int, most: int) -> tuple[Session, ...]:
    """The newest ended sessions that a person took part in, newest first."""
    rows = await tx.execute(_SESSIONS, person_id=person_id, most=most)
    return tuple(
        Session(r.quiz_id, Mode(r.mode), r.topic, r.ended_at, int(r.right), int(r.answered)) for r in rows
    )


# Responses --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One member's part in a question: what they gave so far, and whether they are in the quiz (a group's)."""

    response: Response | None
    plays: bool


_PART = Statement(
    select(_P.id.is_not(None).label("plays"), *RESPONSE_COLUMNS)
    .select_from(quizzes)
    .outerjoin(
        responses,
        and_(
            _R.quiz_id == _Q.id, _R.position == bindparam("position"), _R.member_id == bindparam("member_id")
        ),
    )
    .outerjoin(
        players, and_(_P.quiz_id == _Q.id, _P.member_id == bindparam("member_id"), _P.left_at.is_(None))
    )
    .where(_Q.id == bindparam("quiz_id"))
)
_TO_QUIZ = select(responses).where(_R.quiz_id == bindparam("quiz_id"))
_ALL = Statement(_TO_QUIZ.order_by(_R.position, _R.id))
_TO_QUESTION = Statement(_TO_QUIZ.where(_R.position == bindparam("position")).order_by(_R.id))
_OF_ONE = Statement(_TO_QUIZ.where(_R.person_id == bindparam("person_id")).order_by(_R.position))
_RIGHT = Statement(select(func.count()).where(_R.quiz_id == bindparam("quiz_id"), _R.correct))
_given = insert(responses).values(
    {each.name: bindparam(each.name, type_=each.type) for each in responses.c if each.name != "id"}
)
_CHANGES = ("person_id", "item_id", "given", "sealed", "changes", "before", "took_ms", "at")
_KEEP = Statement(
    _given.on_conflict_do_update(
        index_elements=[_R.quiz_id, _R.position, _R.member_id],
        set_={name: _given.excluded[name] for name in _CHANGES},
    ).returning(*responses.c)
)


async def part_of(tx: Transaction, quiz_id: int, position: int, member_id: int) -> Part:
    """A member's part in a question of a quiz that there is."""
    row = (await tx.execute(_PART, quiz_id=quiz_id, position=position, member_id=member_id)).one()
    return Part(read_response.joined(row, "response_"), bool(row.plays))


async def responses_to(tx: Transaction, quiz_id: int, position: int | None = None) -> tuple[Response, ...]:
    """The responses to a quiz, or to one of its questions."""
    if position is None:
        return read_response.all(await tx.execute(_ALL, quiz_id=quiz_id))
    return read_response.all(await tx.execute(_TO_QUESTION, quiz_id=quiz_id, position=position))


async def responses_of(tx: Transaction, quiz_id: int, person_id: int) -> tuple[Response, ...]:
    """One person's responses to a quiz, in its order."""
    return read_response.all(await tx.execute(_OF_ONE, quiz_id=quiz_id, person_id=person_id))


async def right_so_far(tx: Transaction, quiz_id: int) -> int:
    """How many responses to a quiz were right."""
    return int(await tx.scalar(_RIGHT, quiz_id=quiz_id))


async def keep_given(
    tx: Transaction,
    quiz: Quiz,
    member: Member,
    given: Given,
    now: datetime,
    like: Response | None,
    **more: object,
) -> Response:
    """Keep what a member has chosen so far for the current question; the response as it stands then.

    ``like`` is the one that is there, None where there is none; ``more`` are other columns to set.
    """
    values = {
        "quiz_id": quiz.id,
        "position": quiz.position,
        "member_id": member.id,
        "person_id": member.person_id,
        "item_id": quiz.question.item_id,
        "given": GIVEN_JSON.write(given),
        "sealed": like.sealed if like else False,
        "changes": like.changes if like else 0,
        "score": None,
        "correct": None,
        "guessed": False,
        "before": like.before if like else None,
        "took_ms": like.took_ms if like else 0,
        "at": now,
        **more,
    }
    return read_response((await tx.execute(_KEEP, values)).one())


async def change_response(tx: Transaction, response_id: int, **values: object) -> None:
    """Set columns of a response."""
    await tx.change(responses, response_id, values)


# Reviews ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptReview:
    """How well a person knows an item; ``owed`` right answers until a mistake is made good."""

    item_id: str
    state: ReviewState
    seen: int
    owed: int


read_review = Reader(KeptReview, state=STATE_JSON.read)

_REVIEWS = Statement(
    select(reviews)
    .where(reviews.c.person_id == bindparam("person_id"))
    .order_by(reviews.c.due_at, reviews.c.item_id)
)
_KEEP_REVIEW = upserting(reviews, ("person_id", "item_id"), ("state", "due_at", "last_at", "seen", "owed"))


async def reviews_of(tx: Transaction, person_id: int) -> tuple[KeptReview, ...]:
    """Everything a person has reviewed, earliest due first."""
    return read_review.all(await tx.execute(_REVIEWS, person_id=person_id))


async def keep_reviews(tx: Transaction, several: Iterable[tuple[int, KeptReview]]) -> None:
    """Keep how well people know items: (person, review) each."""
    rows = [
        {
            "person_id": person_id,
            **read_review.values(kept),
            "state": STATE_JSON.write(kept.state),
            "due_at": kept.state.due,
            "last_at": kept.state.last_review,
        }
        for person_id, kept in sorted(several, key=lambda each: (each[0], each[1].item_id))
    ]
    if rows:
        await tx.execute(_KEEP_REVIEW, rows)


_ANSWERED_OF = Statement(
    select(responses, (~TAKEN_OUT).label("counts"))
    .join(quizzes, _Q.id == _R.quiz_id)
    .where(any_of(_R.person_id, "people"), _R.item_id == bindparam("item_id"), _R.score.is_not(None))
    .order_by(_R.person_id, _R.at, _R.id)
)
_DROP_REVIEWS = Statement(
    delete(reviews).where(any_of(reviews.c.person_id, "people"), reviews.c.item_id == bindparam("item_id"))
)


async def answered_by(tx: Transaction, people: Iterable[int], item_id: str) -> dict[int, list[Response]]:
    """What people answered to an item, as far as it counts, oldest first; by person."""
    found: dict[int, list[Response]] = {person_id: [] for person_id in people}
    for row in await tx.execute(_ANSWERED_OF, people=sorted(found), item_id=item_id):
        if row.counts:
            found[row.person_id].append(read_response(row))
    return found


async def drop_reviews(tx: Transaction, people: Iterable[int], item_id: str) -> None:
    """Forget how well people know an item."""
    await tx.execute(_DROP_REVIEWS, people=sorted(people), item_id=item_id)


# What counts ------------------------------------------------------------------------------------------------------------

_OUT_OF_SCORING = Statement(
    select(challenges.c.item_id).where(
        challenges.c.group_id == bindparam("group_id"), challenges.c.outcome == "upheld"
    )
)
_GRADED_IN = Statement(
    select(_R.id, _R.person_id, _R.member_id, _R.quiz_id, TOGETHER.label("together"))
    .join(quizzes, _Q.id == _R.quiz_id)
    .where(_Q.group_id == bindparam("group_id"), _R.item_id == bindparam("item_id"), _R.score.is_not(None))
    .order_by(_R.id)
)
_ANSWERED_BY = Statement(
    select(func.count(distinct(_R.member_id)))
    .join(quizzes, _Q.id == _R.quiz_id)
    .where(_Q.group_id == bindparam("group_id"), _R.item_id == bindparam("item_id"), _R.sealed)
)


async def out_of_scoring(tx: Transaction, group_id: int) -> frozenset[str]:
    """The items that a group's challenges took out."""
    return frozenset((await tx.execute(_OUT_OF_SCORING, group_id=group_id)).scalars())


async def graded_in(tx: Transaction, group_id: int, item_id: str) -> list[Row]:
    """Every graded response to an item in a group: id, person_id, member_id, quiz_id, and whether it was ``together``."""
    return (await tx.execute(_GRADED_IN, group_id=group_id, item_id=item_id)).all()


async def answered_count(tx: Transaction, group_id: int, item_id: str) -> int:
    """How many members of a group answered an item, whenever."""
    return int(await tx.scalar(_ANSWERED_BY, group_id=group_id, item_id=item_id))
