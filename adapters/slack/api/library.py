"""Slack's libraries as they are used here: calls that are sent once, and loggers that write no requests down."""

import logging

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

BASE_URL = "https://slack.com/api/"
TIMEOUT_SECONDS = 12.0
"""The longest a call may take: shorter than a delivery's own limit, so that its outcome is known by then."""


def quiet_logger(name: str) -> logging.Logger:
    """A logger that never says less important things than information, whatever level the operator sets.

    Below that Slack's libraries write down whole requests, and with them what members wrote.
    """
    made = logging.getLogger(f"adapters.slack.{name}")
    made.setLevel(logging.INFO)
    return made


def web_client(
    base_url: str, token: str | None = None, session: ClientSession | None = None
) -> AsyncWebClient:
    """A client of Slack's Web API that sends nothing again by itself: a post that was sent twice stands there twice."""
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        timeout=int(TIMEOUT_SECONDS),
        retry_handlers=[],
        logger=quiet_logger("sdk"),
    )
