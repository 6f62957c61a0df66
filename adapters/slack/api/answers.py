"""What an error of Slack's library means: Slack refused, had trouble of its own, or something else answered or nothing."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.api.refusals import Means, meaning
from bot.chat.platform import ConnectError, RefusedError

ERRORS = (SlackApiError, aiohttp.ClientError, OSError, TimeoutError)
"""What a call of Slack's library raises."""

_TRY_AGAIN = "Check this machine's connection, then try again; if it stays, look at https://slack-status.com."
_PROXY = "Look for what stands between this machine and slack.com, such as a proxy or a firewall: it must let Slack's API through."


def code_of(error: Exception) -> str:
    """Slack's own name for what it refuses; "" where Slack refused nothing."""
    data = getattr(getattr(error, "response", None), "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def status_of(error: SlackApiError) -> int:
    """The HTTP status of the answer."""
    response: Any = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def wait_asked(error: SlackApiError) -> float:
    """So many seconds Slack asks to wait; half a minute where it names none."""
    said = str(getattr(error.response, "headers", {}).get("Retry-After", ""))
    return float(said) if said.isascii() and said.isdigit() else 30.0


def trouble(error: Exception) -> tuple[str, str] | None:
    """What was found instead of Slack's answer and what to do about it; None where Slack answered, and refused."""
    if not isinstance(error, SlackApiError):
        return f"no answer ({type(error).__name__})", _TRY_AGAIN
    code = code_of(error)
    if meaning(code) in {Means.IN_DOUBT, Means.SLOW_DOWN}:
        return f"Slack is busy or out of order ({code})", _TRY_AGAIN
    if not code:
        return f"a page instead of Slack's answer (HTTP {status_of(error)})", _PROXY
    return None


def unconnected(error: Exception, refused: str, remedy: str) -> ConnectError:
    """Why it can't be begun: Slack refused, which the words and the ``remedy`` say, or there was no answer of Slack's."""
    instead = trouble(error)
    return (
        ConnectError(f"Slack cannot be reached: {instead[0]}.", instead[1])
        if instead
        else RefusedError(refused, remedy)
    )
