"""What an operator can set, from the environment and a ``.env`` file beside it; the environment wins."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from bot.app.platforms import PLATFORMS
from bot.chat.factory import PlatformFactory, PlatformSettings, S
from bot.chat.operators.settings import (
    HOST_NAME,
    Readers,
    SettingsError,
    read_host,
    read_port,
    read_values,
    wrong,
)
from bot.questions.folder import write_beside

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("lines", "json")
MOST_BACKUPS = 3_650
IN_THIS_FOLDER = "sqlite:///data/studyhall.db"
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<value>.*)(?P=quote)(?:\s+#.*)?""")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside.

    ``content`` is the question bank's folder, or None for the shipped one. ``allowed_hosts`` are the names, in lower case
    and without ports, by which the room may be asked for besides the loopback ones. ``room`` serves the room's page;
    without it only its health is told. ``backups`` are how many daily copies of a SQLite file are kept. ``admin_port`` is where
    metrics are served, or None for nowhere. ``log_json`` writes the log as JSON; None: unless people read it. ``demo`` fills an empty room with samples. ``platforms`` are the settings of those
    beside the room that are to be connected.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = field(default=IN_THIS_FOLDER, repr=False)  # may hold a password
    content: Path | None = None
    demo: bool = True
    allowed_hosts: tuple[str, ...] = ()
    log_level: str = "info"
    log_json: bool | None = None
    room: bool = True
    backups: int = 7
    admin_port: int | None = 9464
    platforms: tuple[PlatformSettings, ...] = ()

    @classmethod
    def read(cls, environ: Mapping[str, str], dotenv_path: Path) -> "Settings":
        """Read the variables that begin with ``STUDYHALL_``; an empty one counts as not set.

        With a token the demonstration is made only where it was asked for.

        Raises:
            SettingsError: one is malformed or unknown or is incomplete, or the file cannot be read.
        """
        given = {**read_dotenv(dotenv_path), **environ}
        known = {
            name for readers in (_READERS, *(each.settings.READERS for each in PLATFORMS)) for name in readers
        }
        for name in sorted(given):
            if name.startswith("STUDYHALL_") and name not in known:
                raise _unknown(name, known)
        values = read_values(given, _READERS)
        platforms = tuple(made for each in PLATFORMS if (made := each.settings.read(given)).is_set)
        if platforms:
            # Samples are for those who look around, not for a group that has begun.
            values.setdefault("demo", False)
        values.setdefault("database_url", _own_database())
        settings = cls(**values, platforms=platforms)
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

    def of(self, platform: PlatformFactory[S]) -> S:
        """A platform's settings; where it is not to be connected, as if nothing were set."""
        found = (each for each in self.platforms if isinstance(each, platform.settings))
        return next(found, None) or platform.settings.read({})


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


def write_dotenv(path: Path, values: Mapping[str, str], gone: Collection[str] = ()) -> None:
    """Set variables in a file, in place of what it says of them, and take out those that are ``gone``; other lines stay.

    Only the file's owner can read it from now on. It is as before where it cannot be written.

    Raises:
        SettingsError: it cannot be written.
    """
    lines, left = [], dict(values)
    for line in path.read_text("utf-8-sig").splitlines() if path.exists() else ():
        found = _LINE.fullmatch(line.strip())
        name = found["name"] if found else ""
        if name in left:
            lines.append(f"{name}={left.pop(name)}")
        elif name not in values and name not in gone:
            lines.append(line)
    lines += [f"{name}={value}" for name, value in left.items()]
    try:
        write_beside(path.resolve(), "".join(f"{line}\n" for line in lines).encode())
    except OSError as error:
        raise SettingsError(
            f"The file {path} cannot be written ({error.strerror}).", "Let this user write it and its folder."
        ) from None


def _unquoted(value: str) -> str | None:
    """The value without quotes and comment, or None where a quote is never closed."""
    if value[:1] in {'"', "'"}:
        found = _QUOTED.fullmatch(value)
        return None if found is None else found["value"]
    return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].strip()


def _own_database() -> str:
    """Where the data are unless somebody says: where a checkout is started, or they are already; else the platform's folder for them."""
    checkout = Path(__file__).parents[2] / "pyproject.toml"
    if checkout.is_file() or any(Path("data").glob("studyhall.db*")):
        return IN_THIS_FOLDER
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('studyhall', appauthor=False)}/studyhall.db"


def _unknown(name: str, known: set[str]) -> SettingsError:
    names = sorted(each.removeprefix("STUDYHALL_") for each in known)
    from difflib import get_close_matches  # a misspelt name is rare

    near = get_close_matches(name.removeprefix("STUDYHALL_"), names, 1, 0.6)
    advice = f"Did you mean STUDYHALL_{near[0]}?" if near else f"There are {', '.join(sorted(known))}."
    return SettingsError(f"{name} is not a setting of Studyhall.", advice)


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
        raise wrong(
            name, value, "a folder that exists and holds a question bank, or empty for the built-in one"
        )
    return folder


def _switch(name: str, value: str) -> bool:
    if value.lower() in _YES | _NO:
        return value.lower() in _YES
    raise wrong(name, value, "1 (yes) or 0 (no)")


def _hosts(name: str, value: str) -> tuple[str, ...]:
    hosts = []
    for part in filter(None, (piece.strip().lower() for piece in value.split(","))):
        try:
            hosts.append(str(ip_address(part.strip("[]"))))
        except ValueError:
            if HOST_NAME.fullmatch(part) is None:
                raise wrong(
                    name, part, "host names without port, separated by commas: study.example.org"
                ) from None
            hosts.append(part)
    return tuple(dict.fromkeys(hosts))


def _log_level(name: str, value: str) -> str:
    if value.lower() in LOG_LEVELS:
        return value.lower()
    raise wrong(name, value, f"one of {', '.join(LOG_LEVELS)}")


def _log_format(name: str, value: str) -> bool:
    if value.lower() in LOG_FORMATS:
        return value.lower() == "json"
    raise wrong(
        name, value, f"one of {', '.join(LOG_FORMATS)}, or empty for lines in a terminal and JSON elsewhere"
    )


def _backups(name: str, value: str) -> int:
    if value.isascii() and value.isdecimal() and int(value) <= MOST_BACKUPS:
        return int(value)
    raise wrong(name, value, f"a whole number up to {MOST_BACKUPS}, or 0 for none")


def _admin_port(name: str, value: str) -> int | None:
    return None if value == "0" else read_port(name, value)


_READERS: Readers = {
    "STUDYHALL_HOST": ("host", read_host),
    "STUDYHALL_PORT": ("port", read_port),
    "STUDYHALL_DATABASE_URL": ("database_url", _database_url),
    "STUDYHALL_CONTENT": ("content", _folder),
    "STUDYHALL_DEMO": ("demo", _switch),
    "STUDYHALL_ALLOWED_HOSTS": ("allowed_hosts", _hosts),
    "STUDYHALL_LOG_LEVEL": ("log_level", _log_level),
    "STUDYHALL_LOG_FORMAT": ("log_json", _log_format),
    "STUDYHALL_ROOM": ("room", _switch),
    "STUDYHALL_BACKUPS": ("backups", _backups),
    "STUDYHALL_ADMIN_PORT": ("admin_port", _admin_port),
}
