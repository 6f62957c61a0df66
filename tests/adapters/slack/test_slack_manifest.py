"""The manifest: derived from the registry, within Slack's limits, with exactly the scopes the code uses."""

import json
import re
from argparse import Namespace
from io import StringIO
from pathlib import Path
from typing import cast

import pytest

import adapters.slack
from adapters.slack.command_line import run
from adapters.slack.installing.manifest import SCOPES, manifest
from adapters.slack.settings import SlackSettings
from bot.chat.factory import OperatorTools
from bot.chat.operators.settings import SettingsError
from tests.adapters.slack.support.driver import SlackDriver
from tests.adapters.slack.support.fake import NEEDS
from tests.adapters.slack.support.world import EVERY_SCOPE

URL = "https://study.example.org/"


def test_every_scope_is_used_and_every_use_has_its_scope(slack: SlackDriver) -> None:
    source = "\n".join(p.read_text() for p in Path(adapters.slack.__file__).parent.rglob("*.py"))
    called = set(re.findall(r'"((?:chat|conversations|users|files|views)\.\w+)"', source))
    needed = {scope for method in called for scope in NEEDS.get(method, "").split()}
    # What a token may read depends on the kind of conversation; what a form hands in is read by its address.
    needed |= {"channels:history", "groups:history", "im:history", "groups:read", "files:read", "commands"}
    assert needed == set(SCOPES) == EVERY_SCOPE
    assert set(manifest(slack.app.dispatcher.registry)["oauth_config"]["scopes"]["bot"]) == needed


def test_the_one_command_hints_at_every_head_of_the_registry(slack: SlackDriver) -> None:
    (command,) = manifest(slack.app.dispatcher.registry)["features"]["slash_commands"]
    assert command["command"] == "/study"
    assert command["usage_hint"].split(" | ") == list(slack.app.dispatcher.registry.heads)
    assert "url" not in command


def test_socket_mode_names_no_address(slack: SlackDriver) -> None:
    made = manifest(slack.app.dispatcher.registry)
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["token_rotation_enabled"] is False, "an operator's one token is not renewed"
    assert "http" not in json.dumps(made)
    assert made["settings"]["event_subscriptions"] == {
        "bot_events": ["app_home_opened", "member_left_channel"]
    }


def test_over_http_every_address_is_below_the_operators(slack: SlackDriver) -> None:
    made = manifest(slack.app.dispatcher.registry, URL)
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["token_rotation_enabled"] is True
    assert made["settings"]["event_subscriptions"]["bot_events"] == [
        "app_home_opened",
        "member_left_channel",
        "app_uninstalled",
        "tokens_revoked",
    ]
    found = re.findall(r'https?://[^"]+', json.dumps(made))
    assert found
    assert all(each.startswith("https://study.example.org/slack/") for each in found)


def test_home_and_direct_messages_can_be_opened_and_commands_typed_in_the_app(slack: SlackDriver) -> None:
    home = manifest(slack.app.dispatcher.registry)["features"]["app_home"]
    assert home["home_tab_enabled"] is True
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False


@pytest.mark.parametrize("url", ["", URL])
def test_it_keeps_slacks_limits(slack: SlackDriver, url: str) -> None:
    made = manifest(slack.app.dispatcher.registry, url)
    about = made["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    (command,) = made["features"]["slash_commands"]
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize(
    "url", ["http://study.example.org", "study.example.org", "https://", "https://a b", "https://a/?q"]
)
async def test_an_address_slack_cannot_reach_is_refused(url: str) -> None:
    args = Namespace(slack_command="manifest", url=url, socket=False)
    with pytest.raises(SettingsError, match="https://"):
        await run(args, SlackSettings(), cast("OperatorTools", None), StringIO())


def test_the_guide_names_exactly_these_scopes_with_their_reasons() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "slack.md").read_text("utf-8")
    said = dict(re.findall(r"^\| `([a-z]+(?::[a-z]+)?)` \| ([^|:]+)", guide, re.MULTILINE))
    assert {name: why.strip() for name, why in said.items()} == dict(SCOPES)
