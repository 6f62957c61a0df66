"""What a rule says about an item, before file and line are known."""

from __future__ import annotations

from dataclasses import dataclass

from bot.questions.findings import Severity


@dataclass(frozen=True, slots=True)
class Flaw:
    """A rule's finding on one item; `path` leads to the part at fault, such as ("options", 1)."""

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
