"""Ballots of pairs: three that finish one, what is fixed when a ballot opens, and the two stages of large rounds."""

from bot.features.daily.actions import Judge, MyResult, Prefer, ReadPair
from bot.features.daily.ballots.rules import SECOND_STAGE_ANSWERS
from bot.features.daily.tables import answers, ballots, comparisons
from tests.features.daily.acting import (
    changed,
    crowd,
    has_button,
    quoted,
    rounds_of,
    tables,
    title,
    vote_page,
)
from tests.features.daily.scenes import FOUR, SEVEN, ballot_of, compare
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, local_app, words

# Pairs ----------------------------------------------------------------------------------------------------------------


async def test_six_answers_are_read_one_by_one_and_seven_in_pairs(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN[:6])
        assert title(await v.command("zoe", "vote")) == "Monday's ballot: 1 of 6"
        await crowd(v, 2, (f"other{n}" for n in range(7)))
        await v.tick(days=1)
        assert title(await v.command("zoe", "vote")) == "Tuesday's ballot: pair 1 of 3"
        assert [r.ballot for r in await rounds_of(v)] == ["approval", "pairs", ""]


async def test_three_pairs_finish_a_ballot_and_more_are_welcome(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN)
        page = await v.command("zoe", "vote")
        seen = []
        for number in (1, 2, 3):
            assert title(page) == f"Monday's ballot: pair {number} of 3"
            assert not has_button(page, "Stop here")
            assert ("so you compare two at a time" in words(page)) is (number == 1)
            assert has_button(page, "Back") is (number > 1)
            assert quoted(await v.command("zoe", "vote")) == quoted(page)
            assert "Answer A" in words(page)
            assert "Answer B" in words(page)
            seen.append(frozenset(quoted(page)))
            page = await compare(v, "zoe", page)
        assert title(page) == "Thank you: ballot finished"
        assert "You compared 3 pairs." in words(page)
        assert len(set(seen)) == 3
        assert len(frozenset.union(*seen)) == 6
        back = await v.press("zoe", page, "Back")
        assert title(back) == "Monday's ballot: pair 3 of 3"
        assert frozenset(quoted(back)) == seen[-1]
        assert "You chose A." in words(back)
        assert title(await v.press("zoe", back, "B helped me more")) == "Monday's ballot: pair 4, optional"
        back = await v.press("zoe", page, "Back")
        assert "You chose B." in words(back)
        assert frozenset(quoted(await v.press("zoe", back, "Back"))) == seen[-2]
        more = await v.press("zoe", back, "Keep it and continue")
        assert title(more) == "Monday's ballot: pair 4, optional"
        done = await v.press("zoe", await compare(v, "zoe", more), "Stop here")
        assert "You compared 4 pairs." in words(done)
        assert [r.steps for r in await v.rows(ballots)] == [4]


async def test_ones_own_answer_is_in_no_pair_and_no_pair_comes_twice(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN)
        page = await v.command("ada", "vote")
        seen = []
        while "ballot:" in title(page) or has_button(page, "Compare another pair"):
            if "ballot:" not in title(page):
                page = await v.press("ada", page, "Compare another pair")
                continue
            assert not any(said.startswith("ada") for said in quoted(page))
            seen.append(frozenset(quoted(page)))
            page = await compare(v, "ada", page)
        assert len(seen) == len(set(seen)) == 15
        assert "You compared 15 pairs." in words(page)


async def test_a_choice_between_two_can_be_repeated_and_changed_while_it_is_on_the_ballot(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN)
        page = await v.command("zoe", "vote")
        first, second = (b.action for b in card_of(page).buttons()[:2])
        assert isinstance(first, Prefer)
        await v.act("zoe", first)
        await v.act("zoe", first)
        await v.act("zoe", second)
        chosen = [r.winner_id for r in await v.rows(comparisons) if r.winner_id is not None]
        assert chosen == [first.loser_id]
        assert [r.steps for r in await v.rows(ballots)] == [1]


async def test_a_pair_never_shown_cannot_be_judged(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN)
        page = await v.command("zoe", "vote")
        shown = card_of(page).buttons()[0].action
        assert isinstance(shown, Prefer)
        others = [i for i in range(1, 8) if i not in (shown.winner_id, shown.loser_id)]
        before = await tables(v)
        for action in (
            Prefer(1, others[0], others[1]),
            Prefer(1, shown.winner_id, shown.winner_id),
            ReadPair(1, others[0], others[1], 0),
            Judge(1, shown.winner_id, helped=True),
        ):
            assert "not on your ballot" in title(await v.act("zoe", action))
        assert changed(before, await tables(v)) == set()


async def test_either_side_of_a_pair_can_be_read_in_full_and_noted(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN)
        page = await v.command("zoe", "vote")
        whole = card_of(page).read_all
        assert isinstance(whole, ReadPair)
        left = await v.act("zoe", whole)
        assert (title(left), quoted(left)) == ("Answer A", quoted(page)[:1])
        right = await v.press("zoe", left, "Read B")
        assert (title(right), quoted(right)) == ("Answer B", quoted(page)[1:])
        back = await v.press("zoe", right, "Back to the pair")
        assert quoted(back) == quoted(page)
        noted = await v.fill("zoe", await v.press("zoe", page, "B: one thing"), note="That turn of phrase.")
        assert quoted(noted)[:2] == quoted(page)
        await v.tick(days=1)
        author = quoted(page)[1].partition(":")[0]
        assert "That turn of phrase." in quoted(await v.act(author, MyResult(1)))


async def test_the_kind_of_a_ballot_is_fixed_when_it_opens_even_if_an_answer_is_hidden(
    database_url: str,
) -> None:
    async with local_app(database_url) as v:
        await ballot_of(v, SEVEN)
        page = await v.command(ORGANISER, "vote")
        hidden = quoted(page)[0]
        await v.press(ORGANISER, await v.press(ORGANISER, page, "Report A"), "Report it")
        assert sum(r.state == "hidden" for r in await v.rows(answers)) == 1
        page = await v.command("zoe", "vote")
        assert title(page) == "Monday's ballot: pair 1 of 3"
        while "ballot:" in title(page):
            assert hidden not in quoted(page)
            page = await compare(v, "zoe", page)
        await v.tick(days=1)
        result = (await rounds_of(v))[0].result
        assert result["kind"] == "pairs"
        assert len(result["outcomes"]) == 6


async def test_a_pair_of_which_one_side_was_hidden_is_replaced(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, SEVEN)
        page = await v.command("zoe", "vote")
        stale = card_of(page).buttons()[0].action
        await hide(v, quoted(page)[0])
        refused = await v.act("zoe", stale)
        assert title(refused) == "This answer was taken out"
        on = await v.command("zoe", "vote")
        assert title(on) == "Monday's ballot: pair 1 of 3"
        assert quoted(page)[0] not in quoted(on)


async def hide(v: LocalDriver, said: str) -> None:
    """Let an organiser's report hide an answer, by its text; they turn to it on their own ballot."""
    for _ in range(30):
        page = await v.command(ORGANISER, "vote")
        sides = dict(zip(quoted(page), ("Report A", "Report B"), strict=False))
        if said in sides:
            await v.press(ORGANISER, await v.press(ORGANISER, page, sides[said]), "Report it")
            return
        page = await compare(v, ORGANISER, page)
        if has_button(page, "Compare another pair"):
            await v.press(ORGANISER, page, "Compare another pair")
    raise AssertionError(f"{said!r} was in no pair")


async def test_a_hidden_page_is_left_out_and_the_ballot_goes_on(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, FOUR)
        page = await v.command("zoe", "vote")
        hidden = quoted(page)[0]
        organiser = await vote_page(v, ORGANISER, hidden)
        await v.press(ORGANISER, await v.press(ORGANISER, organiser, "Report"), "Report it")
        assert title(await v.press("zoe", page, "It helped me")) == "This answer was taken out"
        on = await v.command("zoe", "vote")
        assert title(on) == "Monday's ballot: 1 of 3"
        while "ballot:" in title(on):
            assert hidden not in quoted(on)
            on = await v.press("zoe", on, "Not this one")
        assert "You read 3 answers" in words(on)


# Two stages -----------------------------------------------------------------------------------------------------------


async def test_above_twenty_four_the_second_half_compares_only_the_provisional_best(
    sqlite_url: str,
) -> None:
    users = tuple(f"author{n:02d}" for n in range(25))
    async with local_app(sqlite_url) as v:
        await ballot_of(v, users)
        good = {f"author{n:02d}" for n in range(SECOND_STAGE_ANSWERS)}
        for n in range(30):
            page = await v.command(f"early{n}", "vote")
            while "ballot:" in title(page):
                a_is_good = quoted(page)[0].partition(":")[0] in good
                page = await v.press(f"early{n}", page, "A helped" if a_is_good else "B helped")
        looks = [r.looks for r in await v.rows(answers)]
        assert max(looks) - min(looks) <= 2
        assert min(looks) >= 6
        v.clock.move(hours=12)
        later: set[str] = set()
        for n in range(12):
            page = await v.command(f"later{n}", "vote")
            while "ballot:" in title(page):
                later |= {said.partition(":")[0] for said in quoted(page)}
                page = await compare(v, f"later{n}", page)
        assert len(later) <= SECOND_STAGE_ANSWERS + 2
        assert len(later & good) >= SECOND_STAGE_ANSWERS - 2


async def test_up_to_twenty_four_all_are_compared_to_the_end(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await ballot_of(v, tuple(f"author{n:02d}" for n in range(24)))
        v.clock.move(hours=23)
        seen: set[str] = set()
        for n in range(12):
            page = await v.command(f"later{n}", "vote")
            while "ballot:" in title(page):
                seen |= set(quoted(page))
                page = await compare(v, f"later{n}", page)
        assert len(seen) == 24
