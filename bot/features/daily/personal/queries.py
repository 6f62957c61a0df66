"""SQL of what one person has in rounds: what a round brought them, their record, and what runs under their name."""

from sqlalchemy import BigInteger, bindparam, exists, func, or_, select, update

from bot.database.statements import Statement
from bot.database.transaction import Transaction
from bot.features.daily.model import RoundState
from bot.features.daily.rules import Earned
from bot.features.daily.tables import answers, ballots, rounds
from bot.features.points.rules import POINTS
from bot.features.points.tables import ledger
from bot.membership.model import Consent
from bot.membership.tables import members

_RUNS = or_(rounds.c.state == RoundState.OPEN, rounds.c.state == RoundState.VOTING)
_back = ledger.alias("back")
_EARNED = Statement(
    select(ledger.c.reason, ledger.c.points)
    .where(
        ledger.c.member_id == bindparam("member_id"),
        ledger.c.board == POINTS,
        or_(ledger.c.key.like(bindparam("own")), ledger.c.key.like(bindparam("moved"))),
        # A reversal is written for the member whose award it takes back.
        ~exists().where(_back.c.reverses == ledger.c.id, _back.c.member_id == ledger.c.member_id),
    )
    .order_by(ledger.c.reason)
)


async def earned_in(tx: Transaction, round_id: int, member_id: int) -> tuple[Earned, ...]:
    """What a round brought a member, as the ledger has it; without what was taken back."""
    keys = {"own": f"round:{round_id}:%", "moved": f"move:%round:{round_id}:%"}
    rows = await tx.execute(_EARNED, member_id=member_id, **keys)
    return tuple(Earned(member_id, row.reason, row.points) for row in rows)


_MINE = or_(
    members.c.id == bindparam("member_id", type_=BigInteger),
    members.c.canonical_id == bindparam("member_id", type_=BigInteger),
)


_RECORD = Statement(
    select(
        select(func.count())
        .select_from(answers.join(members, members.c.id == answers.c.member_id))
        .where(_MINE, or_(*(answers.c.state == state for state in ("sealed", "late", "hidden"))))
        .scalar_subquery()
        .label("given"),
        select(func.count())
        .select_from(ballots.join(members, members.c.id == ballots.c.member_id))
        .where(_MINE, ballots.c.finished_at.is_not(None))
        .scalar_subquery()
        .label("finished"),
    )
)


async def own_record(tx: Transaction, member_id: int) -> tuple[int, int]:
    """(answers given, ballots finished) of a member, over all time; late answers count, passes do not."""
    row = (await tx.execute(_RECORD, member_id=member_id)).one()
    return int(row.given), int(row.finished)


_ANSWERED = [
    select(answers.c.round_id)
    .join(members, members.c.id == answers.c.member_id)
    .where(members.c.person_id == bindparam(name))
    for name in ("one", "other")
]


_RUNNING_TWICE = Statement(
    select(rounds.c.id).where(
        _RUNS,
        rounds.c.id.in_(_ANSWERED[0]),
        rounds.c.id.in_(_ANSWERED[1]),
    )
)


async def answered_twice(tx: Transaction, one: int, other: int) -> int:
    """In how many rounds that run both of two people have an answer."""
    return len((await tx.execute(_RUNNING_TWICE, one=one, other=other)).all())


_UNNAME_SEALED = Statement(
    update(answers)
    .where(
        answers.c.member_id == bindparam("of_member"),
        answers.c.consent == Consent.NAMED,
        exists().where(rounds.c.id == answers.c.round_id, _RUNS),
    )
    .values(consent=Consent.UNNAMED)
)


async def unname_sealed(tx: Transaction, member_id: int) -> None:
    """Let what a member has written in running rounds never be shown under their name."""
    await tx.execute(_UNNAME_SEALED, of_member=member_id)
