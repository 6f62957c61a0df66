"""The parts of Slack's own libraries that would read the machine's clock, made to read ours, so that there is only one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from logging import Logger
from uuid import uuid4

from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.signature import Clock, SignatureVerifier
from sqlalchemy.ext.asyncio import AsyncEngine


class Installations(AsyncSQLAlchemyInstallationStore):
    """The installations in a database. ``clock`` gives aware UTC."""

    def __init__(
        self, client_id: str, engine: AsyncEngine, logger: Logger, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(client_id=client_id, engine=engine, logger=logger)
        self._clock = clock

    async def async_save(self, installation: Installation) -> None:
        """Keep what was just installed. The library dated it by the machine's clock; what counts is what has passed since."""
        late = self._clock().timestamp() - installation.installed_at
        installation.installed_at += late
        if installation.bot_token_expires_at is not None:
            installation.bot_token_expires_at += round(late)
        await super().async_save(installation)


class States(AsyncSQLAlchemyOAuthStateStore):
    """The states by which an installation that was begun is known again, each once. ``clock`` gives aware UTC."""

    def __init__(
        self, seconds: int, engine: AsyncEngine, logger: Logger, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(expiration_seconds=seconds, engine=engine, logger=logger)
        self._clock = clock

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state."""
        del args, kwargs
        state = str(uuid4())
        until = self._now() + timedelta(seconds=self.expiration_seconds)
        async with self.engine.begin() as conn:
            await conn.execute(self.oauth_states.insert(), {"state": state, "expire_at": until})
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether the state was issued, is not too old, and was not used before."""
        column = self.oauth_states.c
        used = self.oauth_states.delete().where(column.state == state, column.expire_at > self._now())
        async with self.engine.begin() as conn:
            return (await conn.execute(used)).rowcount > 0

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC).replace(tzinfo=None)  # the library's columns hold naive UTC


class Verification(AsyncRequestVerification):
    """Refuses what Slack did not sign, or signed more than five minutes ago by ``clock``, which gives aware UTC."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        super().__init__(secret)
        self._verifier = SignatureVerifier(secret, _Seconds(clock))


class _Seconds(Clock):
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
