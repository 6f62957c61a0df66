"""The App Home: one's home page as the core makes it, published when it is opened and again after each press in it."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.slack.api.web import RefusedError, Web
from adapters.slack.inbound import Origin, of_home, request_of
from adapters.slack.people import People
from adapters.slack.rendering.limits import ACTION_ID, VIEW_BLOCKS
from adapters.slack.rendering.mrkdwn import Object
from adapters.slack.responder import payload_of
from bot.chat.cards import Private, Reply, Update, slot_key
from bot.chat.dispatch import Responder
from bot.chat.logged import Said, name_of
from bot.chat.platform import PlatformError
from bot.chat.rendering.labels import Ids, action_id
from bot.chat.requests import Invoke, Request

log = logging.getLogger(__name__)

COMMAND = "my home"
SLOT = "home"
"""What the slots of the core's home page begin with."""


@dataclass(frozen=True, slots=True)
class HomeTab:
    """Publishes home pages. ``clock`` gives aware UTC."""

    dispatcher: Responder
    people: People
    web: Web
    clock: Callable[[], datetime]

    async def opened(self, body: Mapping[str, Any]) -> None:
        """Somebody opened their home page."""
        await self._show(of_home(body), f"home {body.get('event_id', '')}")

    async def took(self, reply: Reply, request: Request, origin: Origin) -> bool:
        """Whether a press in the home page was answered there; any other answer is to be shown as elsewhere.

        A page without a slot is a question, such as which group is meant: its answer is the page itself.
        """
        if isinstance(reply, Private | Update) and slot_key(reply.slot).partition(":")[0] == SLOT:
            await self._publish(origin, reply, request.id)
            return True
        if isinstance(reply, Update) and not origin.slot:
            await self.refresh(request, origin)
            return True
        return False

    async def refresh(self, request: Request, origin: Origin) -> None:
        """Publish the page again, after something was done from it."""
        await self._show(origin, f"{request.id} home")

    async def _show(self, origin: Origin, made: str) -> None:
        origin = replace(origin, channel="", channel_name="", thread="", message="", slot="")
        request = await request_of(self.people, origin, Invoke(COMMAND, {}), made, self.clock())
        reply = await self.dispatcher.handle(request)
        if isinstance(reply, Private | Update):
            await self._publish(origin, reply, made)

    async def _publish(self, origin: Origin, reply: Private | Update, made: str) -> None:
        blocks = payload_of(reply.card, slot_key(reply.slot), made)["blocks"]
        for card in reply.also if isinstance(reply, Private) else ():
            blocks += [{"type": "divider"}, *payload_of(card)["blocks"]]
        view = {"type": "home", "blocks": _apart(blocks[:VIEW_BLOCKS])}
        try:
            await self.web.call(origin.team, "views.publish", user_id=origin.user, view=view)
        except PlatformError as error:
            code = Said(error.code) if isinstance(error, RefusedError) else name_of(error)
            log.warning("a home page was not published: %s", code)


def _apart(blocks: list[Object]) -> list[Object]:
    """The blocks of several cards, in which each control has an action id of its own."""
    ids = Ids(ACTION_ID)
    for element in _controls(blocks):
        element["action_id"] = ids.take(action_id(element["action_id"]))
    return blocks


def _controls(blocks: Iterable[Object]) -> Iterable[Object]:
    for block in blocks:
        for each in (*block.get("elements", ()), block.get("accessory", {})):
            if "action_id" in each:
                yield each
