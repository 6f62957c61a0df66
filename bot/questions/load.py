"""Loading a bank for use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.questions.cache import keep, kept, told_by
from bot.questions.findings import BankError, Finding, error
from bot.questions.model import Bank

if TYPE_CHECKING:
    from bot.questions.read import Reading

__all__ = ["BankError", "load_bank", "misplaced"]


def _read(folder: Path) -> Reading:
    # What reading takes, a start from the cache need not load.
    from bot.questions.markup import unshowable
    from bot.questions.read import read_bank

    reading = read_bank(folder)
    problems = [
        finding
        for finding in (*reading.findings, *misplaced(reading), *unshowable(reading))
        if finding.is_error
    ]
    if problems:
        raise BankError(problems)
    return reading


def load_bank(folder: Path, cache: Path | None = None, read: Callable[[Path], Reading] = _read) -> Bank:
    """The bank in a folder: topics.yaml, questions/, and where they exist references.yaml and item.schema.json.

    What a bank must hold at least stands at the top of bot/questions/read.py. Raises BankError with every error that
    keeps an item from being read or placed. What `check` finds beyond these (wording, reviews, sources) does not
    stop a bot from starting.

    With ``cache`` the bank comes from that file where the same files were read into it before, and is kept there
    where they were not (see cache.py).
    """
    if cache is None:
        return read(folder).bank
    key = told_by(folder)
    bank = kept(cache, key)
    if bank is not None:
        return bank
    reading = read(folder)
    if told_by(folder) == key:  # else somebody wrote while it was read, and who knows which of both it is
        keep(cache, key, reading)
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
        found.append(one.finding(error("topic", message, "topic")))
    return tuple(found)
