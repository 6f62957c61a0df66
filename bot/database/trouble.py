"""What befalls an open database: what the log says of one that cannot be used, and a file that is no longer the same."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

_Identity: TypeAlias = tuple[int, int] | None
"""A file's device and number there, whatever it is called; None where there is none."""

AGAIN_SECONDS = 60.0
CALM_SECONDS = 10.0
"""So long nothing may fail before it counts as over: on a full disk, what happens to write nothing goes well in between."""


@dataclass(slots=True)
class Trouble:
    """What the log says of one kind of use, ``done`` being "read" or "written": a line a minute, however often it fails.

    All times are in seconds of one clock that never goes back.
    """

    done: str
    _since: float | None = None
    _last: float = 0.0
    _said: float | None = None
    _failed: int = 0

    def failed(self, now: float, why: str) -> str | None:
        """Another use failed; the line to log, if it is time for one. ``why`` quotes nobody."""
        if self._since is None:
            self._since, self._failed = now, 0
        self._last = now
        self._failed += 1
        if self._said is not None and now - self._said < AGAIN_SECONDS:
            return None
        self._said = now
        often = f", {self._failed} times in {now - self._since:.0f} s" if self._failed > 1 else ""
        return f"the database cannot be {self.done} ({why}{often}): members are told so, and get back what they typed"

    def worked(self, now: float) -> str | None:
        """Another use went well; the line to log, if that ends a trouble."""
        if self._since is None or now - self._last < CALM_SECONDS:
            return None
        lasted, self._since = self._last - self._since, None
        return f"the database can be {self.done} again; it could not {self._failed} times in {lasted:.0f} s"


class OpenedFiles:
    """Whether a SQLite file and its log are still those that were opened: what is written into others is lost."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._known: tuple[_Identity, _Identity] | None = None

    def are_ours(self, *, first: bool = False) -> bool:
        """Look at both. The ``first`` look, in a transaction since SQLite makes the log for one, says which are ours."""
        found = _identity(self._path), _identity(self._log)
        if first and self._known is None:
            self._known = found
        return self._known in (None, found)

    def leave(self) -> None:
        """Move our log away from beside a file that was put in the place of ours: SQLite would mix it into that one."""
        file, log = self._known or (None, None)
        if _identity(self._path) not in (None, file) and _identity(self._log) == log is not None:
            self._log.replace(self._log.with_name(f"{self._log.name}.replaced"))


def _identity(path: Path) -> _Identity:
    try:
        there = path.stat()
    except FileNotFoundError:
        return None
    return there.st_dev, there.st_ino
