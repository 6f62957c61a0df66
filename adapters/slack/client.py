"""Slack's one door in: a catch-all listener for each kind of thing it sends, acknowledged first, and our own table."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeAlias, cast

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack.api.clocked import Verification
from adapters.slack.api.library import quiet_logger
from adapters.slack.api.refusals import NOT_INSTALLED
from adapters.slack.api.web import Installs
from adapters.slack.event_handlers import EventHandlers, Json, Told
from adapters.slack.inbound import team_of
from adapters.slack.rendering.controls import LINK, option
from bot.chat.dispatch import log_failure
from bot.chat.known import Recent
from bot.chat.logged import name_of
from bot.chat.rendering.labels import action_id

log = logging.getLogger(__name__)

Left: TypeAlias = Callable[[str, tuple[str, ...] | None], Awaitable[None]]
"""Told of a workspace that is gone, with the users whose own tokens went, or None for all of it."""

ALL = re.compile(".*", re.DOTALL)
REMEMBERED = 2000
"""How many things that happened are remembered, so that one that Slack delivers again has no second effect."""
ACK_SECONDS = 2.4
"""A form's answer is told in the form if it is known by then; Slack waits for three seconds."""


class SlackClient:
    """Takes what Slack sends to its ``errands``. ``app`` is handed every request, over HTTP or a socket.

    ``left`` is told of a workspace that is gone, with the users whose tokens went, or None for all of it.
    """

    def __init__(
        self,
        errands: EventHandlers,
        installs: Installs,
        *,
        clock: Callable[[], datetime],
        signing_secret: str,
        left: Left | None = None,
    ) -> None:
        self._errands = errands
        self._clock = clock
        self._installs = installs
        self._left = left
        self.ack_seconds = ACK_SECONDS
        self._seen: Recent[str, Told] = Recent(REMEMBERED)
        self._running: set[asyncio.Task[Any]] = set()
        self.app = self._app(signing_secret)

    def _app(self, signing_secret: str) -> AsyncApp:
        async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
            token = await self._installs.token(team_id) if team_id else None
            if token is None:
                return None
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

        # A secret is always there: with an empty one bolt would look into the environment.
        secret = signing_secret or "socket mode has no signatures"
        app = AsyncApp(
            name="studyhall",
            logger=quiet_logger("bolt"),
            signing_secret=secret,
            request_verification_enabled=False,  # bolt's own reads the machine's clock; ours stands in its place
            before_authorize=Verification(secret, self._clock),
            authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", authorize),  # None is an answer too
            user_facing_authorize_error_message=NOT_INSTALLED,
        )
        app.use(self._notice)
        app.command(ALL)(self._command)
        app.action(ALL)(self._press)
        app.view(ALL)(self._form)
        app.options(ALL)(self._suggest)
        app.event(ALL)(self._event)
        return app

    async def settled(self) -> None:
        """Wait until everything that was begun is done."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def _command(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        self._once(f"c {team_of(body)} {body['trigger_id']}", lambda _: self._errands.command(body))

    async def _press(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        action = body["actions"][0]
        if action_id(str(action.get("action_id", ""))) != LINK:
            mark = f"p {body['user']['id']} {body.get('trigger_id')} {action.get('action_ts')}"
            self._once(mark, lambda _: self._errands.press(body))

    async def _form(self, ack: AsyncAck, body: Json) -> None:
        """A sent form: what was wrong with it is told in it; whatever else follows is shown once it is closed."""
        mark = f"f {body['user']['id']} {body['view']['id']} {body.get('trigger_id')}"
        told = self._once(mark, lambda told: self._errands.form(body, told))
        await asyncio.wait({told}, timeout=self.ack_seconds)
        if not told.done():
            told.set_result({})
        await ack(**told.result())

    async def _suggest(self, ack: AsyncAck, body: Json) -> None:
        """What completes a value in a long list of a form."""
        try:
            found = await self._errands.suggest(body)
        except Exception as error:  # noqa: BLE001  # no proposals rather than a list that never ends loading
            log.warning("nothing was proposed: %s", name_of(error))
            found = ()
        await ack(options=[option(each) for each in found])

    def _once(self, mark: str, errand: Callable[[Told], Coroutine[Any, Any, None]]) -> Told:
        """Begin an errand, the first time it is heard of; what a form is answered with comes in the future."""
        known = self._seen.get(mark)
        if known is not None:
            return known
        told: Told = asyncio.get_running_loop().create_future()
        self._seen.put(mark, told)
        self._start(self._errand(errand, told))
        return told

    async def _errand(self, errand: Callable[[Told], Coroutine[Any, Any, None]], told: Told) -> None:
        try:
            await errand(told)
        finally:
            if not told.done():
                told.set_result({})

    async def _notice(self, body: Json, next_: Callable[[], Awaitable[None]]) -> None:
        """Hear of events before they are acknowledged, so that no one stops waiting for what they begin."""
        event, team = body.get("event", {}), team_of(body)
        if self._left is not None and team and body.get("type") == "event_callback":
            tokens = event.get("tokens", {})
            if event.get("type") == "app_uninstalled" or tokens.get("bot"):
                self._start(self._gone(self._left, team, None))
            elif event.get("type") == "tokens_revoked":
                self._start(
                    self._gone(self._left, team, tuple(filter(None, map(str, tokens.get("oauth", ())))))
                )
        if event.get("type") == "app_home_opened" and event.get("tab") == "home" and team:
            self._once(f"e {team} {body.get('event_id')}", lambda _: self._errands.home.opened(body))
        if event.get("type") == "member_left_channel" and team:
            self._once(f"e {team} {body.get('event_id')}", lambda _: self._errands.left(body))
        await next_()

    async def _gone(self, left: Left, team: str, users: tuple[str, ...] | None) -> None:
        self._errands.people.forget(team)
        await left(team, users)

    async def _event(self) -> None:
        """What has its effect above, or none, is acknowledged, and that is all."""

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log_failure(log, error, "something Slack sent was not carried out")
