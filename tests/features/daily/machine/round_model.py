"""A plain model of the daily round: what members, organisers and time do to it, without a database or a card."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt


@dataclass
class Answer:
    """A member's answer: sealed, passed, late, hidden or removed."""

    state: str
    text: str
    consent: str
    locked: bool = False


@dataclass
class Round:
    """A round, and everything anybody did in it."""

    id: int
    closes_at: datetime
    state: str = "open"
    votes_close_at: datetime | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    shown: set[tuple[str, str]] = field(default_factory=set)
    helped: dict[tuple[str, str], bool] = field(default_factory=dict)
    finished: dict[str, bool] = field(default_factory=dict)
    reports: dict[tuple[str, str], str] = field(default_factory=dict)
    points: dict[tuple[str, str], int] = field(default_factory=dict)

    def sealed(self) -> list[str]:
        """Who has an answer on the ballot."""
        return [user for user, answer in self.answers.items() if answer.state == "sealed"]

    def to_read(self, voter: str) -> set[str]:
        """Whose answers this voter has still to decide on."""
        others = {user for user in self.sealed() if user != voter and (voter, user) not in self.reports}
        return {user for user in others if (voter, user) not in self.helped}

    def tallies(self) -> dict[str, tuple[int, int]]:
        """(helped, looks) of each answer on the ballot."""
        found = {}
        for author in self.sealed():
            said = [good for (_, of), good in self.helped.items() if of == author]
            found[author] = (sum(said), len(said))
        return found

    def reveal(self) -> None:
        """Count, and award the points."""
        self.state = "revealed"
        tallies = self.tallies()
        scores = {author: wilson(*tally) for author, tally in tallies.items()}
        for author, (helped, _) in tallies.items():
            self.points[author, "answer"] = 5
            if helped:
                self.points[author, "helped"] = min(10, 2 * helped)
            better = sum(score > scores[author] + 1e-6 for score in scores.values())
            if len(tallies) >= 4 and better < 2 and helped:
                self.points[author, "best"] = 3
        for voter in {voter for voter, _ in self.helped}:
            if self.finished.get(voter):
                self.points[voter, "ballot"] = 3


def wilson(helped: int, looks: int, z: float = 1.28) -> float:
    """The lower bound of the share of readers helped."""
    if not looks:
        return 0.0
    share = helped / looks
    return (
        share + z * z / (2 * looks) - z * sqrt(share * (1 - share) / looks + z * z / (4 * looks * looks))
    ) / (1 + z * z / looks)


def slot_of(day: date) -> datetime:
    """Nine o'clock in Berlin, in winter."""
    return datetime.combine(day, time(8), UTC)


def next_slot(after: date, now: datetime) -> datetime:
    """The first question moment after a date and an instant, Monday to Friday."""
    days = (after + timedelta(days=n) for n in itertools.count(1))
    return next(slot_of(day) for day in days if day.weekday() < 5 and slot_of(day) > now)


@dataclass
class Model:
    """A group's rounds, and the last date that had its question."""

    last_date: date
    rounds: list[Round] = field(default_factory=list)

    def open_round(self, day: date, now: datetime) -> None:
        """A new question."""
        self.rounds.append(Round(len(self.rounds) + 1, next_slot(day, now)))

    def took_part_before(self, user: str, round_: Round) -> bool:
        """Whether somebody answered, or finished a ballot, before this round."""
        earlier = [r for r in self.rounds if r.id < round_.id]
        return any(user in r.answers or r.finished.get(user) for r in earlier)

    def close(self, round_: Round, now: datetime) -> None:
        """Answers end, votes begin: until the next question, and for nine hours at least."""
        round_.state, round_.closes_at = "voting", now
        round_.votes_close_at = max(next_slot(self.last_date, now), now + timedelta(hours=9))

    def tick(self, now: datetime) -> None:
        """What is due by now: reveal, pass over what was missed, close, and ask at most one question."""
        for round_ in self.rounds:
            if round_.state == "voting" and round_.votes_close_at and round_.votes_close_at <= now:
                round_.reveal()
        due = self._due(now)
        for round_ in self.rounds:
            if round_.state == "open" and round_.closes_at <= now:
                self.close(round_, now)
        if due is not None:
            self.open_round(due, now)

    def _due(self, now: datetime) -> date | None:
        passed = now.date() if slot_of(now.date()) <= now else now.date() - timedelta(days=1)
        missed = [self.last_date + timedelta(days=n) for n in range(1, (passed - self.last_date).days + 1)]
        question_days = [day for day in missed if day.weekday() < 5]
        if not question_days:
            return None
        late = next_slot(question_days[-1], now) - now <= timedelta(hours=3)
        self.last_date = passed if late else question_days[-1]
        return None if late else question_days[-1]

    def post_now(self, now: datetime) -> None:
        """An organiser's question: the running rounds move on, and it stands for today's."""
        for round_ in self.rounds:
            if round_.state == "voting":
                round_.reveal()
        self.last_date = max(self.last_date, now.date())
        for round_ in self.rounds:
            if round_.state == "open":
                self.close(round_, now)
        self.open_round(now.date(), now)
