"""Slack's one door in: a catch-all listener for each kind of thing it sends, acknowledged first, and our own table."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, cast

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack.controls import LINK, option
from adapters.slack.desk import Desk
from adapters.slack.errands import Errands, Json, Told
from adapters.slack.inbound import RUN, of_suggestion
from adapters.slack.people import People
from adapters.slack.quiet import quiet_logger
from adapters.slack.web import Installs, Web
from adapters.slack.words import Wording
from bot.chat.dispatch import Dispatcher, trace_of

log = logging.getLogger(__name__)

ALL = re.compile(".*", re.DOTALL)
REMEMBERED = 2000
"""How many things that happened are remembered, so that one that Slack delivers again has no second effect."""
ACK_SECONDS = 2.4
"""A form's answer is told in the form if it is known by then; Slack waits for three seconds."""


class SlackClient:
    """Takes what Slack sends to the dispatcher. ``app`` is handed every request, over HTTP or a socket.

    ``left`` is told of a workspace that is gone, with the users whose tokens went, or None for all of it.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        people: People,
        desk: Desk,
        installs: Installs,
        web: Web,
        *,
        clock: Callable[[], datetime],
        wording: Callable[[], Wording],
        signing_secret: str,
        left: Callable[[str, tuple[str, ...] | None], Awaitable[None]] | None = None,
    ) -> None:
        self._people = people
        self._clock = clock
        self._installs = installs
        self._left = left
        self._errands = Errands(dispatcher, people, desk, web, clock, wording)
        self._seen: OrderedDict[str, Told] = OrderedDict()
        self._running: set[asyncio.Task[Any]] = set()
        self.app = self._app(signing_secret)

    def _app(self, signing_secret: str) -> AsyncApp:
        async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
            token = await self._installs.token(team_id) if team_id else None
            if token is None:
                return None
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

        # A secret is always there: with an empty one bolt would look into the environment.
        app = AsyncApp(
            name="studyhall",
            logger=quiet_logger("bolt"),
            signing_secret=signing_secret or "socket mode has no signatures",
            authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", authorize),  # None is an answer too
            request_verification_enabled=True,
        )
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
        self._once(f"c {body['team_id']} {body['trigger_id']}", lambda _: self._errands.command(body))

    async def _press(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        action = body["actions"][0]
        if str(action.get("action_id", "")).partition("#")[0] != LINK:
            mark = f"p {body['user']['id']} {body.get('trigger_id')} {action.get('action_ts')}"
            self._once(mark, lambda _: self._errands.press(body))

    async def _form(self, ack: AsyncAck, body: Json) -> None:
        """A sent form: what was wrong with it is told in it; whatever else follows is shown once it is closed."""
        mark = f"f {body['user']['id']} {body['view']['id']} {body.get('trigger_id')}"
        told = self._once(mark, lambda told: self._errands.form(body, told))
        await asyncio.wait({told}, timeout=ACK_SECONDS)
        if not told.done():
            told.set_result({})
        await ack(**told.result())

    async def _suggest(self, ack: AsyncAck, body: Json) -> None:
        """What completes a value in a long list of a form."""
        path = str((body.get("view") or {}).get("callback_id", "")).removeprefix(RUN)
        try:
            found = await self._errands.suggest(body, of_suggestion(body), path)
        except Exception as error:  # noqa: BLE001  # no proposals rather than a list that never ends loading
            log.warning("nothing was proposed: %s", type(error).__name__)
            found = ()
        await ack(options=[option(each) for each in found])

    def _once(self, mark: str, errand: Callable[[Told], Coroutine[Any, Any, None]]) -> Told:
        """Begin an errand, the first time it is heard of; what a form is answered with comes in the future."""
        known = self._seen.get(mark)
        if known is not None:
            return known
        told: Told = asyncio.get_running_loop().create_future()
        self._seen[mark] = told
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        task = asyncio.create_task(errand(told))
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(done, told))
        return told

    def _ended(self, task: "asyncio.Task[None]", told: Told) -> None:
        self._running.discard(task)
        if not told.done():
            told.set_result({})
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("something Slack sent was not carried out: %s", trace_of(error))

    async def _event(self, body: Json) -> None:
        event = body.get("event", {})
        team = str(body.get("team_id", ""))
        if self._left is None or not team:
            return
        if event.get("type") == "app_uninstalled":
            self._people.forget(team)
            await self._left(team, None)
        elif event.get("type") == "tokens_revoked":
            tokens = event.get("tokens", {})
            if tokens.get("bot"):
                self._people.forget(team)
                await self._left(team, None)
            elif tokens.get("oauth"):
                await self._left(team, tuple(map(str, tokens["oauth"])))
