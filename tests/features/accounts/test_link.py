"""A person's accounts become one, after both said yes, and part again."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select

from bot.access.actions import ChooseGroup
from bot.chat.actions import encode
from bot.chat.cards import Private
from bot.chat.requests import Invoke, Press
from bot.database.tables import transcript
from bot.database.transaction import Transaction
from bot.features.accounts.actions import ConfirmLink, Unlink
from bot.features.daily.actions import Moderate
from bot.features.daily.tables import answers, ballots, votes
from bot.features.points.tables import streaks
from bot.membership.personal_data.merging import join_again
from bot.membership.tables import codes, groups, identities, links, members, people
from tests.features.daily.acting import tables, vote_all
from tests.features.privacy.private_life import drift, export_of
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, labels, words
from tests.support.two_platforms import KEEPER, TwoPlatformDriver, code_on, two_platforms


async def person_of(v: TwoPlatformDriver, user: str) -> int:
    platform = "elsewhere" if user.endswith("*") else "local"
    rows = await v.rows(identities)
    return next(int(r.person_id) for r in rows if (r.platform, r.user) == (platform, user.rstrip("*")))


async def member_id(v: TwoPlatformDriver, user: str) -> int:
    person = await person_of(v, user)
    return next(int(r.id) for r in await v.rows(members) if r.person_id == person and r.canonical_id is None)


async def ready(v: TwoPlatformDriver) -> None:
    await v.set_up()
    await v.connect()


async def test_two_accounts_are_one_person_after_both_said_yes(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await ready(v)
        await v.command("mira", "group status")
        await v.command("mira*", "group status")
        code = code_on(await v.command("mira", "my link"))
        asked = await v.command("mira*", "my link", code=code)
        assert "Local: Mira and Elsewhere: Mira There" in words(asked).replace("**", "")
        assert "your later answer counts" in words(asked)
        assert await person_of(v, "mira") != await person_of(v, "mira*")
        waiting = await v.press("mira*", asked, "Join the accounts")
        assert card_of(waiting).title == "Now the other account"
        await v.tick()
        assert await person_of(v, "mira") != await person_of(v, "mira*")
        (question,) = v.told("mira")
        assert card_of(await v.press("mira", question, "Join the accounts")).title == "You are one person now"
        assert await person_of(v, "mira") == await person_of(v, "mira*")
        await v.tick()
        assert [c.title for c in v.told("mira*")] == ["You are one person now"]
        assert [c.title for c in v.told("mira")] == ["You are one person now"]


async def test_who_takes_no_messages_confirms_on_the_next_private_reply(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        v.watched.deaf = frozenset({"mira"})
        code = code_on(await v.command("mira", "my link"))
        await v.press("mira*", await v.command("mira*", "my link", code=code), "Join the accounts")
        await v.tick()
        reply = await v.command("mira", "my home")
        assert isinstance(reply, Private)
        (question,) = reply.also
        assert card_of(await v.press("mira", question, "Join the accounts")).title == "You are one person now"


async def test_one_round_across_platforms_then_linking_leaves_the_recount_right(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await ready(v)
        for user in ("mira", "mira*", "tomas", "amara*", "kenji"):
            await v.answer(user, f"What {user} would say of it.")
        await v.tick(days=1)
        for user in ("mira", "mira*", "tomas", "amara*", "kenji"):
            await vote_all(v, user, ["What mira "])
        await v.tick(days=1)
        before = {r.member_id: 0 for r in await v.points()}
        for r in await v.points():
            before[r.member_id] += r.points
        one, other = await member_id(v, "mira*"), await member_id(v, "mira")
        reveals = [words(c) for c in v.channel() if "reveal" in c.title]
        await v.link("mira", "mira*")
        await v.tick()
        assert not await drift(v)
        after = {r.member_id: 0 for r in await v.points()}
        for r in await v.points():
            after[r.member_id] += r.points
        assert after[one] == 0
        assert before[one] > 0
        assert after[other] == max(before[one], before[other]), "an answer and a ballot count once"
        told = await v.command("mira", "my record")
        assert isinstance(told, Private)
        assert [words(c).strip().partition(": ")[2] for c in told.also] == [f"{before[one]} points less."]
        assert [words(c) for c in v.channel() if "reveal" in c.title] == reveals
        assert len(await v.rows(streaks)) == 4
        board = words(await v.command("mira*", "leaderboard"))
        assert f"{after[other]}" in board


async def test_how_an_answer_of_before_did_is_told_on_both_accounts(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        for user in ("amara*", "mira", "tomas"):
            await v.answer(user, f"What {user} would say of it.")
        for _day in range(2):
            await v.tick(days=1)
        await v.command("amara", "group status")
        await v.link("amara", "amara*")
        reveal = next(c for c in v.channel() if "reveal" in c.title)
        for user in ("amara", "amara*"):
            own = words(await v.press(user, reveal, "How did mine do?"))
            assert "You had no answer" not in own
            assert "What amara* would say of it." in own
        assert "Answers you gave: 1" in words(await v.command("amara", "my record"))


async def test_in_a_running_round_the_later_answer_counts(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        await v.answer("mira", "The earlier one.")
        v.clock.move(minutes=5)
        await v.answer("mira*", "The later one.")
        await v.answer("tomas", "Another's answer.")
        await v.link("mira", "mira*")
        kept = await v.rows(answers)
        assert sorted(r.text for r in kept) == ["Another's answer.", "The later one."]
        mine = next(r for r in kept if r.text == "The later one.")
        assert mine.member_id == await member_id(v, "mira")
        shown = await v.command("mira*", "question today")
        assert "The later one." in words(shown)


@pytest.mark.parametrize("final", ["Lock", "Pass"])
async def test_what_was_final_goes_before_what_came_later(sqlite_url: str, final: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        if final == "Lock":
            await v.answer("mira", "Locked.")
            card = await v.press("mira", await v.command("mira", "question today"), "Lock")
            await v.press("mira", card, "Lock it")
        else:
            card = await v.press("mira", v.channel()[0], "Pass")
            await v.press("mira", card, "Pass")
        v.clock.move(minutes=5)
        await v.answer("mira*", "Written after the key points were seen.")
        await v.link("mira", "mira*")
        (kept,) = await v.rows(answers)
        assert kept.text == ("Locked." if final == "Lock" else "")


async def test_of_two_removed_answers_one_goes_and_the_log_is_still_read(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        for user in ("mira", "mira*", "tomas"):
            await v.answer(user, f"What {user} would say of it.")
        await v.tick(days=1)
        for answer in (await v.rows(answers))[:2]:
            await v.act(ORGANISER, Moderate(1, answer.id, "bar"))
            await v.act(ORGANISER, Moderate(1, answer.id, "unbar"))
        await v.link("mira", "mira*")
        assert len(await v.rows(answers)) == 2
        assert words(await v.command(ORGANISER, "group log")).count("the answer is no longer kept") == 2


async def test_votes_between_the_two_are_void_and_ballots_are_one(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await ready(v)
        for user in ("mira", "tomas", "amara*", "kenji"):
            await v.answer(user, f"What {user} would say of it.")
        await v.tick(days=1)
        await vote_all(v, "mira", ["What tomas"])
        v.clock.move(minutes=1)
        await vote_all(v, "mira*", ["What mira", "What amara"])
        await vote_all(v, "tomas", ["What mira"])
        await v.link("mira", "mira*")
        own = {r.id for r in await v.rows(answers) if r.member_id == await member_id(v, "mira")}
        said = [r for r in await v.rows(votes) if r.member_id == await member_id(v, "mira")]
        assert not own & {r.answer_id for r in said}
        assert len(said) == len({r.answer_id for r in said}) == 3
        helped = {r.answer_id for r in said if r.helped}
        assert (
            len(helped) == 1
        )  # of two votes on one answer the later one counts: she liked Amara's, and not Tomas's
        mine = [r for r in await v.rows(ballots) if r.member_id == await member_id(v, "mira")]
        assert [(b.steps, b.finished_at is not None) for b in mine] == [(3, True)]
        shown = {r.id: r.looks for r in await v.rows(answers) if r.round_id == 1}
        counted = {i: sum(x.answer_id == i for x in await v.rows(votes)) for i in shown}
        assert shown == counted
        await v.tick(days=1)
        assert not await drift(v)


async def test_a_no_from_either_account_ends_it(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        code = code_on(await v.command("mira", "my link"))
        asked = await v.command("mira*", "my link", code=code)
        assert card_of(await v.press("mira*", asked, "Keep them separate")).title == "Nothing was joined"
        assert card_of(await v.press("mira*", asked, "Join the accounts")).title == "Nothing was joined"
        code = code_on(await v.command("mira", "my link"))
        await v.press("mira*", await v.command("mira*", "my link", code=code), "Join the accounts")
        await v.tick()
        question = v.told("mira")[-1]
        await v.press("mira", question, "Keep them separate")
        assert card_of(await v.press("mira", question, "Join the accounts")).title == "Nothing was joined"
        assert await person_of(v, "mira") != await person_of(v, "mira*")


async def test_nobody_else_can_say_yes_and_the_first_cannot_before_the_second(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        code = code_on(await v.command("mira", "my link"))
        await v.command("mira*", "my link", code=code)
        (link,) = await v.rows(links)
        for user in ("tomas", "mira"):
            reply = await v.act(user, ConfirmLink(link.id, sure=True))
            assert card_of(reply).title == "Nothing to confirm here"
        assert (await v.rows(links))[0].state == "asked"
        v.clock.move(days=1)
        late = await v.act("mira*", ConfirmLink(link.id, sure=True))
        assert card_of(late).title == "Nothing was joined"


async def test_every_request_of_linking_may_be_delivered_three_times(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await ready(v)
        await v.answer("mira", "An answer.")
        await v.answer("mira*", "Another one.")
        code = code_on(await v.command("mira", "my link"))
        entered = v.at("mira*", Invoke("my link", {"code": code}), id_="entered")
        titles = [card_of(await v.handle(entered)).title for _ in range(3)]
        assert titles == ["Are both of these you?", "Already done", "Already done"]
        again = await v.command("mira*", "my link", code=code)
        assert card_of(again).title == "Are both of these you?"
        (link,) = await v.rows(links)
        for user in ("mira*", "mira"):
            said = v.at(user, Press(encode(ConfirmLink(link.id, sure=True))), id_=f"yes-{user}")
            await asyncio.gather(*(v.handle(said) for _ in range(3)))
            await v.tick()
        first = await tables(v)
        await v.handle(v.at("mira", Press(encode(ConfirmLink(link.id, sure=True))), id_="yes-mira"))
        assert await tables(v) == first
        assert len(v.told("mira")) == len(v.told("mira*")) == 1
        assert len(await v.rows(codes)) == 2


async def test_of_two_who_enter_a_code_at_once_one_has_it(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await ready(v)
        code = code_on(await v.command("mira", "my link"))
        both = await asyncio.gather(*(v.command(u, "my link", code=code) for u in ("mira*", "thief*")))
        assert sorted(card_of(r).title for r in both) == ["Are both of these you?", "That code does not work"]
        assert len(await v.rows(links)) == 1


async def test_ones_own_code_and_accounts_that_are_one_already_change_nothing(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        code = code_on(await v.command("mira", "my link"))
        assert (
            card_of(await v.command("mira", "my link", code=code)).title == "That is this account's own code"
        )
        await v.press("mira*", await v.command("mira*", "my link", code=code), "Join the accounts")
        await v.tick()
        await v.press("mira", v.told("mira")[-1], "Join the accounts")
        code = code_on(await v.command("mira*", "my link"))
        assert card_of(await v.command("mira", "my link", code=code)).title == "They are already linked"


async def test_linked_accounts_are_exported_and_deleted_as_one(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await ready(v)
        await v.answer("mira", "marker-one")
        await v.tick(days=1)
        await v.answer("mira*", "marker-two")
        await v.link("mira", "mira*")
        found = await export_of(v, "mira*")
        assert [a["server"] for a in found["person"]["accounts"]] == ["room", "team"]
        assert {a["text"] for a in found["daily"]["answers"]} == {"marker-one", "marker-two"}
        await v.tick()
        assert v.told("mira")
        assert v.told("mira*")
        v.clock.move(minutes=1)
        await v.press("mira*", await v.command("mira*", "my delete"), "Delete everything")
        await v.tick()
        assert [r for r in await v.rows(transcript) if r.audience == "mira" and r.body] == []
        assert v.told("mira*") == []
        assert {r.text for r in await v.rows(answers)} == {""}
        assert "mira" not in {r.user for r in await v.rows(identities)}
        assert await v.rows(links) == []


async def test_an_account_that_is_unlinked_begins_anew_and_history_stays(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        await v.answer("mira", "Before.")
        await v.answer("mira*", "Later.")
        await v.link("mira", "mira*")
        asked = await v.command("mira*", "my unlink")
        assert "Local: Mira, Elsewhere: Mira There" in words(asked)
        gone = await v.press("mira*", asked, "Unlink this account")
        assert card_of(gone).title == "Unlinked"
        assert (
            card_of(await v.press("mira*", asked, "Unlink this account")).title
            == "There is nothing to unlink"
        )
        assert "You're in." in words(await v.command("mira*", "question today"))
        assert "Later." in words(await v.command("mira", "question today"))
        assert await person_of(v, "mira") != await person_of(v, "mira*")
        assert not await drift(v)
        await v.link("mira*", "mira")  # and back again, the other way round
        assert "Later." in words(await v.command("mira*", "question today"))
        assert not await drift(v)


async def test_an_only_account_has_nothing_to_unlink_and_nobody_unlinks_anothers(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        await v.command("mira", "group status")
        assert card_of(await v.command("mira", "my unlink")).title == "There is nothing to unlink"
        await v.link("mira", "mira*")
        (own,) = [r.id for r in await v.rows(identities) if (r.platform, r.user) == ("elsewhere", "mira")]
        assert card_of(await v.act("tomas", Unlink(own, sure=True))).title == "There is nothing to unlink"
        assert await person_of(v, "mira") == await person_of(v, "mira*")


async def test_a_bar_outlasts_linking_and_unlinking(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        await v.answer("mira", "Something that gets one barred.")
        await v.command("mira*", "group status")
        barred = await member_id(v, "mira")

        async def bar(tx: Transaction) -> None:
            await tx.execute(members.update().where(members.c.id == barred).values(barred_at=v.clock()))

        await v.app.database.write(bar)
        await v.link("mira*", "mira")
        for user in ("mira", "mira*"):
            assert card_of(await v.command(user, "answer")).title == "You can't take part here"
        await v.press("mira", await v.command("mira", "my unlink"), "Unlink this account")
        for user in ("mira", "mira*"):
            assert card_of(await v.command(user, "answer")).title == "You can't take part here"


async def test_settings_of_the_first_account_stay_and_an_organiser_stays_one(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await ready(v)
        await v.command("olga*", "my remind", on=True)
        await v.command("olga*", "my interview", date="2026-12-24")
        await v.link("olga*", ORGANISER)
        (row,) = [r for r in await v.rows(members) if r.canonical_id is None and r.group_id == 1]
        assert (row.organiser, row.reminders) == (True, True)
        person = next(r for r in await v.rows(people) if r.id == row.person_id)
        assert person.interview_date == date(2026, 12, 24)
        assert "Olga There" in words(await v.command("olga*", "group status"))


async def test_a_member_in_only_one_of_the_groups_changes_hands(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.answer("mira", "In the room alone.")
        await v.link("mira*", "mira")
        (row,) = [r for r in await v.rows(members) if r.name == "Mira"]
        assert row.canonical_id is None
        assert row.person_id == await person_of(v, "mira*")
        assert "In the room alone." in words(await v.command("mira", "question today"))


async def test_joining_again_takes_in_what_came_at_the_same_moment_and_else_changes_nothing(
    database_url: str,
) -> None:
    async with two_platforms(database_url) as v:
        await ready(v)
        await v.answer("tomas", "An answer.")
        await v.answer("mira*", "An answer of the second account.")
        await v.command("mira", "group status")
        await v.link("mira", "mira*")
        stays = await person_of(v, "mira")
        personal_data = v.app.services.personal_data

        async def late(tx: Transaction) -> None:
            alias = (
                await tx.execute(select(members.c.id).where(members.c.canonical_id.is_not(None)))
            ).scalar()
            mine = answers.c.text.contains("second account")
            await tx.execute(answers.update().where(mine).values(member_id=alias))

        await v.app.database.write(late)
        await v.app.database.write(lambda tx: join_again(tx, personal_data, stays, v.clock()))
        owners = {r.member_id for r in await v.rows(answers)}
        assert await member_id(v, "mira") in owners
        before = await tables(v)
        await v.app.database.write(lambda tx: join_again(tx, personal_data, stays, v.clock()))
        after = await tables(v)
        assert {n for n in before if before[n] != after[n]} <= {"deliveries"}
        assert not await drift(v)


async def test_in_private_one_with_several_groups_is_asked_once_which(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        card = await v.command(f"{KEEPER}*", "group setup")
        await v.press(f"{KEEPER}*", card, "Post the first question now")
        await v.tick()
        await v.command("mira", "group status")
        await v.command("mira*", "group status")
        assert card_of(await v.privately("mira", "question today")).title.startswith("Monday")
        await v.link("mira", "mira*")
        asked = await v.privately("mira", "question today")
        assert card_of(asked).title == "Which group?"
        assert labels(asked) == ["study", "square"]
        chosen = await v.press("mira", asked, "square")
        assert card_of(chosen).title == "Chosen"
        status = await v.privately("mira*", "group status")
        assert labels(status) == ["study"]
        assert card_of(await v.press("mira*", status, "study")).title == "Chosen"
        assert labels(await v.privately("mira", "group status")) == ["square"]
        assert len(await v.rows(groups)) == 2


async def test_nobody_chooses_a_group_that_they_are_not_in(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "group status")
        for user, group_id in (("tomas", 1), ("mira", 999)):
            reply = await v.act(user, ChooseGroup(group_id))
            assert card_of(reply).title == "You are not in that group"
        await v.press("mira", await v.command("mira", "my leave"), "Leave")
        assert card_of(await v.act("mira", ChooseGroup(1))).title == "You are not in that group"
        assert {row.group_id for row in await v.rows(people)} == {None}
