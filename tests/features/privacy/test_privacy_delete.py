"""Deleting everything about oneself: what goes, what stays, and what others keep."""

import pytest
from sqlalchemy import update

from bot.access.actions import ComeBack
from bot.chat.actions import encode
from bot.chat.cards import File, Reply
from bot.chat.requests import Invoke, Press
from bot.database.tables import transcript
from bot.database.transaction import Transaction
from bot.features.accounts.actions import Leave
from bot.features.daily.actions import Moderate
from bot.features.daily.tables import answers, reports, rounds, votes
from bot.features.privacy.actions import ForgetMe
from bot.membership.tables import drafts, identities, members, people
from bot.outbox.tables import deliveries
from tests.features.daily.acting import (
    Rows,
    answer_of,
    barred,
    crowd,
    has_button,
    member_id_of,
    name_organiser,
    quoted,
    tables,
    title,
    vote_all,
    vote_page,
)
from tests.features.privacy.private_life import FOUR, call, delete_me, drift, recorded, traces
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, button, card_of, labels, words

TAKEN_BACK = "This answer was withdrawn by its author."


def _without_the_asking(found: Rows) -> Rows:
    """All rows but those that any press leaves: the card that was shown, and that it was handled."""
    return {name: rows for name, rows in found.items() if name not in ("transcript", "requests")}


async def _answered(v: LocalDriver, consent: str = "named") -> None:
    await v.set_up()
    for user in FOUR:
        await v.answer(user, f"marker-{user}: what I would say.", consent)


async def test_deleting_says_what_goes_and_what_stays_and_asks_once(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        asked = await v.command("mira", "my delete")
        said = words(asked)
        assert "the words of 1 answer" in said
        assert "your votes and the points they gave to others" in said
        assert "This cannot be undone" in said
        assert labels(asked) == ["Delete everything", "Get my data first", "Keep everything"]
        before = await tables(v)
        kept = await v.press("mira", asked, "Keep everything")
        assert title(kept) == "Nothing was deleted"
        after = await tables(v)
        assert _without_the_asking(before) == _without_the_asking(after)


async def test_the_only_organiser_learns_who_organises_afterwards(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        said = words(await v.command(ORGANISER, "my delete"))
        assert "You are the only organiser of study" in said
        assert "After that, whoever may manage the channel or the server organises it" in said
        await delete_me(v, ORGANISER)
        assert title(await v.command(ORGANISER, "group settings")) == "Group settings"


async def test_an_open_rounds_answer_leaves_no_trace_and_coming_back_is_beginning_anew(
    database_url: str,
) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await v.fill("mira", await v.command("mira", "answer"), answer="marker-draft " + "x" * 2001)
        assert await traces(v, "marker-mira", "marker-draft", "Mira")
        await delete_me(v, "mira")
        assert await traces(v, "marker-mira", "marker-draft", "Mira") == []
        assert [r.user for r in await v.rows(identities)] == [ORGANISER, "tomas", "amara", "kenji"]
        gone = next(p for p in await v.rows(people) if p.deleted_at is not None)
        await v.answer("mira", "marker-again: a second try.")
        kept = await v.rows(answers)
        assert (kept[0].text, kept[0].state) == ("", "removed")
        assert [a.text for a in kept][-1] == "marker-again: a second try."
        fresh = next(r for r in await v.rows(identities) if r.user == "mira")
        assert fresh.person_id != gone.id
        await v.tick(days=1)
        assert "ballot: 1 of 3" in title(await v.command("mira", "vote"))


async def test_a_voter_who_looks_at_a_taken_back_answer_gets_a_polite_card(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await v.tick(days=1)
        page = await vote_page(v, "tomas", "marker-mira")
        await v.act("amara", button(await vote_page(v, "amara", "marker-mira"), "It helped me").action)
        await v.fill(
            "mira",
            await v.press("mira", await vote_page(v, "mira", "marker-tomas"), "One thing"),
            note="marker-line: your ending",
        )
        await delete_me(v, "mira")
        assert await traces(v, "marker-mira", "marker-line", "Mira") == []
        for label in ("It helped me", "One thing", "Report"):
            told = await v.press("tomas", page, label)
            assert title(told) in ("This answer was withdrawn", "This answer can't be reported")
        for user in ("tomas", "amara", "kenji"):
            await vote_all(v, user, ["marker-"])
        await v.tick(days=1)
        reveal = next(c for c in v.channel() if c.title == "Monday's reveal")
        assert TAKEN_BACK not in words(reveal)
        assert len(quoted(reveal)) == 3
        assert not await drift(v)


async def test_a_ballot_of_pairs_goes_on_without_a_taken_back_answer(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await crowd(v, 1, ("ada", "ben", "chi", "dee"))
        await v.tick(days=1)
        page = await v.command("tomas", "vote")
        for _ in range(20):
            if any("marker-mira" in said for said in quoted(page)) or not has_button(page, "A helped"):
                break
            page = await v.press("tomas", page, "A helped me more")
            if has_button(page, "Compare another"):
                page = await v.press("tomas", page, "Compare another")
        assert any("marker-mira" in said for said in quoted(page))
        await delete_me(v, "mira")
        told = await v.press("tomas", page, "A helped me more")
        assert title(told) == "This answer was withdrawn"
        on = await v.command("tomas", "vote")
        for _ in range(30):
            assert not any(said == "" or "marker-mira" in said for said in quoted(on))
            if not has_button(on, "A helped"):
                break
            on = await v.press("tomas", on, "A helped me more")
        await v.tick(days=1)
        result = (await v.rows(rounds))[0].result
        assert len(result["outcomes"]) == 7
        assert await traces(v, "marker-mira", "Mira") == []
        assert not await drift(v)


async def test_a_reveal_says_that_an_answer_was_taken_back_and_others_keep_ranks_and_points(
    database_url: str,
) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await v.tick(days=1)
        for user in ("tomas", "amara", "kenji"):
            await vote_all(v, user, ["marker-mira", "marker-tomas"])
        await vote_all(v, "mira", ["marker-tomas"])
        await v.tick(days=1)
        assert "Mira" in words(v.channel()[-2]) or "Mira" in words(v.channel()[-1])
        reveal = button(next(c for c in v.channel() if c.title == "Monday's reveal"), "Read all")
        await v.act("kenji", reveal.action)
        mine = await answer_of(v, "mira")
        before = await v.rows(rounds)
        points = (await tables(v))["ledger"]
        await delete_me(v, "mira")
        assert await traces(v, "marker-mira", "Mira") == []
        card = next(c for c in v.channel() if c.title == "Monday's reveal")
        assert words(card).count(TAKEN_BACK) == 1
        assert "4 answered" in words(card)
        assert (await v.rows(rounds))[0].result == before[0].result
        assert (await tables(v))["ledger"] == points
        assert not await drift(v)
        kept = next(a for a in await v.rows(answers) if a.id == mine.id)
        assert (kept.text, kept.state, kept.consent) == ("", "sealed", "unnamed")
        page = await v.press("kenji", await v.act("kenji", reveal.action), "Next answer")
        assert TAKEN_BACK in words(page)
        assert labels(page) == ["Back", "Next answer"]
        how = await v.press("tomas", card, "How did mine do?")
        assert "It helped" in words(how)


async def test_pressing_twice_and_a_redelivered_press_delete_nothing_more(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        asked = await v.command("mira", "my delete")
        yes = button(asked, "Delete everything").action
        assert isinstance(yes, ForgetMe)
        await v.act("mira", yes)
        first = await tables(v)
        again = await v.act("mira", yes)
        assert title(again) == "Nothing is kept about you"
        after = await tables(v)
        assert _without_the_asking(first) == _without_the_asking(after)
        await v.answer("mira", "marker-fresh: a new start.")
        old = await v.act("mira", yes)
        assert title(old) == "Already done"
        assert (await answer_of(v, "mira")).text == "marker-fresh: a new start."


async def test_only_ones_own_press_deletes(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await _answered(v)
        yes = button(await v.command("mira", "my delete"), "Delete everything").action
        assert title(await v.act("tomas", yes)) == "Already done"
        assert title(await v.act("nobody", yes)) == "Nothing is kept about you"
        assert (await answer_of(v, "mira")).text == "marker-mira: what I would say."
        assert [p.deleted_at for p in await v.rows(people)] == [None] * 5


async def test_who_left_their_last_group_takes_their_data_along_and_deletes_it_in_private(
    database_url: str,
) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await v.act("mira", Leave(1, sure=True))

        async def privately(what: Invoke | Press) -> Reply:
            return await v.handle(v.request("mira", what, place=None))

        card = card_of(await privately(Invoke("my export", {})))
        assert any(isinstance(block, File) and b"marker-mira" in block.data for block in card.blocks)
        asked = await privately(Invoke("my delete", {}))
        yes = button(asked, "Delete everything").action
        assert title(await privately(Press(encode(yes)))) == "Your data is deleted"
        assert "mira" not in [row.user for row in await v.rows(identities)]


async def test_who_is_unknown_is_not_made_known_by_asking(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        for path in ("my export", "my delete"):
            assert title(await v.command("stranger", path)) == "Nothing is kept about you"
        assert [r.user for r in await v.rows(identities)] == [ORGANISER]


async def test_private_messages_drafts_and_lines_go_and_votes_stay(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await v.command("mira", "my remind", on=True)
        await v.tick(days=1)
        await v.tick(hours=22)  # a reminder for Tuesday's question
        assert [d.kind for d in await v.rows(deliveries) if d.identity_id] == ["reminder"]
        await vote_all(v, "mira", ["marker-tomas"])
        before = [(r.member_id, r.answer_id, r.helped) for r in await v.rows(votes)]
        await delete_me(v, "mira")
        assert [d.kind for d in await v.rows(deliveries) if d.identity_id] == []
        assert [(r.member_id, r.answer_id, r.helped) for r in await v.rows(votes)] == before
        assert await v.rows(drafts) == []
        assert all(not r.note for r in await v.rows(votes))


async def test_a_reported_answer_that_is_taken_back_leaves_organisers_nothing_to_decide(
    database_url: str,
) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await name_organiser(v, "kenji")
        await v.tick(days=1)
        ask = await v.press("tomas", await vote_page(v, "tomas", "marker-mira"), "Report")
        await v.press("tomas", ask, "Report it")
        await v.tick()
        assert "marker-mira" in words(v.private("kenji")[-1])
        answer = await answer_of(v, "mira")
        await delete_me(v, "mira")
        assert title(v.private("kenji")[-1]) == "A reported answer was withdrawn"
        assert [r.outcome for r in await v.rows(reports)] == ["taken back"]
        for verdict in ("keep", "remove", "bar", "barring"):
            told = await v.act(ORGANISER, Moderate(1, answer.id, verdict))
            assert title(told) == "This answer was withdrawn"


async def test_deleting_oneself_is_no_way_around_a_bar(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        await v.tick(days=1)
        await barred(v, "mira", ORGANISER, 1)
        answer = await answer_of(v, "mira")
        assert "you stay barred" in words(await v.command("mira", "my delete"))
        await delete_me(v, "mira")
        assert await traces(v, "marker-mira", "Mira") == []
        assert title(await v.command("mira", "answer")) == "You can't take part here"
        assert "mira" not in [r.user for r in await v.rows(identities)]
        await v.act(ORGANISER, Moderate(1, answer.id, "unbar"))
        await v.answer("mira", "marker-back: thank you.")
        assert (await answer_of(v, "mira")).text == "marker-back: thank you."


@pytest.mark.parametrize("state", ["open", "voting", "revealed"])
async def test_nothing_of_a_deleted_person_is_left_in_any_table(database_url: str, state: str) -> None:
    async with recorded(database_url) as v:
        v.real_names["mira"] = "Marker <Mira> & \\ “Q”"
        await _answered(v)
        await v.fill(
            "mira",
            await v.command("mira", "my name"),
            naming="pseudonym",
            pseudonym="marker-owl",
            consent="named",
        )
        if state != "open":
            await v.tick(days=1)
            for user in FOUR:
                await vote_all(v, user, ["marker-mira"])
        if state == "revealed":
            await v.tick(days=1)
            board = await v.command("tomas", "leaderboard", period="all")
            assert "marker-owl" in words(board)
            await v.press("tomas", board, "Share")
            assert any("marker-owl" in row.body for row in await v.rows(transcript) if not row.audience)
        await v.choose_change(await v.command(ORGANISER, "group settings"), "organisers")
        member = await member_id_of(v, "mira")
        await delete_me(v, "mira")
        assert await traces(v, "marker-mira", "marker-owl", "Marker <", "Marker &lt;") == []
        row = next(m for m in await v.rows(members) if m.id == member)
        assert (row.name, row.pseudonym, row.naming, row.consent, row.organiser) == ("", "", "", "", False)
        assert row.left_at == v.clock()
        assert not await drift(v)


async def test_what_came_in_at_the_moment_of_a_deletion_is_gone_after_the_night(database_url: str) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        mine = await answer_of(v, "mira")
        await delete_me(v, "mira")

        async def late(tx: Transaction) -> None:
            await tx.execute(update(answers).where(answers.c.id == mine.id).values(text="marker-late"))

        await v.app.database.write(late)
        await v.tick(days=1)
        assert await traces(v, "marker-late") == []


async def test_a_platform_that_is_silent_for_a_week_keeps_nobodys_account_in_the_database(
    database_url: str,
) -> None:
    async with recorded(database_url) as v:
        await _answered(v)
        v.watched.silent = True
        await delete_me(v, "mira")
        await v.tick(days=6)
        assert len(await traces(v, "local/room/mira")) == 1
        await v.tick(days=1)
        assert await traces(v, "local/room/mira") == []


async def test_best_of_the_week_and_the_look_back_lose_an_answer_that_was_taken_back(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await _answered(v)
        await v.tick(days=1)
        for user in ("tomas", "amara", "kenji"):
            await vote_all(v, user, ["marker-mira"])
        await call(v, "mira", "named")
        await v.tick(days=1)
        best = await v.act("kenji", ComeBack(1, "best"))
        assert "marker-mira" in words(best)
        await v.tick(days=5)  # the next Monday's reveal looks back
        assert sum("marker-mira" in words(c) for c in v.channel()) == 2
        await delete_me(v, "mira")
        assert await traces(v, "marker-mira", "Mira") == []
        assert "marker-mira" not in words(await v.act("kenji", ComeBack(1, "best")))
