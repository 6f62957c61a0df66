"""Reading settings from environment variables: what the app and every adapter have in common there."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, TypeAlias

from bot.chat.errors import OperatorError

Reader: TypeAlias = Callable[[str, str], Any]
"""``(name, value) -> what the value means``, or a SettingsError."""

Readers: TypeAlias = Mapping[str, tuple[str, Reader]]
"""By a variable's name the attribute that it sets, and what reads its value."""

HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")


class SettingsError(OperatorError):
    """A setting is malformed: named with what it holds, unless that is secret, and with what would be right."""


def read_values(environ: Mapping[str, str], readers: Readers) -> dict[str, Any]:
    """What is set, by attribute; an empty variable counts as not set.

    Raises:
        SettingsError: a value is malformed.
    """
    given = {name: environ.get(name, "").strip() for name in readers}
    return {attribute: read(name, given[name]) for name, (attribute, read) in readers.items() if given[name]}


def wrong(name: str, value: str, right: str) -> SettingsError:
    """The error for a value that is no secret, and that must be ``right``."""
    shown = value if len(value) <= 60 else value[:59] + "…"
    return SettingsError(f"{name} is “{shown}”.", f"It must be {right}.")


def read_host(name: str, value: str) -> str:
    """An address of this machine.

    Raises:
        SettingsError: it is another's, or none.
    """
    if value.lower() == "localhost":
        return "localhost"
    try:
        return str(ip_address(value.strip("[]")))
    except ValueError:
        raise wrong(
            name, value, "an address of this machine: 127.0.0.1, ::1, localhost, or 0.0.0.0 for all"
        ) from None


def read_port(name: str, value: str) -> int:
    """The number of a port.

    Raises:
        SettingsError: it is none.
    """
    if value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 65535:
        return int(value)
    raise wrong(name, value, "a number from 1 to 65535, for example 8080")
