"""The reveal: what it shows for few and for many answers, whose names and texts it never shows, and what it pays."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.cards import Card, Reply, Verbatim
from bot.daily.actions import Moderate, MyResult, Pass, PickPast, ReadAnswers, RevealNow
from bot.standings.ledger import recount, totals
from bot.store.tables import answers, ledger, members, votes
from tests.daily.acting import (
    answer_of,
    changed,
    crowd,
    every_card_of,
    has_button,
    member_id_of,
    names_in,
    ours,
    quoted,
    reveal_now,
    rounds_of,
    tables,
    title,
    village,
    vote_all,
    vote_page,
)
from tests.village import ORGANISER, Village, card_of, labels, lists, words

FOUR = ("ada", "ben", "chi", "dee")


async def revealed(
    v: Village,
    consents: Mapping[str, str],
    helped: Mapping[str, tuple[str, ...]] | None = None,
    tone: str = "friendly",
) -> Card:
    """Live a round: who answers with which consent, and whose answers help which voter; the reveal in the channel."""
    await v.set_up(tone)
    for user, consent in consents.items():
        await v.answer(user, f"{user}: what I would say.", consent=consent)
    await v.tick(days=1)
    for voter, marks in (helped or {}).items():
        await vote_all(v, voter, marks)
    await v.tick(days=1)
    found = [c for c in v.channel() if c.title == "Monday's reveal"]
    assert len(found) == 1
    return found[0]


def captions(card: Card) -> list[str]:
    """Our own words above what is quoted."""
    over = [b.caption for b in card.blocks if isinstance(b, Verbatim)]
    return ["".join(p for p in c.parts if isinstance(p, str)) if c else "" for c in over]


async def points_of(v: Village) -> dict[str, dict[str, int]]:
    """What the ledger holds, by member and reason; what was taken back is taken off."""
    names = {r.id: r.name.lower() for r in await v.rows(members)}
    found: dict[str, dict[str, int]] = {}
    reasons = {r.id: r.reason for r in await v.rows(ledger)}
    for row in await v.rows(ledger):
        mine = found.setdefault(names[row.member_id], {})
        reason = reasons.get(row.reverses, row.reason)
        mine[reason] = mine.get(reason, 0) + row.points
    return {user: {k: p for k, p in mine.items() if p} for user, mine in found.items() if any(mine.values())}


# How many answers ---------------------------------------------------------------------------------------------------


async def test_nobody_answered_and_the_key_points_come_all_the_same(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.tick(days=1)
        monday, tuesday = v.channel()
        assert "Nobody has answered; the key points come" in words(monday)
        assert labels(monday) == []
        assert labels(tuesday) == ["Answer", "Hint", "Pass"]
        await v.tick(days=1)
        reveal = v.channel()[2]
        question = (await rounds_of(v))[0].question
        assert "Nobody answered; the best time is now." in words(reveal)
        assert question["model_answer"] in words(reveal)
        assert all(point in words(reveal) for point in question["key_points"])
        assert labels(reveal) == []
        assert await v.rows(ledger) == []


async def test_a_round_that_only_was_passed_says_so_in_its_turnout(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.act("ada", Pass(1))
        await v.tick(days=1)
        await v.tick(days=1)
        reveal = v.channel()[2]
        assert "Nobody answered" in words(reveal)
        assert "1 person took part: 0 answered, 0 voted." in words(reveal)


async def test_a_single_answer_is_shown_without_any_ranking(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, {"ada": "named"}, {"ben": ("ada",), ORGANISER: ()})
        assert "The one answer" in words(reveal)
        assert quoted(reveal) == ["ada: what I would say."]
        assert names_in(reveal) == ["Ada"]
        assert captions(reveal) == [""]
        assert "Provisional" not in ours(reveal)
        assert labels(reveal) == ["Read it in full", "How did mine do?"]


async def test_three_answers_are_all_shown_without_any_ranking(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        consents = {"ada": "unnamed", "ben": "named", "chi": "unnamed"}
        reveal = await revealed(v, consents, {"ada": ("ben",), "eve": ("ben",)})
        assert "The three answers" in words(reveal)
        assert sorted(quoted(reveal)) == [f"{user}: what I would say." for user in consents]
        assert names_in(reveal) == ["Ben"]
        assert sorted(captions(reveal)) == ["", "Unnamed", "Unnamed"]
        assert "Read all 3" in labels(reveal)
        assert "best" not in {r.reason for r in await v.rows(ledger)}


async def test_of_four_answers_the_two_that_helped_most_are_shown(database_url: str) -> None:
    async with village(database_url) as v:
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
        assert "Read on" in words(reveal)


@pytest.mark.parametrize(("voters", "said"), [(1, "1 person voted"), (4, "4 people voted"), (5, "")])
async def test_under_five_voters_a_result_is_provisional(sqlite_url: str, voters: int, said: str) -> None:
    async with village(sqlite_url) as v:
        marks = {f"reader{n}": ("ben",) for n in range(voters)}
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), marks)
        assert ("Provisional: " in words(reveal)) == bool(said)
        assert said in words(reveal)


async def test_without_any_vote_two_are_shown_and_said_to_be_drawn(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"))
        assert len(quoted(reveal)) == 2
        assert "helped most" not in words(reveal)
        assert "Nobody voted, so the lot chose." in words(reveal)
        assert {r.reason for r in await v.rows(ledger)} == {"answer"}


async def test_what_helped_nobody_is_not_called_one_of_the_best(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), dict.fromkeys((*FOUR, "eve"), ("ada",)))
        assert "The answer that helped most" in words(reveal)
        assert quoted(reveal) == ["ada: what I would say."]
        assert "Read all 4" in labels(reveal)
        assert {user for user, mine in (await points_of(v)).items() if "best" in mine} == {"ada"}


async def test_where_no_answer_was_marked_the_lot_chooses_and_nobody_is_best(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("nobody",)})
        assert "No answer was marked, so the lot chose." in words(reveal)
        assert len(quoted(reveal)) == 2
        assert {r.reason for r in await v.rows(ledger)} == {"answer", "ballot"}


async def test_equal_results_share_a_rank_and_the_points_of_the_best(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(
            v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("ada", "ben", "chi"), ORGANISER: ()}
        )
        assert len(quoted(reveal)) == 2
        result = (await rounds_of(v))[0].result
        assert [outcome[2] for outcome in result["outcomes"]] == [1, 1, 1, 4]
        paid = await points_of(v)
        assert [paid[user].get("best", 0) for user in FOUR] == [3, 3, 3, 0]


async def test_the_order_of_equals_has_nothing_to_do_with_who_came_first(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        firsts = set()
        for day in range(6):
            await crowd(v, day + 1, [f"w{day}x{n}" for n in range(4)])
            await v.tick(days=3 if v.clock().weekday() == 4 else 1)
            await reveal_now(v, day + 1, ORGANISER)
            ids = [o[0] for o in (await rounds_of(v))[day].result["outcomes"]]
            firsts.add(sorted(ids).index(ids[0]))
        assert len(firsts) > 1


# Consent ------------------------------------------------------------------------------------------------------------


async def test_a_name_is_shown_only_where_its_owner_said_so(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        consents = {"ada": "named", "ben": "unnamed", "chi": "out", "dee": "unnamed"}
        best = dict.fromkeys((*FOUR, "eve", ORGANISER), ("ada", "ben", "chi"))
        reveal = await revealed(v, consents, best)
        assert names_in(reveal) == ["Ada"]
        pages = [await v.act("eve", ReadAnswers(1, n)) for n in range(6)]
        shown = [n for page in pages for n in names_in(page)]
        assert set(shown) == {"Ada"}
        assert not any(user in ours(card) for card in (reveal, *pages) for user in ("Ben", "Chi", "Dee"))


async def test_a_text_kept_out_of_the_channel_is_in_nobodys_card_but_its_authors(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
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
    async with village(sqlite_url) as v:
        reveal = await revealed(v, {"ada": "out", "ben": "unnamed", "chi": "out"}, {"eve": ("ada",)})
        assert "One of three answers" in words(reveal)
        assert "2 answers stay out of the channel." in words(reveal)
        assert quoted(reveal) == ["ben: what I would say."]


@pytest.mark.parametrize("authors", [("ada",), FOUR])
async def test_where_every_author_keeps_out_no_answer_is_shown(
    sqlite_url: str, authors: tuple[str, ...]
) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(authors, "out"), {"eve": ("ada",)})
        assert quoted(reveal) == []
        assert "helped most" not in words(reveal)
        assert "The one answer" not in words(reveal)
        assert "out of the channel" in words(reveal) or "No answer is shown in the channel" in words(reveal)
        read = await v.act("eve", ReadAnswers(1, 0))
        assert title(read) == "Monday's model answer"
        assert labels(reveal) == ["How did mine do?"]


async def test_a_pseudonym_on_boards_does_not_name_an_unnamed_answer(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
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


# How mine did -------------------------------------------------------------------------------------------------------


async def test_an_author_learns_privately_whom_it_helped_what_to_keep_and_what_it_brought(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        page = await vote_page(v, "ben", "ada")
        await v.fill("ben", await v.press("ben", page, "One thing"), note="Your first line.")
        for user in ("ben", "chi", "dee"):
            await vote_all(v, user, ["ada"])
        await v.tick(days=1)
        mine = await v.press("ada", v.channel()[2], "How did mine do?")
        assert "It helped 3 of 3 readers." in words(mine)
        assert (
            "It brought you 14 points: 5 for answering, 3 for being among the best, 6 for votes you received."
            in words(mine)
        )
        assert quoted(mine) == ["Your first line.", "ada: what I would say."]
        assert "Read the model answer" in labels(mine)


async def test_who_only_voted_learns_what_the_ballot_brought(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("ada",)})
        mine = await v.press("eve", reveal, "How did mine do?")
        assert "You had no answer in this round." in words(mine)
        assert "The round brought you 3 points: 3 for your ballot." in words(mine)


async def test_who_opened_a_ballot_without_marking_anything_is_promised_no_points(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        await v.press("ada", await v.command("ada", "vote"), "That's enough")
        await v.tick(days=1)
        mine = await v.press("ada", v.channel()[2], "How did mine do?")
        assert "It brought you 5 points: 5 for answering." in words(mine)
        assert "Nobody read it on a ballot this time." in words(mine)


# Calm ---------------------------------------------------------------------------------------------------------------


async def test_a_calm_group_keeps_no_points_and_speaks_of_none(database_url: str) -> None:
    async with village(database_url) as v:
        reveal = await revealed(
            v, dict.fromkeys(FOUR, "named"), dict.fromkeys((*FOUR, "eve", ORGANISER), ("ada",)), tone="calm"
        )
        assert await v.rows(ledger) == []
        assert "Two answers that helped" in words(reveal) or "An answer that helped" in words(reveal)
        assert "Ada" in names_in(reveal)
        mine = await v.press("ada", reveal, "How did mine do?")
        assert "It helped 5 of 5 readers." in words(mine)
        opened = [
            *await every_card_of(v, "ada", mine),
            *await every_card_of(v, "eve", await v.act("eve", MyResult(1))),
        ]
        for card in (reveal, await v.press("eve", reveal, "Read all"), *opened):
            assert not re.search(r"\d+ points?\b|points together|helped most|\brank\b", ours(card)), ours(
                card
            )
            assert card is card_of(mine) or "readers" not in " ".join(captions(card_of(card)))
        board = await v.command("ada", "leaderboard")
        assert "doesn't keep score" in words(board)


async def test_a_group_that_was_calm_at_a_reveal_does_not_promise_its_points_later(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "named"), {"eve": ("ada",)}, tone="calm")
        await v.choose(
            ORGANISER, await v.choose_change(await v.command(ORGANISER, "group settings"), "tone"), "friendly"
        )
        assert "points" not in words(await v.press("ada", reveal, "How did mine do?")).replace(
            "Key points", ""
        )


# Points -------------------------------------------------------------------------------------------------------------


async def test_a_reveal_pays_what_was_promised_once_and_in_order(database_url: str) -> None:
    async with village(database_url) as v:
        helped = {
            "ada": ("ben", "chi"),
            "ben": ("ada",),
            "chi": ("ada", "ben"),
            "eve": ("ada", "ben", "chi", "dee"),
            "fay": ("ada",),
        }
        await revealed(v, dict.fromkeys(FOUR, "unnamed"), helped)
        assert await points_of(v) == {
            "ada": {"answer": 5, "ballot": 3, "helped": 8, "best": 3},
            "ben": {"answer": 5, "ballot": 3, "helped": 6, "best": 3},
            "chi": {"answer": 5, "ballot": 3, "helped": 4},
            "dee": {"answer": 5, "helped": 2},
            "eve": {"ballot": 3},
            "fay": {"ballot": 3},
        }
        before = await tables(v)
        await v.tick()
        for press in (RevealNow(1), RevealNow(1)):
            assert title(await v.act(ORGANISER, press)) == "It is revealed already"
        await v.restart()
        await v.tick()
        assert changed(before, await tables(v)) == set()
        assert [c.title for c in v.channel()].count("Monday's reveal") == 1
        rows = await v.rows(ledger)
        assert [r.key for r in rows] == sorted(r.key for r in rows)
        assert await v.app.database.read(_totals_are_recounted)


async def _totals_are_recounted(conn: AsyncConnection) -> bool:
    counted, kept = await recount(conn, 1), await totals(conn, 1)
    return bool(kept) and dict(counted) == dict(kept)


async def test_the_votes_of_one_round_bring_at_most_ten_points(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        voters = {f"reader{n}": ("ada",) for n in range(6)}
        await v.set_up()
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        for user, marks in voters.items():
            await vote_all(v, user, marks)
        await v.tick(days=1)
        ada = await member_id_of(v, "ada")
        assert [r.points for r in await v.rows(ledger) if r.member_id == ada and r.reason == "helped"] == [10]


async def test_an_unfinished_ballot_counts_its_votes_and_earns_nothing(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        await v.press("eve", await v.command("eve", "vote"), "It helped me")
        await v.tick(days=1)
        paid = await points_of(v)
        assert "eve" not in paid
        assert sum(mine.get("helped", 0) for mine in paid.values()) == 2
        assert "5 people took part: 4 answered, 1 voted." in words(v.channel()[2])


async def test_won_pairs_pay_like_marks(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await crowd(v, 1, [f"author{n}" for n in range(7)])
        await v.tick(days=1)
        for n in range(6):
            page = await v.command(f"reader{n}", "vote")
            while "ballot:" in title(page):
                a = "author3" in quoted(page)[0] or "author3" not in quoted(page)[1]
                page = await v.press(f"reader{n}", page, "A helped" if a else "B helped")
        await v.tick(days=1)
        reveal = v.channel()[2]
        assert quoted(reveal)[0] == "author3: what I would say."
        won, met = next((o[3], o[4]) for o in (await rounds_of(v))[0].result["outcomes"] if o[3] == o[4])
        assert f"won {won} of {met} pairs" in words(reveal)
        mine = await v.press("author3", reveal, "How did mine do?")
        assert f"It was preferred in {won} of {met} pairs." in words(mine)
        assert f"{min(2 * won, 10)} for votes you received" in words(mine)
        assert {r.points for r in await v.rows(ledger) if r.reason == "ballot"} == {3}


# Afterwards ---------------------------------------------------------------------------------------------------------


async def test_reading_on_goes_through_all_answers_to_the_model_answer_and_back(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("dee",)})
        page = await v.press("eve", reveal, "Read all 4")
        seen = [*quoted(page)]
        for number in (2, 3, 4):
            page = await v.press("eve", page, "Next answer")
            assert title(page) == f"Monday's answers: {number} of 4"
            seen += quoted(page)
        assert sorted(seen) == [f"{user}: what I would say." for user in FOUR]
        assert seen[0] == "dee: what I would say."
        model = await v.press("eve", page, "Model answer")
        assert title(model) == "Monday's model answer"
        assert quoted(await v.press("eve", model, "Back")) == seen[-1:]


async def test_past_questions_can_be_read_again_newest_first(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        none_yet = await v.command("ada", "question past")
        assert "None has been revealed yet" in words(none_yet)
        for _ in range(4):
            await v.answer("ada", "ada: what I would say.")
            await v.tick(days=1)
        past = await v.command("ben", "question past")
        options = lists(past)[0].options
        assert [o.value for o in options] == ["3", "2", "1"]
        assert [o.label[:6] for o in options] == ["25 Nov", "24 Nov", "23 Nov"]
        opened = await v.choose("ben", past, "2")
        assert title(opened) == "Tuesday's reveal"
        assert quoted(opened) == ["ada: what I would say."]
        assert title(await v.press("ben", opened, "Read it in full")) == "Tuesday's answers: 1 of 1"


async def test_the_card_of_a_revealed_question_leads_to_its_answers(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await revealed(v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("dee",)})
        monday = v.channel()[0]
        assert labels(monday) == ["Read all 4", "How did mine do?"]
        assert "Revealed" in words(monday)


async def test_an_answer_removed_after_the_reveal_leaves_every_card_and_its_points_go_back(
    database_url: str,
) -> None:
    async with village(database_url) as v:
        voters = dict.fromkeys((*FOUR, ORGANISER), ("ada", "ben")) | {"eve": ("ada", "ben", "chi")}
        reveal = await revealed(v, dict.fromkeys(FOUR, "named"), voters)
        assert "ada: what I would say." in quoted(reveal)
        assert (await points_of(v))["ada"] == {"answer": 5, "ballot": 3, "helped": 10, "best": 3}
        posted = len(v.channel())
        ada = (await answer_of(v, "ada")).id
        settled = await v.act(ORGANISER, Moderate(1, ada, "remove"))
        assert "Nobody sees it any more" in words(settled)
        await v.tick()
        assert len(v.channel()) == posted
        monday, _, reveal, _ = v.channel()
        assert "ada: what I would say." not in quoted(reveal)
        assert "Ada" not in names_in(reveal)
        assert quoted(reveal) == ["ben: what I would say.", "chi: what I would say."]
        assert "Read all 3" in labels(reveal)
        assert "Read all 3" in labels(monday)
        assert (await points_of(v))["ada"] == {"ballot": 3}
        for user in ("ben", "eve", ORGANISER):
            opened = [await v.act(user, ReadAnswers(1, n)) for n in range(5)]
            assert not any("ada: what" in words(card) for card in await every_card_of(v, user, *opened))
        mine = await v.act("ada", MyResult(1))
        assert "Your answer was taken out." in words(mine)
        assert "before the reveal" not in words(mine)
        before = await tables(v)
        await v.act(ORGANISER, Moderate(1, ada, "remove"))
        await v.tick()
        assert changed(before, await tables(v)) <= {"deliveries", "transcript"}
        assert await v.app.database.read(_totals_are_recounted)


async def test_an_answer_hidden_before_the_reveal_is_not_in_it_and_earns_nothing(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in (*FOUR, "eve"):
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        page = await vote_page(v, ORGANISER, "ada")
        await v.press(ORGANISER, await v.press(ORGANISER, page, "Report"), "Report it")
        await v.tick(days=1)
        reveal = v.channel()[2]
        assert "Read all 4" in labels(reveal)
        assert "4 answered" in words(reveal)
        assert "ada" not in await points_of(v)
        assert "taken out" in words(await v.act("ada", MyResult(1)))


async def test_where_every_answer_was_taken_out_the_reveal_does_not_claim_that_nobody_wrote(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await v.answer("ada", "Spam.")
        await v.tick(days=1)
        page = await v.command(ORGANISER, "vote")
        await v.press(ORGANISER, await v.press(ORGANISER, page, "Report"), "Report it")
        await v.tick(days=1)
        reveal = v.channel()[2]
        assert "Nobody answered" not in words(reveal)
        assert "No answer is left." in words(reveal)


async def test_nothing_of_a_round_is_shown_before_its_reveal(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        model = (await rounds_of(v))[0].question["model_answer"]
        for _ in range(2):
            shown: list[Reply] = [
                await v.act("eve", a) for a in (ReadAnswers(1, 0), MyResult(1), ReadAnswers(1, 99))
            ]
            shown.append(await v.act("eve", PickPast(1), "1"))
            for reply in shown:
                assert title(reply) == "Not revealed yet"
                assert model not in words(reply)
            await v.tick(hours=12)


async def test_an_earlier_reveal_of_the_next_question_moment_changes_nothing_for_the_other_round(
    sqlite_url: str,
) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        v.clock.move(hours=3)
        done = await reveal_now(v, 1, ORGANISER)
        assert title(done) == "Revealed"
        await v.tick()
        assert [c.title for c in v.channel()] == [
            "Monday's question",
            "Tuesday's question",
            "Monday's reveal",
        ]
        assert not has_button(v.channel()[1], "Vote")
        await v.tick(hours=21)
        assert [c.title for c in v.channel()][3:] == ["Wednesday's question"]
        assert [r.state for r in await rounds_of(v)] == ["revealed", "voting", "open"]


async def test_a_reveal_counts_votes_however_they_came_into_the_database(sqlite_url: str) -> None:
    async with village(sqlite_url) as v:
        await v.set_up()
        await crowd(v, 1, [f"author{n}" for n in range(5)])
        await crowd(v, 1, [f"reader{n}" for n in range(20)], answering=False)
        await v.tick(days=1)
        ids = [r.id for r in await v.rows(answers)]

        async def work(conn: AsyncConnection) -> None:
            for n in range(20):
                reader = await member_id_of(v, f"reader{n}")
                for i, answer_id in enumerate(ids):
                    row = {
                        "round_id": 1,
                        "member_id": reader,
                        "answer_id": answer_id,
                        "helped": n < 4 * (i + 1),
                    }
                    await conn.execute(insert(votes).values(**row, shown_at=v.clock()))
            await conn.execute(update(answers).values(looks=20))

        readers = work
        await v.app.database.write(readers)
        await v.tick(days=1)
        assert [o[0] for o in (await rounds_of(v))[0].result["outcomes"]] == ids[::-1]
        assert card_of(v.channel()[2]).title == "Monday's reveal"
