"""What the database holds of the daily round, by the names its model uses."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.features.daily.tables import answers, ballots, reports, rounds, votes
from bot.features.points.tables import ledger
from bot.membership.tables import identities, members

Key = tuple[int, str]


@dataclass
class Kept:
    """What the database holds, by the names the model uses."""

    rounds: dict[int, tuple[str, datetime, datetime | None]]
    answers: dict[Key, tuple[str, str, str, bool]]
    helped: dict[tuple[int, str, str], bool]
    finished: dict[Key, bool]
    reports: dict[tuple[int, str, str], str]
    points: Counter[str]
    answer_ids: dict[Key, int]
    outcomes: dict[int, dict[str, tuple[int, int]]]


async def kept(tx: Transaction) -> Kept:
    """Read it."""
    people = select(members.c.id, identities.c.user).join(
        identities, identities.c.person_id == members.c.person_id
    )
    user = {row.id: row.user for row in await tx.execute(people)}
    wrote = list(await tx.execute(select(answers)))
    about = {row.id: (row.round_id, user[row.member_id]) for row in wrote}
    running = list(await tx.execute(select(rounds)))
    points: Counter[str] = Counter()
    for row in await tx.execute(select(ledger).where(ledger.c.board == "points")):
        points[user[row.member_id]] += row.points
    return Kept(
        {row.id: (row.state, row.closes_at, row.votes_close_at) for row in running},
        {about[row.id]: (row.state, row.text, row.consent, row.locked_at is not None) for row in wrote},
        {
            (row.round_id, user[row.member_id], about[row.answer_id][1]): row.helped
            for row in await tx.execute(select(votes))
            if row.helped is not None
        },
        {
            (row.round_id, user[row.member_id]): row.finished_at is not None
            for row in await tx.execute(select(ballots))
        },
        {
            (about[row.answer_id][0], user[row.member_id], about[row.answer_id][1]): row.outcome
            for row in await tx.execute(select(reports))
        },
        points,
        {key: number for number, key in about.items()},
        {
            row.id: {user[member]: (helped, looks) for _, member, _, helped, looks in row.result["outcomes"]}
            for row in running
            if row.result
        },
    )
