"""What organisers did with rounds and answers is undone, from its card or the log, until something rests on it."""

from bot.features.acts.actions import Undo
from bot.features.daily.actions import Moderate, OpenBallot
from bot.features.points.tables import ledger, standings
from tests.features.acts.undone import differs, lines_for, log, question_dates, reported, undo_listed
from tests.features.daily.acting import (
    answer_of,
    barred,
    has_button,
    member_of,
    quoted,
    tables,
    title,
    vote_page,
)
from tests.features.daily.scenes import FOUR, four_answered, points_of, revealed, states, titles
from tests.support.driver import ORGANISER
from tests.support.local_driver import labels, lists, local_app, local_group, words


async def test_a_skipped_day_is_put_back_once_and_its_question_comes(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Tuesday")
        assert labels(done) == ["Undo"]
        await v.restart()
        undone = await v.press(ORGANISER, done, "Undo")
        assert title(undone) == "Undone"
        assert "Tuesday's question comes at its usual time." in words(undone)
        assert await differs(v, before) == set()
        assert title(await v.press(ORGANISER, done, "Undo")) == "It was undone already"
        shown = await log(v)
        assert "Skipped Tuesday 24 November" in words(shown)
        assert "undone" in words(shown)
        assert lists(shown) == []
        await v.tick(days=1)
        assert titles(v) == ["Monday's question", "Tuesday's question"]


async def test_a_day_skipped_in_the_morning_comes_late_and_never_beside_another_question(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        first = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Tuesday")
        second = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Wednesday")
        refused = await v.press(ORGANISER, first, "Undo")
        assert "Another day has been skipped since." in words(refused)
        await v.press(ORGANISER, second, "Undo")
        await v.tick(days=1, hours=2)
        assert titles(v) == ["Monday's question"]
        assert "comes now" in words(await v.press(ORGANISER, first, "Undo"))
        await v.tick()
        assert titles(v) == ["Monday's question", "Tuesday's question"]
        third = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Wednesday")
        await v.press(ORGANISER, await v.command(ORGANISER, "round now"), "Post it now")
        assert "Another question has been asked since." in words(await v.press(ORGANISER, third, "Undo"))


async def test_answers_closed_by_mistake_are_open_again_until_somebody_votes(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        before = await tables(v)
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round close"), "Close answers")
        assert await states(v) == ["voting"]
        await v.press(ORGANISER, done, "Undo")
        await v.tick()
        assert await differs(v, before) == set()
        assert title(await v.answer("eve", "eve: in time after all.")) == "Saved"
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round close"), "Close answers")
        await v.act("ada", OpenBallot(1))
        assert "Members have begun to vote" in words(await v.press(ORGANISER, done, "Undo"))
        assert await states(v) == ["voting"]
        assert "can't be undone: members have begun to vote" in words(await log(v))


async def test_a_withdrawn_question_runs_on_as_if_it_never_was(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        before, days = await tables(v), await question_dates(v)
        asked = await v.press(ORGANISER, await v.command(ORGANISER, "round manage"), "Withdraw")
        done = await v.press(ORGANISER, asked, "Withdraw it")
        await v.tick()
        await v.press(ORGANISER, done, "Undo")
        await v.tick()
        assert await differs(v, before) <= {"question_days"}
        assert await question_dates(v) == days
        assert has_button(v.channel()[-1], "Answer")
        older = await v.press(ORGANISER, asked, "Monday's instead")
        assert not has_button(await v.press(ORGANISER, older, "Withdraw it"), "Undo")
        assert "a newer question has been asked." in words(await log(v))


async def test_what_everyone_has_read_has_no_undo_and_the_log_says_why(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.press(ORGANISER, await v.command(ORGANISER, "round close"), "Close answers")
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round reveal"), "Reveal now")
        assert not has_button(done, "Undo")
        assert "can't be undone: the reveal is in the channel" in words(await log(v))
        assert "the question has been revealed since." in words(await log(v))
        assert title(await v.act(ORGANISER, Undo(2))) == "This can't be undone"


# An answer ------------------------------------------------------------------------------------------------------------


async def test_a_removed_answer_is_back_with_its_points_its_place_and_its_reports(database_url: str) -> None:
    async with local_app(database_url) as v:
        await revealed(v, dict.fromkeys(("mira", *FOUR[1:]), "unnamed"), {"ben": ("mira",), "chi": ("mira",)})
        await reported(v, "ben", "mira")
        assert await lines_for(v, "mira") == ["How your answer did"]
        before, points = await tables(v), await points_of(v)
        totals = await v.rows(standings)
        hers = await answer_of(v, "mira", 1)
        for verdict in ("remove", "bar"):
            done = await v.act(ORGANISER, Moderate(1, hers.id, verdict))
            assert (await points_of(v)) != points
            await v.tick()
            assert not any(hers.text in quoted(card) for card in v.channel())
            undone = await v.press(ORGANISER, done, "Undo")
            assert "The answer is where it was" in words(undone)
            assert await lines_for(v, "mira") == [], "she read nothing of it yet"
            await v.tick()
        assert await differs(v, before) == {"ledger"}
        assert (await points_of(v), await v.rows(standings)) == (points, totals)
        assert any(hers.text in quoted(card) for card in v.channel())
        done = await v.act(ORGANISER, Moderate(1, hers.id, "remove"))
        assert await lines_for(v, "mira") == ["An answer of yours was removed"]
        await v.press(ORGANISER, done, "Undo")
        assert await lines_for(v, "mira") == ["An answer of yours is back"]
        assert len(await v.rows(ledger)) > len(points)
        for name in ("Mira", "mira"):
            assert name not in words(await log(v)), "the log never names an author"


async def test_a_bar_is_lifted_though_its_answer_missed_the_reveal(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        await vote_page(v, "ben", "ada")
        await reported(v, "ben", "ada")
        await barred(v, "ada", ORGANISER, 1)
        await v.tick(days=1)
        assert (await member_of(v, "ada")).barred_at is not None
        said = words(await undo_listed(v))
        assert "Its author can take part again. The answer stays removed." in said
        assert (await member_of(v, "ada")).barred_at is None
        answer = await answer_of(v, "ada", 1)
        assert answer.state == "removed"
        await v.act(ORGANISER, Moderate(1, answer.id, "bar"))
        back = await v.act(ORGANISER, Moderate(1, answer.id, "unbar"))
        await v.press(ORGANISER, back, "Undo")
        assert (await member_of(v, "ada")).barred_at == v.clock(), "letting them back is undone, too"
        assert title(await v.press(ORGANISER, back, "Undo")) == "It was undone already"
