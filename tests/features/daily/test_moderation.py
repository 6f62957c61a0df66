"""Reports and moderation: what hides an answer, who is told, and what organisers can do about it."""

import pytest

from bot.chat.cards import Private
from bot.features.daily.actions import Moderate, MyResult, OpenAnswer, ReadAnswers, Report
from bot.features.daily.tables import answers, ballots, reports
from bot.features.points.tables import ledger
from tests.features.daily.acting import (
    answer_of,
    changed,
    every_card_of,
    has_button,
    member_id_of,
    member_of,
    name_organiser,
    quoted,
    rounds_of,
    tables,
    title,
    vote_all,
    vote_page,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, button, card_of, labels, local_app, words

FIVE = ("ada", "ben", "chi", "dee", "eve")
BAD = "ada: what I would say."
AGAIN = "ada: what I would say on Tuesday."


async def voting(v: LocalDriver, organiser: str = "") -> None:
    """Tuesday at nine: five have answered Monday's question; "mira" may organise too, whom the room can reach."""
    await v.set_up()
    if organiser:
        await name_organiser(v, organiser)
    for user in FIVE:
        await v.answer(user, f"{user}: what I would say.")
    await v.tick(days=1)


async def report(v: LocalDriver, user: str, beginning: str = "ada") -> str:
    """Report an answer from its page of one's own ballot; the title of what comes back."""
    asked = await v.press(user, await vote_page(v, user, beginning), "Report")
    assert title(asked) == "Report this answer?"
    return title(await v.press(user, asked, "Report it"))


async def state_of(v: LocalDriver, user: str, round_id: int = 1) -> str:
    return str((await answer_of(v, user, round_id)).state)


async def voting_again(v: LocalDriver, organiser: str = "") -> None:
    """Wednesday at nine: the five took part on Monday and answered Tuesday's question, on which they vote now."""
    await voting(v, organiser)
    for user in FIVE:
        await v.answer(user, f"{user}: what I would say on Tuesday.")
    await v.tick(days=1)


# Reporting ----------------------------------------------------------------------------------------------------------


async def test_a_report_is_asked_about_once_and_can_be_taken_back(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        page = await vote_page(v, "ben", "ada")
        before = await tables(v)
        asked = await v.press("ben", page, "Report")
        assert quoted(asked) == [BAD]
        assert "A weak answer is no reason" in words(asked)
        assert labels(asked) == ["Report it", "Go back"]
        back = await v.press("ben", asked, "Go back")
        assert quoted(back) == quoted(page)
        assert changed(before, await tables(v)) == set()


async def test_who_reports_is_thanked_and_goes_on(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        page = await vote_page(v, "ben", "ada")
        thanks = await v.press("ben", await v.press("ben", page, "Report"), "Report it")
        assert title(thanks) == "Thank you for the report"
        assert "Nobody learns who reported it" in words(thanks)
        on = await v.press("ben", thanks, "Continue the ballot")
        assert title(on).endswith("of 3") or title(on) == "Thank you: ballot finished"
        assert quoted(on) != [BAD]
        assert len(await v.rows(reports)) == 1
        assert await state_of(v, "ada") == "sealed"


async def test_three_readers_hide_an_answer_from_everyone(database_url: str) -> None:
    async with local_app(database_url) as v:
        await voting_again(v)
        for n, user in enumerate(("ben", "chi", "dee"), 1):
            assert await state_of(v, "ada", 2) == "sealed"
            await report(v, user)
            assert len(await v.rows(reports)) == n
        assert await state_of(v, "ada", 2) == "hidden"
        await v.tick()
        assert has_button(await v.command("zoe", "question today"), "Vote on Tuesday's: 4 to read")
        page = await v.command("zoe", "vote")
        for _ in range(4):
            assert quoted(page)[0] != AGAIN
            page = await v.press("zoe", page, "Not this one")
        assert title(page) == "Thank you: ballot finished"
        await v.tick(days=1)
        for user in ("zoe", "ben"):
            opened = [await v.act(user, ReadAnswers(2, n)) for n in range(6)]
            assert not any(AGAIN in words(card) for card in await every_card_of(v, user, *opened))


async def test_accounts_that_took_part_in_no_earlier_round_hide_nothing(database_url: str) -> None:
    async with local_app(database_url) as v:
        await voting_again(v, "mira")
        for user in ("new1", "new2", "new3", "new4"):
            await report(v, user)
        assert await state_of(v, "ada", 2) == "sealed"
        await v.tick()
        assert "4 readers have reported" in words(v.private("mira")[0])
        for user in ("ben", "chi"):
            await report(v, user)
        assert await state_of(v, "ada", 2) == "sealed"
        await report(v, "dee")
        assert await state_of(v, "ada", 2) == "hidden"


async def test_one_reader_reporting_again_and_again_counts_once(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        await report(v, "ben")
        for _ in range(3):
            assert title(await v.act("ben", Report(1, 1))) == "Thank you for the report"
        assert len(await v.rows(reports)) == 1
        assert await state_of(v, "ada") == "sealed"


async def test_an_organisers_report_hides_at_once(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        await report(v, ORGANISER)
        assert await state_of(v, "ada") == "hidden"


async def test_nobody_can_report_what_they_were_not_shown_or_wrote_themselves(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        page = await v.command("ada", "vote")
        on_adas_ballot = button(page, "Report").action
        for user, action in (("ada", Report(1, (await answer_of(v, "ada")).id)), ("zoe", on_adas_ballot)):
            assert title(await v.act(user, action)) == "This answer can't be reported"
        assert await v.rows(reports) == []


async def test_after_the_reveal_a_shown_answer_can_still_be_reported(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting_again(v, "mira")
        for user in FIVE:
            await vote_all(v, user, ["ada"])
        await v.tick(days=1)
        reveal = v.channel()[-2]
        assert "Tuesday's" in title(reveal)
        page = await v.press("zoe", reveal, "Read all")
        assert quoted(page) == [AGAIN]
        asked = await v.press("zoe", page, "Report")
        assert title(asked) == "Report this answer?"
        assert quoted(await v.press("zoe", asked, "Go back")) == [AGAIN]
        thanks = await v.press("zoe", asked, "Report it")
        assert title(thanks) == "Thank you for the report"
        assert has_button(thanks, "Continue reading")
        await v.tick()
        assert len(await v.rows(reports)) == 1
        (notice,) = v.private("mira")
        assert "It is still shown in the reveal." in words(notice)
        for user in ("ben", "chi", "dee"):
            await v.press(
                user, await v.press(user, await v.press(user, reveal, "Read all"), "Report"), "Report it"
            )
        await v.tick()
        assert await state_of(v, "ada", 2) == "hidden"
        assert AGAIN not in quoted(v.channel()[-2])
        assert "Read all 4" in labels(v.channel()[-2])
        await v.press("mira", notice, "Keep it")
        await v.tick()
        assert AGAIN in quoted(v.channel()[-2])
        assert title(v.private("mira")[0]) == "Settled: Tuesday's answer"
        assert "It stays in the reveal." in words(v.private("mira")[0])


# What organisers learn ----------------------------------------------------------------------------------------------


async def test_organisers_are_told_once_and_neither_who_wrote_nor_who_reported_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting_again(v, "mira")
        await report(v, "ben")
        await v.tick()
        (notice,) = v.private("mira")
        assert title(notice) == "An answer was reported"
        assert "One reader has reported an answer to Tuesday's question. It is still on the ballot." in words(
            notice
        )
        assert quoted(notice) == [AGAIN]
        assert labels(notice) == ["Keep it", "Remove it", "Remove it and bar its author"]
        for user in ("chi", "dee"):
            await report(v, user)
        await v.tick()
        (notice,) = v.private("mira")
        assert "3 readers have reported" in words(notice)
        assert "It is hidden until you decide." in words(notice)
        for name in ("Ada", "Ben", "Chi", "Dee"):
            assert name not in words(notice).replace(AGAIN, "")


async def test_who_does_not_organise_is_told_nothing(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await v.command("tomas", "question today")
        await report(v, "ben")
        await v.tick()
        assert len(v.private("mira")) == 1
        assert v.private("tomas") == []


# What they can do ---------------------------------------------------------------------------------------------------


async def test_what_is_kept_comes_back_to_the_ballot(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting_again(v, "mira")
        for user in ("ben", "chi", "dee"):
            await report(v, user)
        await v.tick()
        settled = await v.press("mira", v.private("mira")[0], "Keep it")
        assert title(settled) == "Settled: Tuesday's answer"
        assert "It stays on the ballot" in words(settled)
        assert await state_of(v, "ada", 2) == "sealed"
        assert {r.outcome for r in await v.rows(reports)} == {"kept"}
        await v.tick()
        assert has_button(await v.command("zoe", "question today"), "Vote on Tuesday's: 5 to read")
        assert quoted(await vote_page(v, "zoe", "ada")) == [AGAIN]
        await v.act("ben", Report(2, (await answer_of(v, "ada", 2)).id))
        assert await state_of(v, "ada", 2) == "sealed", (
            "the same three readers hide a kept answer no second time"
        )
        await v.tick(days=1)
        assert "5 answered" in words(v.channel()[-2])


async def test_what_is_removed_never_comes_back(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await report(v, "ben")
        await v.tick()
        notice = v.private("mira")[0]
        settled = await v.press("mira", notice, "Remove it")
        assert "Nobody sees it any more" in words(settled)
        assert await state_of(v, "ada") == "removed"
        await v.tick()
        assert title(v.private("mira")[0]) == "Settled: Monday's answer"
        before = await tables(v)
        late = await v.press("mira", notice, "Keep it")
        assert title(late) == "It was already removed"
        assert changed(before, await tables(v)) == set()
        await v.tick(days=1)
        assert "4 answered" in words(v.channel()[2])
        assert "taken out" in words(await v.act("ada", MyResult(1)))


async def test_whose_answer_was_removed_may_go_on_with_the_next_question(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await report(v, "ben")
        await v.tick()
        await v.press("mira", v.private("mira")[0], "Remove it")
        assert title(await v.answer("ada", "Tuesday's words, kinder ones.")) == "Saved"


async def test_a_barred_author_is_out_and_their_answer_with_them(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await report(v, "ben")
        await v.tick()
        asked = await v.press("mira", v.private("mira")[0], "Remove it and bar")
        assert title(asked) == "Bar the author of this answer?"
        assert labels(asked) == ["Bar the author", "Only remove the answer"]
        assert (await member_of(v, "ada")).barred_at is None
        settled = await v.press("mira", asked, "Bar the author")
        assert "can't take part in this group" in words(settled)
        assert (await member_of(v, "ada")).barred_at is not None
        for reply in (
            await v.command("ada", "answer"),
            await v.command("ada", "vote"),
            await v.act("ada", OpenAnswer(2)),
            await v.act("ada", MyResult(1)),
        ):
            assert title(reply) == "You can't take part here"
        await v.tick()
        assert "can't take part in this group" in words(v.private("mira")[0])
        await v.tick(days=1)
        ada = await member_id_of(v, "ada")
        assert not [r for r in await v.rows(ledger) if r.member_id == ada]
        assert not any("Ada" in words(card).replace(BAD, "") for card in v.channel())


async def test_a_barred_author_can_be_let_back_without_their_answer(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await report(v, "ben")
        await v.tick()
        notice = v.private("mira")[0]
        settled = await v.press("mira", await v.press("mira", notice, "Remove it and bar"), "Bar the author")
        back = await v.press("mira", settled, "Let them back")
        assert "can take part again" in words(back)
        assert title(await v.answer("ada", "Tuesday's words, kinder ones.")) == "Saved"
        assert await state_of(v, "ada") == "removed"
        await v.tick()
        assert not has_button(v.private("mira")[0], "Let them back")


async def test_who_decides_about_an_organisers_answer_is_not_told_that_it_is_one(sqlite_url: str) -> None:
    said = []
    for author in ("ada", "mira"):
        async with local_app(f"{sqlite_url}".replace("studyhall", f"studyhall-{author}")) as v:
            await v.app.database.migrate()
            await voting(v, "mira")
            await v.answer(author, "what I would say on Tuesday.")
            await v.tick(days=1)
            page = await vote_page(v, ORGANISER, "what I would say on Tuesday")
            await v.press(ORGANISER, await v.press(ORGANISER, page, "Report"), "Report it")
            answer = await answer_of(v, author)
            replies = [
                await v.act(ORGANISER, Moderate(2, answer.id, verdict))
                for verdict in ("barring", "bar", "unbar")
            ]
            said.append([words(reply) for reply in replies])
            assert (await answer_of(v, author)).state == "removed"
            assert "unless they are an organiser" in said[-1][1]
    assert said[0] == said[1]


async def test_organisers_are_never_barred(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await v.answer("mira", "mira: what I would say.")
        await v.tick(days=1)
        await v.act(ORGANISER, Moderate(2, (await answer_of(v, "mira")).id, "bar"))
        assert (await member_of(v, "mira")).barred_at is None
        assert await state_of(v, "mira", 2) == "removed"


async def test_nobody_decides_about_a_report_of_their_own_answer_or_is_sent_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await v.answer("mira", "mira: what I would say.")
        await v.tick(days=1)
        await report(v, "ben", "mira")
        await v.tick()
        assert v.private("mira") == []
        mira = await answer_of(v, "mira")
        before = await tables(v)
        for verdict in ("keep", "remove", "barring", "bar"):
            assert (
                title(await v.act("mira", Moderate(2, mira.id, verdict))) == "This is about your own answer"
            )
        assert changed(before, await tables(v)) == set()
        assert title(await v.act(ORGANISER, Moderate(2, mira.id, "keep"))) == "Settled: Tuesday's answer"


@pytest.mark.parametrize("verdict", ["Keep it", "Remove it"])
async def test_two_organisers_pressing_the_same_have_one_effect(sqlite_url: str, verdict: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v, "mira")
        await report(v, "ben")
        await v.tick()
        notice = v.private("mira")[0]
        await v.press("mira", notice, verdict)
        before = await tables(v)
        again = await v.press(ORGANISER, notice, verdict)
        assert title(again) == "Settled: Monday's answer"
        assert changed(before, await tables(v)) <= {"deliveries"}


async def test_an_organiser_reading_the_reveal_can_remove_an_answer_from_there(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        await vote_all(v, "zoe", ["ada"])
        await v.tick(days=1)
        page = await v.press(ORGANISER, v.channel()[2], "Read all")
        assert labels(page)[-1] == "Remove it"
        assert quoted(page) == [BAD]
        ada = (await answer_of(v, "ada")).member_id
        earned = sum(r.points for r in await v.points() if r.member_id == ada)
        assert "Nobody sees it any more" in words(await v.press(ORGANISER, page, "Remove it"))
        for told in (1, 0):  # its author reads so once
            reply = await v.command("ada", "question today")
            assert isinstance(reply, Private)
            assert len([c for c in reply.also if f"taken back: {earned} points." in words(c)]) == told
        await v.tick()
        assert BAD not in quoted(v.channel()[2])
        page = await v.press("zoe", v.channel()[2], "Read all")
        assert has_button(page, "Report")
        assert not has_button(page, "Remove")


async def test_votes_on_a_hidden_answer_do_not_keep_a_ballot_from_finishing(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await voting(v)
        page = await v.command("zoe", "vote")
        await report(v, ORGANISER, quoted(page)[0])
        done = await vote_all(v, "zoe")
        assert title(done) == "Thank you: ballot finished"
        assert "You read 4 answers" in words(done)
        mine = next(
            r for r in await v.rows(ballots) if r.member_id == (await_id := r.member_id) and r.steps == 4
        )
        assert mine.finished_at is not None
        assert await_id
        hidden = [r.id for r in await v.rows(answers) if r.state == "hidden"]
        await v.tick(days=1)
        outcomes = (await rounds_of(v))[0].result["outcomes"]
        assert hidden[0] not in [o[0] for o in outcomes]
        assert card_of(v.channel()[2]).title == "Monday's reveal"
