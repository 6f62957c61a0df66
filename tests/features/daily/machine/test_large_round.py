"""A round as large as they come: two hundred answers, three hundred voters."""

import pytest

from bot.database.transaction import Transaction
from bot.features.daily.ballots.rules import PAIRS_TO_FINISH, SECOND_STAGE_ANSWERS
from bot.features.daily.tables import answers, ballots, comparisons, rounds
from bot.features.points.tables import ledger
from bot.membership.tables import identities, members, people
from tests.features.daily.acting import answer_of, has_button, quoted, rounds_of, title
from tests.support.local_driver import LocalDriver, card_of, local_group, words

pytestmark = pytest.mark.slow

AUTHORS, READERS = 200, 100


async def settle_in(v: LocalDriver, round_id: int) -> None:
    """Three hundred members at once, of whom two hundred have answered."""
    now = v.clock()
    users = [f"author{n:03d}" for n in range(AUTHORS)] + [f"reader{n:03d}" for n in range(READERS)]
    start = 1000
    kept = {
        "round_id": round_id,
        "state": "sealed",
        "consent": "unnamed",
        "created_at": now,
        "updated_at": now,
    }

    async def work(tx: Transaction) -> None:
        ids = [(start + n, user) for n, user in enumerate(users)]
        await tx.insert_all(people, [{"id": i, "created_at": now} for i, _ in ids])
        accounts = [
            {"platform": "local", "tenant": "room", "user": u, "name": u, "person_id": i} for i, u in ids
        ]
        await tx.insert_all(identities, accounts)
        joined = [
            {"id": i, "group_id": 1, "person_id": i, "name": u, "joined_at": now, "seen_at": now}
            for i, u in ids
        ]
        await tx.insert_all(members, joined)
        wrote = [{**kept, "member_id": i, "text": f"{u}: what I would say."} for i, u in ids[:AUTHORS]]
        await tx.insert_all(answers, wrote)

    await v.app.database.write(work)


async def test_two_hundred_answers_are_read_evenly_by_three_hundred_and_revealed(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await settle_in(v, 1)
        await v.tick(days=1)
        voters = [f"author{n:03d}" for n in range(AUTHORS)] + [f"reader{n:03d}" for n in range(READERS)]
        for voter in voters:
            page = await v.command(voter, "vote")
            for number in range(1, PAIRS_TO_FINISH + 1):
                assert title(page) == f"Monday's ballot: pair {number} of 3"
                assert not any(said.startswith(voter) for said in quoted(page))
                low = quoted(page)[0] < quoted(page)[1]
                page = await v.press(voter, page, "A helped me more" if low else "B helped me more")
            assert title(page) == "Thank you: ballot finished"
        looks = [r.looks for r in await v.rows(answers)]
        assert sum(looks) == 2 * PAIRS_TO_FINISH * len(voters)
        assert max(looks) - min(looks) <= 2
        decided = await v.rows(comparisons)
        assert len(decided) == PAIRS_TO_FINISH * len(voters)
        assert all(r.winner_id for r in decided)
        assert all(r.finished_at for r in await v.rows(ballots))
        await the_best_are_compared_at_last(v)
        await v.tick(hours=11)
        reveal = next(c for c in v.channel() if c.title == "Monday's reveal")
        assert len(quoted(reveal)) == 2
        assert "300 people took part: 200 answered, 300 voted." in words(reveal)
        assert has_button(reveal, "Read all 200")
        result = (await rounds_of(v))[0].result
        assert len(result["outcomes"]) == AUTHORS
        best = quoted(reveal)[0].partition(":")[0]
        assert f"author{AUTHORS // 4:03d}" > best, "the one that its readers preferred is at the top"
        mine = await v.press(best, reveal, "How did mine do?")
        assert "It was preferred in" in words(mine)
        last = await v.act(
            "reader000", card_of(await v.press("reader000", reveal, "Read all 200")).buttons()[0].action
        )
        assert title(last) == "Monday's answers: 2 of 200"
        paid = [r.reason for r in await v.rows(ledger)]
        assert paid.count("answer") == AUTHORS
        assert paid.count("ballot") == len(voters)
        assert (await v.rows(rounds))[0].state == "revealed"


async def the_best_are_compared_at_last(v: LocalDriver) -> None:
    """In the second half of the window, who goes on reading is shown the provisional best."""
    v.clock.move(hours=13)
    shown = set()
    for n in range(30):
        page = await v.command(f"reader{n:03d}", "vote")
        shown |= set(quoted(page))
    assert 2 < len(shown) <= SECOND_STAGE_ANSWERS
    assert (await answer_of(v, "author000")).text in shown
