"""What is looked at for an operator, and what was found: the words that `studyhall doctor` prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``remedy`` says what to do; it is empty where all is well.

    ``setting`` is the variable whose value is at fault. ``at_start``: a first start mends it by itself. ``page`` is where
    whoever sets Studyhall up goes on.
    """

    what: str
    found: str
    remedy: str = ""
    setting: str = ""
    at_start: bool = False
    page: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether something has to be done."""
        return bool(self.remedy)


CLOCK_MAY_DIFFER = timedelta(seconds=10)
"""A click is answered within three seconds, and what is in doubt is looked for by its time: more would be noticed."""


def clock_check(platform: str, ahead: timedelta | None) -> tuple[Check, ...]:
    """What a platform's clock says of this machine's, which is so far ahead of it; nothing where nobody knows."""
    what = "This machine's clock"
    if ahead is None:
        return ()
    if abs(ahead) <= CLOCK_MAY_DIFFER:
        return (Check(what, f"it agrees with {platform}'s"),)
    seconds = round(ahead.total_seconds())
    way = f"{abs(seconds):,} s {'ahead of' if seconds > 0 else 'behind'} {platform}'s"
    return (Check(what, way, "Switch on time synchronisation, for example: timedatectl set-ntp true"),)


def lines_of(checks: Iterable[Check]) -> tuple[str, ...]:
    """A line for each, and below a fault another one with what to do."""
    lines: list[str] = []
    for each in checks:
        lines.append(f"{'FAULT' if each.is_fault else 'ok   '}  {each.what}: {each.found}")
        if each.is_fault:
            lines.append(f"       → {each.remedy}")
    return tuple(lines)
