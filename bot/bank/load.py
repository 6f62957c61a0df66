"""Loading a bank for use."""

from __future__ import annotations

from pathlib import Path

from bot.bank.findings import BankError, Finding, Severity
from bot.bank.markup import unshowable
from bot.bank.model import Bank
from bot.bank.read import Reading, read_bank

__all__ = ["BankError", "load_bank", "misplaced"]


def load_bank(folder: Path) -> Bank:
    """The bank in a folder: topics.yaml, questions/, and where they exist references.yaml and item.schema.json.

    What a bank must hold at least stands at the top of bot/bank/read.py. Raises BankError with every error that
    keeps an item from being read or placed. What `check` finds beyond these (wording, reviews, sources) does not
    stop a bot from starting.
    """
    reading = read_bank(folder)
    problems = [
        finding
        for finding in (*reading.findings, *misplaced(reading), *unshowable(reading))
        if finding.is_error
    ]
    if problems:
        raise BankError(problems)
    return reading.bank


def misplaced(reading: Reading) -> tuple[Finding, ...]:
    """Items whose topic is not a leaf of the tree (nothing is said where the tree itself could not be read)."""
    topics = reading.bank.topics
    found = []
    for one in reading.written if len(topics) else ():
        item = one.item
        if item.topic in topics and topics.get(item.topic).is_leaf:
            continue
        if item.topic in topics:
            leaves = topics.leaves(item.topic)
            message = f"“{item.topic}” has topics below it. Take one of them, such as {leaves[0]}."
        else:
            near = topics.nearest(item.topic)
            message = f"There is no topic “{item.topic}” in topics.yaml."
            message += f" Did you mean {near[0]}?" if near else " Add it there, or take one that exists."
        line = one.line(("topic",))
        found.append(Finding(item.place.file, line, item.id, "topic", Severity.ERROR, message))
    return tuple(found)
