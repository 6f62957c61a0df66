"""What a reveal writes into the ledger."""

from datetime import datetime

from bot.features.daily.model import Result, Round
from bot.features.daily.rules import earnings
from bot.features.points.ledger import Award
from bot.features.points.rules import HELPED, POINTS
from bot.membership.model import Group

VOTES = "votes"
"""The reason of an entry on the board "helped"; the others count points."""

BALLOT = "ballot"
"""The reason of what a finished ballot brings."""

OF_AN_ANSWER = (VOTES, "answer", "best", "helped")
"""What an answer brought its author, and what goes with it when it is removed; in the order of the boards."""


def award_key(round_id: int, reason: str, member_id: int) -> str:
    """What an award of a round is called in the ledger."""
    return f"round:{round_id}:{reason}:{member_id}"


def awards_of(
    group: Group, round_: Round, result: Result, finished_ballots: frozenset[int], now: datetime
) -> list[Award]:
    """What a reveal brings each member: points where the group keeps score, and the votes received everywhere.

    They count for the day of the reveal. Votes count without the cap that their points have. A calm group has no boards: there they are for one's own record.
    """
    today = now.astimezone(group.rhythm.tz).date()

    def made(member_id: int, reason: str, number: int, board: str = POINTS) -> Award:
        key = award_key(round_.id, reason, member_id)
        return Award(key, group.id, member_id, round_.root, reason, number, today, now, board)

    earned = earnings(result, finished_ballots) if group.keeps_score else ()
    points = [made(e.member_id, e.reason, e.points) for e in earned]
    return points + [made(o.member_id, VOTES, o.helped, HELPED) for o in result.outcomes if o.helped]
