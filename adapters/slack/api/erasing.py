"""Taking back what somebody was told directly: the bot's own messages in a direct conversation, and the files in them."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from adapters.slack.api.pace import RateLimiter
from adapters.slack.api.web import RefusedError, Web
from bot.chat.known import Recent
from bot.chat.logged import Said

log = logging.getLogger(__name__)

AT_ONCE = 8
"""So many messages go in one call: each deletion waits for its turn, one a second (Slack takes 50 a minute of each kind)."""
_PAGE = 15
"""The most that Slack shows at once to an app outside its Marketplace
(https://docs.slack.dev/reference/methods/conversations.history)."""
_REPLIES = 200
_REMEMBERED = 200

_HOME = {
    "type": "home",
    "blocks": [
        {
            "type": "section",
            "text": {"type": "plain_text", "text": "Nothing is kept about you.", "emoji": False},
        }
    ],
}


class Eraser:
    """Deletes the bot's own messages in direct conversations, newest first, and remembers how far it has come."""

    def __init__(self, web: Web, pace: RateLimiter) -> None:
        self._web = web
        self._pace = pace
        self._reached: Recent[tuple[str, str, datetime], str] = Recent(_REMEMBERED)

    async def erase(self, team: str, user: str, channel: str, before: datetime) -> bool:
        """Delete some messages to a user that were sent before an instant by our clock; whether none is left.

        Raises:
            RefusedError, RateLimitedError, NotSentError, InDoubtError, NoAccessError.
        """
        search = (team, channel, before)
        latest = self._reached.get(search) or f"{(before + self._web.ahead).timestamp():.6f}"
        answer = await self._web.read(
            team, "conversations.history", channel=channel, latest=latest, limit=_PAGE
        )
        deleted = 0
        for message in answer.get("messages", ()):
            for each in await self._with_replies(team, channel, message):
                if each.get("user") == user:
                    continue
                if deleted == AT_ONCE:
                    return False
                await self._delete(team, channel, each)
                deleted += 1
            self._reached.put(search, str(message["ts"]))
        if answer.get("has_more"):
            return False
        self._reached.drop(search)
        return True

    async def clear_home(self, team: str, user: str) -> None:
        """Take somebody's record off their Home tab; it is built again when they open it.

        Raises:
            RateLimitedError, NotSentError, InDoubtError, NoAccessError.
        """
        await self._try(team, "views.publish", user_id=user, view=_HOME)

    async def _with_replies(
        self, team: str, channel: str, message: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        """A message, after what stands in its thread: without the message nobody would find that again."""
        if not message.get("reply_count"):
            return [message]
        answer = await self._web.read(
            team, "conversations.replies", channel=channel, ts=message["ts"], limit=_REPLIES
        )
        return [*(each for each in answer.get("messages", ()) if each["ts"] != message["ts"]), message]

    async def _delete(self, team: str, channel: str, message: Mapping[str, Any]) -> None:
        for file in _files(message):  # before its message, for the same reason
            async with self._pace.turn(team, "files deleted"):
                await self._try(team, "files.delete", file=file)
        async with self._pace.turn(team, "messages deleted"):
            await self._try(team, "chat.delete", channel=channel, ts=message["ts"])

    async def _try(self, team: str, method: str, **given: Any) -> None:  # noqa: ANN401  # JSON
        try:
            await self._web.call(team, method, **given)
        except RefusedError as error:
            # It is gone already, or nobody may delete it: the others must not wait for it.
            log.info("%s was refused: %s", Said(method), Said(error.code))


def _files(message: Mapping[str, Any]) -> Iterator[str]:
    """The ids of what a message carries: files that were shared in it, and pictures that its blocks show."""
    shared = (each.get("id") for each in message.get("files") or ())
    shown = ((each.get("slack_file") or {}).get("id") for each in message.get("blocks") or ())
    yield from (str(each) for each in (*shared, *shown) if each)
