"""What an operator can set, from the environment and a ``.env`` file beside it; the environment wins."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from bot.chat.errors import OperatorError

LOG_LEVELS = ("debug", "info", "warning", "error")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<value>.*)(?P=quote)(?:\s+#.*)?""")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")


_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_PATH = re.compile(r"[^\s?#@]+")
_SHARDS = re.compile(r"(?P<ids>\d{1,5}(?:,\d{1,5})*)/(?P<count>\d{1,5})", re.ASCII)
MAX_SHARDS = 10_000
"""More than any bot has: 2,500 servers go on each."""


class SettingsError(OperatorError):
    """A setting is malformed: named with what it holds, unless that is secret, and with what would be right."""


@dataclass(frozen=True, slots=True)
class Shards:
    """The part of a platform's connections that one process keeps: these ``ids`` of ``count``."""

    ids: tuple[int, ...]
    count: int


class SlackDoor(StrEnum):
    """How Slack reaches this process: not at all, over a socket that we open, or over HTTP."""

    NONE = "none"
    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside.

    ``content`` is the question bank's folder, or None for the shipped one. ``allowed_hosts`` are the names, in lower case
    and without ports, by which the room may be asked for besides the loopback ones. ``room`` serves the room's page;
    without it only its health is told. ``demo`` fills an empty room with samples. Without a ``discord_token`` nothing
    connects to Discord; ``discord_shards`` None are all that Discord recommends, in one process.
    Slack is connected over a socket with ``slack_bot_token`` and ``slack_app_token``, or over HTTP with the other four; ``slack_host``
    and ``slack_port`` are where that listens.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = field(default="sqlite:///data/studyhall.db", repr=False)  # may hold a password
    content: Path | None = None
    demo: bool = True
    allowed_hosts: tuple[str, ...] = ()
    log_level: str = "info"
    room: bool = True
    discord_token: str = field(default="", repr=False)
    discord_shards: Shards | None = None
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_client_id: str = ""
    slack_client_secret: str = field(default="", repr=False)
    slack_url: str = ""
    slack_host: str = "127.0.0.1"
    slack_port: int = 3000

    @classmethod
    def read(cls, environ: Mapping[str, str], dotenv_path: Path) -> "Settings":
        """Read the variables that begin with ``STUDYHALL_``; an empty one counts as not set.

        With a token the demonstration is made only where it was asked for.

        Raises:
            SettingsError: one is malformed or unknown or is incomplete, or the file cannot be read.
        """
        given = {**read_dotenv(dotenv_path), **environ}
        values: dict[str, Any] = {}
        for name, value in sorted(given.items()):
            if not name.startswith("STUDYHALL_"):
                continue
            if name not in _READERS:
                raise _unknown(name)
            if value.strip():
                attribute, read = _READERS[name]
                values[attribute] = read(name, value.strip())
        settings = cls(**values)
        if settings.discord_token or settings.slack is not SlackDoor.NONE:
            # Samples are for those who look around, not for a group that has begun.
            settings = replace(settings, demo=values.get("demo", False))
        if not settings.is_loopback and not settings.allowed_hosts:
            raise SettingsError(
                f"STUDYHALL_HOST is {settings.host}, where others can reach the room.",
                "Set STUDYHALL_ALLOWED_HOSTS to the names they will use, for example study.example.org.",
            )
        return settings

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the room."""
        return self.host == "localhost" or ip_address(self.host).is_loopback

    @property
    def slack(self) -> SlackDoor:
        """How Slack is connected.

        Raises:
            SettingsError: something is missing, or both ways are set.
        """
        ways = {SlackDoor.SOCKET: _SOCKET, SlackDoor.HTTP: _HTTP}
        begun = [way for way, names in ways.items() if any(getattr(self, each) for each in names)]
        if not begun:
            return SlackDoor.NONE
        if len(begun) > 1:
            raise SettingsError(
                "Slack is set up in two ways.",
                "Keep STUDYHALL_SLACK_BOT_TOKEN and STUDYHALL_SLACK_APP_TOKEN for one workspace, "
                f"or {_listed(_HTTP)} for many, and empty the others.",
            )
        names = ways[begun[0]]
        missing = tuple(each for each in names if not getattr(self, each))
        if missing:
            raise SettingsError(
                "Slack lacks something.", f"Set {_listed(missing)}; docs/slack.md says where it is from."
            )
        return begun[0]


_SOCKET = ("slack_bot_token", "slack_app_token")
_HTTP = ("slack_signing_secret", "slack_client_id", "slack_client_secret", "slack_url")


def _listed(attributes: tuple[str, ...]) -> str:
    names = [f"STUDYHALL_{each.upper()}" for each in attributes]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def read_dotenv(path: Path) -> dict[str, str]:
    """The ``NAME=value`` lines of a file: comments, ``export`` and quotes are understood; none where it is missing.

    Raises:
        SettingsError: a line is something else, or the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            f"The file {path} cannot be read ({error.strerror}).", "Let this user read it, or move it away."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"The file {path} is not UTF-8 text.", "Save it as UTF-8.") from None
    values = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        value = None if found is None else _unquoted(found["value"])
        if found is None or value is None:
            # The line itself is not shown: it may hold a password.
            raise SettingsError(
                f"Line {number} of {path} is not understood.", "Write NAME=value, or NAME='value'."
            )
        values[found["name"]] = value
    return values


def _unquoted(value: str) -> str | None:
    """The value without quotes and comment, or None where a quote is never closed."""
    if value[:1] in {'"', "'"}:
        found = _QUOTED.fullmatch(value)
        return None if found is None else found["value"]
    return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].strip()


def _unknown(name: str) -> SettingsError:
    names = [known.removeprefix("STUDYHALL_") for known in _READERS]
    near = get_close_matches(name.removeprefix("STUDYHALL_"), names, 1, 0.6)
    advice = f"Did you mean STUDYHALL_{near[0]}?" if near else f"There are {', '.join(sorted(_READERS))}."
    return SettingsError(f"{name} is not a setting of Studyhall.", advice)


def _wrong(name: str, value: str, right: str) -> SettingsError:
    shown = value if len(value) <= 60 else value[:59] + "…"
    return SettingsError(f"{name} is “{shown}”.", f"It must be {right}.")


def _host(name: str, value: str) -> str:
    if value.lower() == "localhost":
        return "localhost"
    try:
        return str(ip_address(value.strip("[]")))
    except ValueError:
        raise _wrong(
            name, value, "an address of this machine: 127.0.0.1, ::1, localhost, or 0.0.0.0 for all"
        ) from None


def _port(name: str, value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 65535:
        return int(value)
    raise _wrong(name, value, "a number from 1 to 65535, for example 8080")


def _database_url(name: str, value: str) -> str:
    if "://" not in value:
        raise SettingsError(
            f"{name} is not an address.",
            "It must be sqlite:///data/studyhall.db for a file, or postgresql://user:password@host/name.",
        )
    return value


def _folder(name: str, value: str) -> Path:
    folder = Path(value).expanduser()
    if not folder.is_dir():
        raise _wrong(
            name, value, "a folder that exists and holds a question bank, or empty for the shipped one"
        )
    return folder


def _switch(name: str, value: str) -> bool:
    if value.lower() in _YES | _NO:
        return value.lower() in _YES
    raise _wrong(name, value, "1 (yes) or 0 (no)")


def _hosts(name: str, value: str) -> tuple[str, ...]:
    hosts = []
    for part in filter(None, (piece.strip().lower() for piece in value.split(","))):
        try:
            hosts.append(str(ip_address(part.strip("[]"))))
        except ValueError:
            if _NAME.fullmatch(part) is None:
                raise _wrong(
                    name, part, "host names without port, separated by commas: study.example.org"
                ) from None
            hosts.append(part)
    return tuple(dict.fromkeys(hosts))


def _token(name: str, value: str) -> str:
    if _TOKEN.fullmatch(value) is None:
        # Not shown: even a token with a letter too many is one that somebody could guess.
        raise SettingsError(
            f"{name} is no bot token.",
            "Copy it whole from the developer portal, under Bot, Reset Token: "
            "three parts with dots between them, without “Bot” before them.",
        )
    return value


def _slack_token(begin: str, where: str) -> Callable[[str, str], str]:
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
        raise _wrong(name, value, "the number with a dot from the app's page, under Basic Information")
    return value


def _public_url(name: str, value: str) -> str:
    host = value.removeprefix("https://").partition("/")[0]
    if (
        not value.startswith("https://")
        or _NAME.fullmatch(host.partition(":")[0].lower()) is None
        or not _PATH.fullmatch(value)
    ):
        raise _wrong(name, value, "an address that Slack can reach, such as https://study.example.org")
    return value.rstrip("/")


def _shards(name: str, value: str) -> Shards:
    found = _SHARDS.fullmatch(value.replace(" ", ""))
    ids = tuple(sorted({int(each) for each in found["ids"].split(",")})) if found else ()
    if found is None or not 1 <= int(found["count"]) <= MAX_SHARDS or ids[-1] >= int(found["count"]):
        raise _wrong(
            name, value, "this process's shards of so many in all, counted from 0: 0/1, or 0,1/4 and 2,3/4"
        )
    return Shards(ids, int(found["count"]))


def _log_level(name: str, value: str) -> str:
    if value.lower() in LOG_LEVELS:
        return value.lower()
    raise _wrong(name, value, f"one of {', '.join(LOG_LEVELS)}")


_READERS = {
    "STUDYHALL_HOST": ("host", _host),
    "STUDYHALL_PORT": ("port", _port),
    "STUDYHALL_DATABASE_URL": ("database_url", _database_url),
    "STUDYHALL_CONTENT": ("content", _folder),
    "STUDYHALL_DEMO": ("demo", _switch),
    "STUDYHALL_ALLOWED_HOSTS": ("allowed_hosts", _hosts),
    "STUDYHALL_LOG_LEVEL": ("log_level", _log_level),
    "STUDYHALL_ROOM": ("room", _switch),
    "STUDYHALL_DISCORD_TOKEN": ("discord_token", _token),
    "STUDYHALL_DISCORD_SHARDS": ("discord_shards", _shards),
    "STUDYHALL_SLACK_BOT_TOKEN": (
        "slack_bot_token",
        _slack_token("xoxb-", "the app's page, under Install App"),
    ),
    "STUDYHALL_SLACK_APP_TOKEN": (
        "slack_app_token",
        _slack_token("xapp-", "the app's page, under Basic Information, App-Level Tokens"),
    ),
    "STUDYHALL_SLACK_SIGNING_SECRET": ("slack_signing_secret", _secret),
    "STUDYHALL_SLACK_CLIENT_ID": ("slack_client_id", _client_id),
    "STUDYHALL_SLACK_CLIENT_SECRET": ("slack_client_secret", _secret),
    "STUDYHALL_SLACK_URL": ("slack_url", _public_url),
    "STUDYHALL_SLACK_HOST": ("slack_host", _host),
    "STUDYHALL_SLACK_PORT": ("slack_port", _port),
}
