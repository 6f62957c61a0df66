"""What an operator sets for Slack: two tokens for one workspace, or four things for many."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from bot.chat.operators.settings import (
    HOST_NAME,
    Reader,
    Readers,
    SettingsError,
    read_host,
    read_port,
    read_values,
    wrong,
)
from bot.chat.words import all_of

_PATH = re.compile(r"[^\s?#@]+")


_OVER_A_SOCKET = ("bot_token", "app_token")
_OVER_HTTP = ("signing_secret", "client_id", "client_secret", "url")


def _token(begin: str, where: str) -> Reader:
    def read(name: str, value: str) -> str:
        if re.fullmatch(rf"{begin}[\w-]{{1,300}}", value, re.ASCII) is None:
            raise SettingsError(
                f"{name} is no such token.", f"It begins with {begin}: copy it whole from {where}."
            )
        return value

    return read


def _secret(name: str, value: str) -> str:
    if re.fullmatch(r"[\w-]{8,200}", value, re.ASCII) is None:
        raise SettingsError(
            f"{name} is no secret of Slack's.", "Copy it whole from the app's page, under Basic Information."
        )
    return value


def _client_id(name: str, value: str) -> str:
    if re.fullmatch(r"\d{1,30}\.\d{1,30}", value, re.ASCII) is None:
        raise wrong(name, value, "the number with a dot from the app's page, under Basic Information")
    return value


def read_url(name: str, value: str) -> str:
    """An address at which Slack can find us.

    Raises:
        SettingsError: it is none.
    """
    host = value.removeprefix("https://").partition("/")[0]
    if (
        not value.startswith("https://")
        or HOST_NAME.fullmatch(host.partition(":")[0].lower()) is None
        or not _PATH.fullmatch(value)
    ):
        raise wrong(name, value, "an address that Slack can reach, such as https://study.example.org")
    return value.rstrip("/")


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Over a socket Slack takes ``bot_token`` and ``app_token``, over HTTP the four that follow.

    ``url`` is where Slack finds us, ``host`` and ``port`` where we listen.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    url: str = ""
    host: str = "127.0.0.1"
    port: int = 3000

    READERS: ClassVar[Readers] = {
        "STUDYHALL_SLACK_BOT_TOKEN": ("bot_token", _token("xoxb-", "the app's page, under Install App")),
        "STUDYHALL_SLACK_APP_TOKEN": (
            "app_token",
            _token("xapp-", "the app's page, under Basic Information, App-Level Tokens"),
        ),
        "STUDYHALL_SLACK_SIGNING_SECRET": ("signing_secret", _secret),
        "STUDYHALL_SLACK_CLIENT_ID": ("client_id", _client_id),
        "STUDYHALL_SLACK_CLIENT_SECRET": ("client_secret", _secret),
        "STUDYHALL_SLACK_URL": ("url", read_url),
        "STUDYHALL_SLACK_HOST": ("host", read_host),
        "STUDYHALL_SLACK_PORT": ("port", read_port),
    }

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables that begin with ``STUDYHALL_SLACK_``.

        Raises:
            SettingsError: one is malformed, something is missing, or both ways are set.
        """
        made = cls(**read_values(environ, cls.READERS))
        begun = [
            names for names in (_OVER_A_SOCKET, _OVER_HTTP) if any(getattr(made, each) for each in names)
        ]
        if len(begun) > 1:
            raise SettingsError(
                "Slack is set up in two ways.",
                "Keep STUDYHALL_SLACK_BOT_TOKEN and STUDYHALL_SLACK_APP_TOKEN for one workspace, "
                f"or {_listed(_OVER_HTTP)} for many, and empty the others.",
            )
        missing = tuple(each for names in begun for each in names if not getattr(made, each))
        if missing:
            raise SettingsError(
                "Slack lacks something.", f"Set {_listed(missing)}; docs/slack.md says where it is from."
            )
        return made

    @property
    def over_http(self) -> bool:
        """Whether Slack reaches this process over HTTP; else over a socket that we open."""
        return bool(self.url)

    @property
    def is_set(self) -> bool:
        """Whether Slack is connected at all."""
        return self.over_http or bool(self.bot_token)


def _listed(attributes: tuple[str, ...]) -> str:
    return all_of([f"STUDYHALL_SLACK_{each.upper()}" for each in attributes])
