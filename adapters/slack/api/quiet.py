"""Loggers for Slack's libraries, which below this level write down whole requests, and with them what members wrote."""

import logging


def quiet_logger(name: str) -> logging.Logger:
    """A logger that never says less important things than information, whatever level the operator sets."""
    made = logging.getLogger(f"adapters.slack.{name}")
    made.setLevel(logging.INFO)
    return made
