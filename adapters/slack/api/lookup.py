"""Reading back what was sent: a message is known by the key in its metadata."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api.refusals import Means, meaning
from adapters.slack.api.web import RefusedError, Web
from bot.chat.known import Recent
from bot.chat.platform import NotSentError

EVENT = "studyhall_message"
_HEADERS_PRECISION = timedelta(seconds=1)
"""By so much more than its Date header says Slack's clock may be ahead."""
_PAGE = 200
_PAGES = 40
_REMEMBERED = 200


def metadata(key: str) -> dict[str, Any]:
    """The metadata of a message that is sent with this key."""
    return {"event_type": EVENT, "event_payload": {"key": key}}


class Lookup:
    """Searches a conversation for a key. A search that Slack interrupts goes on where it stopped."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._stopped: Recent[tuple[str, str, str, str, datetime], Mapping[str, str]] = Recent(_REMEMBERED)

    async def find(
        self, team: str, channel: str, thread: str | None, key: str, since: datetime, until: datetime
    ) -> str | None:
        """The ts of the message with this key, sent from ``since`` to ``until``; None when there is surely none.

        Where the message that a thread hangs on is gone, the channel is looked through: there Slack puts a reply to it.

        Both are by our clock, and are put right by as much as Slack's differs. A search for the same key and ``since`` that
        was cut off, by an error or a time limit, goes on with the page that it waited for.

        Raises:
            RefusedError, RateLimitedError, NotSentError, NoAccessError.
        """
        search = (team, channel, thread or "", key, since)
        ahead = self._web.ahead
        begin = {"oldest": _ts(since + ahead), "latest": _ts(until + ahead + _HEADERS_PRECISION)}
        for _ in range(_PAGES):
            place = self._stopped.get(search) or begin
            try:
                answer = await self._page(team, channel, thread, place)
            except RefusedError as error:
                self._stopped.drop(search)  # a cursor can be spent too
                if meaning(error.code) is not Means.MESSAGE_GONE:
                    raise
                return await self.find(team, channel, None, key, since, until) if thread else None
            found = next((m for m in answer.get("messages", ()) if _has(m, key)), None)
            cursor = str(answer.get("response_metadata", {}).get("next_cursor", ""))
            if found is not None or not cursor:
                self._stopped.drop(search)
                # A thread's answer begins with the message that it hangs on, however old that is.
                return str(found["ts"]) if found and float(found["ts"]) >= float(place["oldest"]) else None
            self._stopped.put(search, {**place, "cursor": cursor})
        raise NotSentError("there is much to look through")

    async def _page(
        self, team: str, channel: str, thread: str | None, place: Mapping[str, str]
    ) -> Mapping[str, Any]:
        method = "conversations.replies" if thread else "conversations.history"
        return await self._web.read(
            team,
            method,
            channel=channel,
            ts=thread,
            **place,
            inclusive=True,
            include_all_metadata=True,
            limit=_PAGE,
        )


def _ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _has(message: Mapping[str, Any], key: str) -> bool:
    found = message.get("metadata", {})
    payload = found.get("event_payload", {})
    return found.get("event_type") == EVENT and payload.get("key") == key and bool(message.get("bot_id"))
