"""One group in two channels on two platforms: codes, and one round in both."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.access.door import CROWD_CAME
from bot.chat.actions import encode
from bot.chat.cards import Ask, Private, Refuse
from bot.chat.requests import Invoke, Place, Press
from bot.database.transaction import Transaction
from bot.features.daily.tables import rounds
from bot.membership.code_rules import MOST_WRONG, digest, read_code, spelled
from bot.membership.codes import tidy
from bot.membership.organisers import tell_organisers
from bot.membership.tables import codes, groups, members, places, tries
from bot.outbox.queries import DeliveryState
from bot.outbox.tables import deliveries
from tests.features.daily.acting import vote_all
from tests.features.privacy.private_life import drift
from tests.support.driver import ORGANISER
from tests.support.local_driver import HERE, button, card_of, labels, words
from tests.support.two_platforms import KEEPER, THERE, THIRD, code_on, two_platforms

BLOCKED = "Too many wrong codes"
WRONG = "That code does not work"


async def test_one_round_runs_in_two_channels_with_one_pool_and_one_reveal_in_both(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await v.set_up()
        assert card_of(await v.connect()).title == "Connected"
        assert [c.title for c in v.there()] == [c.title for c in v.channel()]
        for user in ("mira", "tomas", "amara*", "kenji*"):
            await v.answer(user, f"What {user} would say of it.")
        await v.tick(days=1)
        assert len(v.channel()) == len(v.there()) == 2
        for user in ("mira", "tomas", "amara*", "kenji*"):
            await vote_all(v, user, ["What mira"])
        await v.tick(days=1)
        here, there = v.channel(), v.there()
        assert [c.title for c in here] == [c.title for c in there]
        assert sum("reveal" in c.title for c in there) == 1
        reveal = next(c for c in there if "reveal" in c.title)
        assert "mira would say" in words(reveal)
        assert "4 people took part" in words(reveal)
        assert len(await v.rows(groups)) == 1
        assert len(await v.rows(rounds)) == 3
        assert not await drift(v)
        board = {row.member_id for row in await v.points()}
        assert len(board) == 4


async def test_a_place_that_comes_later_gets_the_open_question_at_once(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.answer("mira", "An answer before the other channel came.")
        await v.tick(hours=3)
        await v.connect()
        (question,) = v.there()
        assert question.title == v.channel()[0].title
        assert "Answer" in labels(question)
        await v.press("amara*", question, "Answer")
        assert len(await v.rows(members)) == 3  # who connects a channel need not take part


@pytest.mark.parametrize("how", ["lower", "spaced", "misread"])
async def test_a_code_is_read_however_it_is_typed(sqlite_url: str, how: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        code = code_on(await v.command(ORGANISER, "group connect"))
        typed = {
            "lower": code.lower(),
            "spaced": " ".join(code.replace("-", "")),
            "misread": code.replace("0", "o").replace("1", "l"),
        }[how]
        assert card_of(await v.command(f"{KEEPER}*", "group connect", code=typed)).title == "Connected"


async def test_a_code_is_entered_in_a_form_and_a_wrong_one_comes_back_with_the_reason(
    sqlite_url: str,
) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        code = code_on(await v.command(ORGANISER, "group connect"))
        asked = await v.press(f"{KEEPER}*", await v.command(f"{KEEPER}*", "group connect"), "Enter the code")
        assert isinstance(asked, Ask)
        refused = await v.fill(f"{KEEPER}*", asked, code="K7QM2-XH9PA")
        assert isinstance(refused, Refuse)
        assert "not valid" in refused.errors["code"]
        assert card_of(await v.fill(f"{KEEPER}*", refused, code=code)).title == "Connected"


async def test_a_code_works_once_and_a_repeated_delivery_of_it_changes_nothing(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        code = code_on(await v.command(ORGANISER, "group connect"))
        entered = v.at(f"{KEEPER}*", Invoke("group connect", {"code": code}), id_="once")
        assert card_of(await v.handle(entered)).title == "Connected"
        assert card_of(await v.handle(entered)).title == "Already done"
        again = await v.command(f"{KEEPER}*", "group connect", code=code)
        assert "already" in words(again)
        assert [r.wrong for r in await v.rows(tries) if r.wrong] == []
        third = await v.command_in(THIRD, f"{KEEPER}*", "group connect", code=code)
        assert card_of(third).title == WRONG
        assert len(await v.rows(places)) == 2
        await v.tick()
        assert len(v.there()) == 1


async def test_of_two_channels_that_enter_a_code_at_once_one_is_connected(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await v.set_up()
        code = code_on(await v.command(ORGANISER, "group connect"))
        both = await asyncio.gather(
            *(v.command_in(place, f"{KEEPER}*", "group connect", code=code) for place in (THERE, THIRD))
        )
        assert sorted(card_of(reply).title for reply in both) == ["Connected", WRONG]
        assert len(await v.rows(places)) == 2


async def test_a_code_lasts_ten_minutes_and_is_kept_only_as_a_fingerprint(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        code = code_on(await v.command(ORGANISER, "group connect"))
        (kept,) = await v.rows(codes)
        assert kept.digest == digest(read_code(code))
        assert code.replace("-", "") not in str(tuple(kept))
        v.clock.move(minutes=10)
        assert card_of(await v.command(f"{KEEPER}*", "group connect", code=code)).title == WRONG
        again = code_on(await v.command(ORGANISER, "group connect"))
        v.clock.move(minutes=9, seconds=59)
        assert card_of(await v.command(f"{KEEPER}*", "group connect", code=again)).title == "Connected"


async def test_after_five_wrong_tries_even_the_right_code_is_refused_for_ten_minutes(
    sqlite_url: str,
) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        code = code_on(await v.command(ORGANISER, "group connect"))
        for n in range(MOST_WRONG):
            reply = await v.command(f"{KEEPER}*", "group connect", code=spelled(n))
            assert card_of(reply).title == WRONG
        for place in (THERE, THIRD):  # it is the person who is held up, wherever they are
            reply = await v.command_in(place, f"{KEEPER}*", "group connect", code=code)
            assert card_of(reply).title == BLOCKED
        assert len(await v.rows(places)) == 1
        v.clock.move(minutes=10)
        fresh = code_on(await v.command(ORGANISER, "group connect"))
        assert card_of(await v.command(f"{KEEPER}*", "group connect", code=fresh)).title == "Connected"


async def test_wrong_tries_lock_nobody_else_out_and_repeats_count_once(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        for n in range(2 * MOST_WRONG):
            request = v.at(f"guesser{n % 2}*", Invoke("my link", {"code": spelled(n)}), id_=f"guess{n}")
            titles = [card_of(await v.handle(request)).title for _delivered in range(3)]
            assert titles == [WRONG, "Already done", "Already done"]
        for guesser in ("guesser0*", "guesser1*"):
            assert card_of(await v.command(guesser, "my link", code=spelled(99))).title == BLOCKED
        assert card_of(await v.command("other*", "my link", code=spelled(99))).title == WRONG
        assert card_of(await v.connect()).title == "Connected"


async def test_tries_at_once_are_all_counted(database_url: str) -> None:
    async with two_platforms(database_url) as v:
        await v.set_up()
        titles = await asyncio.gather(
            *(v.command("mira", "my link", code=spelled(n)) for n in range(3 * MOST_WRONG))
        )
        assert sum(card_of(reply).title == WRONG for reply in titles) == MOST_WRONG


async def test_a_code_for_linking_connects_no_channel_and_the_other_way_round(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        linking = code_on(await v.command(ORGANISER, "my link"))
        assert card_of(await v.command(f"{KEEPER}*", "group connect", code=linking)).title == WRONG
        connecting = code_on(await v.command(ORGANISER, "group connect"))
        assert card_of(await v.command("mira*", "my link", code=connecting)).title == WRONG


async def test_only_those_who_may_organise_make_codes_and_enter_them(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        assert card_of(await v.command("mira", "group connect")).title == "Only organisers can do this"
        code = code_on(await v.command(ORGANISER, "group connect"))
        refused = await v.command("amara*", "group connect", code=code)
        assert card_of(refused).title == "Only organisers can do this"
        assert len(await v.rows(places)) == 1


async def test_a_channel_whose_group_never_began_may_come_and_that_group_ends(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.command(f"{KEEPER}*", "group setup")
        ended, now = (await v.rows(groups))[1].id, v.clock()
        await v.app.database.write(
            lambda tx: tell_organisers(tx, ended, f"group:{ended}", f"{CROWD_CAME}:1", now)
        )
        (told,) = [row.id for row in await v.rows(deliveries) if row.subject == f"group:{ended}"]
        kept = {"state": DeliveryState.KEPT, "next_at": None}
        await v.app.database.write(lambda tx: tx.change(deliveries, told, kept))
        assert card_of(await v.connect()).title == "Connected"
        assert f"group:{ended}" not in {row.subject for row in await v.rows(deliveries)}
        assert {row.group_id for row in await v.rows(places)} == {(await v.rows(groups))[0].id}
        assert [c.title for c in v.there()] == [c.title for c in v.channel()]
        # Whoever had begun the other one is asked nothing in private: they are in one group.
        await v.command(f"{KEEPER}*", "group status")
        assert card_of(await v.privately(f"{KEEPER}*", "group status")).title == "This study group"


async def test_a_channel_with_a_history_of_its_own_is_refused_and_the_code_stays_good(
    sqlite_url: str,
) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        card = await v.command(f"{KEEPER}*", "group setup")
        await v.press(f"{KEEPER}*", card, "Post the first question now")
        await v.tick()
        code = code_on(await v.command(ORGANISER, "group connect"))
        refused = await v.command(f"{KEEPER}*", "group connect", code=code)
        assert card_of(refused).title == "This channel has a group already"
        assert "already had 1 question" in words(refused)
        third = await v.command_in(THIRD, f"{KEEPER}*", "group connect", code=code)
        assert card_of(third).title == "Connected"


async def test_a_channel_that_the_bot_cannot_post_in_is_not_connected(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        v.elsewhere.faulty = ("Allow me to write there.",)
        reply = await v.connect()
        assert "Allow me to write there." in words(reply)
        v.elsewhere.faulty = ()
        assert card_of(await v.connect()).title == "Connected"


async def test_a_disconnected_channel_gets_nothing_more_and_can_come_back(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.connect()
        await v.answer("amara*", "What I would say there.")
        asked = await v.command(f"{KEEPER}*", "group disconnect")
        assert "Everybody's answers, votes and points stay" in words(asked)
        gone = await v.press(f"{KEEPER}*", asked, "Disconnect")
        assert card_of(gone).title == "Disconnected"
        assert card_of(await v.press(f"{KEEPER}*", asked, "Disconnect")).title == "Disconnected"
        others = await v.press("amara*", asked, "Disconnect")
        assert card_of(others).title == "Only organisers can do this"
        pressed = v.at(f"{KEEPER}*", Press(encode(button(asked, "Disconnect").action)))
        assert card_of(await v.handle(replace(pressed, manages=None))).title == "Could not check just now"
        for _day in range(2):
            await v.tick(days=1)
        assert len(v.there()) == 1
        assert len(v.channel()) == 4
        question = v.there()[0]
        assert isinstance(await v.press("amara*", question, labels(question)[0]), Private | Ask)
        assert card_of(await v.connect()).title == "Connected"
        assert v.there()[-1].title == v.channel()[-1].title


async def test_what_waits_for_a_disconnected_channel_is_never_sent(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        code = code_on(await v.command(ORGANISER, "group connect"))
        await v.command(f"{KEEPER}*", "group connect", code=code)
        await v.press(f"{KEEPER}*", await v.command(f"{KEEPER}*", "group disconnect"), "Disconnect")
        await v.answer("mira", "An answer that refreshes the question.")
        await v.tick(days=1)
        assert v.there() == []
        assert {row.platform for row in await v.rows(deliveries) if row.place_id} == {"local"}


async def test_the_last_channel_cannot_be_disconnected_not_even_from_an_older_card(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        assert card_of(await v.command(ORGANISER, "group disconnect")).title == "This is the last channel"
        await v.connect()
        here = await v.command(ORGANISER, "group disconnect")
        there = await v.command(f"{KEEPER}*", "group disconnect")
        await v.press(f"{KEEPER}*", there, "Disconnect")
        assert card_of(await v.press(ORGANISER, here, "Disconnect")).title == "This is the last channel"
        assert [p.channel for p in await v.rows(places) if p.group_id] == [HERE.channel]


async def test_a_disconnected_channel_may_start_a_group_of_its_own(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.connect()
        await v.press(f"{KEEPER}*", await v.command(f"{KEEPER}*", "group disconnect"), "Disconnect")
        card = await v.command(f"{KEEPER}*", "group setup")
        await v.press(f"{KEEPER}*", card, "Post the first question now")
        await v.tick()
        assert len({p.group_id for p in await v.rows(places)}) == 2
        assert len(v.there()) == 2


async def test_status_and_settings_tell_the_channels_apart(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.connect()
        said = words(await v.command("mira", "group status"))
        assert "#study (Local), #square (Elsewhere)" in said


async def test_old_codes_and_tries_are_swept(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.command(ORGANISER, "group connect")
        await v.command("mira", "my link", code=spelled(1))
        later = v.clock() + timedelta(hours=1)

        async def work(tx: Transaction) -> None:
            await tidy(tx, later)

        await v.app.database.write(work)
        assert await v.rows(codes) == []
        assert await v.rows(tries) == []


def test_a_code_has_fifty_bits_and_spells_each_number_its_own_way() -> None:
    assert spelled(0) == "00000-00000"
    assert spelled(2**50 - 1) == "ZZZZZ-ZZZZZ"
    assert len({spelled(n) for n in range(1000)}) == 1000
    assert read_code(" k7qm2 xh9pa ") == "K7QM2XH9PA"
    assert read_code("K7QM2-XH9P") == ""
    assert read_code("K7QM2-XH9PÄ") == ""
    assert Place("a", "b", "c").key != THERE.key
