"""What an operator sets for Discord."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from bot.chat.operators.settings import Readers, SettingsError, read_values, wrong

MAX_SHARDS = 10_000
"""More than any bot has: 2,500 servers go on each."""

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_SHARDS = re.compile(r"(?P<ids>\d{1,5}(?:,\d{1,5})*)/(?P<count>\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shards:
    """The part of the bot's connections that one process keeps: these ``ids`` of ``count``."""

    ids: tuple[int, ...]
    count: int


def _token(name: str, value: str) -> str:
    if _TOKEN.fullmatch(value) is None:
        # Not shown: even a token with a letter too many is one that somebody could guess.
        raise SettingsError(
            f"{name} is no bot token.",
            "Copy it whole from the developer portal, under Bot, Reset Token: "
            "three parts with dots between them, without “Bot” before them.",
        )
    return value


def _shards(name: str, value: str) -> Shards:
    found = _SHARDS.fullmatch(value.replace(" ", ""))
    ids = tuple(sorted({int(each) for each in found["ids"].split(",")})) if found else ()
    if found is None or not 1 <= int(found["count"]) <= MAX_SHARDS or ids[-1] >= int(found["count"]):
        raise wrong(
            name, value, "this process's shards of so many in all, counted from 0: 0/1, or 0,1/4 and 2,3/4"
        )
    return Shards(ids, int(found["count"]))


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """The bot's ``token``; ``shards`` None are all that Discord recommends, in one process."""

    token: str = field(default="", repr=False)
    shards: Shards | None = None

    READERS: ClassVar[Readers] = {
        "STUDYHALL_DISCORD_TOKEN": ("token", _token),
        "STUDYHALL_DISCORD_SHARDS": ("shards", _shards),
    }

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables that begin with ``STUDYHALL_DISCORD_``.

        Raises:
            SettingsError: one is malformed.
        """
        return cls(**read_values(environ, cls.READERS))

    @property
    def is_set(self) -> bool:
        """Whether there is a token; without one nothing connects to Discord."""
        return bool(self.token)
