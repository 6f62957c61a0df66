"""QTI as files and as packages (.zip, or a whole course's .imscc): each of its files is read, and each question once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.questions.exchange.courseware import qti, qti2
from bot.questions.exchange.courseware.tree import Node, read_tree, take_each
from bot.questions.exchange.imported import MOST_CHARACTERS, Imported, Problem, Reading, nothing, root_name
from bot.questions.exchange.zipped import PackedError, member, opened

_FORMATS = {"questestinterop": ("item", qti), "assessmentItem": ("assessmentItem", qti2)}


def read_qti(text: str, name: str) -> Imported:
    """The questions of one QTI text."""
    package = _Package()
    package.take(text, name)
    return package.done()


def read_package(data: bytes, name: str) -> Imported:
    """The questions of a package. Never raises."""
    package = _Package()
    try:
        packed = opened(data)
        # Of each quiz of a course Canvas writes a second text in full, and the first lacks some of its questions.
        names = sorted(packed.namelist(), key=lambda each: ("non_cc_assessments" not in each, each))
        texts = [each for each in names if each.lower().endswith((".xml", ".qti"))]
        for each in texts:
            if packed.getinfo(each).file_size > MOST_CHARACTERS:
                package.read.fault(1, f"In {each[-60:]}: It is too large. Export fewer questions at once.")
                continue
            text = member(packed, each).decode("utf-8-sig", errors="replace")
            if root_name(text) in _FORMATS:
                package.read.inside = each[-60:]
                package.take(text, f"{name}/{each}"[-200:])
    except PackedError as error:
        return nothing(f"This is a package of a learning platform. {error}")
    return package.done()


@dataclass(slots=True)
class _Package:
    """The questions so far, by what is the same about those that stand in several files; and those that are only named."""

    read: Reading = field(default_factory=Reading)
    seen: set[tuple[str, str]] = field(default_factory=set)
    named: dict[str, int] = field(default_factory=dict)
    twice: int = 0

    def take(self, text: str, file: str) -> None:
        """Read one text."""
        element, form = _FORMATS[root_name(text)]
        tree = read_tree(text)
        self.named |= {each.get("linkrefid"): each.line for each in tree.root.below("itemref")}
        for bank in tree.root.below("sourcebank_ref"):
            self.read.lose(bank.line, "Questions are drawn here from a bank that isn't in this text.")
        take_each(self.read, tree, self._new(tree.root, element), form.item_of, file, form.BEGINS)

    def _new(self, root: Node, element: str) -> Iterator[Node]:
        for node in root.below(element):
            key = (node.get("ident") or node.get("identifier"), (node.child("presentation") or node).text)
            if node.whole and key[0] and key in self.seen:
                self.twice += 1
                continue
            self.seen.add(key)
            yield node

    def done(self) -> Imported:
        """All that was read."""
        self.read.inside = ""
        there = {ident for ident, _ in self.seen}
        for ident, line in self.named.items():
            if ident not in there and not self.read.ends(line):
                why = "A question from a bank is used here, and that bank isn't in this file. Export the bank, too."
                self.read.refuse(Problem(line, why))
        if self.twice:
            self.read.lose(1, f"{self.twice} of its questions stand in it twice, and were taken once.")
        return self.read.done()
