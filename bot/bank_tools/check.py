"""Checking a bank: everything a program can tell about its form, its wording and its upkeep. Needs no network.

The rules stand in upkeep.py, wording.py, cues.py, asking.py, likeness.py and questions/kinds (each item), probes.py
and balance.py (the bank as a whole). What a program can't tell (whether a key is right) is for readers: see CONTRIBUTING.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.bank_tools import upkeep, wording
from bot.bank_tools.asking import asking
from bot.bank_tools.balance import Figure, measure
from bot.bank_tools.cues import cues
from bot.bank_tools.likeness import copied, near_duplicates, read_fingerprint
from bot.questions.findings import Finding, Flaw, Severity, warning
from bot.questions.folder import QUESTIONS, REFERENCES, SHIPPED, TOPICS
from bot.questions.kinds import KINDS
from bot.questions.load import misplaced
from bot.questions.markup import malformed, unshowable
from bot.questions.model import Item, Status
from bot.questions.read import Reading, Written, read_bank


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in order of file and line, how many warnings were excused per rule, and the bank-wide figures."""

    findings: tuple[Finding, ...]
    excused: Mapping[str, int]
    figures: tuple[Figure, ...]


def check(folder: Path, today: date, shipped: Path = SHIPPED) -> tuple[Finding, ...]:
    """All findings on the bank in a folder, in order of file and line; none for a sound one.

    `today` tells which items are past their review. Items that can't be read are told of, and the rest checked.
    Warnings that an item excuses in lint_ok are left out; errors can't be excused.
    """
    return examine(folder, today, shipped).findings


def examine(folder: Path, today: date, shipped: Path = SHIPPED) -> Report:
    """The same, with the figures behind the bank-wide rules."""
    reading = read_bank(folder, shipped)
    found = [*reading.findings, *misplaced(reading), *unshowable(reading), *_without_references(reading)]
    excused: Counter[str] = Counter()
    flawed: dict[str, int] = {}
    likenesses = _likenesses(reading)
    source = read_fingerprint(folder)
    for one in reading.written:
        flaws = [*_flaws(one.item, reading, today, source), *likenesses.get(one.item.id, ())]
        rules = {flaw.rule for flaw in flaws if flaw.severity is Severity.WARNING}
        flawed[one.item.id] = len(rules)
        if len(rules) > 1:
            message = f"It has {len(rules)} kinds of warnings ({', '.join(sorted(rules))}), excused or not. Mend all but one."
            flaws.append(warning("flaw-rate", message))
        found.extend(_kept(one, flaws, excused))
    figures, bank_flaws = measure(reading.bank, flawed)
    for each in bank_flaws:
        file, line = (TOPICS, reading.topic_lines.get(each.topic, 1)) if each.topic else (QUESTIONS, 1)
        found.append(Finding(file, line, None, each.flaw.rule, each.flaw.severity, each.flaw.message))
    in_order = sorted(found, key=lambda finding: (finding.file, finding.line))
    return Report(tuple(in_order), dict(sorted(excused.items())), figures)


def _kept(one: Written, flaws: list[Flaw], excused: Counter[str]) -> Iterator[Finding]:
    """The findings that the item doesn't excuse; the others are counted."""
    excuses = {excuse.rule for excuse in one.item.lint_ok}
    for flaw in flaws:
        if flaw.severity is Severity.WARNING and flaw.rule in excuses:
            excused[flaw.rule] += 1
        else:
            yield one.finding(flaw)


def _without_references(reading: Reading) -> Iterator[Finding]:
    if not reading.has_references and reading.written:
        message = (
            "There is no references.yaml: the form of keys is checked, not whether they exist, and no second reader "
            "is asked for. Add one to have both."
        )
        yield Finding(REFERENCES, 1, None, "reference", Severity.WARNING, message)


def _likenesses(reading: Reading) -> dict[str, list[Flaw]]:
    kept = [item for item in reading.bank.items if item.status is not Status.RETIRED]
    found: dict[str, list[Flaw]] = {}
    for item, flaw in near_duplicates(kept):
        found.setdefault(item.id, []).append(flaw)
    return found


def _flaws(item: Item, reading: Reading, today: date, source: frozenset[str]) -> Iterator[Flaw]:
    if item.status is Status.RETIRED:
        return
    bank = reading.bank
    yield from upkeep.naming(item)
    yield from upkeep.references(item, bank.references if reading.has_references else None)
    if item.topic in bank.topics:
        topic = bank.topics.get(item.topic)
        yield from upkeep.freshness(item, topic, today)
        if reading.has_references:
            yield from upkeep.readers(item, topic)
    yield from KINDS[item.kind].flaws(item)
    yield from malformed(item)
    yield from wording.options(item)
    yield from cues(item)
    yield from asking(item)
    yield from copied(item, source)
