"""The fake refuses what Slack refuses, so that the adapter's tests mean something."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.adapters.slack.support import refusing
from tests.adapters.slack.support.driver import NOON, TEAM
from tests.adapters.slack.support.fake import serving
from tests.adapters.slack.support.refusing import Json, Refused
from tests.adapters.slack.support.world import World

PLAIN = {"type": "plain_text", "text": "Words"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a"}
HEADER = {"type": "header", "text": PLAIN}
INPUT = {
    "type": "input",
    "block_id": "b",
    "label": PLAIN,
    "element": {"type": "plain_text_input", "action_id": "i"},
}
VIEW: Json = {"type": "modal", "title": PLAIN, "submit": PLAIN, "blocks": [INPUT]}
OPTION = {"text": PLAIN, "value": "v"}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    "blocks",
    [
        [HEADER] * 51,
        [{"type": "header", "text": {"type": "mrkdwn", "text": "Words"}}],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": " "}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "section"}],
        [actions(BUTTON, BUTTON)],
        [actions(BUTTON), actions(BUTTON)],
        [actions(*({**BUTTON, "action_id": str(n)} for n in range(26)))],
        [actions()],
        [actions({**BUTTON, "text": {"type": "mrkdwn", "text": "Words"}})],
        [actions({**BUTTON, "text": {"type": "plain_text", "text": "x" * 76}})],
        [actions({**BUTTON, "style": "loud"})],
        [actions({"type": "multi_static_select", "action_id": "a", "options": [OPTION]})],
        [actions({"type": "static_select", "action_id": "a", "options": []})],
        [actions({"type": "static_select", "action_id": "a", "options": [OPTION, OPTION]})],
        [{**HEADER, "block_id": "same"}, {**HEADER, "block_id": "same"}],
        [{**HEADER, "block_id": "x" * 256}],
        [INPUT],
        [{"type": "rich_text", "elements": []}],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        [{"type": "image", "slack_file": {"id": "F1"}, "alt_text": ""}],
        [{"type": "context", "elements": [PLAIN] * 11}],
        [{"type": "unheard_of"}],
    ],
)
def test_blocks_that_slack_refuses_are_refused(blocks: list[Json]) -> None:
    refusing.message({"text": "Words", "blocks": [HEADER]})
    with pytest.raises(Refused):
        refusing.message({"text": "Words", "blocks": blocks})


@pytest.mark.parametrize(
    "change",
    [
        {"submit": None},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"title": {"type": "mrkdwn", "text": "Words"}},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": []},
        {"blocks": [HEADER] * 101},
        {"blocks": [INPUT, INPUT]},
    ],
)
def test_views_that_slack_refuses_are_refused(change: dict[str, Any]) -> None:
    refusing.view(VIEW)
    made = {name: value for name, value in (deepcopy(VIEW) | change).items() if value is not None}
    with pytest.raises(Refused):
        refusing.view(made)


def test_nothing_to_say_is_no_message() -> None:
    with pytest.raises(Refused, match="no_text"):
        refusing.message({"text": " "})


@pytest.mark.parametrize(
    ("method", "given", "code"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0OTHER", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "G0ATTIC", "text": "x"}, "channel_not_found"),
        ("chat.update", {"channel": "C0STUDY", "ts": "1.1", "text": "x"}, "message_not_found"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.replies", {"channel": "C0STUDY", "ts": "1.1"}, "thread_not_found"),
        ("views.open", {"trigger_id": "made up", "view": VIEW}, "invalid_trigger_id"),
        ("unheard.of", {}, "unknown_method"),
    ],
)
async def test_calls_that_slack_refuses_are_refused(method: str, given: Json, code: str) -> None:
    assert await answers((method, given)) == [code]


async def test_triggers_are_used_once_and_live_three_seconds() -> None:
    world = World(NOON)
    token = world.workspace(TEAM)
    one, two = world.ticket(TEAM, "U0ADA"), world.ticket(TEAM, "U0ADA")
    calls = [("views.open", {"trigger_id": one, "view": VIEW})] * 2
    assert await answers(*calls, world=world, token=token) == ["", "exchanged_trigger_id"]
    world.move(timedelta(seconds=3))
    late = ("views.open", {"trigger_id": two, "view": VIEW})
    assert await answers(late, world=world, token=token) == ["expired_trigger_id"]


@pytest.mark.parametrize(("token", "code"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
async def test_bad_tokens_are_refused(token: str, code: str) -> None:
    assert await answers(("auth.test", {}), token=token) == [code]


async def test_an_answering_address_takes_five_answers_in_half_an_hour() -> None:
    world = World(NOON)
    world.workspace(TEAM)
    path = world.answer_path(TEAM, "U0ADA", "C0STUDY")
    old = world.answer_path(TEAM, "U0ADA", "C0STUDY")
    async with serving(world) as fake, aiohttp.ClientSession() as browser:
        statuses = []
        for _ in range(6):
            async with browser.post(fake.url.rstrip("/") + path, json={"text": "x"}) as answer:
                statuses.append(answer.status)
        assert statuses == [200] * 5 + [404]
        world.move(timedelta(minutes=30))
        async with browser.post(fake.url.rstrip("/") + old, json={"text": "x"}) as answer:
            assert answer.status == 404


async def answers(
    *calls: tuple[str, Json], world: World | None = None, token: str | None = None
) -> list[str]:
    """The error of each call, "" where there is none."""
    world = world or World(NOON)
    known = f"xoxb-{TEAM}-1" if world.users else world.workspace(TEAM)
    found = []
    async with serving(world) as fake, aiohttp.ClientSession() as browser:
        said = known if token is None else token
        headers = {"Authorization": f"Bearer {said}"} if said else {}
        for method, given in calls:
            async with browser.post(f"{fake.url}api/{method}", json=given, headers=headers) as answer:
                found.append((await answer.json()).get("error", ""))
    return found
