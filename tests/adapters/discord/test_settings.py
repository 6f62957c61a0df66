"""Discord's settings: a token that is never shown, and the shards of one process."""

import pytest

from adapters.discord.settings import DiscordSettings, Shards
from bot.chat.operators.settings import SettingsError

TOKEN = "MTA0.Gs3cr3.t_Zk-9"


def read(**given: str) -> DiscordSettings:
    return DiscordSettings.read({f"STUDYHALL_DISCORD_{name}": value for name, value in given.items()})


def test_without_a_token_discord_is_left_alone() -> None:
    assert not read().is_set
    assert not read(SHARDS="0/2").is_set
    assert read(TOKEN=TOKEN) == DiscordSettings(TOKEN, None)
    assert read(TOKEN=TOKEN).is_set


def test_shards_are_this_processs_own_of_so_many() -> None:
    assert read(SHARDS="1, 0/4").shards == Shards((0, 1), 4)


@pytest.mark.parametrize("value", ["0", "4/4", "0/0", "0-3/4", "0,/4", "0/10001"])
def test_what_are_no_shards_is_told_with_what_is_right(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^STUDYHALL_DISCORD_SHARDS is “") as caught:
        read(SHARDS=value)
    assert "0,1/4" in caught.value.remedy


@pytest.mark.parametrize("token", ["s3cret", "Bot a.b.s3cret", "a.b. s3cret", "a.b.c.s3cret"])
def test_what_is_no_token_is_told_and_never_shown(token: str) -> None:
    with pytest.raises(SettingsError, match=r"is no bot token.*Reset Token") as caught:
        read(TOKEN=token)
    assert "s3cret" not in str(caught.value)


def test_a_token_is_not_in_what_is_printed_of_the_settings() -> None:
    assert "s3cr3" not in repr(read(TOKEN=TOKEN))
