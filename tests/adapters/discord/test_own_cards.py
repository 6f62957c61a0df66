"""The few cards that only Discord needs keep its limits, whatever was typed."""

import pytest

from adapters.discord.own_cards import (
    FORGOTTEN,
    SORRY,
    refused_card,
    too_large_card,
    waiting_card,
)
from adapters.discord.rendering.render import render
from bot.chat.cards import Card, FileField, Form, TextField
from tests.adapters.discord.support.limits import check_discord_message
from tests.adapters.discord.support.small_bot import Send

KEY = "0" * 18
NASTY = "@everyone **[x](https://example.org)** `` ``` <@1> # "
FULL = Form(
    "A form",
    (
        *(TextField(f"f{n}", NASTY + str(n), long=True, value=(NASTY * 80)[:3000]) for n in range(4)),
        FileField("file", "A file"),
    ),
    Send(),
)
CARDS = (
    refused_card(FULL, {"f0": NASTY * 5, "unknown": "Too long.", "": "Nothing was saved."}, KEY),
    refused_card(Form("Small", (TextField("f", "Field"),), Send()), {}, KEY),
    waiting_card(KEY),
    FORGOTTEN,
    too_large_card("a" * 300 + NASTY),
    SORRY,
)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_each_fits(card: Card) -> None:
    message = render(card)
    check_discord_message(message)
    assert "@everyone" not in str(message.payload["components"])


def test_a_refusal_shows_what_was_typed_beneath_what_is_wrong() -> None:
    form = Form("Tell us", (TextField("story", "Your story", value="Once *upon* a time"),), Send())
    said = str(render(refused_card(form, {"story": "Too short."}, KEY)).payload)
    assert said.index("Too short") < said.index("Once ")
    assert "\\\\*upon\\\\*" in said
