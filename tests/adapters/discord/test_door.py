"""What people do on Discord comes in whole, and every click and command is answered, whatever happens."""

from typing import Any

import discord
import pytest
from simcord import Env
from simcord.results import InteractionResult

from adapters.discord.client import StudyhallClient, register
from adapters.discord.inbound import press_of
from bot.chat.requests import Identity, Invoke, MessageRef, Place, Press, Submit, Upload
from tests.adapters.discord.support.driver import walked
from tests.adapters.discord.support.looks import press, said, standing
from tests.adapters.discord.support.small_bot import WAYS, SmallBot

LONG = "A story of more than ten letters."


@pytest.fixture
def corner_bot() -> SmallBot:
    return SmallBot()


@pytest.fixture
async def simcord_bot(corner_bot: SmallBot) -> StudyhallClient:
    return corner_bot.connect()


@pytest.fixture
def bot(corner_bot: SmallBot, simcord_env: Env) -> SmallBot:
    corner_bot.enter(simcord_env)
    return corner_bot


async def face(bot: SmallBot) -> InteractionResult:
    return await bot.ada.slash(bot.here, "face")


async def test_a_command_becomes_a_request_that_says_who_and_where(bot: SmallBot) -> None:
    await bot.ada.slash(bot.here, "quiz start", topic="sleep", count=7, sure=True)
    (took,) = bot.took
    assert took.who == Identity("discord", "", str(bot.ada.id), "Ada")
    assert took.place == Place("discord", str(bot.server.id), str(bot.here.id), "study")
    assert took.what == Invoke("quiz start", {"topic": "sleep", "count": 7, "sure": True})
    assert (took.manages, took.zone, took.message) == (False, None, None)


async def test_the_same_person_is_the_same_account_in_direct_messages(bot: SmallBot) -> None:
    await face(bot)
    await bot.ada.user.send_dm("hello")
    await bot.ada.user.slash("face")
    here, direct = bot.took
    assert here.who == direct.who
    assert direct.place is None
    assert not direct.manages


async def test_whoever_may_manage_the_server_manages_and_roles_come_along(bot: SmallBot) -> None:
    role = bot.server.create_role("Tutors", permissions=discord.Permissions(manage_guild=True))
    tutor = bot.server.add_member(bot.env.create_user("tea"), roles=[role])
    await tutor.slash(bot.here, "face")
    (took,) = bot.took
    assert took.manages
    assert took.roles == {str(role.id)}


async def test_in_a_thread_the_place_is_the_channel_around_it(bot: SmallBot) -> None:
    message = await bot.ada.send(bot.here, "hello")
    channel = bot.client.get_channel(bot.here.id)
    assert channel is not None
    await channel.get_partial_message(message.id).create_thread(name="a thread")  # type: ignore[union-attr]
    (thread,) = bot.here.threads
    await bot.ada.slash(thread, "face")
    place = bot.took[0].place
    assert place == Place("discord", str(bot.server.id), str(bot.here.id), "study", thread=str(thread.id))


async def test_a_press_says_which_message_and_a_repeated_action_is_itself(bot: SmallBot) -> None:
    shown = await face(bot)
    await press(bot, shown, "private")
    pressed = bot.took[-1]
    assert pressed.what == Press("do.1:private")
    assert shown.response is not None
    tenant, channel = str(bot.server.id), str(bot.here.id)
    assert pressed.message == MessageRef("discord", tenant, channel, str(shown.response.id))


async def test_an_update_changes_the_message_that_was_clicked(bot: SmallBot) -> None:
    shown = await face(bot)
    after = await press(bot, shown, "update")
    assert said(after) == "### A new face"
    assert len(standing(bot)) == 1


async def test_a_private_card_takes_the_place_of_the_one_in_its_slot(bot: SmallBot) -> None:
    shown = await face(bot)
    once = await press(bot, shown, "slot")
    await press(bot, once, "slot")
    assert len(standing(bot)) == 1


async def test_its_slot_is_known_after_a_restart(bot: SmallBot) -> None:
    shown = await face(bot)
    await bot.env.restart_bot(bot.connect())
    await press(bot, shown, "slot")
    assert len(standing(bot)) == 1


async def test_a_private_card_of_another_slot_stands_beside_it(bot: SmallBot) -> None:
    shown = await face(bot)
    after = await press(bot, shown, "private")
    assert after.ephemeral
    assert standing(bot) == ["### Press something", "### Only you"]


async def test_a_private_answer_to_a_public_message_is_seen_by_one_alone(bot: SmallBot) -> None:
    public = await press(bot, await face(bot), "public")
    assert not public.ephemeral
    private = await press(bot, public, "slot")
    assert private.ephemeral
    assert said(public) == "### Press something"


async def test_several_private_cards_come_after_one_another(bot: SmallBot) -> None:
    result = await press(bot, await face(bot), "also")
    assert said(result) == "### First"
    assert [said(each) for each in result.followups] == ["### Second", "### Third"]
    assert all(each.ephemeral for each in result.followups)


async def test_where_there_is_nothing_to_show_the_click_is_answered(bot: SmallBot) -> None:
    assert (await press(bot, await face(bot), "done")).acknowledged
    noted = await press(bot, await face(bot), "note")
    assert said(noted) == "### Saved."
    assert said(await bot.ada.slash(bot.here, "done")) == "### Done"


async def test_a_form_comes_back_with_everything_in_it(bot: SmallBot) -> None:
    asked = await bot.ada.slash(bot.here, "form")
    values = {"story": LONG, "how": ["named"], "days[]": ["Mon"], "file": ("notes.txt", b"123")}
    result = await bot.ada.submit_modal(asked, values)
    assert said(result) == "### Thank you\n3 bytes"
    what = bot.took[-1].what
    assert isinstance(what, Submit)
    assert what.action == "send.1"
    expected = {"story": LONG, "how": "named", "days": ("Mon",), "file": Upload("notes.txt", b"123")}
    assert what.fields == expected
    assert what.typed == (LONG,)
    await bot.ada.submit_modal(await bot.ada.slash(bot.here, "form"), {**values, "story": "entropy"})
    assert isinstance(again := bot.took[-1].what, Submit)
    assert again.typed == ("entropy",), "a word that was typed is no choice"


async def test_a_form_that_was_open_during_a_restart_is_taken(bot: SmallBot) -> None:
    asked = await press(bot, await face(bot), "ask")
    await bot.env.restart_bot(bot.connect())
    result = await bot.ada.submit_modal(asked, {"story": LONG, "how": ["named"]})
    assert said(result).startswith("### Thank you")


async def test_a_refused_form_shows_what_was_typed_and_opens_again_with_it(bot: SmallBot) -> None:
    asked = await bot.ada.slash(bot.here, "form")
    refused = await bot.ada.submit_modal(asked, {"story": "short", "how": ["named"]})
    assert refused.ephemeral
    assert "Ten letters at least" in said(refused)
    assert "short" in said(refused)
    again = await press(bot, refused, "Open the form again")
    assert again.modal is not None
    assert again.modal["components"][0]["component"]["value"] == "short"
    taken = await bot.ada.submit_modal(again, {"story": LONG, "how": ["named"]})
    assert said(taken).startswith("### Thank you")
    assert len(standing(bot)) == 1


async def test_after_a_restart_a_refused_form_still_shows_what_was_typed(bot: SmallBot) -> None:
    asked = await bot.ada.slash(bot.here, "form")
    refused = await bot.ada.submit_modal(asked, {"story": "short", "how": ["named"]})
    await bot.env.restart_bot(bot.connect())
    told = await press(bot, refused, "Open the form again")
    assert "form again" in said(told)
    assert "short" in said(refused)


async def test_a_card_that_cannot_be_rendered_ends_in_an_apology(
    bot: SmallBot, caplog: pytest.LogCaptureFixture
) -> None:
    result = await press(bot, await face(bot), "fail")
    assert result.ephemeral
    assert "could not be shown" in said(result)
    assert "MarkdownError" in caplog.text


async def test_a_stale_button_is_answered_kindly(bot: SmallBot) -> None:
    shown = await face(bot)
    assert shown.response is not None
    message = bot.env.backend.get_message(bot.here.id, shown.response.id)
    next(each for each in walked(message.components) if each.get("label") == "done")["custom_id"] = "gone.9:1"
    assert "no longer works" in said(await press(bot, shown, "done"))


async def test_what_arrives_twice_is_taken_once(bot: SmallBot) -> None:
    shown = await face(bot)
    again: list[Any] = []
    bot.env.backend.subscribers.append(lambda event, data: again.append((event, data)))
    await press(bot, shown, "private")
    (event, data) = next(each for each in again if each[0] == "INTERACTION_CREATE")
    bot.env.backend.emit(event, data)
    await bot.env.settle()
    assert len([each for each in bot.took if isinstance(each.what, Press)]) == 1
    assert len(standing(bot)) == 2


async def test_proposals_are_at_most_twenty_five_and_of_the_options_kind(bot: SmallBot) -> None:
    topics = await bot.ada.autocomplete(bot.here, "quiz start", "topic", "sle")
    assert len(topics) == 25
    assert topics[0] == {"name": "sle 0", "value": "sle-0"}
    counts = await bot.ada.autocomplete(bot.here, "quiz start", "count", "1")
    assert counts == [{"name": "Ten", "value": 10}, {"name": "1", "value": 5}]


async def test_proposals_that_fail_are_none(bot: SmallBot) -> None:
    assert await bot.ada.autocomplete(bot.here, "quiz start", "topic", "boom") == []


async def test_commands_are_registered_once_and_again_only_when_they_change(bot: SmallBot) -> None:
    def registrations() -> int:
        return len([r for r in bot.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")])

    assert registrations() == 1
    await bot.env.restart_bot(bot.connect())
    assert registrations() == 1
    assert await bot.client.sync() is False
    await register(bot.client, bot.registry())
    assert registrations() == 2
    bot.facts.clear()
    await bot.env.restart_bot(bot.connect())
    assert registrations() == 3


async def test_it_asks_for_one_intent_and_keeps_nobody(bot: SmallBot) -> None:
    assert [name for name, on in bot.client.intents if on] == ["guilds"]
    await face(bot)
    server = bot.client.get_guild(bot.server.id)
    assert server is not None
    assert [each.id for each in server.members] == [bot.client.user.id] if bot.client.user else False


def test_every_way_to_reply_has_a_button() -> None:
    assert len(set(WAYS)) == len(WAYS)


def test_an_apps_own_role_is_nobodys_to_be_given() -> None:
    roles = {
        "5": {"id": "5", "name": "Some app", "tags": {"bot_id": "9"}},
        "6": {"id": "6", "name": "Tutors"},
    }
    data = {"custom_id": "do.x", "component_type": 6, "resolved": {"roles": roles}}
    pressed = [press_of(data | {"values": [role]}, 3).values for role in ("5", "6", "7")]
    assert pressed == [(), ("6",), ()]
