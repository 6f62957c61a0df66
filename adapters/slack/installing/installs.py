"""The workspaces the app is installed in: one by a token of the operator's, or many by OAuth, kept in our own database."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.api.answers import ERRORS, code_of, trouble, unconnected
from adapters.slack.api.library import BASE_URL, quiet_logger, web_client
from adapters.slack.api.refusals import Means, meaning
from bot.chat.logged import name_of
from bot.chat.operators.installs import Installations
from bot.chat.platform import NotSentError

log = logging.getLogger(__name__)

STATE_SECONDS = 600
"""So long somebody may take to allow the app after pressing "Add to Slack"."""
ROTATE_SECONDS = 2 * 3600
"""A token is renewed so long before it expires; Slack's live twelve hours."""

PLATFORM = "slack"


class OneWorkspace:
    """The workspace of one bot token."""

    def __init__(self, token: str, base_url: str = BASE_URL) -> None:
        self._token = token
        self._base_url = base_url
        self.team = ""

    async def begin(self) -> None:
        """Ask Slack whose token it is.

        Raises:
            RefusedError: nobody's.
            ConnectError: Slack cannot be reached.
        """
        client = web_client(self._base_url, self._token)
        try:
            answer = await client.auth_test()
        except ERRORS as error:
            raise unconnected(
                error,
                f"Slack does not accept the bot token ({code_of(error)}).",
                "Copy it again from the app's page, under Install App; it begins with xoxb-.",
            ) from None
        self.team = str(answer["team_id"])

    async def token(self, team: str) -> str | None:
        """The token, for its own workspace alone."""
        return self._token if team and team == self.team else None


class SlackInstallations(AsyncInstallationStore):
    """What keeps the workspaces' tokens, as Slack's library hands them over. One of another app counts as none."""

    def __init__(self, kept: Installations, client_id: str, clock: Callable[[], datetime]) -> None:
        self._kept = kept
        self._client_id = client_id
        self._clock = clock

    @property
    def logger(self) -> logging.Logger:
        """Slack's library asks for one."""
        return quiet_logger("sdk")

    async def async_save(self, installation: Installation) -> None:
        """Keep the workspace's token, which is all that the app asks for.

        Who changes the address that asks can grant a token of their own alone: that takes the place of no workspace's.
        """
        if not installation.bot_token:
            return
        # Slack says in how many seconds a token expires, and its library adds that to the machine's own clock.
        passed = self._clock().timestamp() - installation.installed_at
        if installation.bot_token_expires_at is not None:
            installation.bot_token_expires_at = int(installation.bot_token_expires_at + passed)
        installation.installed_at += passed
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a workspace's token."""
        data = vars(bot) | {"client_id": self._client_id}
        await self._kept.save(PLATFORM, bot.team_id or bot.enterprise_id or "", "", data)

    async def find_bot(self, team: str) -> Bot | None:
        """A workspace's token."""
        data = dict(await self._kept.find(PLATFORM, team) or {})
        return Bot(**data) if data.pop("client_id", None) == self._client_id else None

    async def forget(self, team: str, user: str | None = None) -> None:
        """Forget a workspace with everybody's tokens, or one user's own, which earlier versions kept."""
        await self._kept.forget(PLATFORM, team, user)


class SlackStates(AsyncOAuthStateStore):
    """Slack's own interface on what keeps the beginnings of installations."""

    def __init__(self, kept: Installations) -> None:
        self._kept = kept

    @property
    def logger(self) -> logging.Logger:
        """Slack's library asks for one."""
        return quiet_logger("sdk")

    async def async_issue(self, *_: object, **__: object) -> str:
        """A state for somebody who begins to install the app."""
        return await self._kept.issue(PLATFORM, STATE_SECONDS)

    async def async_consume(self, state: str) -> bool:
        """Whether it is one of ours, in time and not used before."""
        return await self._kept.consume(PLATFORM, state)


class ManyWorkspaces:
    """The workspaces that installed the app by OAuth; ``kept`` keeps their tokens, ``clock`` gives aware UTC."""

    def __init__(
        self,
        kept: Installations,
        *,
        client_id: str,
        client_secret: str,
        clock: Callable[[], datetime],
        base_url: str = BASE_URL,
    ) -> None:
        self.store = SlackInstallations(kept, client_id, clock)
        self.states = SlackStates(kept)
        self.client_id = client_id
        self.client_secret = client_secret
        self.client = web_client(base_url)
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, team: str) -> str | None:
        """A workspace's token, renewed in time; None where the app is not installed.

        Raises:
            NotSentError: it has expired, and could not be renewed just now.
        """
        bot = await self.store.find_bot(team)
        if bot is None or bot.bot_token_expires_at is None:
            return bot.bot_token if bot is not None else None
        async with self._locks[team]:
            bot = await self.store.find_bot(team)
            return await self._renewed(team, bot) if bot is not None else None

    async def left(self, team: str, users: tuple[str, ...] | None = None) -> None:
        """Forget a workspace that uninstalled the app, or some users' own tokens in it.

        A notice that comes late, after the app was installed again, changes nothing: the token is tried first.
        """
        if users is not None:
            for user in users:
                await self.store.forget(team, user)
            return
        bot = await self.store.find_bot(team)
        if bot is not None and await self._works(bot.bot_token):
            log.info("a workspace was said to have left, but its token works")
            return
        await self.store.forget(team)

    async def _renewed(self, team: str, bot: Bot) -> str:
        expires_at, now = bot.bot_token_expires_at or 0, self._clock().timestamp()
        if expires_at > now + ROTATE_SECONDS:
            return bot.bot_token
        try:
            answer = await self.client.oauth_v2_access(
                client_id=self.client_id,
                client_secret=self.client_secret,
                grant_type="refresh_token",
                refresh_token=bot.bot_refresh_token,
            )
            bot.bot_token, lasts = str(answer["access_token"]), int(answer["expires_in"])
        except (*ERRORS, KeyError) as error:
            # Another process may have renewed it just now: a renewal's token works once.
            again = await self.store.find_bot(team)
            if again is not None and again.bot_token != bot.bot_token:
                return again.bot_token
            log.warning("a token was not renewed: %s", name_of(error))
            if expires_at <= now:
                raise NotSentError("a token has expired, and was not renewed") from None
            return bot.bot_token
        bot.bot_refresh_token = answer.get("refresh_token")
        bot.bot_token_expires_at = int(now) + lasts
        await self.store.async_save_bot(bot)
        return bot.bot_token

    async def _works(self, token: str) -> bool:
        try:
            await self.client.auth_test(token=token)
        except ERRORS as error:
            if trouble(error):
                raise NotSentError("Slack cannot be reached") from None
            return meaning(code_of(error)) is not Means.TOKEN_DEAD
        return True
