"""The workspaces the app is installed in: one by a token of the operator's, or many by OAuth, kept in our own database."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.clocked import Installations, States
from adapters.slack.quiet import quiet_logger
from adapters.slack.web import BASE_URL, TIMEOUT_SECONDS
from bot.chat.platform import ConnectError, NotSentError

log = logging.getLogger(__name__)

STATE_SECONDS = 600
"""So long somebody may take to allow the app after pressing "Add to Slack"."""
ROTATE_MINUTES = 120
"""A token is renewed so long before it expires; Slack's live twelve hours."""

_DEAD = frozenset({"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"})


class SlackStartError(ConnectError):
    """Slack cannot be used; ``args[0]`` tells the operator what to do."""


class OneWorkspace:
    """The workspace of one bot token."""

    def __init__(self, token: str, base_url: str = BASE_URL) -> None:
        self._token = token
        self._base_url = base_url
        self.team = ""

    async def begin(self) -> None:
        """Ask Slack whose token it is.

        Raises:
            SlackStartError: nobody's, or Slack cannot be reached.
        """
        client = AsyncWebClient(
            token=self._token,
            base_url=self._base_url,
            timeout=int(TIMEOUT_SECONDS),
            retry_handlers=[],
            logger=quiet_logger("sdk"),
        )
        try:
            answer = await client.auth_test()
        except SlackApiError as error:
            raise SlackStartError(
                f"Slack does not take the bot token ({_code(error)}). Copy it anew from the app's page, under Install App; "
                "it begins with xoxb-."
            ) from None
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise SlackStartError("Slack cannot be reached. Check this machine's connection.") from None
        self.team = str(answer["team_id"])

    async def token(self, team: str) -> str | None:
        """The token, for its own workspace alone."""
        return self._token if team and team == self.team else None


class ManyWorkspaces:
    """The workspaces that installed the app by OAuth.

    ``engine`` is our own database's, for writing, and ``reader`` for reading, where that is another; ``clock`` gives
    aware UTC.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        client_id: str,
        client_secret: str,
        clock: Callable[[], datetime],
        base_url: str = BASE_URL,
        reader: AsyncEngine | None = None,
    ) -> None:
        logger = quiet_logger("sdk")
        self.store = Installations(client_id, engine, logger, clock)
        self.states = States(STATE_SECONDS, engine, logger, clock)
        # Reading by the writing engine would wait for every write: a token is read with each call.
        self._reading = Installations(client_id, reader or engine, logger, clock)
        self._engine = engine
        self._clock = clock
        self._client = AsyncWebClient(
            base_url=base_url, timeout=int(TIMEOUT_SECONDS), retry_handlers=[], logger=logger
        )
        self._app = {"client_id": client_id, "client_secret": client_secret}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def prepare(self) -> None:
        """Make the tables where they are missing."""
        async with self._engine.begin() as connection:
            await connection.run_sync(self.store.metadata.create_all)
            await connection.run_sync(self.states.metadata.create_all)

    async def token(self, team: str) -> str | None:
        """A workspace's token, renewed in time; None where the app is not installed.

        Raises:
            NotSentError: it has expired, and could not be renewed just now.
        """
        bot = await self._bot(team)
        if bot is None or bot.bot_token_expires_at is None:
            return bot.bot_token if bot is not None else None
        async with self._locks[team]:
            bot = await self._bot(team)
            return await self._renewed(team, bot) if bot is not None else None

    async def left(self, team: str, users: tuple[str, ...] | None = None) -> None:
        """Forget a workspace that uninstalled the app, or some users' own tokens in it.

        A notice that comes late, after the app was installed again, changes nothing: the token is tried first.
        """
        if users is not None:
            for user in users:
                await self.store.async_delete_installation(enterprise_id=None, team_id=team, user_id=user)
            return
        bot = await self._bot(team)
        if bot is not None and await self._works(bot.bot_token):
            log.info("a workspace was said to have left, but its token works")
            return
        await self.store.async_delete_all(enterprise_id=None, team_id=team)

    async def _bot(self, team: str) -> Bot | None:
        return await self._reading.async_find_bot(
            enterprise_id=None, team_id=team, is_enterprise_install=False
        )

    async def _renewed(self, team: str, bot: Bot) -> str:
        try:
            made = await self._rotated(bot)
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
            # Another process may have renewed it just now: a renewal's token works once.
            again = await self._bot(team)
            if again is not None and again.bot_token != bot.bot_token:
                return again.bot_token
            log.warning("a token was not renewed: %s", type(error).__name__)
            if (bot.bot_token_expires_at or 0) <= self._clock().timestamp():
                raise NotSentError("a token has expired, and was not renewed") from None
            return bot.bot_token
        if made is None:
            return bot.bot_token
        await self.store.async_save_bot(made)
        return made.bot_token

    async def _rotated(self, bot: Bot) -> Bot | None:
        """The bot with a new token, or None while the old one has time. The library's own rotator reads another clock."""
        if (bot.bot_token_expires_at or 0) > self._clock().timestamp() + ROTATE_MINUTES * 60:
            return None
        answer = await self._client.oauth_v2_access(
            **self._app, grant_type="refresh_token", refresh_token=bot.bot_refresh_token
        )
        if answer.get("token_type") != "bot":
            return None
        made = Bot(**bot.to_dict_for_copying())
        made.bot_token = str(answer["access_token"])
        made.bot_refresh_token = answer.get("refresh_token")
        made.bot_token_expires_at = int(self._clock().timestamp()) + int(answer["expires_in"])
        return made

    async def _works(self, token: str) -> bool:
        try:
            await self._client.auth_test(token=token)
        except SlackApiError as error:
            return _code(error) not in _DEAD
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise NotSentError("Slack cannot be reached") from None
        return True


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""
