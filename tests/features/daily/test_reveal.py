"""The reveal: what it shows for few and for many answers, and whose names and texts it never shows."""

import re

import pytest

from bot.features.daily.actions import MyResult, Pass, PickPast, ReadAnswers
from bot.features.points.tables import ledger
from tests.features.daily.acting import (
    crowd,
    every_card_of,
    names_in,
    ours,
    quoted,
    reveal_now,
    rounds_of,
    title,
    vote_all,
)
from tests.features.daily.scenes import (
    FOUR,
    captions,
    points_of,
    revealed,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, labels, local_app, local_group, words

# How many answers -----------------------------------------------------------------------------------------------------


async def test_nobody_answered_and_the_key_points_come_all_the_same(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.tick(days=1)
        monday, tuesday = v.channel()
        assert "Nobody has answered; the key points come" in words(monday)
        assert labels(monday) == []
        assert labels(tuesday) == ["Answer", "Hint", "Pass"]
        await v.tick(days=1)
        reveal = v.channel()[2]
        question = (await rounds_of(v))[0].question
        assert "Nobody answered this time." in words(reveal)
        assert question["model_answer"] in words(reveal)
        assert all(point in words(reveal) for point in question["key_points"])
        assert labels(reveal) == []
        assert await v.rows(ledger) == []


async def test_a_round_that_only_was_passed_says_so_in_its_turnout(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.act("ada", Pass(1))
        await v.tick(days=1)
        await v.tick(days=1)
        reveal = v.channel()[2]
        assert "Nobody answered" in words(reveal)
        assert words(reveal).endswith(
            "1 person took part: 0 answered, 0 voted. `/my home` has what is open to you now, `/quiz start` has more."
        )


async def test_a_single_answer_is_shown_without_any_ranking(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, {"ada": "named"}, {"ben": ("ada",), ORGANISER: ()})
        assert "The one answer" in words(reveal)
        assert quoted(reveal) == ["ada: what I would say."]
        assert names_in(reveal) == ["Ada"]
        assert captions(reveal) == [""]
        assert "Provisional" not in ours(reveal)
        assert labels(reveal) == ["Read it in full", "How did mine do?"]


async def test_three_answers_are_all_shown_without_any_ranking(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        consents = {"ada": "unnamed", "ben": "named", "chi": "unnamed"}
        reveal = await revealed(v, consents, {"ada": ("ben",), "eve": ("ben",)})
        assert "The three answers" in words(reveal)
        assert sorted(quoted(reveal)) == [f"{user}: what I would say." for user in consents]
        assert names_in(reveal) == ["Ben"]
        assert sorted(captions(reveal)) == ["", "Unnamed", "Unnamed"]
        assert "Read all 3" in labels(reveal)
        assert "best" not in {r.reason for r in await v.rows(ledger)}


async def test_of_four_answers_the_two_that_helped_most_are_shown(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        consents = dict.fromkeys(FOUR, "unnamed")
        voters = dict.fromkeys((*FOUR, "eve", ORGANISER), ("ada", "chi"))
        reveal = await revealed(v, consents, voters)
        assert "The two answers that helped most" in words(reveal)
        assert sorted(quoted(reveal)) == ["ada: what I would say.", "chi: what I would say."]
        assert "Unnamed · helped 5 of 5 readers" in words(reveal)
        assert "6 people took part: 4 answered, 6 voted." in words(reveal)
        assert "Provisional" not in words(reveal)
        question = (await rounds_of(v))[0].question
        assert question["model_answer"] in words(reveal)
        assert "Further reading" in words(reveal)


@pytest.mark.parametrize(("voters", "said"), [(1, "1 person voted"), (4, "4 people voted"), (5, "")])
async def test_under_five_voters_a_result_is_provisional(sqlite_url: str, voters: int, said: str) -> None:
    async with local_app(sqlite_url) as v:
        marks = {f"reader{n}": ("ben",) for n in range(voters)}
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), marks)
        assert ("Provisional: " in words(reveal)) == bool(said)
        assert said in words(reveal)


async def test_without_any_vote_two_are_shown_and_said_to_be_drawn(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"))
        assert len(quoted(reveal)) == 2
        assert "helped most" not in words(reveal)
        assert "Nobody voted, so the choice is random." in words(reveal)
        assert {r.reason for r in await v.rows(ledger)} == {"answer"}


async def test_what_helped_nobody_is_not_called_one_of_the_best(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), dict.fromkeys((*FOUR, "eve"), ("ada",)))
        assert "The answer that helped most" in words(reveal)
        assert quoted(reveal) == ["ada: what I would say."]
        assert "Read all 4" in labels(reveal)
        assert {user for user, mine in (await points_of(v)).items() if "best" in mine} == {"ada"}


async def test_where_no_answer_was_marked_the_lot_chooses_and_nobody_is_best(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("nobody",)})
        assert "No answer was marked as helpful, so the choice is random." in words(reveal)
        assert len(quoted(reveal)) == 2
        assert {r.reason for r in await v.rows(ledger)} == {"answer", "ballot"}


async def test_equal_results_share_a_rank_and_the_points_of_the_best(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(
            v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("ada", "ben", "chi"), ORGANISER: ()}
        )
        assert len(quoted(reveal)) == 2
        result = (await rounds_of(v))[0].result
        assert [outcome[2] for outcome in result["outcomes"]] == [1, 1, 1, 4]
        paid = await points_of(v)
        assert [paid[user].get("best", 0) for user in FOUR] == [3, 3, 3, 0]


async def test_the_order_of_equals_has_nothing_to_do_with_who_came_first(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        firsts = set()
        for day in range(6):
            await crowd(v, day + 1, [f"w{day}x{n}" for n in range(4)])
            await v.tick(days=3 if v.clock().weekday() == 4 else 1)
            await reveal_now(v, day + 1, ORGANISER)
            ids = [o[0] for o in (await rounds_of(v))[day].result["outcomes"]]
            firsts.add(sorted(ids).index(ids[0]))
        assert len(firsts) > 1


# Consent --------------------------------------------------------------------------------------------------------------


async def test_a_name_is_shown_only_where_its_owner_said_so(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        consents = {"ada": "named", "ben": "unnamed", "chi": "out", "dee": "unnamed"}
        best = dict.fromkeys((*FOUR, "eve", ORGANISER), ("ada", "ben", "chi"))
        reveal = await revealed(v, consents, best)
        assert names_in(reveal) == ["Ada"]
        pages = [await v.act("eve", ReadAnswers(1, n)) for n in range(6)]
        shown = [n for page in pages for n in names_in(page)]
        assert set(shown) == {"Ada"}
        assert not any(user in ours(card) for card in (reveal, *pages) for user in ("Ben", "Chi", "Dee"))


async def test_a_text_kept_out_of_the_channel_is_in_nobodys_card_but_its_authors(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        consents = {"ada": "out", "ben": "unnamed", "chi": "unnamed", "dee": "named"}
        reveal = await revealed(v, consents, dict.fromkeys((*FOUR, "eve", ORGANISER), ("ada",)))
        secret = "ada: what I would say."
        assert "Read all 3" in labels(reveal)
        for user in ("ben", "eve", ORGANISER):
            opened = [await v.act(user, ReadAnswers(1, n)) for n in range(-1, 7)]
            opened += [await v.act(user, MyResult(1)), await v.act(user, PickPast(1), "1")]
            for card in await every_card_of(v, user, *opened):
                assert secret not in words(card), title(card)
                assert "Ada" not in words(card).replace("Adaptive", ""), title(card)
        mine = await v.act("ada", MyResult(1))
        assert quoted(mine) == [secret]
        assert "It helped 5 of 5 readers." in words(mine)


async def test_of_few_answers_those_kept_out_are_only_counted(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, {"ada": "out", "ben": "unnamed", "chi": "out"}, {"eve": ("ada",)})
        assert "One of three answers" in words(reveal)
        assert "2 answers stay out of the channel." in words(reveal)
        assert quoted(reveal) == ["ben: what I would say."]


@pytest.mark.parametrize("authors", [("ada",), FOUR])
async def test_where_every_author_keeps_out_no_answer_is_shown(
    sqlite_url: str, authors: tuple[str, ...]
) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(authors, "out"), {"eve": ("ada",)})
        assert quoted(reveal) == []
        assert "helped most" not in words(reveal)
        assert "The one answer" not in words(reveal)
        assert "out of the channel" in words(reveal) or "No answer is shown in the channel" in words(reveal)
        read = await v.act("eve", ReadAnswers(1, 0))
        assert title(read) == "Monday's model answer"
        assert labels(reveal) == ["How did mine do?"]


async def test_a_pseudonym_on_boards_does_not_name_an_unnamed_answer(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        asked = await v.command("ada", "my name")
        await v.fill("ada", asked, naming="pseudonym", pseudonym="Lovelace", consent="unnamed")
        await v.tick(days=1)
        for user in (*FOUR, "eve", ORGANISER):
            await vote_all(v, user, ["ada"])
        await v.tick(days=1)
        assert "Lovelace" not in words(v.channel()[2])
        assert "Ada" not in words(v.channel()[2])


# Calm -----------------------------------------------------------------------------------------------------------------


async def test_a_calm_group_keeps_no_points_and_speaks_of_none(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(
            v, dict.fromkeys(FOUR, "named"), dict.fromkeys((*FOUR, "eve", ORGANISER), ("ada",)), tone="calm"
        )
        assert await v.points() == []
        assert "Two answers that helped" in words(reveal) or "An answer that helped" in words(reveal)
        assert "Ada" in names_in(reveal)
        mine = await v.press("ada", reveal, "How did mine do?")
        assert "It helped 5 of 5 readers." in words(mine)
        opened = [
            *await every_card_of(v, "ada", mine),
            *await every_card_of(v, "eve", await v.act("eve", MyResult(1))),
        ]
        for card in (reveal, await v.press("eve", reveal, "Read all"), *opened):
            assert not re.search(r"\d+ points?\b|points together|helped most|\byour rank\b", ours(card)), (
                ours(card)
            )
            assert card is card_of(mine) or "readers" not in " ".join(captions(card_of(card)))
        board = await v.command("ada", "leaderboard")
        assert "doesn't keep score" in words(board)


async def test_a_group_that_was_calm_at_a_reveal_does_not_promise_its_points_later(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "named"), {"eve": ("ada",)}, tone="calm")
        await v.choose(
            ORGANISER, await v.choose_change(await v.command(ORGANISER, "group settings"), "tone"), "friendly"
        )
        assert "points" not in words(await v.press("ada", reveal, "How did mine do?")).replace(
            "Key points", ""
        )
