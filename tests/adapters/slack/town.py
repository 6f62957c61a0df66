"""A town on Slack to test in: the fake, a timer that sleeping moves, tokens as the world knows them."""

from datetime import UTC, datetime

from tests.adapters.slack.world import World

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEAM = "T0ONE"


class Timer:
    """Counts seconds; who sleeps moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class Tokens:
    """The tokens of a world, as an operator's settings would hold them."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def token(self, team: str) -> str | None:
        return next((t for t, about in self.world.tokens.items() if about.team == team), None)
