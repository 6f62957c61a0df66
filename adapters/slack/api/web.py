"""Calls of Slack's Web API, and what its refusals mean in the words of the port."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.api.answers import code_of, status_of, wait_asked
from adapters.slack.api.library import BASE_URL, TIMEOUT_SECONDS, web_client
from adapters.slack.api.refusals import NOT_INSTALLED, Means, meaning, sentence
from bot.chat.logged import name_of
from bot.chat.platform import InDoubtError, NoAccessError, NotSentError, RateLimitedError

log = logging.getLogger(__name__)

_JSON = frozenset(
    {"chat.postMessage", "chat.postEphemeral", "chat.update", "views.open", "views.publish"}
    | {"files.completeUploadExternal", "conversations.open", "conversations.join"}
)
"""The methods that take JSON; all others read forms."""


class Installs(Protocol):
    """The workspaces the app is installed in."""

    async def token(self, team: str) -> str | None:
        """The bot's token for a workspace, renewed where it is about to expire; None where the app is not installed."""
        ...


class RefusedError(NotSentError):
    """Slack refused a call, with this ``code`` of its own; nothing was done."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack answered {code}")
        self.code = code


class Web:
    """Slack's methods, called with each workspace's own token. No call is ever sent again by itself.

    ``clock`` gives aware UTC; ``ahead`` is how far Slack's clock was before it at the last answer, in whole seconds.
    """

    def __init__(self, installs: Installs, clock: Callable[[], datetime], base_url: str = BASE_URL) -> None:
        self._installs = installs
        self._clock = clock
        self.ahead = timedelta(0)
        self._base_url = base_url
        self._session: aiohttp.ClientSession | None = None

    async def call(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401  # JSON
        """The answer of a method, as JSON.

        Raises:
            RefusedError, RateLimitedError, NoAccessError, NotSentError, InDoubtError.
        """
        client = web_client(self._base_url, await self._token(team), self._open_session())
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            if method in _JSON:
                answer = await client.api_call(method, json=given)
            else:
                answer = await client.api_call(method, data={n: _form(v) for n, v in given.items()})
        except SlackApiError as error:
            raise _meaning(error) from None
        except aiohttp.ClientConnectorError:
            raise NotSentError(f"{method}: Slack cannot be reached") from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise InDoubtError(f"{method}: the connection was lost") from None
        self._compare(answer.headers)
        data = answer.data
        return data if isinstance(data, dict) else {}

    def _compare(self, headers: Mapping[str, str]) -> None:
        with suppress(KeyError, ValueError):
            there = parsedate_to_datetime(headers["Date"])
            self.ahead = timedelta(seconds=round((there - self._clock()).total_seconds()))

    async def read(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401  # JSON
        """The answer of a method that changes nothing: it is never in doubt.

        Raises:
            RefusedError, RateLimitedError, NoAccessError, NotSentError.
        """
        try:
            return await self.call(team, method, **arguments)
        except InDoubtError as error:
            raise NotSentError(str(error)) from None

    async def respond(self, url: str, payload: Mapping[str, Any]) -> bool:
        """Answer by a response_url; whether Slack took it. A lost connection counts as not taken."""
        try:
            async with self._open_session().post(url, json=dict(payload)) as answer:
                if answer.status == 200:
                    return True
                log.info("a response_url was refused: %d", answer.status)
                return False
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.info("a response_url could not be reached: %s", name_of(error))
            return False

    async def put(self, url: str, data: bytes) -> None:
        """Send a file's bytes to the address Slack gave for them.

        Raises:
            NotSentError: it did not arrive.
        """
        try:
            async with self._open_session().post(url, data=data) as answer:
                if answer.status != 200:
                    raise NotSentError(f"a file was refused: {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise NotSentError("a file did not arrive") from None

    async def fetch(self, team: str, url: str, most: int) -> bytes:
        """A file that a member handed in.

        Raises:
            NotSentError: it cannot be had, or has more than ``most`` bytes.
            NoAccessError: the app is not installed any more.
        """
        if not self._ours(url):
            raise NotSentError("a file's address is not Slack's")
        headers = {"Authorization": f"Bearer {await self._token(team)}"}
        try:
            async with self._open_session().get(url, headers=headers) as answer:
                if answer.status != 200:
                    raise NotSentError(f"a file could not be read: {answer.status}")
                data = await answer.content.read(most + 1)
                while len(data) <= most and (more := await answer.content.read(most + 1 - len(data))):
                    data += more
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise NotSentError("a file could not be read") from None
        if len(data) > most:
            raise NotSentError("a file is too large")
        return data

    async def _token(self, team: str) -> str:
        token = await self._installs.token(team)
        if token is None:
            raise NoAccessError(NOT_INSTALLED)
        return token

    def _ours(self, url: str) -> bool:
        """Whether an address is Slack's own: a token is shown to nobody else."""
        said, base = urlsplit(url), urlsplit(self._base_url)
        if (said.scheme, said.netloc) == (base.scheme, base.netloc):
            return True
        return said.scheme == "https" and f".{said.hostname or ''}".endswith(".slack.com")

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        return self._session


def _form(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _meaning(error: SlackApiError) -> Exception:
    status, code = status_of(error), code_of(error)
    means = meaning(code)
    if status == 429 or means is Means.SLOW_DOWN:
        return RateLimitedError(wait_asked(error))
    if status >= 500 or means is Means.IN_DOUBT or not code:
        return InDoubtError(f"Slack answered {status} {code}")
    if means in {Means.TOKEN_DEAD, Means.WORKSPACE_CLOSED}:
        return NoAccessError(sentence(code))
    return RefusedError(code)
