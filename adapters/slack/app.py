"""Slack put together: the platform first, for the core to post with, and then the door in, once the core can answer."""

from adapters.slack.api.library import BASE_URL
from adapters.slack.api.pace import RateLimiter
from adapters.slack.api.web import Installs, Web
from adapters.slack.client import Left, SlackClient
from adapters.slack.event_handlers import EventHandlers
from adapters.slack.home import HomeTab
from adapters.slack.people import People
from adapters.slack.posting import SlackPlatform
from adapters.slack.responder import SlackResponder
from bot.chat.dispatch import Responder
from bot.chat.factory import Timing


class Slack:
    """All workspaces of one process. ``platform`` is the port; ``connect`` gives the door in, when the core stands."""

    def __init__(self, installs: Installs, timing: Timing, base_url: str = BASE_URL) -> None:
        self._installs = installs
        self._timing = timing
        self.web = Web(installs, timing.clock, base_url)
        self.people = People(self.web, timing.timer)
        pace = RateLimiter(timing.timer, timing.sleep)
        self.platform = SlackPlatform(self.web, self.people, pace, clock=timing.clock, sleep=timing.sleep)
        self.client: SlackClient | None = None

    def connect(
        self, dispatcher: Responder, *, signing_secret: str = "", left: Left | None = None
    ) -> SlackClient:
        """The door in. ``signing_secret`` is needed over HTTP; ``left`` is told of workspaces that are gone."""
        clock = self._timing.clock
        desk = SlackResponder(self.web, self.platform, clock=clock, sleep=self._timing.sleep)
        home = HomeTab(dispatcher, self.people, self.web, clock)
        errands = EventHandlers(dispatcher, self.people, desk, self.web, clock, home)
        self.client = SlackClient(
            errands, self._installs, clock=clock, signing_secret=signing_secret, left=left
        )
        return self.client

    async def close(self) -> None:
        """Finish what is under way, and close every connection."""
        if self.client is not None:
            await self.client.settled()
        await self.people.close()
        await self.web.close()
