"""Whatever two people did, joined they are one: points add up, nobody votes for themselves, and one answer counts."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from bot.chat.requests import Identity
from bot.database.engine import Database
from bot.database.schema import metadata
from bot.database.transaction import Transaction
from bot.features.daily.ballots.queries import (
    add_report,
    judge,
    keep_ballot,
    open_ballot,
    prefer,
    show_page,
    show_pair,
)
from bot.features.daily.ballots.rules import BallotKind
from bot.features.daily.model import QUESTION_JSON, AnswerState, Question
from bot.features.daily.personal.personal_data import personal_data as daily
from bot.features.daily.queries import change_answer, load_answer, save_answer
from bot.features.daily.tables import answers, ballots, comparisons, reports, rounds, votes
from bot.features.points.ledger import Award, award, recount, totals
from bot.features.points.personal_data import personal_data as standings
from bot.features.points.streak_queries import days_since, streak_of
from bot.features.points.streak_rules import Act, Streak, caught_up
from bot.features.points.streaks import acted, rebuilt
from bot.features.points.tables import breaks
from bot.features.points.tables import standings as standings_table
from bot.features.quiz.personal_data import personal_data as quiz
from bot.features.quiz.queries import KeptReview, keep_reviews, reviews_of
from bot.features.quiz.reviewing import ReviewState
from bot.features.quiz.tables import reviews
from bot.membership.drafts import keep_draft
from bot.membership.joining import join
from bot.membership.model import Consent
from bot.membership.personal_data.membership import messages_data, people_data, room_data
from bot.membership.personal_data.merging import join_people
from bot.membership.queries import find_member, load_group
from bot.membership.tables import drafts, groups, identities, members

PEOPLE = 3
KEEPERS = (daily(), quiz(), standings(), messages_data(), room_data("test"), people_data())
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
STATES = ("revealed", "revealed", "voting", "voting", "open")
KINDS = (BallotKind.APPROVAL, BallotKind.PAIRS, BallotKind.APPROVAL, BallotKind.PAIRS, BallotKind.NONE)
QUESTION = QUESTION_JSON.write(Question("q", "open", "t", "p", "", "", (), "m", "", (), ()))


class Did(NamedTuple):
    """Somebody did something in a round (or on its day), or a little later than the last thing."""

    what: str
    who: int
    round: int
    other: int
    yes: bool


class Joined(NamedTuple):
    goes: int
    stays: int


people = st.integers(0, PEOPLE - 1)
WHATS = ("page", "page", "page", "pair", "pair", "report", "answer", "lock", "pass", "finish", "draft", "act")
deeds = st.builds(
    Did,
    st.sampled_from((*WHATS, "points", "break", "review", "review")),
    people,
    st.sampled_from((0, 2, 2, 3, 3, 4)),
    people,
    st.booleans(),
)
stories = st.lists(
    st.one_of(deeds, deeds, deeds, deeds, deeds, deeds, st.builds(Joined, people, people)), max_size=30
)


class World:
    """A group with five rounds, in all their states, and people who do things in them."""

    def __init__(self, group_id: int, round_ids: list[int], who: list[Identity]) -> None:
        self.group_id, self.rounds, self.who = group_id, round_ids, who
        self.at = MONDAY
        self.met: dict[frozenset[int], Counter[str]] = {}
        self.one = {n: frozenset({n}) for n in range(PEOPLE)}

    async def member(self, tx: Transaction, n: int) -> tuple[int, int]:
        found = await find_member(tx, self.group_id, self.who[n])
        assert found is not None
        return found.id, found.person_id

    async def answers_of(self, tx: Transaction, round_id: int, member: int) -> int | None:
        query = select(answers.c.id).where(answers.c.round_id == round_id, answers.c.member_id == member)
        found: int | None = (await tx.execute(query)).scalar()
        return found


async def make_world(tx: Transaction) -> World:
    """Five rounds on five days, and everybody a member."""
    values = {
        "name": "Study",
        "zone": "UTC",
        "at_minute": 480,
        "weekdays": 31,
        "tone": "friendly",
        "topics": [],
        "state": "active",
        "created_at": MONDAY,
    }
    group_id = (await tx.execute(insert(groups).values(**values).returning(groups.c.id))).scalar()
    made = []
    for n, (state, kind) in enumerate(zip(STATES, KINDS, strict=True)):
        row = {
            "group_id": group_id,
            "local_date": date(2026, 11, 16) + timedelta(days=n),
            "item_id": f"q{n}",
            "question": QUESTION,
            "state": state,
            "ballot": kind.value,
            "opened_at": MONDAY,
            "root": "training",
        }
        made.append((await tx.execute(insert(rounds).values(**row).returning(rounds.c.id))).scalar())
    who = [Identity("test", f"t{group_id}", f"user{n}", f"User {n}") for n in range(PEOPLE)]
    for each in who:
        await join(tx, group_id, each, MONDAY)
    return World(group_id, made, who)


async def do(tx: Transaction, world: World, step: Did | Joined) -> None:
    world.at += timedelta(minutes=1)
    if isinstance(step, Joined):
        goes, stays = [(await world.member(tx, n))[1] for n in (step.goes, step.stays)]
        for _ in range(2):  # everything is delivered a second time
            await join_people(tx, KEEPERS, goes, stays, world.at)
        both = world.one[step.goes] | world.one[step.stays]
        world.one |= dict.fromkeys(both, both)
        return
    me, person = await world.member(tx, step.who)
    await act(tx, world, step, me, person)


async def act(tx: Transaction, world: World, step: Did, me: int, person: int) -> None:
    round_id, now = world.rounds[step.round], world.at
    own = await world.answers_of(tx, round_id, me)
    theirs = await world.answers_of(tx, round_id, (await world.member(tx, step.other))[0])
    if theirs == own:
        theirs = None
    match step.what:
        case "answer" | "pass" if own is None:
            sealed = step.what == "answer"
            state = AnswerState.SEALED if sealed else AnswerState.PASSED
            words = f"{step.who} at {now:%H:%M}" if sealed else ""
            await save_answer(tx, round_id, me, state=state, text=words, consent=Consent.UNNAMED, now=now)
        case "lock" if own is not None:
            await change_answer(tx, own, locked_at=now)
        case "page" if theirs is not None:
            await open_ballot(tx, round_id, me, now)
            await show_page(tx, round_id, me, theirs, now)
            await judge(tx, me, theirs, helped=step.yes)
        case "pair":
            query = select(answers.c.id).where(answers.c.round_id == round_id, answers.c.member_id != me)
            pair = list((await tx.execute(query.order_by(answers.c.id))).scalars())[:2]
            if len(pair) == 2:
                await open_ballot(tx, round_id, me, now)
                await show_pair(tx, round_id, me, (pair[0], pair[1]), now)
                await prefer(tx, me, (pair[0], pair[1]), pair[step.yes])
        case "report" if theirs is not None:
            reported = await load_answer(tx, theirs)
            assert reported is not None
            await add_report(tx, reported, me, now)
        case "finish":
            ballot = await open_ballot(tx, round_id, me, now)
            await keep_ballot(tx, ballot, ballot.steps, now)
        case "draft":
            await keep_draft(tx, me, f"round:{round_id}", f"draft at {now:%H:%M}", now)
        case "act":
            day = date(2026, 11, 16) + timedelta(days=step.round)
            await acted(tx, await load_group(tx, world.group_id), me, Act.QUIZ, now, on=day)
        case "break":
            day = date(2026, 11, 16) + timedelta(days=step.round)
            await tx.execute(insert(breaks).values(member_id=me, first_date=day, last_date=day))
            await rebuilt(
                tx, world.group_id, me
            )  # the day was judged without it: nobody takes a break in the past
        case "points":
            key = f"round:{round_id}:answer:{me}"
            day = date(2026, 11, 16) + timedelta(days=step.round)
            await award(tx, [Award(key, world.group_id, me, "training", "answer", 5, day, now)])
        case "review":
            before = [kept for kept in await reviews_of(tx, person) if kept.item_id == f"q{step.round}"]
            seen = (before[0].seen if before else 0) + 1
            due = now + timedelta(days=1 + step.round)
            known = KeptReview(f"q{step.round}", ReviewState(due, 1.0, 5.0, now), seen, 0)
            await keep_reviews(tx, [(person, known)])
            world.met.setdefault(frozenset({step.who}), Counter())[f"q{step.round}"] += 1


@pytest.mark.slow
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.generate,),  # a failure is told at once; add Phase.shrink to get the shortest one
)
@given(
    answered=st.lists(st.booleans(), min_size=5 * PEOPLE, max_size=5 * PEOPLE),
    first=st.lists(deeds, min_size=15, max_size=30),
    last=stories,
    stays=people,
)
async def test_whatever_happened_joined_people_are_one(
    database: Database, answered: list[bool], first: list[Did], last: list[Did | Joined], stays: int
) -> None:
    world = await database.write(make_world)
    given = [Did("answer", n % PEOPLE, n // PEOPLE, 0, yes=True) for n, yes in enumerate(answered) if yes]
    for step in (*given, *first, *last, Joined((stays + 1) % PEOPLE, stays)):
        await database.write(partial(do, world=world, step=step))
    await database.read(partial(check, world=world))


async def check(tx: Transaction, world: World) -> None:
    """Everything that must hold of one person, whoever they were before."""
    assert await totals(tx, world.group_id) == await recount(tx, world.group_id)
    running = [i for i, state in zip(world.rounds, STATES, strict=True) if state != "revealed"]
    people_of = {n: await world.member(tx, n) for n in range(PEOPLE)}
    assert {people_of[n] == people_of[m] for n in world.one for m in world.one[n]} <= {True}
    canonical = {member for member, _ in people_of.values()}
    assert len(canonical) == len(set(world.one.values()))
    author = {r.id: r.member_id for r in await tx.execute(select(answers))}
    for table in (answers, ballots, votes, comparisons):
        for row in await tx.execute(select(table).where(table.c.round_id.in_(running))):
            assert row.member_id in canonical
    for row in await tx.execute(select(votes).where(votes.c.round_id.in_(running))):
        assert author[row.answer_id] != row.member_id
    for row in await tx.execute(select(comparisons).where(comparisons.c.round_id.in_(running))):
        assert row.member_id not in (author[row.low_id], author[row.high_id])
    for row in await tx.execute(select(reports)):
        round_id = (
            await tx.execute(select(answers.c.round_id).where(answers.c.id == row.answer_id))
        ).scalar()
        assert round_id not in running or author[row.answer_id] != row.member_id
    for table in (answers, ballots):
        kept = await tx.execute(select(table).where(table.c.round_id.in_(running)))
        assert max(Counter((r.round_id, r.member_id) for r in kept).values(), default=1) == 1
    await check_people(tx, world, people_of)


async def check_people(tx: Transaction, world: World, people_of: dict[int, tuple[int, int]]) -> None:
    for member, person in people_of.values():
        days, active, taken = await days_since(tx, world.group_id, member, None)
        replayed = caught_up(Streak(), days, active, taken)
        kept = await streak_of(tx, member)
        assert (kept.current, kept.best) == (replayed.current, replayed.best)
        seen = {r.item_id: r.seen for r in await reviews_of(tx, person)}
        both = next(each for each in world.one.values() if people_of[min(each)][0] == member)
        met = sum((count for who, count in world.met.items() if who <= both), Counter())
        assert seen == dict(met)
    aliases = select(members.c.id).where(members.c.canonical_id.is_not(None))
    for table in (drafts, metadata.tables["activity"], metadata.tables["streaks"], metadata.tables["breaks"]):
        assert (await tx.execute(select(table).where(table.c.member_id.in_(aliases)))).all() == []
    left = select(standings_table.c.numerator).where(standings_table.c.member_id.in_(aliases))
    assert set((await tx.execute(left)).scalars()) <= {0.0}
    ghosts = select(members.c.person_id).where(members.c.canonical_id.is_not(None))
    for table in (identities, reviews):
        assert (await tx.execute(select(table).where(table.c.person_id.in_(ghosts)))).all() == []
