"""A card on its way to a channel: in its thread where that stands, with its pictures where Slack takes them."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.api.lookup import metadata
from adapters.slack.api.refusals import Means, meaning
from adapters.slack.api.web import RefusedError, Web
from adapters.slack.rendering.render import render
from bot.chat.cards import Card
from bot.chat.logged import Said
from bot.chat.requests import MessageRef

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Renders cards and hands them to Slack, once each."""

    web: Web

    async def post(
        self, team: str, channel: str, thread: str | None, card: Card, pictures: Mapping[str, str], key: str
    ) -> Mapping[str, Any]:
        """Post a card in a channel or in a thread of it. A channel that the bot is not in is not entered for it.

        Where the message that a thread hangs on is gone, Slack puts the reply into the channel itself.

        Raises:
            RefusedError, RateLimitedError, NotSentError, InDoubtError, NoAccessError.
        """
        while True:
            where: dict[str, Any] = {"channel": channel, "thread_ts": thread, "metadata": metadata(key)}
            if thread is not None:
                where["reply_broadcast"] = True  # nobody follows a thread that the bot began
            try:
                return await self._call(team, "chat.postMessage", card, pictures, where)
            except RefusedError as error:
                # Who is not in a channel was removed from it since set-up, which joins: people decide who is there.
                if thread is None or meaning(error.code) is not Means.MESSAGE_GONE:
                    raise
                thread = None

    async def change(self, ref: MessageRef, card: Card, pictures: Mapping[str, str]) -> None:
        """Give a message a new face.

        Raises:
            RefusedError, RateLimitedError, NotSentError, InDoubtError, NoAccessError.
        """
        where = {"channel": ref.channel, "ts": ref.message}
        await self._call(ref.tenant, "chat.update", card, pictures, where)

    async def _call(
        self, team: str, method: str, card: Card, pictures: Mapping[str, str], where: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Send a card with its pictures; where Slack refuses those, with their words alone."""
        new = method == "chat.postMessage"
        try:
            return await self.web.call(team, method, **where, **render(card, pictures, notifies=new).payload)
        except RefusedError as error:
            if not pictures or meaning(error.code) is not Means.BLOCKS_REFUSED:
                raise
            log.warning("a message went without its pictures: %s", Said(error.code))
        return await self.web.call(team, method, **where, **render(card, notifies=new).payload)
