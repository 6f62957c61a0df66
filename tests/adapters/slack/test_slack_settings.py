"""Slack's settings: one way or the other, whole, and never shown."""

import pytest

from adapters.slack.settings import SlackSettings
from bot.chat.operators.settings import SettingsError

ONE = {"BOT_TOKEN": "xoxb-1-s3cret", "APP_TOKEN": "xapp-1-s3cret"}
MANY = {
    "SIGNING_SECRET": "s3cret-of-signing",
    "CLIENT_ID": "123.456",
    "CLIENT_SECRET": "s3cret-of-client",
    "URL": "https://study.example.org/",
}


def read(**given: str) -> SlackSettings:
    return SlackSettings.read({f"STUDYHALL_SLACK_{name}": value for name, value in given.items()})


def test_without_any_of_them_slack_is_left_alone() -> None:
    assert not read().is_set
    assert not read(PORT="3001", HOST="0.0.0.0").is_set, "a port alone asks for nothing"


def test_two_tokens_are_one_workspace_and_four_are_many() -> None:
    assert not read(**ONE).over_http
    many = read(**MANY, PORT="3001")
    assert many.over_http
    assert (many.url, many.port, many.host) == ("https://study.example.org", 3001, "127.0.0.1")
    assert read(**ONE).is_set
    assert many.is_set


@pytest.mark.parametrize(("name", "given"), [(n, g) for g in (ONE, MANY) for n in g])
def test_what_is_missing_is_named(name: str, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=f"Set STUDYHALL_SLACK_{name};") as caught:
        read(**{each: value for each, value in given.items() if each != name})
    assert "s3cret" not in str(caught.value)


def test_both_ways_at_once_are_refused() -> None:
    with pytest.raises(SettingsError, match="two ways"):
        read(**ONE, URL="https://study.example.org")


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("BOT_TOKEN", "xoxp-1-s3cret", "It begins with xoxb-"),
        ("BOT_TOKEN", "xoxb-1 s3cret", "Install App"),
        ("APP_TOKEN", "xoxb-1-s3cret", "It begins with xapp-"),
        ("SIGNING_SECRET", "s3cret", "Basic Information"),
        ("CLIENT_SECRET", "s3cret in words", "Basic Information"),
        ("CLIENT_ID", "A0123", "the number with a dot"),
        ("URL", "http://study.example.org", "https://study.example.org"),
        ("URL", "https://a b.example", "https://study.example.org"),
        ("URL", "https://study.example.org/?a=1", "https://study.example.org"),
        ("URL", "https://me:pass@study.example.org", "https://study.example.org"),
        ("PORT", "0", "1 to 65535"),
        ("HOST", "example.org", "127.0.0.1"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_right(name: str, value: str, right: str) -> None:
    with pytest.raises(SettingsError, match=f"^STUDYHALL_SLACK_{name} is ") as caught:
        read(**{name: value})
    assert right in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("given", [ONE, MANY])
def test_nothing_secret_is_in_what_is_printed_of_them(given: dict[str, str]) -> None:
    assert "s3cret" not in repr(read(**given))
