"""The metrics of one process, as Prometheus reads them; docs/operations.md lists them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.features.daily.open_rounds import OpenRounds
from bot.outbox.operating import OpenDeliveries

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class Metrics:
    """Counts what is done as it is done; what stands in the database, or holds at this moment only, is set when it is asked for."""

    def __init__(self) -> None:
        self._registry = made = CollectorRegistry()
        ProcessCollector(registry=made)
        by_outcome = ("platform", "outcome")
        self._requests = Histogram(
            "studyhall_request_seconds",
            "Commands, presses and forms, from their arrival until their answer was known.",
            by_outcome,
            buckets=_SECONDS,
            registry=made,
        )
        self._sends = Histogram(
            "studyhall_send_seconds",
            "Tries to send or edit a message, until what came of it was recorded.",
            by_outcome,
            buckets=_SECONDS,
            registry=made,
        )

        def gauge(name: str, words: str, *labels: str) -> Gauge:
            return Gauge(f"studyhall_{name}", words, labels, registry=made)

        self._database = gauge("database_up", "1 where the database could be read for these figures.")
        self._deliveries = gauge(
            "deliveries",
            "Messages that are not settled, or kept; sent ones are to be edited.",
            "platform",
            "state",
        )
        self._due_lag = gauge(
            "due_lag_seconds", "For how long the message that is due longest has been.", "platform"
        )
        self._round_lag = gauge(
            "round_lag_seconds",
            "For how long the question or the step of a round that is due longest has been.",
        )
        self._rounds = gauge("open_rounds", "Rounds that run.", "state")
        self._queue = gauge("writer_queue", "Works that wait for the database's writer.")
        self._tick = gauge(
            "tick_age_seconds", "For how long something that is moved by the clock has not been."
        )
        self._connected = gauge("connected", "1 where the platform is connected.", "platform")

    def request(self, platform: str, outcome: str, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(platform, outcome).observe(seconds)

    def send(self, platform: str, outcome: str, seconds: float) -> None:
        """A delivery was tried."""
        self._sends.labels(platform, outcome).observe(seconds)

    def set_process(self, *, queue: int, tick_age: float, connected: Mapping[str, bool]) -> None:
        """What holds in the process at this moment."""
        self._queue.set(queue)
        self._tick.set(tick_age)
        for platform, stands in connected.items():
            self._connected.labels(platform).set(stands)

    def set_open(
        self,
        platforms: Iterable[str],
        found: tuple[Iterable[OpenDeliveries], OpenRounds] | None,
        now: datetime,
    ) -> None:
        """What is open in the database at ``now``; None: it could not be read, and nothing of it is told."""
        self._database.set(found is not None)
        for gauge in (self._deliveries, self._due_lag, self._rounds):
            gauge.clear()
        self._round_lag.set(float("nan"))
        if found is None:
            return
        deliveries, rounds = found
        lags = dict.fromkeys(platforms, 0.0)
        for each in deliveries:
            self._deliveries.labels(each.platform, each.state).set(each.number)
            if each.first_at is not None:
                lags[each.platform] = max(lags[each.platform], (now - each.first_at).total_seconds())
        for platform, lag in lags.items():
            self._due_lag.labels(platform).set(lag)
        for state, number in rounds.by_state.items():
            self._rounds.labels(state).set(number)
        due = rounds.due_since
        self._round_lag.set((now - due).total_seconds() if due is not None else 0)

    def page(self) -> bytes:
        """All of it, in the format that CONTENT_TYPE names."""
        return generate_latest(self._registry)
