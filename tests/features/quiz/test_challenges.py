"""Challenges: a member says that a question is wrong, and what comes of it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.chat.actions import encode
from bot.chat.cards import Ask, Private, Refuse, Reply
from bot.chat.requests import Submit
from bot.database.transaction import Transaction
from bot.features.acts.actions import Undo
from bot.features.points.ledger import recount, totals
from bot.features.points.tables import ledger
from bot.features.quiz.actions import OpenChallenge, SendChallenge, Settle
from bot.features.quiz.challenging import enough
from bot.features.quiz.tables import challenges, quizzes, responses, reviews
from bot.membership.tables import members, people
from tests.features.quiz.quizzing import (
    RIGHT,
    WRONG,
    answer,
    change,
    every_kind,
    go_through,
    one_of,
    quiz_of,
    start,
    topic_of,
)
from tests.support.local_driver import LocalDriver, card_of, form_of, labels, local_app, words

ITEM = f"{topic_of('single')}.q01"
JUDGE = "kenji"
WHY = "In section 2 it says the opposite."


async def ready(v: LocalDriver) -> None:
    """Set the group up, with an organiser who can be written to."""
    await v.set_up()
    await v.command(JUDGE, "quiz history")
    await change(v, update(members).where(members.c.name == "Kenji").values(organiser=True))


async def thirty_nine_more_answered(v: LocalDriver) -> None:
    """Let so many more members have answered what the first response answered."""
    first = (await v.rows(responses))[0]
    for n in range(39):
        person_id, member_id = 1000 + n, 1000 + n
        now = v.clock()
        await change(v, insert(people).values(id=person_id, created_at=now))
        row = {"id": member_id, "group_id": 1, "person_id": person_id, "joined_at": now, "seen_at": now}
        await change(v, insert(members).values(**row))
        same = {**first._asdict(), "id": 1000 + n, "member_id": member_id, "person_id": person_id}
        await change(v, insert(responses).values(**same))


async def challenge(v: LocalDriver, user: str, why: str = WHY, kind: str = "single") -> Reply:
    """Answer the item of a kind and challenge it."""
    card, quiz = await one_of(v, kind, user)
    card = await answer(v, user, card, quiz)
    reply = await v.fill(user, await v.press(user, card, "Challenge"), why=why)
    await v.press(user, card, "See the result")
    return reply


async def outcomes(v: LocalDriver) -> list[str]:
    return [r.outcome for r in await v.rows(challenges)]


def notices(v: LocalDriver, user: str, title: str) -> list[str]:
    return [words(c) for c in v.private(user) if c.title == title]


async def is_asked(v: LocalDriver, user: str) -> bool:
    """Whether the item is still asked: a quiz on its topic alone would hold it."""
    reply = await v.command(user, "quiz start", topic=topic_of("single"), count=1)
    asked = card_of(reply).title != "No questions here yet"
    await v.command(user, "quiz stop")
    return asked


@pytest.mark.parametrize(
    ("challengers", "answered", "out"),
    [
        (1, 1, False),
        (2, 2, True),
        (2, 40, True),
        (2, 41, False),
        (3, 60, True),
        (7, 140, True),
        (7, 141, False),
    ],
)
def test_an_item_leaves_at_the_larger_of_two_challenges_and_five_in_a_hundred(
    challengers: int, answered: int, out: bool
) -> None:
    assert enough(challengers, answered) is out


async def test_a_challenge_is_put_in_a_form_and_comes_back_when_empty_or_too_long(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        card, quiz = await one_of(v, "single", "mira")
        card = await answer(v, "mira", card, quiz)
        asked = await v.press("mira", card, "Challenge")
        assert isinstance(asked, Ask)
        assert form_of(asked).title == "Challenge this question"
        for typed, error in (
            ("", "Say in a sentence"),
            ("  \n ", "Say in a sentence"),
            ("x" * 501, "501 characters"),
        ):
            refused = await v.fill("mira", asked, why=typed)
            assert isinstance(refused, Refuse)
            assert error in refused.errors["why"]
            assert getattr(refused.form.fields[0], "value", None) == typed
        assert await v.rows(challenges) == []
        thanks = await v.fill("mira", asked, why=WHY)
        assert "you will hear what they decide" in words(thanks)
        again = await v.command("mira", "quiz start")
        assert "Challenge" not in labels(again)
        assert "You challenged this question" in words(again)


async def test_organisers_hear_of_a_challenge_with_the_key_and_keep_the_question(
    database_url: str, tmp_path: Path
) -> None:
    async with local_app(database_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        await challenge(v, "mira")
        await v.tick()
        (notice,) = [c for c in v.private(JUDGE) if c.title == "A quiz question was challenged"]
        for part in ("1 member says this is wrong. It is still asked.", WHY, "good 0", f"`{ITEM}`"):
            assert part in words(notice)
        assert labels(notice) == ["Take it out", "Keep it"]
        assert "mira" not in words(notice).lower()
        kept = await v.press(JUDGE, notice, "Keep it")
        assert "It was kept, and those who challenged it are notified." in words(kept)
        await v.tick()
        (told,) = notices(v, "mira", "Your challenge")
        assert "An organiser looked at it and kept it." in told
        assert await outcomes(v) == ["kept"]
        assert await is_asked(v, "tomas")


async def test_an_organiser_takes_a_question_out_and_can_put_it_back(sqlite_url: str, tmp_path: Path) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        await challenge(v, "mira")
        await v.tick()
        card = await v.press(JUDGE, v.private(JUDGE)[-1], "Take it out")
        assert labels(card) == ["Put it back"]
        await v.tick()
        assert (
            "It is out: nobody in this group will be asked it again."
            in notices(v, "mira", "Your challenge")[0]
        )
        assert not await is_asked(v, "tomas")
        assert labels(v.private(JUDGE)[-1]) == ["Put it back"]  # other organisers' cards follow
        await v.press(JUDGE, v.private(JUDGE)[-1], "Put it back")
        await v.tick()
        assert await is_asked(v, "tomas")
        (told,) = notices(v, "mira", "Your challenge")
        assert "kept it" in told


async def test_undoing_puts_challenges_back_as_they_stood(sqlite_url: str, tmp_path: Path) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        await challenge(v, "mira")
        await v.act(JUDGE, Settle(1, ITEM, take_out=False))
        card, _ = await one_of(v, "single", "amara")
        card = await answer(v, "amara", card, (await v.rows(quizzes))[-1].id)
        await challenge(v, "tomas")
        await v.act(JUDGE, Settle(1, ITEM, take_out=True))
        await v.tick()
        await v.fill("amara", await v.press("amara", card, "Challenge"), why=WHY)
        assert await outcomes(v) == ["upheld"] * 3
        await v.act(JUDGE, Undo(1))
        await v.tick()
        assert await outcomes(v) == ["kept", "", ""]
        assert ["kept it" in notices(v, "mira", "Your challenge")[0], await is_asked(v, "dora")] == [True] * 2
        assert "will look at it again" in notices(v, "tomas", "Your challenge")[0]
        assert labels(v.private(JUDGE)[-1]) == ["Take it out", "Keep it"]


async def standing_of(v: LocalDriver) -> tuple[dict[str, float], list[tuple[Any, ...]]]:
    """Points and right answers of everyone by name, as the ledger and the totals have it; and the reviews."""

    async def read(tx: Transaction) -> dict[str, float]:
        kept, counted = await totals(tx, 1), await recount(tx, 1)
        assert {key: found for key, found in kept.items() if found != counted.get(key)} == {}
        called = {r.id: r.name for r in await tx.execute(select(members))}
        return {
            f"{called[key.member_id]} {key.board}": found.numerator + found.denominator
            for key, found in kept.items()
            if (key.topic, key.span) == ("", "week") and any(found)
        }

    known = [(r.person_id, r.state, r.due_at, r.seen, r.owed) for r in await v.rows(reviews)]
    return await v.app.database.read(read), sorted(known, key=str)


async def told(v: LocalDriver, user: str) -> list[str]:
    """What waits for somebody, and comes with their next private reply."""
    reply = await v.command(user, "my record")
    assert isinstance(reply, Private)
    return [words(card) for card in reply.also if card.title.startswith("A question was")]


async def test_what_a_wrong_question_brought_is_taken_back_and_given_again_when_it_is_put_back(
    database_url: str, tmp_path: Path
) -> None:
    async with local_app(database_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        for user, how in (("tomas", RIGHT), ("dora", WRONG)):
            card, quiz = await one_of(v, "single", user)
            card = await go_through(v, user, await answer(v, user, card, quiz, how), quiz)
        await challenge(v, "mira")
        before = await standing_of(v)
        assert before[0] == {
            "Mira points": 2,
            "Mira quiz": 2,
            "Tomas points": 2,
            "Tomas quiz": 2,
            "Dora quiz": 1,
        }
        await v.tick()
        notice = v.private(JUDGE)[-1]
        for _ in range(2):
            out = await v.press(JUDGE, notice, "Take it out")
            await v.act(JUDGE, Settle(1, ITEM, take_out=True))
            assert await standing_of(v) == ({}, [])
            assert card_of(await v.command("dora", "quiz mistakes")).title == "No mistakes left"
            assert "none yet" in words(await v.command("tomas", "my record"))
            back = await v.press(JUDGE, out, "Put it back")
            await v.act(JUDGE, Settle(1, ITEM, take_out=False))
            assert await standing_of(v) == before
        assert card_of(await v.command("dora", "quiz mistakes")).title == "Mistakes: 1 of 1"
        await v.press(JUDGE, back, "Take it out")
        (line,) = await told(v, "tomas")
        assert "the 2 points that it brought you are taken back" in line
        assert await told(v, "tomas") == await told(v, "kenji") == []
        await v.act(JUDGE, Settle(1, ITEM, take_out=False))
        (line,) = await told(v, "tomas")
        assert "put back" in line
        assert await told(v, "dora") == []


async def test_two_challenges_take_an_item_out_and_everyone_concerned_hears(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        await challenge(v, "mira")
        late, late_quiz = await one_of(v, "single", "amara")
        await challenge(v, "tomas", "The second option is right as well.")
        await v.tick()
        assert await outcomes(v) == ["upheld", "upheld"]
        (notice,) = notices(v, JUDGE, "A quiz question was challenged")
        assert "2 members say this is wrong. It is out" in notice
        for user in ("mira", "tomas"):
            (told,) = notices(v, user, "Your challenge")
            assert "It is out" in told
        assert not await is_asked(v, "dora")
        _, quiz = await start(v, "dora", count=6)
        assert ITEM not in {q.item_id for q in (await quiz_of(v, quiz)).questions}
        points = len(await v.rows(ledger))
        card = await answer(
            v, "amara", late, late_quiz
        )  # asked before it went out: no points for it any more
        assert len(await v.rows(ledger)) == points
        thanks = await v.fill("amara", await v.press("amara", card, "Challenge"), why="So it seems to me.")
        assert "it is already out" in words(thanks)
        assert await outcomes(v) == ["upheld"] * 3
        await v.tick(days=5)
        assert card_of(await v.command("mira", "quiz review")).title == "Nothing to review"
        assert "Nothing is due yet" in words(await v.command("mira", "quiz review"))


async def test_one_member_counts_once_and_a_question_that_was_kept_begins_anew(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        card, quiz = await one_of(v, "single", "mira")
        card = await answer(v, "mira", card, quiz)
        asked = await v.press("mira", card, "Challenge")
        request = v.request("mira", Submit(encode(form_of(asked).submit), {"why": WHY}))
        thanks = await v.handle(request)
        assert card_of(await v.handle(request)).title == "Already done"
        assert words(await v.fill("mira", asked, why=WHY)) == words(thanks)
        await v.fill("mira", asked, why="And again.")
        assert await outcomes(v) == [""]
        await v.tick()
        await v.press(JUDGE, v.private(JUDGE)[-1], "Keep it")
        await challenge(v, "tomas")
        assert await outcomes(v) == ["kept", ""]
        await v.tick()
        assert labels(v.private(JUDGE)[-1]) == ["Take it out", "Keep it"]
        await challenge(v, "amara")
        assert set(await outcomes(v)) == {"upheld"}


async def test_a_template_is_challenged_with_numbers_in_place(sqlite_url: str, tmp_path: Path) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        await challenge(v, "mira", kind="numeric")
        await v.tick()
        assert "{power}" not in words(v.private(JUDGE)[-1])
        assert " cm" in words(v.private(JUDGE)[-1])


async def test_only_who_answered_challenges_and_only_organisers_settle(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        _, quiz = await one_of(v, "single", "mira")
        for user in ("mira", "tomas"):
            for action in (OpenChallenge(quiz, 0), OpenChallenge(quiz, 5), OpenChallenge(999, 0)):
                reply = await v.act(user, action)
                assert card_of(reply).title in (
                    "Not answered yet",
                    "This quiz is not yours",
                    "This question is gone",
                    "This quiz is gone",
                )
            sent = await v.handle(v.request(user, Submit(encode(SendChallenge(quiz, 0)), {"why": WHY})))
            assert (
                card_of(sent).title == {"mira": "Not answered yet", "tomas": "This quiz is not yours"}[user]
            )
        reply = await v.act("mira", Settle(1, ITEM, take_out=True))
        assert card_of(reply).title == "Only organisers can do this"
        reply = await v.act(JUDGE, Settle(1, ITEM, take_out=True))
        assert card_of(reply).title == "Nobody challenged this question"
        assert await v.rows(challenges) == []


async def test_of_forty_one_who_answered_a_third_must_challenge(sqlite_url: str, tmp_path: Path) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await ready(v)
        shown = []
        for user in ("mira", "tomas"):
            card, quiz = await one_of(v, "single", user)
            shown.append((user, await answer(v, user, card, quiz)))
        await thirty_nine_more_answered(v)
        for user, card in shown:
            await v.fill(user, await v.press(user, card, "Challenge"), why=WHY)
        assert await outcomes(v) == ["", ""]
        await challenge(v, "amara")  # of 42 by now, five in a hundred are 2.1
        assert await outcomes(v) == ["upheld"] * 3
