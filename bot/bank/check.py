"""Checking a bank: everything a program can tell about its form and its upkeep. Needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.bank import upkeep, wording
from bot.bank.findings import Finding, Severity
from bot.bank.flaws import Flaw
from bot.bank.load import misplaced
from bot.bank.markup import unshowable
from bot.bank.model import Item
from bot.bank.read import REFERENCES, SHIPPED, Reading, read_bank

__all__ = ["Finding", "Severity", "check"]


def check(folder: Path, today: date, shipped: Path = SHIPPED) -> tuple[Finding, ...]:
    """All findings on the bank in a folder, in order of file and line; none for a sound one.

    `today` tells which items are past their review. Items that can't be read are told of, and the rest checked.
    Warnings that an item excuses in lint_ok are left out; errors can't be excused.
    """
    reading = read_bank(folder, shipped)
    found = [*reading.findings, *misplaced(reading), *unshowable(reading), *_bank_wide(reading)]
    for one in reading.written:
        excused = {excuse.rule for excuse in one.item.lint_ok}
        for flaw in _flaws(one.item, reading, today):
            if flaw.severity is Severity.ERROR or flaw.rule not in excused:
                place = one.item.place.file, one.line(flaw.path), one.item.id
                found.append(Finding(*place, flaw.rule, flaw.severity, flaw.message))
    return tuple(sorted(found, key=lambda finding: (finding.file, finding.line)))


def _bank_wide(reading: Reading) -> Iterator[Finding]:
    if not reading.has_references and reading.written:
        message = (
            "There is no references.yaml: the form of keys is checked, not whether they exist, and no second reader "
            "is asked for. Add one to have both."
        )
        yield Finding(REFERENCES, 1, None, "reference", Severity.WARNING, message)


def _flaws(item: Item, reading: Reading, today: date) -> Iterator[Flaw]:
    if item.status == "retired":
        return
    bank = reading.bank
    yield from upkeep.naming(item)
    yield from upkeep.references(item, bank.references if reading.has_references else None)
    if item.topic in bank.topics:
        topic = bank.topics.get(item.topic)
        yield from upkeep.freshness(item, topic, today)
        if reading.has_references:
            yield from upkeep.readers(item, topic)
    yield from upkeep.completeness(item)
    yield from upkeep.template(item)
    yield from wording.stem(item)
    yield from wording.options(item)
    yield from wording.distinct_parts(item)
