"""Cutting our own words, as a tree or as pieces that share a message, where a platform has no room for all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.chat.rendering import markdown as md
from bot.chat.rendering.formulas import spelled
from bot.chat.words import ELLIPSIS, cut

Item = TypeVar("Item")
Made = TypeVar("Made")


def clip(nodes: tuple[md.Node, ...], most: int) -> tuple[md.Node, ...]:
    """The tree cut to about ``most`` visible characters, at a word with "…".

    Markup is not counted: a renderer that has a hard limit measures what it made, and clips again with less.
    """
    return _Clipper(most).blocks(nodes)


_MOMENT_LENGTH = 16


class _Clipper:
    """Walks a tree with a budget of characters; once that is empty, nothing more is taken."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._full = False

    def blocks(self, nodes: tuple[md.Node, ...]) -> tuple[md.Node, ...]:
        return tuple(self._block(node) for node in self._while_room(nodes))

    def _while_room(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            if self._full:
                return
            yield item

    def _block(self, node: md.Node) -> md.Node:
        match node:
            case md.Paragraph(children):
                return md.Paragraph(self._run(children))
            case md.CodeBlock():
                return replace(node, text=self._take(node.text))
            case md.QuoteNode(below):
                return md.QuoteNode(self.blocks(below))
            case md.BulletList(items):
                return md.BulletList(tuple(self.blocks(item) for item in self._while_room(items)))

    def _run(self, nodes: tuple[md.Inline, ...]) -> tuple[md.Inline, ...]:
        return tuple(self._inline(node) for node in self._while_room(nodes))

    def _inline(self, node: md.Inline) -> md.Inline:
        match node:
            case md.Str() | md.PlainNode() | md.Code():
                return replace(node, text=self._take(node.text))
            case md.Strong() | md.Emphasis() | md.LinkNode():
                return replace(node, children=self._run(node.children))
            case md.MomentNode():
                return self._whole(node, _MOMENT_LENGTH)
            case md.Formula(tex):
                return self._whole(node, len(spelled(tex)))
            case md.LineBreak():
                return self._whole(node, 0)

    def _whole(self, node: md.Inline, size: int) -> md.Inline:
        """What cannot be cut: it is there, or "…" is."""
        self._full = size > self._left
        self._left -= max(size, 1)
        return md.Str(ELLIPSIS) if self._full else node

    def _take(self, said: str) -> str:
        if len(said) <= self._left:
            self._left -= len(said)
            return said
        self._full = True
        kept = cut(said, max(self._left, 1))
        # Words that run right to left stay parted from what follows them, where they were cut as well (UAX #9).
        return kept + "\u2069" * (kept.count("\u2068") - kept.count("\u2069"))


def fit(make: Callable[[int], Made], most: int, measure: Callable[[Made], int]) -> Made | None:
    """The longest of ``make(0)``, ``make(1)``, … that measures at most ``most``; None where not even the shortest does.

    ``make(n)`` renders about ``n`` characters of something and grows with ``n``, give or take markup.
    """
    if measure(whole := make(most)) <= most:
        return whole
    found: Made | None = None
    low, high = 0, most - 1
    while low <= high:
        middle = (low + high) // 2
        made = make(middle)
        if measure(made) <= most:
            found, low = made, middle + 1
        else:
            high = middle - 1
    return found


def share(wanted: Sequence[int], budget: int, least: int = 48) -> tuple[int, ...]:
    """How much of a budget each gets: what it wants, or an equal share of what the modest ones leave.

    Where not even ``least`` is there for each, the last ones get nothing.
    """
    given = [0] * len(wanted)
    taken = wanted
    if sum(min(w, least) for w in wanted) > budget:
        taken = wanted[: max(budget // least, 0)]
    order = sorted(range(len(taken)), key=taken.__getitem__)
    for place, index in enumerate(order):
        given[index] = min(wanted[index], budget // (len(order) - place))
        budget -= given[index]
    return tuple(given)
