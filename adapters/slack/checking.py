"""`studyhall slack check`: every card and form, looked at by Slack itself, without anything being posted.

Slack's method for that is blocks.validate: https://docs.slack.dev/reference/methods/blocks.validate
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TextIO

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import commanding
from adapters.slack.api.answers import ERRORS, code_of, trouble, wait_asked
from adapters.slack.api.library import BASE_URL, web_client
from adapters.slack.api.refusals import Means, meaning
from adapters.slack.rendering.forms import render_form
from adapters.slack.rendering.mrkdwn import Object
from adapters.slack.rendering.render import render
from bot.chat.cards import Card, Form
from bot.chat.commands import Registry
from bot.chat.errors import OperatorError

_METHOD = "blocks.validate"
_REFUSALS = frozenset({"invalid_blocks", "invalid_message", "invalid_view"})


async def check(
    token: str,
    registry: Registry,
    samples: Iterable[Card | Form],
    out: TextIO,
    sleep: Callable[[float], Awaitable[object]],
    base_url: str = BASE_URL,
) -> bool:
    """Whether Slack takes everything, with a line for each that it refuses. ``sleep`` waits for so many seconds.

    Raises:
        OperatorError: the token is refused, or there is no answer of Slack's.
    """
    client = web_client(base_url, token)
    looked, refused = 0, 0
    for name, given in _payloads(registry, samples):
        looked += 1
        for said in await _refusals(client, given, sleep):
            print(f"{name}: {said}", file=out)
            refused += 1
    print(f"{looked} cards and forms looked at by Slack; {refused or 'no'} faults", file=out)
    return not refused


def _payloads(
    registry: Registry, samples: Iterable[Card | Form]
) -> Iterable[tuple[str, Mapping[str, Object]]]:
    for each in samples:
        if isinstance(each, Form):
            yield f"The form “{each.title}”", {"view": render_form(each, {})}
        else:
            yield f"The card “{each.title}”", {"message": render(each).payload}
    yield "The menu", {"message": commanding.menu(registry, organiser=True)}
    for command in registry:
        if command.options:
            form = commanding.command_form(command, {}, {}, "")
            yield f"The form of /{command.name}", {"view": form}


async def _refusals(
    client: AsyncWebClient, given: Mapping[str, Object], sleep: Callable[[float], Awaitable[object]]
) -> tuple[str, ...]:
    """What Slack has against a payload; what it puts off is asked again."""
    while True:
        try:
            await client.api_call(_METHOD, data={kind: json.dumps(made) for kind, made in given.items()})
        except ERRORS as error:
            code, data = code_of(error), getattr(getattr(error, "response", None), "data", {})
            if isinstance(error, SlackApiError) and meaning(code) is Means.SLOW_DOWN:
                await sleep(wait_asked(error))
                continue
            if code not in _REFUSALS:
                found, remedy = trouble(error) or (f"Slack refused the call ({code})", _REMEDY)
                raise OperatorError(f"Nothing could be looked at: {found}.", remedy) from None
            return tuple(_line(each) for each in data.get("errors") or ()) or (code,)
        return ()


_REMEDY = "Look at the bot token: `studyhall doctor` says whether Slack accepts it."


def _line(error: Mapping[str, Any]) -> str:
    return f"{error.get('pointer', '')} {error.get('message', error.get('code', ''))}".strip()
