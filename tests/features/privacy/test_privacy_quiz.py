"""Deleting oneself while quizzes run, and what was said of their questions."""

from bot.features.points.tables import activity, ledger, streaks
from bot.features.quiz.actions import OpenChallenge
from bot.features.quiz.model import QuizState
from bot.features.quiz.tables import challenges, quizzes, responses, reviews
from tests.features.daily.acting import member_id_of, name_organiser, title
from tests.features.privacy.private_life import call, delete_me, drift, recorded, traces
from tests.features.quiz.group.together import Together, open_quiz
from tests.support.local_driver import LocalDriver, words


async def _playing(v: LocalDriver, *players: str) -> Together:
    await v.set_up()
    quiz = await open_quiz(v, user="mira")
    await quiz.begin(*players, host="mira")
    return quiz


async def test_a_group_quiz_goes_on_without_the_one_who_is_gone_and_others_keep_their_places(
    database_url: str,
) -> None:
    async with recorded(database_url) as v:
        quiz = await _playing(v, "tomas", "amara")
        await call(v, "mira", "pseudonym", "marker-owl")
        for user in ("mira", "tomas", "amara"):
            await quiz.choose(user, right=user != "amara")
        await v.tick()
        assert "marker-owl" in words(quiz.message)
        gone = await member_id_of(v, "mira")
        await quiz.further()
        await quiz.choose("mira")
        await delete_me(v, "mira")
        assert "0 of 2 have answered" in words(quiz.message)
        for _ in range(2):
            await quiz.choose("tomas")
            await quiz.choose("amara")
            await v.tick()
            await quiz.further()
        assert (await quiz.now()).state is QuizState.FINISHED
        said = words(quiz.message)
        assert "marker-owl" not in said
        assert "3 members, 3 questions." in said
        assert [r.position for r in await v.rows(responses) if r.member_id == gone] == [0]
        assert await traces(v, "marker-owl", "Mira") == []
        for table in (activity, streaks):
            assert gone not in [r.member_id for r in await v.rows(table)]
        assert not await drift(v)


async def test_a_question_ends_when_only_the_deleted_one_was_waited_for(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        quiz = await _playing(v, "tomas")
        await quiz.choose("tomas")
        assert (await quiz.now()).state is QuizState.ASKING
        await delete_me(v, "mira")
        assert (await quiz.now()).state is QuizState.SHOWN


async def test_a_group_quiz_with_nobody_left_ends(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        quiz = await _playing(v)
        await quiz.choose("mira")
        await delete_me(v, "mira")
        assert (await quiz.now()).state is QuizState.STOPPED
        assert title(quiz.messages[0]) == "Group quiz stopped"
        await v.tick(minutes=5)
        assert (await quiz.now()).state is QuizState.STOPPED


async def test_ones_own_quiz_and_reviews_end_and_points_stay(database_url: str) -> None:
    async with recorded(database_url) as v:
        quiz = await _playing(v, "tomas")
        for user in ("mira", "tomas"):
            await quiz.choose(user)
        await v.tick()
        await v.command("mira", "quiz start", count=3)
        points = [(r.member_id, r.points) for r in await v.rows(ledger)]
        assert {r.person_id for r in await v.rows(reviews)} == {2, 3}
        await delete_me(v, "mira")
        assert {r.person_id for r in await v.rows(reviews)} == {3}
        solo = (await v.rows(quizzes))[-1]
        assert (solo.mode, solo.state) == ("solo", "stopped")
        assert [(r.member_id, r.points) for r in await v.rows(ledger)] == points
        assert not await drift(v)


async def test_what_was_said_of_a_question_is_taken_back_and_the_challenge_counts_on(
    sqlite_url: str,
) -> None:
    async with recorded(sqlite_url) as v:
        quiz = await _playing(v, "tomas")
        await v.command("kenji", "question today")
        await name_organiser(v, "kenji")
        for user in ("mira", "tomas"):
            await quiz.choose(user)
        await v.tick()
        for user in ("mira", "tomas"):
            form = await v.act(user, OpenChallenge(quiz.id, 0))
            await v.fill(user, form, why=f"marker-why-{user}: the key is wrong.")
        await v.tick()
        assert "marker-why-mira" in words(v.private("kenji")[-1])
        await delete_me(v, "mira")
        assert await traces(v, "marker-why-mira") == []
        told = words(v.private("kenji")[-1])
        assert "2 members say" in told
        assert "marker-why-tomas" in told
        assert [bool(r.why) for r in await v.rows(challenges)] == [False, True]


async def test_who_is_left_out_stands_on_no_podium_and_leaves_no_gap(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        quiz = await _playing(v, "tomas", "amara")
        await call(v, "mira", "out")
        await call(v, "tomas", "named")
        for number in range(3):
            await quiz.choose("mira")
            await quiz.choose("tomas")
            await quiz.choose("amara", right=number == 0)
            await v.tick()
            await quiz.further()
        said = words(quiz.message)
        assert "3 members, 3 questions." in said
        assert "**1.** Tomas · 3 of 3" in said
        assert "**2.** Someone · 1 of 3" in said
        assert "**3.**" not in said
