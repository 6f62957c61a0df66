"""Reading back what was sent: a message is known by the key in its metadata."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.slack.api.web import RefusedError, Web
from bot.chat.platform import NotSentError

EVENT = "studyhall_message"
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
        self._stopped: OrderedDict[tuple[str, str, str, str], str] = OrderedDict()

    async def find(
        self, team: str, channel: str, thread: str | None, key: str, since: datetime
    ) -> str | None:
        """The ts of the message with this key, sent at or after ``since``; None when there is surely none.

        Raises:
            RefusedError, RateLimitedError, NotSentError, NoAccessError.
        """
        search = (team, channel, thread or "", key)
        cursor = self._stopped.pop(search, "")
        for _ in range(_PAGES):
            try:
                answer = await self._page(team, channel, thread, since, cursor)
            except RefusedError as error:
                if error.code == "thread_not_found":
                    return None
                raise
            except NotSentError:
                self._stopped[search] = cursor
                while len(self._stopped) > _REMEMBERED:
                    self._stopped.popitem(last=False)
                raise
            found = next((m for m in answer.get("messages", ()) if _has(m, key)), None)
            if found is not None:
                return str(found["ts"]) if float(found["ts"]) >= since.timestamp() else None
            cursor = str(answer.get("response_metadata", {}).get("next_cursor", ""))
            if not cursor:
                return None
        self._stopped[search] = cursor
        raise NotSentError("there is much to look through")

    async def _page(
        self, team: str, channel: str, thread: str | None, since: datetime, cursor: str
    ) -> Mapping[str, Any]:
        method = "conversations.replies" if thread else "conversations.history"
        return await self._web.read(
            team,
            method,
            channel=channel,
            ts=thread,
            oldest=f"{since.timestamp():.6f}",
            inclusive=True,
            include_all_metadata=True,
            limit=_PAGE,
            cursor=cursor or None,
        )


def _has(message: Mapping[str, Any], key: str) -> bool:
    found = message.get("metadata", {})
    payload = found.get("event_payload", {})
    return found.get("event_type") == EVENT and payload.get("key") == key and bool(message.get("bot_id"))
