"""Voting from the member's side: pages, lines to authors, finishing, and what nobody may see too early."""

import re

import asyncpg
import pytest

from bot.chat.actions import encode
from bot.chat.cards import Reply, Select
from bot.chat.requests import Press
from bot.features.daily.actions import EndBallot, LookAgain, MyResult, OpenBallot, ReadAnswers, ShowRound
from bot.features.daily.tables import answers, ballots, votes
from bot.features.points.tables import ledger
from tests.features.daily.acting import (
    answer_of,
    changed,
    crowd,
    every_card_of,
    has_button,
    name_organiser,
    ours,
    quoted,
    send,
    tables,
    title,
    vote_all,
    vote_page,
)
from tests.features.daily.scenes import (
    FOUR,
    SEVEN,
    ballot_of,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import button, card_of, labels, lists, local_app, local_group, words


def shown_answer(page: Reply) -> int:
    """The id of the answer on a page."""
    return int(getattr(card_of(page).buttons()[0].action, "answer_id", 0))


# Pages ----------------------------------------------------------------------------------------------------------------


async def test_answers_come_one_a_page_unnamed_and_each_once(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        page = await v.command("eve", "vote")
        seen = []
        for number in (1, 2, 3, 4):
            assert title(page) == f"Monday's ballot: {number} of 4"
            assert len(quoted(page)) == 1
            assert f"Answer {number} of 4, unnamed:" in words(page)
            seen += quoted(page)
            page = await v.press("eve", page, "Not this one")
        assert title(page) == "Thank you: ballot finished"
        assert sorted(seen) == [f"{user}: what I would say." for user in FOUR]


async def test_ones_own_answer_is_never_on_ones_ballot(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        for user in FOUR:
            page = await v.command(user, "vote")
            assert title(page) == "Monday's ballot: 1 of 3"
            while "ballot:" in title(page):
                assert not quoted(page)[0].startswith(user)
                page = await v.press(user, page, "Not this one")
        author = {r.id: r.member_id for r in await v.rows(answers)}
        assert [r for r in await v.rows(votes) if author[r.answer_id] == r.member_id] == []


@pytest.mark.parametrize(
    ("answered", "offered"),
    [
        (FOUR, ["3 to read", "2 to read", "1 to read"]),
        (SEVEN, ["3 pairs to compare", "2 pairs to compare", "1 pair to compare"]),
    ],
)
async def test_a_private_button_counts_what_its_reader_will_meet_and_a_public_one_nothing(
    sqlite_url: str, answered: tuple[str, ...], offered: list[str]
) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, answered)
        monday, tuesday = v.channel()
        assert labels(monday) == ["Vote"]
        assert "Vote on Monday's" in labels(tuesday)
        for what in offered:
            assert f"Vote on Monday's: {what}" in labels(await v.command("ada", "question today"))
            assert f"Vote: {what}" in labels(await v.act("ada", ShowRound(1)))
            assert f"Monday's ballot**: {what}." in words(await v.command("ada", "my home"))
            page = await v.command("ada", "vote")
            if what == "2 to read":
                await v.press("ada", await v.press("ada", page, "Report"), "Report it")
            else:
                await v.press("ada", page, labels(page)[0])
        assert "Vote" not in " ".join(labels(await v.command("ada", "question today")))


async def test_each_voter_has_an_order_of_their_own_and_keeps_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, (*FOUR, "eve", "fay"))
        firsts = {}
        for n in range(12):
            firsts[f"reader{n}"] = quoted(await v.command(f"reader{n}", "vote"))
        assert len({said[0] for said in firsts.values()}) == 6
        for reader, said in firsts.items():
            assert quoted(await v.command(reader, "vote")) == said
        looks = [r.looks for r in await v.rows(answers)]
        assert max(looks) - min(looks) <= 1
        assert sum(looks) == 12


async def test_a_vote_can_be_changed_until_the_ballot_closes(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        done = await vote_all(v, "eve", ["ada"])
        assert "You read 4 answers; 1 helped you." in words(done)
        again = lists(done)[0]
        assert sorted(o.label.partition(": ")[2] for o in again.options) == ["it helped"] + ["no mark"] * 3
        ada = str((await answer_of(v, "ada")).id)
        page = await v.act("eve", again.action, ada)
        assert "You said it helped." in words(page)
        changed_mind = await v.press("eve", page, "Not this one")
        assert "0 helped you" in words(changed_mind)
        page = await v.act("eve", again.action, str((await answer_of(v, "ben")).id))
        assert "You did not mark it." in words(page)
        assert "1 helped you" in words(await v.press("eve", page, "It helped me"))
        helped = {r.answer_id for r in await v.rows(votes) if r.helped}
        assert helped == {(await answer_of(v, "ben")).id}
        assert [r.looks for r in await v.rows(answers)] == [1, 1, 1, 1]


async def test_a_reader_goes_back_to_the_page_before_and_keeps_or_changes_what_they_said(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        first = await v.command("eve", "vote")
        assert not has_button(first, "Back")
        assert "even if you stop early" in words(first)
        second = await v.press("eve", first, "It helped me")
        back = await v.press("eve", await v.press("eve", second, "Not this one"), "Back")
        assert (title(back), quoted(back)) == ("Monday's ballot: 2 of 4", quoted(second))
        assert "You did not mark it." in words(back)
        back = await v.press("eve", back, "Back")
        assert (title(back), quoted(back)) == ("Monday's ballot: 1 of 4", quoted(first))
        assert "You said it helped." in words(back)
        assert not has_button(back, "Back")
        kept = await v.press("eve", back, "Keep it and continue")
        assert title(kept) == "Monday's ballot: 3 of 4"
        assert [r.helped for r in await v.rows(votes)] == [True, False, None]
        assert title(await v.press("eve", back, "Not this one")) == "Monday's ballot: 3 of 4"
        assert [r.helped for r in await v.rows(votes)] == [False, False, None]


async def test_enough_is_enough_and_the_rest_can_be_read_later(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        page = await v.press("eve", await v.command("eve", "vote"), "It helped me")
        done = await v.press("eve", page, "Stop here")
        assert title(done) == "Thank you: saved so far"
        assert "You read 1 answer; 1 helped you. These votes count even if you read no more." in words(done)
        assert "Vote" not in " ".join(labels(await v.command("eve", "question today")))
        assert (await v.rows(ballots))[0].finished_at is not None
        on = await v.press("eve", done, "Continue: 3 left to read")
        assert title(on) == "Monday's ballot: 2 of 4"
        assert quoted(on) == quoted(page)
        assert title(await vote_all(v, "eve")) == "Thank you: ballot finished"


async def test_stopping_before_the_first_mark_says_what_is_left(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        done = await v.press("eve", await v.command("eve", "vote"), "Stop here")
        assert "nothing for you to read" not in words(done)
        assert "You have not judged any yet" in words(done)
        assert title(await v.press("eve", done, "Continue the ballot")) == "Monday's ballot: 1 of 4"
        await v.tick(days=1)
        assert {r.reason for r in await v.rows(ledger)} == {"answer"}


async def test_a_ballot_finished_twice_is_finished_once(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await vote_all(v, "ada")
        first = next(r for r in await v.rows(ballots)).finished_at
        v.clock.move(hours=1)
        await v.act("ada", EndBallot(1))
        assert title(await v.command("ada", "vote")) == "Thank you: ballot finished"
        (ballot,) = await v.rows(ballots)
        assert (ballot.finished_at, ballot.steps) == (first, 3)
        await v.tick(hours=23)
        paid = [r.points for r in await v.rows(ledger) if r.reason == "ballot"]
        assert paid == [3]


async def test_an_undecided_page_comes_again_after_a_restart_and_is_one_look(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        page = await v.press("eve", await v.command("eve", "vote"), "It helped me")
        await v.restart()
        for _ in range(2):
            again = await v.command("eve", "vote")
            assert (title(again), quoted(again)) == ("Monday's ballot: 2 of 4", quoted(page))
        assert sum(r.looks for r in await v.rows(answers)) == 2
        assert title(await v.press("eve", page, "Not this one")) == "Monday's ballot: 3 of 4"


async def test_the_only_author_has_nothing_to_read(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "All alone.")
        await v.tick(days=1)
        done = await v.command("ada", "vote")
        assert "There was nothing for you to read." in words(done)
        assert quoted(done) == []
        assert "Vote" not in " ".join(labels(await v.command("ada", "question today")))


async def test_without_a_ballot_the_command_says_when_one_opens(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        nothing = await v.command("ada", "vote")
        assert title(nothing) == "No ballot is open"
        assert "when answers close" in words(nothing)
        assert labels(nothing) == ["Answer Monday's question"]


async def test_a_ballot_leads_on_to_todays_question_until_it_is_answered(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        assert "Answer Tuesday's question" in labels(await vote_all(v, "ada"))
        await v.answer("ada", "Tuesday's words.")
        assert "Answer Tuesday's question" not in labels(await vote_all(v, "ada"))


async def test_a_newcomer_may_vote_at_once(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        assert title(await v.press("zoe", v.channel()[1], "Vote on Monday's")) == "Monday's ballot: 1 of 4"


# Lines to authors -----------------------------------------------------------------------------------------------------


async def test_a_line_is_seen_by_its_author_alone_and_after_the_reveal(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        page = await vote_page(v, "eve", "ada")
        noted = await v.fill(
            "eve", await v.press("eve", page, "One thing"), note="  The  warehouse\nexample. "
        )
        assert quoted(noted)[1] == "The warehouse example."
        assert "Change my line" in labels(noted)
        await v.press("eve", noted, "It helped me")
        await name_organiser(v, "mira")
        before = [c for user in ("ada", "ben", "mira", ORGANISER) for c in await every_card_of(v, user)]
        before.append(card_of(await v.act("ada", MyResult(1))))
        assert not any("warehouse" in words(card) for card in before)
        await v.tick(days=1)
        mine = await v.press("ada", v.channel()[2], "How did mine do?")
        assert "The warehouse example." in quoted(mine)
        assert "Eve" not in words(mine)
        after = [c for user in ("ben", "eve", "mira", ORGANISER) for c in await every_card_of(v, user)]
        after += [card_of(await v.act(user, MyResult(1))) for user in ("ben", "eve", ORGANISER)]
        after += [card_of(await v.act("ada", ReadAnswers(1, page))) for page in range(5)]
        assert not any("warehouse" in words(card) for card in after)


async def test_a_line_can_be_taken_back(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        page = await v.command("eve", "vote")
        noted = await v.fill("eve", await v.press("eve", page, "One thing"), note="Too hasty.")
        empty = await v.fill("eve", await v.press("eve", noted, "Change my line"), note="")
        assert title(empty) == "Monday's ballot: 1 of 4"
        assert quoted(empty) == quoted(page)
        assert [r.note for r in await v.rows(votes)] == [""]


async def test_a_line_can_be_changed_and_counts_neither_as_a_vote_nor_as_a_look(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        page = await v.command("eve", "vote")
        await v.fill("eve", await v.press("eve", page, "One thing"), note="First.")
        await v.fill("eve", await v.press("eve", page, "One thing"), note="Second.")
        (vote,) = await v.rows(votes)
        assert (vote.note, vote.helped) == ("Second.", None)
        assert sum(r.looks for r in await v.rows(answers)) == 1
        assert title(await v.command("eve", "vote")) == "Monday's ballot: 1 of 4"


# Nothing early --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("users", [FOUR, SEVEN], ids=["pages", "pairs"])
async def test_no_card_tells_of_votes_before_the_reveal(sqlite_url: str, users: tuple[str, ...]) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, users)
        for voter in ("xan", "yul"):
            page = await v.command(voter, "vote")
            for _ in range(3):
                page = await v.press(voter, page, "It helped me" if users == FOUR else "A helped me more")
        assert await v.rows(ledger) == []
        for user in users:
            cards = await every_card_of(
                v, user, await v.act(user, MyResult(1)), await v.act(user, OpenBallot(1))
            )
            for card in cards:
                said = ours(card)
                assert not re.search(r"helped \d|\d+ of \d+ readers|won \d|voted|\d+ points", said), said
            assert title(await v.act(user, MyResult(1))) == "Not revealed yet"
        board = await v.command("ada", "leaderboard")
        assert "no points yet" in words(board)


async def test_points_and_standings_stay_still_until_the_reveal(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        before = await tables(v)
        await vote_all(v, "eve", ["ada"])
        assert not changed(before, await tables(v)) & {"ledger", "standings"}


# Several ballots at once ----------------------------------------------------------------------------------------------


async def test_of_two_open_ballots_the_older_comes_first_and_then_the_other(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await crowd(v, 2, ("tia", "tom"))
        await v.press(ORGANISER, await v.command(ORGANISER, "round close"), "Close answers")
        await v.tick()
        monday, tuesday = v.channel()
        assert labels(monday) == ["Vote"]
        assert labels(tuesday) == ["Vote"]
        assert "Nobody has answered" not in words(tuesday)
        assert title(await v.command("zoe", "vote")).startswith("Monday's ballot")
        await vote_all(v, "zoe")
        assert title(await v.command("zoe", "vote")).startswith("Tuesday's ballot")
        offered = await v.command("zoe", "question today")
        assert labels(offered) == ["Vote on Tuesday's: 2 to read"]


async def test_a_ballot_on_which_nothing_is_left_is_not_offered(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "Spam.")
        await v.tick(days=1)
        page = await v.command(ORGANISER, "vote")
        await v.press(ORGANISER, await v.press(ORGANISER, page, "Report"), "Report it")
        await v.tick()
        monday, tuesday = v.channel()
        assert labels(monday) == []
        assert "There is nothing to vote on" in words(monday)
        assert not has_button(tuesday, "Vote")
        assert "nothing for you to read" in words(await v.command("ben", "vote"))


async def test_a_vote_by_a_private_press_counts_like_any_other(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        await v.command("eve", "question today")
        page = await send(v, "eve", Press(encode(OpenBallot(1))), None)
        await send(v, "eve", Press(encode(button(page, "It helped").action)), None)
        assert [r.helped for r in await v.rows(votes)] == [True, None]


async def test_a_list_to_look_again_fits_any_ballot(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN[:6])
        done = await vote_all(v, "zoe")
        (again,) = [c for row in done.controls for c in row if isinstance(c, Select)]
        assert again.action == LookAgain(1)
        assert len(again.options) == 6
        assert shown_answer(await v.act("zoe", again.action, again.options[0].value)) == int(
            again.options[0].value
        )


# Many at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "shown"), [(FOUR, "1 of 4"), (SEVEN, "pair 1 of 3")])
async def test_a_look_waits_for_nobody_elses_on_postgresql(
    postgres_url: str, people: tuple[str, ...], shown: str
) -> None:
    """Who looks holds the answers by their keys until it is committed: two that then waited for each other deadlocked."""
    async with local_app(postgres_url) as v:
        await ballot_of(v, people)
        other = await asyncpg.connect(postgres_url)
        try:
            async with other.transaction():
                await other.execute("SELECT id FROM answers FOR KEY SHARE")
                assert shown in title(await v.command("zoe", "vote"))
        finally:
            await other.close()
