"""Taking one's data along: all of it, and nothing of others."""

import json
from datetime import datetime

from sqlalchemy import insert, select, update

from bot.chat.cards import Private
from bot.chat.requests import Identity
from bot.database.tables import transcript, typed_forms
from bot.database.transaction import Transaction
from bot.features.acts.tables import acts
from bot.features.coming.tables import answer_peeks
from bot.features.custom_questions.actions import ShowAnswer
from bot.features.custom_questions.tables import own_questions
from bot.features.daily.tables import answers, ballots, comparisons, reports, votes
from bot.features.group_settings.actions import Assign
from bot.features.mock.tables import mock_forms, mock_pairs, mock_signups, mocks
from bot.features.points.tables import activity, breaks, ledger, standings, streaks
from bot.features.quiz.actions import OpenChallenge
from bot.features.quiz.tables import challenges, players, quizzes, responses, reviews
from bot.membership.codes import account_scope
from bot.membership.model import Member
from bot.membership.tables import codes, drafts, groups, identities, links, members, people, tries
from bot.outbox.tables import deliveries
from bot.questions.kinds import DISCUSSION_KINDS
from tests.features.custom_questions.suggested import suggest
from tests.features.daily.acting import crowd, member_of, name_organiser, vote_all, vote_page
from tests.features.privacy.private_life import FOUR, Recorded, call, export_of, recorded
from tests.features.quiz.group.together import open_quiz
from tests.support.driver import ORGANISER
from tests.support.local_driver import words
from tests.support.two_platforms import code_on

LISTS = {
    "people": ("person", "people"),
    "identities": ("person", "accounts"),
    "members": ("person", "memberships"),
    "answers": ("daily", "answers"),
    "drafts": ("daily", "drafts"),
    "ballots": ("daily", "ballots"),
    "votes": ("daily", "votes"),
    "comparisons": ("daily", "pairs"),
    "reports": ("daily", "reports"),
    "quizzes": ("quiz", "begun"),
    "players": ("quiz", "played"),
    "responses": ("quiz", "answers"),
    "reviews": ("quiz", "reviews"),
    "challenges": ("quiz", "challenges"),
    "own_questions": ("questions", "suggested"),
    "mocks": ("mock_interviews", "mocks"),
    "mock_forms": ("mock_interviews", "written"),
    "mock_signups": ("mock_interviews", "sign_ups"),
    "mock_pairs": ("mock_interviews", "pairs"),
    "answer_peeks": ("read_beforehand", "answers"),
    "acts": ("acts", "organised"),
    "ledger": ("standings", "points"),
    "standings": ("standings", "totals"),
    "activity": ("standings", "activity"),
    "breaks": ("standings", "breaks"),
    "streaks": ("standings", "streaks"),
    "deliveries": ("private_messages", "messages"),
    "transcript": ("room", "private_cards"),
    "typed_forms": ("room", "half_typed_forms"),
    "codes": ("person", "codes"),
    "links": ("person", "links"),
    "tries": ("person", "wrong_codes"),
}


async def _whole_life(v: Recorded) -> None:
    """A member does everything once; others do the like."""
    await v.set_up()
    await name_organiser(v, "mira")
    await v.act("mira", Assign(1, "digest"), "off")
    for user in FOUR:
        await v.answer(user, f"marker-{user}: what I would say.", "named")
    await v.tick(days=1)
    for user in FOUR:
        others = [u for u in FOUR if u != user]
        page = await vote_page(v, user, f"marker-{others[0]}")
        await v.fill(user, await v.press(user, page, "One thing"), note=f"line-by-{user}")
        await vote_all(v, user, ["marker-mira", "marker-tomas"])
    await crowd(v, 2, [f"extra{n}" for n in range(7)])
    await v.fill("mira", await v.command("mira", "answer"), answer="marker-draft " + "x" * 2001)
    await v.tick(days=1)
    page = await v.command("mira", "vote")
    asked = await v.press("mira", page, "Report A")
    await v.press("mira", asked, "Report it")
    await v.press("mira", await v.command("mira", "vote"), "A helped me more")
    quiz = await open_quiz(v, user="mira")
    await quiz.begin("tomas", host="mira")
    for user in ("mira", "tomas"):
        await quiz.choose(user)
    await v.tick()
    await v.fill("mira", await v.act("mira", OpenChallenge(quiz.id, 0)), why="marker-why: I doubt it.")
    for user in ("mira", "tomas"):
        await suggest(v, user, prompt=f"marker-{user}-asks: why is it so, and how would one know?")
    await v.command("mira", "my remind", on=True)
    await v.command("mira", "my link", code=code_on(await v.command("tomas", "my link")))
    await v.command("mira", "my link", code="00000-00000")
    await v.command("mira", "my link")
    me, tomas = await member_of(v, "mira"), await member_of(v, "tomas")
    await v.act("mira", ShowAnswer(1, v.app.bank.live(DISCUSSION_KINDS)[0].id, sure=True))
    await v.app.room.transcript.keep_typed("mira", "a form", {"answer": "marker-typed"}, v.clock())

    async def more(tx: Transaction) -> None:
        today = v.clock().date()
        await tx.execute(insert(breaks).values(member_id=me.id, first_date=today, last_date=today))
        await _mock(tx, me, tomas, v.clock())

    await v.app.database.write(more)
    await v.tick()


async def _mock(tx: Transaction, one: Member, other: Member, now: datetime) -> None:
    """Two were paired for a mock interview, and each has written about it."""
    week = {"group_id": one.group_id, "week": "2026-W48"}
    await tx.execute(insert(mock_signups).values(**week, member_id=one.id, at=now))
    two = {"interviewer_id": other.id, "candidate_id": one.id, "created_at": now}
    await tx.execute(insert(mock_pairs).values(**week, **two))
    await tx.execute(insert(mocks).values(group_id=one.group_id, asker_id=one.id, **two))
    mock_id = (await tx.execute(select(mocks.c.id))).scalar()
    for each in (one, other):
        words = {"first": f"marker-{each.name.lower()}-wrote", "sent_at": now}
        await tx.execute(insert(mock_forms).values(mock_id=mock_id, member_id=each.id, **words))


async def _own_rows(v: Recorded, user: str) -> dict[str, int]:
    """How many rows of each table are about somebody."""
    me = await member_of(v, user)
    account = next(r for r in await v.rows(identities) if r.person_id == me.person_id)
    counted: dict[str, int] = {}
    for table in (
        answers,
        drafts,
        ballots,
        votes,
        comparisons,
        reports,
        players,
        responses,
        challenges,
        own_questions,
        mock_forms,
        mock_signups,
        answer_peeks,
        ledger,
        standings,
        activity,
        breaks,
        streaks,
        quizzes,
        acts,
    ):
        counted[table.name] = sum(r.member_id == me.id for r in await v.rows(table))
    for table in (mocks, mock_pairs):
        counted[table.name] = sum(r.candidate_id == me.id for r in await v.rows(table))
    counted["codes"] = sum(r.identity_id == account.id for r in await v.rows(codes))
    counted["links"] = sum(account.id in (r.first_id, r.second_id) for r in await v.rows(links))
    counted["tries"] = sum(
        r.scope == account_scope(Identity("local", "room", user)) for r in await v.rows(tries)
    )
    counted["reviews"] = sum(r.person_id == me.person_id for r in await v.rows(reviews))
    counted["people"] = sum(r.id == me.person_id for r in await v.rows(people))
    counted["members"] = sum(r.person_id == me.person_id for r in await v.rows(members))
    counted["identities"] = 1
    counted["deliveries"] = sum(r.identity_id == account.id for r in await v.rows(deliveries))
    counted["transcript"] = sum(r.audience == user and r.body != "" for r in await v.rows(transcript))
    counted["typed_forms"] = sum(r.viewer == user for r in await v.rows(typed_forms))
    return counted


async def test_an_export_has_every_row_about_oneself_and_nothing_of_others(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _whole_life(v)
        counted = await _own_rows(v, "mira")
        found = await export_of(v, "mira")
        assert all(counted.values()), counted
        assert {name: len(found[part][field]) for name, (part, field) in LISTS.items()} == counted
        assert set(LISTS) == {name for each in v.app.services.personal_data for name in each.tables} - {
            "facts"
        }
        said = json.dumps(found)
        for own in ("marker-mira", "marker-draft", "marker-why", "marker-typed", "line-by-mira", "Mira"):
            assert own in said
        for other in ("tomas", "amara", "kenji", "olga", "extra"):
            assert f"marker-{other}" not in said
            assert other.capitalize() not in said
            assert f'"{other}' not in said
        mine = found["daily"]["answers"][0]
        assert mine["result"]["helped"] == 3
        assert mine["lines_from_readers"]
        assert set(mine["lines_from_readers"]) <= {f"line-by-{u}" for u in FOUR}


async def test_before_the_reveal_an_export_tells_nothing_of_how_an_answer_does(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        for user in FOUR:
            await v.answer(user, f"marker-{user}: what I would say.")
        await v.tick(days=1)
        page = await vote_page(v, "tomas", "marker-mira")
        await v.fill("tomas", await v.press("tomas", page, "One thing"), note="line-by-tomas")
        await vote_all(v, "tomas", ["marker-mira"])
        (mine,) = (await export_of(v, "mira"))["daily"]["answers"]
        assert "result" not in mine
        assert "lines_from_readers" not in mine
        assert "line-by-tomas" not in json.dumps(mine)


async def test_an_export_is_private_and_covers_allgroups(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        await v.answer("mira", "marker-mira: what I would say.")
        me = await member_of(v, "mira")

        async def another(tx: Transaction) -> None:
            made = await tx.execute(
                insert(groups)
                .values(
                    name="second",
                    zone="UTC",
                    at_minute=0,
                    weekdays=1,
                    tone="calm",
                    topics=[],
                    state="active",
                    created_at=v.clock(),
                )
                .returning(groups.c.id)
            )
            await tx.execute(
                insert(members).values(
                    group_id=made.scalar(),
                    person_id=me.person_id,
                    name="Mira two",
                    joined_at=v.clock(),
                    seen_at=v.clock(),
                )
            )

        await v.app.database.write(another)
        reply = await v.command("mira", "my export")
        assert isinstance(reply, Private)
        assert "only for you" in words(reply)
        found = await export_of(v, "mira")
        assert [m["group_name"] for m in found["person"]["memberships"]] == ["study", "second"]
        asked = words(await v.command("mira", "my delete"))
        assert "all your 2 groups" in asked
        assert "This applies to all your groups: study, second." in asked


async def test_merged_people_export_and_delete_as_one(database_url: str) -> None:
    async with recorded(database_url) as v:
        await v.set_up()
        await v.answer("mira", "marker-mira: what I would say.")
        await v.command("tomas", "group status")
        one, two = await member_of(v, "mira"), await member_of(v, "tomas")

        async def merge(tx: Transaction) -> None:
            await tx.execute(update(members).where(members.c.id == two.id).values(canonical_id=one.id))

        await v.app.database.write(merge)
        for user in ("mira", "tomas"):
            found = await export_of(v, user)
            assert [a["user"] for a in found["person"]["accounts"]] == ["mira", "tomas"]
            assert "marker-mira" in json.dumps(found)
        await v.press("tomas", await v.command("tomas", "my delete"), "Delete everything")
        assert [r.user for r in await v.rows(identities)] == [ORGANISER]
        assert [p.deleted_at is None for p in await v.rows(people)] == [True, False, False]


async def test_the_names_choices_are_four_and_each_says_what_it_means(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        said = {
            "unnamed": "Boards show you as “Someone”.",
            "named": "Boards show you as Mira.",
            "pseudonym": "Boards show you as Night Owl.",
            "out": "Boards and digests leave you out.",
        }
        for naming, sentence in said.items():
            assert sentence in words(await call(v, "mira", naming, "Night Owl"))
            assert (await member_of(v, "mira")).naming == naming
