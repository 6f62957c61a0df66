"""What is looked at for an operator, and what was found: the words that `studyhall doctor` prints."""

from collections.abc import Iterable
from dataclasses import dataclass


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


def lines_of(checks: Iterable[Check]) -> tuple[str, ...]:
    """A line for each, and below a fault another one with what to do."""
    lines: list[str] = []
    for each in checks:
        lines.append(f"{'FAULT' if each.is_fault else 'ok   '}  {each.what}: {each.found}")
        if each.is_fault:
            lines.append(f"       → {each.remedy}")
    return tuple(lines)
