"""A bank as one page for a browser: searchable, with what the check finds, and no network."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from bot.bank_tools.check import Report
from bot.chat.rendering.formulas import spelled
from bot.chat.rendering.markdown import Formula
from bot.chat.rendering.said import formulas_in
from bot.questions.build import raw_item
from bot.questions.findings import Finding
from bot.questions.model import Bank, Item

_PLACE = "__BANK__"
_CODE = ("starter", "tests", "solution")


def preview_page(bank: Bank, report: Report, today: date) -> str:
    """The whole page as HTML that holds everything it needs: the items, their sources, and the findings."""
    by_item: defaultdict[str | None, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_item[finding.item].append(finding)
    data = {
        "day": today.isoformat(),
        "topics": [
            {"id": topic.id, "title": topic.title, "path": bank.topics.path(topic.id), "leaf": topic.is_leaf}
            for topic in bank.topics
        ],
        "references": {
            key: {"title": one.title, "authors": one.authors, "year": one.year, "url": one.url}
            for key, one in bank.references.items()
        },
        "items": [_item(item, by_item.get(item.id, ())) for item in bank.items],
        "findings": [_finding(finding) for finding in by_item.get(None, ())],
        "figures": [
            {name: getattr(figure, name) for name in ("rule", "name", "value", "bar", "n", "judged")}
            for figure in report.figures
        ],
    }
    # In a script element only "<" could end it early; as an escape it is the same text to JSON.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    page = files("bot.questions").joinpath("preview.html").read_text(encoding="utf-8")
    return page.replace(_PLACE, text, 1)


def _item(item: Item, findings: Sequence[Finding]) -> Mapping[str, Any]:
    place = f"{item.place.file}:{item.place.line}"
    raw = {name: each if name in _CODE else _readable(each) for name, each in raw_item(item).items()}
    return {**raw, "place": place, "findings": [_finding(finding) for finding in findings]}


def _readable(value: Any) -> Any:  # noqa: ANN401  # whatever a field holds
    """The value with formulas in words: the page has no library to draw them."""
    match value:
        case str():
            for typed, read in formulas_in(value):
                value = value.replace(typed, spelled(read.tex) if isinstance(read, Formula) else typed, 1)
            return value
        case dict():
            return {name: _readable(each) for name, each in value.items()}
        case list():
            return [_readable(each) for each in value]
    return value


def _finding(finding: Finding) -> Mapping[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "place": f"{finding.file}:{finding.line}",
    }
