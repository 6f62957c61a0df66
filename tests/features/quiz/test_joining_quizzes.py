"""Two accounts that become one person's: their quizzes, running and ended, and what they know."""

from bot.features.quiz.queries import reviews_of
from bot.features.quiz.tables import players, quizzes, responses
from bot.membership.personal_data.merging import join_people
from bot.membership.tables import identities
from tests.features.privacy.private_life import drift
from tests.features.quiz.group.together import begun
from tests.support.local_driver import LocalDriver, labels, local_group


async def people(v: LocalDriver, *users: str) -> list[int]:
    by_user = {r.user: int(r.person_id) for r in await v.rows(identities)}
    return [by_user[user] for user in users]


async def make_one(v: LocalDriver, goes: str, stays: str) -> None:
    one, other = await people(v, goes, stays)
    personal_data = v.app.services.personal_data
    await v.app.database.write(lambda tx: join_people(tx, personal_data, one, other, v.clock()))


async def test_of_two_running_quizzes_of_ones_own_the_newer_goes_on(database_url: str) -> None:
    async with local_group(database_url) as v:
        await v.command("ada", "quiz start", count=3)
        v.clock.move(minutes=1)
        await v.command("bo", "quiz start", count=3)
        await make_one(v, "bo", "ada")
        assert [r.state for r in await v.rows(quizzes)] == ["stopped", "asking"]
        again = await v.command("ada", "quiz start", count=3)
        assert len(await v.rows(quizzes)) == 2
        assert labels(again)


async def test_in_a_running_group_quiz_the_two_are_one_player(database_url: str) -> None:
    async with begun(database_url, players=("bo", "cy")) as (v, quiz):
        for user in ("bo", "cy"):
            await quiz.choose(user)
        await make_one(v, "bo", "ada")
        there = [r for r in await v.rows(players) if r.left_at is None]
        assert len(there) == 2
        assert {r.member_id for r in await v.rows(responses)} <= {r.member_id for r in there}
        await quiz.choose("bo")  # now as the one they both are
        await v.tick()
        assert (await quiz.now()).state == "shown"  # nobody waits for the account that has gone
        assert not await drift(v)


async def test_one_who_plays_alone_takes_the_quiz_along(sqlite_url: str) -> None:
    async with begun(sqlite_url, players=("bo",)) as (v, quiz):
        await quiz.choose("bo")
        await v.command("dee", "group status")
        before = {r.item_id: r.given for r in await v.rows(responses)}
        await make_one(v, "bo", "dee")
        assert {r.item_id: r.given for r in await v.rows(responses)} == before
        (goes, stays) = await people(v, "bo", "dee")
        assert goes == stays
        assert {r.person_id for r in await v.rows(responses)} == {stays}
        await v.tick(seconds=45)
        known = await v.app.database.read(lambda tx: reviews_of(tx, stays))
        assert [kept.seen for kept in known] == [1]
