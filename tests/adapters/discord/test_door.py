"""What people do on Discord comes in whole, and every click and command is answered, whatever happens."""

from typing import Any

import discord
import pytest
from simcord import Env
from simcord.results import InteractionResult

from adapters.discord.client import StudyhallClient, register
from bot.chat.requests import Identity, Invoke, MessageRef, Place, Press, Submit, Upload
from tests.adapters.discord.support.corner import WAYS, Corner
from tests.adapters.discord.support.guild import walked
from tests.adapters.discord.support.looks import press, said, standing

LONG = "A story of more than ten letters."


@pytest.fixture
def corner_bot() -> Corner:
    return Corner()


@pytest.fixture
async def simcord_bot(corner_bot: Corner) -> StudyhallClient:
    return corner_bot.connect()


@pytest.fixture
def corner(corner_bot: Corner, simcord_env: Env) -> Corner:
    corner_bot.enter(simcord_env)
    return corner_bot


async def face(corner: Corner) -> InteractionResult:
    return await corner.ada.slash(corner.here, "face")


async def test_a_command_becomes_a_request_that_says_who_and_where(corner: Corner) -> None:
    await corner.ada.slash(corner.here, "quiz start", topic="sleep", count=7, sure=True)
    (took,) = corner.took
    assert took.who == Identity("discord", "", str(corner.ada.id), "Ada")
    assert took.place == Place("discord", str(corner.server.id), str(corner.here.id), "study")
    assert took.what == Invoke("quiz start", {"topic": "sleep", "count": 7, "sure": True})
    assert (took.manages, took.zone, took.message) == (False, None, None)


async def test_the_same_person_is_the_same_account_in_direct_messages(corner: Corner) -> None:
    await face(corner)
    await corner.ada.user.send_dm("hello")
    await corner.ada.user.slash("face")
    here, direct = corner.took
    assert here.who == direct.who
    assert direct.place is None
    assert not direct.manages


async def test_whoever_may_manage_the_server_manages_and_roles_come_along(corner: Corner) -> None:
    role = corner.server.create_role("Tutors", permissions=discord.Permissions(manage_guild=True))
    tutor = corner.server.add_member(corner.env.create_user("tea"), roles=[role])
    await tutor.slash(corner.here, "face")
    (took,) = corner.took
    assert took.manages
    assert took.roles == {str(role.id)}


async def test_in_a_thread_the_place_is_the_channel_around_it(corner: Corner) -> None:
    message = await corner.ada.send(corner.here, "hello")
    channel = corner.client.get_channel(corner.here.id)
    assert channel is not None
    await channel.get_partial_message(message.id).create_thread(name="a thread")  # type: ignore[union-attr]
    (thread,) = corner.here.threads
    await corner.ada.slash(thread, "face")
    place = corner.took[0].place
    assert place == Place(
        "discord", str(corner.server.id), str(corner.here.id), "study", thread=str(thread.id)
    )


async def test_a_press_says_which_message_and_a_repeated_action_is_itself(corner: Corner) -> None:
    shown = await face(corner)
    await press(corner, shown, "private")
    pressed = corner.took[-1]
    assert pressed.what == Press("do.1:private")
    assert shown.response is not None
    tenant, channel = str(corner.server.id), str(corner.here.id)
    assert pressed.message == MessageRef("discord", tenant, channel, str(shown.response.id))


async def test_an_update_changes_the_message_that_was_clicked(corner: Corner) -> None:
    shown = await face(corner)
    after = await press(corner, shown, "update")
    assert said(after) == "### A new face"
    assert len(standing(corner)) == 1


async def test_a_private_card_takes_the_place_of_the_one_in_its_slot(corner: Corner) -> None:
    shown = await face(corner)
    once = await press(corner, shown, "slot")
    await press(corner, once, "slot")
    assert len(standing(corner)) == 1


async def test_its_slot_is_known_after_a_restart(corner: Corner) -> None:
    shown = await face(corner)
    await corner.env.restart_bot(corner.connect())
    await press(corner, shown, "slot")
    assert len(standing(corner)) == 1


async def test_a_private_card_of_another_slot_stands_beside_it(corner: Corner) -> None:
    shown = await face(corner)
    after = await press(corner, shown, "private")
    assert after.ephemeral
    assert standing(corner) == ["### Press something", "### Only you"]


async def test_a_private_answer_to_a_public_message_is_seen_by_one_alone(corner: Corner) -> None:
    public = await press(corner, await face(corner), "public")
    assert not public.ephemeral
    private = await press(corner, public, "slot")
    assert private.ephemeral
    assert said(public) == "### Press something"


async def test_several_private_cards_come_after_one_another(corner: Corner) -> None:
    result = await press(corner, await face(corner), "also")
    assert said(result) == "### First"
    assert [said(each) for each in result.followups] == ["### Second", "### Third"]
    assert all(each.ephemeral for each in result.followups)


async def test_where_there_is_nothing_to_show_the_click_is_answered(corner: Corner) -> None:
    assert (await press(corner, await face(corner), "done")).acknowledged
    noted = await press(corner, await face(corner), "note")
    assert said(noted) == "### Saved."
    assert said(await corner.ada.slash(corner.here, "done")) == "### Done"


async def test_a_form_comes_back_with_everything_in_it(corner: Corner) -> None:
    asked = await corner.ada.slash(corner.here, "form")
    values = {"story": LONG, "how": ["named"], "days[]": ["Mon"], "file": ("notes.txt", b"123")}
    result = await corner.ada.submit_modal(asked, values)
    assert said(result) == "### Thank you\n3 bytes"
    what = corner.took[-1].what
    assert isinstance(what, Submit)
    assert what.action == "send.1"
    expected = {"story": LONG, "how": "named", "days": ("Mon",), "file": Upload("notes.txt", b"123")}
    assert what.fields == expected


async def test_a_form_that_was_open_during_a_restart_is_taken(corner: Corner) -> None:
    asked = await press(corner, await face(corner), "ask")
    await corner.env.restart_bot(corner.connect())
    result = await corner.ada.submit_modal(asked, {"story": LONG, "how": ["named"]})
    assert said(result).startswith("### Thank you")


async def test_a_refused_form_shows_what_was_typed_and_opens_again_with_it(corner: Corner) -> None:
    asked = await corner.ada.slash(corner.here, "form")
    refused = await corner.ada.submit_modal(asked, {"story": "short", "how": ["named"]})
    assert refused.ephemeral
    assert "Ten letters at least" in said(refused)
    assert "short" in said(refused)
    again = await press(corner, refused, "Open the form again")
    assert again.modal is not None
    assert again.modal["components"][0]["component"]["value"] == "short"
    taken = await corner.ada.submit_modal(again, {"story": LONG, "how": ["named"]})
    assert said(taken).startswith("### Thank you")
    assert len(standing(corner)) == 1


async def test_after_a_restart_a_refused_form_still_shows_what_was_typed(corner: Corner) -> None:
    asked = await corner.ada.slash(corner.here, "form")
    refused = await corner.ada.submit_modal(asked, {"story": "short", "how": ["named"]})
    await corner.env.restart_bot(corner.connect())
    told = await press(corner, refused, "Open the form again")
    assert "once more" in said(told)
    assert "short" in said(refused)


async def test_a_card_that_cannot_be_rendered_ends_in_an_apology(
    corner: Corner, caplog: pytest.LogCaptureFixture
) -> None:
    result = await press(corner, await face(corner), "fail")
    assert result.ephemeral
    assert "could not be shown" in said(result)
    assert "MarkdownError" in caplog.text


async def test_a_stale_button_is_answered_kindly(corner: Corner) -> None:
    shown = await face(corner)
    assert shown.response is not None
    message = corner.env.backend.get_message(corner.here.id, shown.response.id)
    next(each for each in walked(message.components) if each.get("label") == "done")["custom_id"] = "gone.9:1"
    assert "no longer works" in said(await press(corner, shown, "done"))


async def test_what_arrives_twice_is_taken_once(corner: Corner) -> None:
    shown = await face(corner)
    again: list[Any] = []
    corner.env.backend.subscribers.append(lambda event, data: again.append((event, data)))
    await press(corner, shown, "private")
    (event, data) = next(each for each in again if each[0] == "INTERACTION_CREATE")
    corner.env.backend.emit(event, data)
    await corner.env.settle()
    assert len([each for each in corner.took if isinstance(each.what, Press)]) == 1
    assert len(standing(corner)) == 2


async def test_proposals_are_at_most_twenty_five_and_of_the_options_kind(corner: Corner) -> None:
    topics = await corner.ada.autocomplete(corner.here, "quiz start", "topic", "sle")
    assert len(topics) == 25
    assert topics[0] == {"name": "sle 0", "value": "sle-0"}
    counts = await corner.ada.autocomplete(corner.here, "quiz start", "count", "1")
    assert counts == [{"name": "Ten", "value": 10}, {"name": "1", "value": 5}]


async def test_proposals_that_fail_are_none(corner: Corner) -> None:
    assert await corner.ada.autocomplete(corner.here, "quiz start", "topic", "boom") == []


async def test_commands_are_registered_once_and_again_only_when_they_change(corner: Corner) -> None:
    def registrations() -> int:
        return len(
            [r for r in corner.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")]
        )

    assert registrations() == 1
    await corner.env.restart_bot(corner.connect())
    assert registrations() == 1
    assert await corner.client.sync() is False
    await register(corner.client, corner.registry())
    assert registrations() == 2
    corner.facts.clear()
    await corner.env.restart_bot(corner.connect())
    assert registrations() == 3


async def test_it_asks_for_one_intent_and_keeps_nobody(corner: Corner) -> None:
    assert [name for name, on in corner.client.intents if on] == ["guilds"]
    await face(corner)
    server = corner.client.get_guild(corner.server.id)
    assert server is not None
    assert [each.id for each in server.members] == [corner.client.user.id] if corner.client.user else False


def test_every_way_to_reply_has_a_button() -> None:
    assert len(set(WAYS)) == len(WAYS)
