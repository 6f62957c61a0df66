"""What is wrong with a bank, told so that its author can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.errors import OperatorError

_SHOWN = 5


class Severity(StrEnum):
    """An error must be mended; a warning must be mended or excused on the item (lint_ok)."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: file relative to the bank's folder, line from 1, the item's id where there is one."""

    file: str
    line: int
    item: str | None
    rule: str
    severity: Severity
    message: str

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        item = f"{self.item}: " if self.item else ""
        return f"{self.file}:{self.line}: {self.severity} [{self.rule}] {item}{self.message}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A rule's finding on one item, before file and line are known; `path` leads to the part at fault, as ("options", 1)."""

    rule: str
    severity: Severity
    message: str
    path: tuple[str | int, ...] = ()


def error(rule: str, message: str, *path: str | int) -> Flaw:
    """A flaw that must be mended."""
    return Flaw(rule, Severity.ERROR, message, path)


def warning(rule: str, message: str, *path: str | int) -> Flaw:
    """A flaw that must be mended or excused in the item's lint_ok."""
    return Flaw(rule, Severity.WARNING, message, path)


class BankError(OperatorError):
    """The bank can't be used as it stands; `problems` are the errors that say why."""

    def __init__(self, problems: Sequence[Finding]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"... and {len(self.problems) - _SHOWN} more")
        super().__init__("The question bank has errors:", "\n".join(lines))
