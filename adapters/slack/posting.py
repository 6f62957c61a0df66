"""The Platform port on Slack: posts with a key, edits, and looks up what is in doubt."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api.erasing import Eraser
from adapters.slack.api.lookup import Lookup
from adapters.slack.api.pace import RateLimiter
from adapters.slack.api.refusals import refusal
from adapters.slack.api.web import RefusedError, Web
from adapters.slack.people import People
from adapters.slack.rendering.render import render
from adapters.slack.sending import Sender
from adapters.slack.uploads import Uploads
from bot.chat.cards import Card
from bot.chat.known import Posts
from bot.chat.logged import name_of
from bot.chat.platform import (
    NoAccessError,
    NotSentError,
    Pace,
    PlatformError,
    Threads,
    UnreachableError,
    in_any,
)
from bot.chat.requests import Destination, Identity, MessageRef, Place

log = logging.getLogger(__name__)

NAME = "slack"
OVERLAP = timedelta(minutes=10)
"""So long after its start a process looks for what an earlier one may have sent just before it ended."""


class SlackPlatform:
    """Slack's workspaces. ``clock`` gives aware UTC; ``sleep`` waits for so many seconds."""

    name = NAME
    threads = Threads.PREFERRED
    has_roles = False  # its user groups are none
    remembers = timedelta(0)
    pace = Pace(at_once=100)
    """Slack's limits are a workspace's and a channel's: ``RateLimiter`` keeps them, and messages wait in it."""

    def __init__(
        self,
        web: Web,
        people: People,
        pace: RateLimiter,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._web = web
        self._people = people
        self._pace = pace
        self._clock = clock
        self._uploads = Uploads(web, sleep)
        self._lookup = Lookup(web)
        self._eraser = Eraser(web, pace)
        self._sender = Sender(web)
        self._posts = Posts()
        self._since = clock()

    async def handle(self, account: Identity) -> str | None:
        """The name of an account within its workspace."""
        found = await self._people.person(self._people.team(account), account.user)
        return found.handle or None

    async def still_in(self, account: Identity, places: tuple[Place, ...]) -> bool | None:
        """Whether an account is in one of these channels.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
        """
        return await in_any(places, lambda place: self._people.is_in(account, place))

    async def erase(self, account: Identity, before: datetime) -> bool:
        """Delete some of the bot's own direct messages to somebody, with their files; whether none is left.

        Raises:
            RateLimitedError, NotSentError, InDoubtError, NoAccessError, UnreachableError.
        """
        team = self._people.team(account)
        try:
            channel = await self._people.direct(team, account.user)
            done = await self._eraser.erase(team, account.user, channel, before)
        except RefusedError as error:
            raise refusal(error.code, private=True) from None
        if done:
            await self._eraser.clear_home(team, account.user)
        return done

    async def post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        """Send a card; with a key that was sent before, the first message comes back.

        Raises:
            RateLimitedError, NotSentError, InDoubtError, NoAccessError, UnreachableError.
        """
        return await self._posts.once(destination, key, lambda: self._post(destination, card, key))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Give a message a new face; one that shows it already is left as it is.

        Raises:
            GoneError, RateLimitedError, NotSentError, InDoubtError, NoAccessError.
        """
        made = render(card)
        pictures: Mapping[str, str] = {}
        if made.files:
            shown = tuple(each for each in made.files if each.picture)
            pictures = (await self._uploads.bring(ref.tenant, shown)).pictures
        async with self._pace.turn(ref.tenant, f"{ref.channel} edits"):
            try:
                await self._sender.change(ref, card, pictures)
            except RefusedError as error:
                raise refusal(error.code, edit=True) from None

    async def send_directly(self, team: str, user: str, payload: Mapping[str, Any]) -> None:
        """Send a rendered message to somebody, without a key.

        Raises:
            RateLimitedError, NotSentError, InDoubtError, NoAccessError, UnreachableError.
        """
        channel = await self._people.direct(team, user)
        async with self._pace.turn(team, channel):
            try:
                await self._web.call(team, "chat.postMessage", channel=channel, **payload)
            except RefusedError as error:
                raise refusal(error.code, private=True) from None

    async def find(
        self, destination: Destination, key: str, since: datetime, until: datetime | None = None
    ) -> MessageRef | None:
        """The message that was sent with this key from ``since`` to ``until``, read back from Slack.

        Raises:
            RateLimitedError, NotSentError, NoAccessError.
        """
        try:
            team, channel = await self._channel(destination)
            thread, end = _thread(destination), until or self._clock()
            found = await self._lookup.find(team, channel, thread, key, since, end)
        except RefusedError as error:
            raise refusal(error.code) from None
        except UnreachableError:
            return None
        return MessageRef(NAME, team, channel, found) if found else None

    async def problems(self, destination: Destination, *, enter: bool = False) -> tuple[str, ...]:
        """What keeps the bot from posting there; with ``enter`` a public channel is joined at once."""
        try:
            team, channel = await self._channel(destination)
            if isinstance(destination, Place):
                await self._check(team, channel, enter=enter)
        except RefusedError as error:
            return (str(refusal(error.code, private=isinstance(destination, Identity))),)
        except UnreachableError:
            return ("Slack does not let Studyhall write to this person.",)
        except NoAccessError as error:
            return (str(error),)
        except PlatformError:
            return ("Slack did not answer. Try again in a minute.",)
        return ()

    async def _check(self, team: str, channel: str, *, enter: bool) -> None:
        found = (await self._web.read(team, "conversations.info", channel=channel)).get("channel", {})
        if found.get("is_archived"):
            raise RefusedError("is_archived")
        if found.get("is_member"):
            return
        if enter:
            await self._web.call(team, "conversations.join", channel=channel)
        else:
            raise RefusedError("not_in_channel")

    async def _channel(self, destination: Destination) -> tuple[str, str]:
        """The workspace through which it is reached, and the channel there."""
        team = self._people.team(destination)
        if isinstance(destination, Place):
            return team, destination.channel
        return team, await self._people.direct(team, destination.user)

    async def _post(self, destination: Destination, card: Card, key: str) -> MessageRef:
        private = isinstance(destination, Identity)
        try:
            team, channel = await self._channel(destination)
            before = await self._sent_before(destination, team, channel, key)
            if before is not None:
                return before
            made = render(card)
            brought = await self._uploads.bring(team, made.files)
            async with self._pace.turn(team, channel):
                if private and brought.downloads and not card.controls:
                    words = made.payload["text"]
                    ts = await self._uploads.introduce(team, brought.downloads, channel, words)
                    return MessageRef(NAME, team, channel, ts)
                thread = _thread(destination)
                sent = await self._sender.post(team, channel, thread, card, brought.pictures, key)
        except RefusedError as error:
            raise refusal(error.code, private=private) from None
        ref = MessageRef(NAME, team, channel, str(sent["ts"]))
        try:
            await self._uploads.share(team, brought.downloads, channel, ref.message)
        except PlatformError as error:
            log.error("a file was not shared below its message: %s", name_of(error))  # noqa: TRY400
        return ref

    async def _sent_before(
        self, destination: Destination, team: str, channel: str, key: str
    ) -> MessageRef | None:
        """What an earlier process sent with this key, looked for while this one is young.

        What was in doubt was looked for by its sender already; this catches what nobody knew to be sent twice.
        """
        if self._clock() - self._since > OVERLAP:
            return None
        since = self._since - OVERLAP
        try:
            found = await self._lookup.find(team, channel, _thread(destination), key, since, self._clock())
        except (NotSentError, NoAccessError):
            return None
        return MessageRef(NAME, team, channel, found) if found else None


def _thread(destination: Destination) -> str | None:
    return destination.thread if isinstance(destination, Place) else None
