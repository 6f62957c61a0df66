"""The checkers of the platforms' limits see what they are there to see."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.discord.rendering import render as discord_render
from adapters.discord.rendering.forms import render_form as discord_form
from adapters.slack.rendering import render as slack_render
from adapters.slack.rendering.forms import render_form as slack_form
from bot.chat.actions import encode
from bot.chat.cards import Button, Card, Choice, Form, Picture, Select, TextField, text
from tests.adapters.discord.support.limits import (
    check_discord_commands,
    check_discord_message,
    check_discord_modal,
)
from tests.adapters.slack.support.limits import check_slack_message, check_slack_view
from tests.adapters.strange_cards import Go, cards, forms

CARD = Card(
    "Title",
    (text("Words."), Picture("p.png", b"", "Alt")),
    ((Button("A", Go(1)), Button("B", Go(2))), (Select(Go(3), (Choice("One", "1"),), "Pick"),)),
    text("Foot"),
)
FORM = Form("Form", (TextField("a", "A"), TextField("b", "B")), Go(4))

unhurried = settings(max_examples=80, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@unhurried
@given(cards)
def test_every_card_stays_within_each_platforms_limits_and_slacks_own_library_agrees(card: Card) -> None:
    check_discord_message(discord_render.render(card))
    message = slack_render.render(card)
    check_slack_message(message)
    parsed = Block.parse_all(message.payload["blocks"])
    assert len(parsed) == len(message.payload["blocks"])
    for each in parsed:
        each.validate_json()


@pytest.mark.slow
@unhurried
@given(forms())
def test_every_form_stays_within_each_platforms_limits_and_slacks_own_library_agrees(form: Form) -> None:
    check_discord_modal(discord_form(form))
    view = slack_form(form, {"response_url": "https://hooks.example/1"})
    check_slack_view(view)
    assert View(**view).to_dict()["callback_id"] == encode(form.submit)


Spoil = Callable[[Any], object]


def inside(payload: Any) -> Any:  # noqa: ANN401
    return payload["components"][0]["components"]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda p: p.update(flags=0), "flag"),
        (lambda p: p.update(content="x"), "content"),
        (lambda p: p["allowed_mentions"].update(parse=["everyone"]), "ping"),
        (lambda p: inside(p)[0].update(content="x" * 4001), "4001"),
        (lambda p: inside(p)[0].update(content="👍" * 2001), "4002"),
        (lambda p: inside(p)[0].update(content=" \u200b"), "blank"),
        (lambda p: inside(p)[0].update(content="a <@1>"), "mention"),
        (lambda p: inside(p)[0].update(content="see https://a.b"), "unfurled"),
        (lambda p: inside(p)[0].update(content="```\nopen"), "open"),
        (lambda p: inside(p)[0].update(content="@everyone"), "everyone"),
        (lambda p: inside(p)[4]["components"][1].update(custom_id="go.1:1:"), "same id"),
        (lambda p: inside(p)[4]["components"][0].update(custom_id="x" * 101), "101"),
        (lambda p: inside(p)[4]["components"][0].update(label="x" * 81), "81"),
        (lambda p: inside(p)[4]["components"].extend(inside(p)[4]["components"] * 2), "row"),
        (lambda p: inside(p)[5]["components"][0].update(max_values=2), "more than there are"),
        (lambda p: inside(p).extend([{"type": 14, "spacing": 1}] * 32), "components"),
        (lambda p: p["attachments"].clear(), "attachments"),
        (lambda p: inside(p).pop(2), "shown once"),
    ],
)
def test_a_spoiled_message_of_components_is_seen(spoil: Spoil, reason: str) -> None:
    message = discord_render.render(CARD)
    check_discord_message(message)
    payload = copy.deepcopy(message.payload)
    spoil(payload)
    with pytest.raises(AssertionError, match=reason):
        check_discord_message(replace(message, payload=payload))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda v: v.update(title="x" * 46), "46"),
        (lambda v: v["components"].extend(v["components"] * 2), "components"),
        (lambda v: v["components"][0].update(label="x" * 46), "46"),
        (lambda v: v["components"][0]["component"].update(custom_id="b"), "same id"),
        (lambda v: v["components"][0]["component"].update(value="x" * 3001), "3001"),
        (lambda v: v["components"][0]["component"].update(max_length=4001), "bounds"),
    ],
)
def test_a_spoiled_form_of_components_is_seen(spoil: Spoil, reason: str) -> None:
    modal = discord_form(FORM)
    check_discord_modal(modal)
    spoil(modal := copy.deepcopy(modal))
    with pytest.raises(AssertionError, match=reason):
        check_discord_modal(modal)


def test_spoiled_commands_are_seen() -> None:
    fine = {"name": "quiz", "description": "A quiz", "contexts": [0], "options": []}
    check_discord_commands([fine])
    for spoiled in (fine | {"name": "Quiz"}, fine | {"description": "x" * 101}, fine | {"contexts": [2]}):
        with pytest.raises(AssertionError):
            check_discord_commands([spoiled])
    with pytest.raises(AssertionError, match="same name"):
        check_discord_commands([fine, fine])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda p: p.update(text=""), "fallback"),
        (lambda p: p.update(text="<!channel>"), "tag"),
        (lambda p: p.update(unfurl_links=True), "unfurl"),
        (lambda p: p["blocks"].extend([{"type": "divider"}] * 50), "50 is the most"),
        (lambda p: p["blocks"][0]["text"].update(text="x" * 151), "151"),
        (lambda p: p["blocks"][0]["text"].update(type="mrkdwn"), "mrkdwn"),
        (lambda p: p["blocks"][1]["elements"][0].update(elements=[]), "empty"),
        (
            lambda p: p["blocks"][1]["elements"][0].update(
                elements=[{"type": "broadcast", "range": "channel"}]
            ),
            "mention",
        ),
        (lambda p: p["blocks"][3]["elements"].append({"type": "mrkdwn", "text": "<!here>"}), "here"),
        (lambda p: p["blocks"][4]["elements"][1].update(action_id="go.1:1:"), "same id"),
        (lambda p: p["blocks"][4]["elements"][0]["text"].update(text="x" * 76), "76"),
        (lambda p: p["blocks"][4].update(elements=[]), "controls"),
        (lambda p: p["blocks"][1]["elements"][0]["elements"][0].update(text="x" * 11_000), "11000"),
        (lambda p: p["blocks"].append({"type": "input"}), "form only"),
    ],
)
def test_a_spoiled_message_of_blocks_is_seen(spoil: Spoil, reason: str) -> None:
    message = slack_render.render(CARD)
    check_slack_message(message)
    payload = copy.deepcopy(message.payload)
    spoil(payload)
    with pytest.raises(AssertionError, match=reason):
        check_slack_message(replace(message, payload=payload))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda v: v["title"].update(text="x" * 25), "25"),
        (lambda v: v["submit"].update(text=""), "submit"),
        (lambda v: v.update(private_metadata="x" * 3001), "3001"),
        (lambda v: v["blocks"][0].update(block_id="b"), "field"),
        (lambda v: v["blocks"][0]["element"].update(max_length=3001), "bounds"),
        (lambda v: v["blocks"].append(v["blocks"][0]), "same id"),
        (lambda v: v["blocks"].clear(), "blocks"),
    ],
)
def test_a_spoiled_view_is_seen(spoil: Spoil, reason: str) -> None:
    view = slack_form(FORM)
    check_slack_view(view)
    spoil(view := copy.deepcopy(view))
    with pytest.raises(AssertionError, match=reason):
        check_slack_view(view)
