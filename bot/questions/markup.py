"""Texts that cards could not show: a bank's texts use the small markup of cards, and nothing beyond it."""

from collections.abc import Iterator

from bot.chat.cards import text
from bot.chat.rendering.markdown import Code, MarkdownError, parse
from bot.chat.rendering.said import formulas_in
from bot.questions.findings import Finding, Flaw, error
from bot.questions.model import Item
from bot.questions.read import Reading


def unshowable(reading: Reading) -> tuple[Finding, ...]:
    """Every text with markup that cards do not have (headings, numbered lists, images, tables)."""
    found = []
    for one in reading.written:
        for field, words in _texts(one.item):
            if is_plain(words):
                continue
            try:
                # Formulas are left to the check of the bank: reading them would load their library at each first start.
                parse(text(words.replace("$", "\\$")))
            except MarkdownError as why:
                message = f"{why.args[0]} Paragraphs, bold, italic, code, links, bullet lists and quotes can be shown."
                found.append(one.finding(error("markup", message, field)))
    return tuple(found)


def malformed(item: Item) -> Iterator[Flaw]:
    """Formulas that can't be read, which cards show as they are typed."""
    texts = (*_texts(item), *(("options", each.text) for each in item.options))
    for field, words in texts:
        for typed, read in formulas_in(words):
            if isinstance(read, Code):
                yield error(
                    "markup", f"{typed} is no formula that can be shown. Money is written as \\$5.", field
                )


def is_plain(words: str) -> bool:
    """Whether a text surely has nothing but words, bold, italic and code, so that it need not be parsed.

    What cards can't show begins a line with another sign than a letter, or has a bracket.
    """
    return not ("[" in words or "<" in words) and all(line[0].isalpha() for line in words.split("\n") if line)


def _texts(item: Item) -> Iterator[tuple[str, str]]:
    yield "prompt", item.prompt
    yield "explanation", item.explanation
    yield "hint", item.hint or ""
    yield "model_answer", item.model_answer or ""
    yield "back", item.back or ""
    for ask in item.follow_ups:
        yield "follow_ups", ask
    for point in item.rubric:
        yield "rubric", point.point
