"""What follows a reveal: how one's own answer did, the points, reading on, and a reveal that is changed."""

from sqlalchemy import insert, update

from bot.chat.cards import Card, Private, Refuse, Reply
from bot.database.transaction import Transaction
from bot.features.daily.actions import Moderate, MyResult, PickPast, ReadAnswers, RevealNow
from bot.features.daily.tables import answers, votes
from bot.features.points.ledger import recount, totals
from bot.features.points.tables import ledger
from tests.features.daily.acting import (
    answer_of,
    changed,
    crowd,
    every_card_of,
    has_button,
    member_id_of,
    names_in,
    quoted,
    reveal_now,
    rounds_of,
    tables,
    title,
    vote_all,
    vote_page,
)
from tests.features.daily.scenes import FOUR, points_of, revealed
from tests.support.driver import ORGANISER
from tests.support.local_driver import button, card_of, labels, lists, local_app, local_group, words

# How mine did ---------------------------------------------------------------------------------------------------------


async def test_an_author_learns_privately_whom_it_helped_what_to_keep_and_what_it_brought(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
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
            "It earned you 14 points: 5 for answering, 3 for being among the best, 6 for votes you received."
            in words(mine)
        )
        assert quoted(mine) == ["Your first line.", "ada: what I would say."]
        assert "Read the model answer" in labels(mine)


async def test_an_author_hears_once_how_it_went_and_may_thank_for_a_line_unnamed(database_url: str) -> None:
    async with local_group(database_url) as v:
        for user in (*FOUR, "eve"):
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        for user, author in (("ben", "ada"), ("chi", "ada"), ("ada", "chi")):
            page = await vote_page(v, user, author)
            await v.fill(user, await v.press(user, page, "One thing"), note=f"{author}'s way, says {user}.")
        for user in ("ben", "chi", "dee"):
            await vote_all(v, user, ["ada", "ben", "eve"])
        await v.tick(days=1)

        (heard,) = _also(await v.command("ada", "my home"))
        assert words(heard).startswith(
            "How your answer did\nMonday's answer helped 3 of 3 readers, and there are 2 lines for you."
        )
        assert _also(await v.command("ada", "my home")) == ()
        (only_a_line,) = _also(await v.command("chi", "question today"))
        assert "There is 1 line for you on Monday's answer." in words(only_a_line)
        (only_helped,) = _also(await v.command("eve", "question today"))
        assert "Monday's answer helped" in words(only_helped)
        assert "line" not in words(only_helped)
        assert _also(await v.command("dee", "my home")) == (), "nobody marked it, and there is no line"
        looked = await v.press("ben", v.channel()[2], "How did mine do?")
        assert "It helped 1 of" in words(looked)
        assert _also(looked) == (), "this was it"
        assert _also(await v.command("ben", "my home")) == ()

        mine = await v.press("ada", heard, "Read")
        marked = await v.press("ada", mine, "Line 1 was useful")
        assert "Line 1, which you marked as useful:" in words(marked)
        assert [b for b in labels(marked) if "useful" in b] == ["Line 2 was useful"]
        await v.press("ada", mine, "Line 1 was useful")
        (thanked,) = _also(await v.command("ben", "my home"))
        assert "an answer to Monday's question. Its author marked it as useful." in words(thanked)
        assert not names_in(thanked)
        again = await v.press("ada", mine, "Line 1 was useful")
        assert "which you marked" in words(again)
        for user in ("ben", "chi"):
            assert _also(await v.command(user, "my home")) == ()
        stranger = await v.act("dee", button(mine, "Line 2").action)
        assert title(stranger) == "This line is gone"
        saved = await v.answer("ada", "After the group's first reveal.")
        assert "3 quick questions" not in labels(saved)
        assert "Lock and compare" in labels(saved)


def _also(reply: Reply) -> tuple[Card, ...]:
    assert isinstance(reply, Private)
    return reply.also


async def test_who_only_voted_learns_what_the_ballot_brought(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        reveal = await revealed(v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("ada",)})
        mine = await v.press("eve", reveal, "How did mine do?")
        assert "You had no answer in this round." in words(mine)
        assert "This round earned you 3 points: 3 for your ballot." in words(mine)


async def test_who_opened_a_ballot_without_marking_anything_is_promised_no_points(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for user in FOUR:
            await v.answer(user, f"{user}: what I would say.")
        await v.tick(days=1)
        await v.press("ada", await v.command("ada", "vote"), "Stop here")
        await v.tick(days=1)
        mine = await v.press("ada", v.channel()[2], "How did mine do?")
        assert "It earned you 5 points: 5 for answering." in words(mine)
        assert "Nobody read it on a ballot this time." in words(mine)


# Points ---------------------------------------------------------------------------------------------------------------


async def test_a_reveal_pays_what_was_promised_once_and_in_order(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
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
            assert title(await v.act(ORGANISER, press)) == "It is already revealed"
        await v.restart()
        await v.tick()
        assert changed(before, await tables(v)) == set()
        assert [c.title for c in v.channel()].count("Monday's reveal") == 1
        rows = await v.rows(ledger)
        assert [r.key for r in rows] == sorted(r.key for r in rows)
        assert await v.app.database.read(_totals_are_recounted)


async def _totals_are_recounted(tx: Transaction) -> bool:
    counted, kept = await recount(tx, 1), await totals(tx, 1)
    return bool(kept) and dict(counted) == dict(kept)


async def test_the_votes_of_one_round_bring_at_most_ten_points(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
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


# Afterwards -----------------------------------------------------------------------------------------------------------


async def test_reading_on_goes_through_all_answers_to_the_model_answer_and_back(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
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
        assert title(await v.press("eve", model, "Today's question")) == "Wednesday's question"


async def test_past_questions_can_be_read_again_newest_first(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
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
        asked = (await rounds_of(v))[1].question
        for user, word, there in (
            ("ada", "say. ADA:", ["3", "2", "1"]),  # in what she wrote
            ("ben", asked["prompt"][:40].upper(), ["2"]),
            ("ben", asked["model_answer"][:40], ["2"]),
        ):
            found = await v.command(user, "question past", word=word)
            assert [o.value for each in lists(found) for o in each.options] == there, word
            assert await v.fill(user, await v.press(user, past, "Search"), word=word) == found, (
                "from its form, too"
            )
        for word, why in ((" ", "Say what to search for."), ("w" * 101, "Please shorten it by 1.")):
            refused = await v.fill("ben", await v.press("ben", past, "Search"), word=word)
            assert isinstance(refused, Refuse)
            assert why in refused.errors["word"]
        slips = await v.command("ada", "question past", word="WUOLD")
        assert "3 questions with “would”" in words(slips)
        for word in ("zeppelin", "say. ada:"):  # the second is in nothing of his
            none = await v.command("ben", "question past", word=word)
            assert "is in no past question" in words(none)
            assert lists(none) == lists(past), "the newest stay at hand"


async def test_the_card_of_a_revealed_question_leads_to_its_answers(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await revealed(v, dict.fromkeys(FOUR, "unnamed"), {"eve": ("dee",)})
        monday = v.channel()[0]
        assert labels(monday) == ["Read all 4", "How did mine do?"]
        assert "Revealed" in words(monday)


async def test_an_answer_removed_after_the_reveal_leaves_every_card_and_its_points_go_back(
    database_url: str,
) -> None:
    async with local_app(database_url) as v:
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
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
        await v.answer("ada", "Spam.")
        await v.tick(days=1)
        page = await v.command(ORGANISER, "vote")
        await v.press(ORGANISER, await v.press(ORGANISER, page, "Report"), "Report it")
        await v.tick(days=1)
        reveal = v.channel()[2]
        assert "Nobody answered" not in words(reveal)
        assert "No answers are left." in words(reveal)


async def test_nothing_of_a_round_is_shown_before_its_reveal(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
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
    async with local_group(sqlite_url) as v:
        await crowd(v, 1, [f"author{n}" for n in range(5)])
        await crowd(v, 1, [f"reader{n}" for n in range(20)], answering=False)
        await v.tick(days=1)
        ids = [r.id for r in await v.rows(answers)]
        readers = [await member_id_of(v, f"reader{n}") for n in range(20)]

        async def work(tx: Transaction) -> None:
            for n, reader in enumerate(readers):
                for i, answer_id in enumerate(ids):
                    row = {
                        "round_id": 1,
                        "member_id": reader,
                        "answer_id": answer_id,
                        "helped": n < 4 * (i + 1),
                    }
                    await tx.execute(insert(votes).values(**row, shown_at=v.clock()))
            await tx.execute(update(answers).values(looks=20))

        await v.app.database.write(work)
        await v.tick(days=1)
        assert [o[0] for o in (await rounds_of(v))[0].result["outcomes"]] == ids[::-1]
        assert card_of(v.channel()[2]).title == "Monday's reveal"
