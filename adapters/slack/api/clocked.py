"""What of Slack's own libraries would read the machine's clock, made to read ours, so that there is only one."""

import logging
from collections.abc import Callable
from datetime import datetime

from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_sdk.signature import Clock, SignatureVerifier

log = logging.getLogger(__name__)


class Verification(AsyncRequestVerification):
    """Refuses what Slack did not sign, or signed more than five minutes ago by ``clock``, which gives aware UTC."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        super().__init__(secret)
        self._verifier = SignatureVerifier(secret, _Seconds(clock))

    def _debug_log_error(self, signature: str, timestamp: str, body: str) -> None:
        del signature, timestamp, body  # bolt's own writes them down whole
        log.warning("a request came that Slack did not sign, or too long ago")


class _Seconds(Clock):
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
