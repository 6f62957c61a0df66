"""JSONL: one question a line, with our YAML's fields, or as question, choices and answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.questions.exchange.headers import COLUMNS, SLOTS
from bot.questions.exchange.imported import Imported, Problem, Reading
from bot.questions.exchange.table import LISTS, item_of
from bot.questions.exchange.yaml_ import take_raw
from bot.questions.model import SourcePlace
from bot.questions.yaml_core import Document

_OURS = frozenset({"question", "choices", "options", "answer"})


def read_json_lines(text: str, name: str) -> Imported:
    """The lines' questions; a line that isn't one is told."""
    read = Reading()
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip() or read.ends(line):
            continue
        try:
            raw = json.loads(written)
        except (ValueError, RecursionError):
            raw = None
        if not isinstance(raw, dict):
            read.refuse(Problem(line, "This line isn't a JSON object."))
        elif "question" not in raw:
            take_raw(read, Document([raw], {(0,): line}), 0, line, name)
        else:
            try:
                read.take(item_of(_row(raw), SourcePlace(name, line)))
            except ValueError as error:
                read.refuse(Problem(line, str(error)))
                continue
            others = [key for key in raw if key not in _OURS and key not in COLUMNS]
            if others:
                read.lose(
                    line, f"These fields aren't known here and were left out: {', '.join(others)[:200]}."
                )
    return read.done()


def _row(raw: Mapping[str, Any]) -> dict[str, str]:
    """The object as a row of a table. Raises ValueError where its key can't be known."""
    row = {key: str(value) for key, value in raw.items() if key in COLUMNS and isinstance(value, str | int)}
    row |= {key: "\n".join(map(str, raw[key])) for key in LISTS if isinstance(raw.get(key), list)}
    row["prompt"] = str(raw["question"]).strip()
    choices, answer = raw.get("choices", raw.get("options")), raw.get("answer", "")
    if choices is None:
        return {"model_answer": str(answer), **row}
    if not isinstance(choices, list) or not all(isinstance(each, str) for each in choices):
        raise ValueError("The choices of this question aren't a list of texts.")
    if len(choices) > len(SLOTS):
        raise ValueError(f"There are more than {len(SLOTS)} options in this row.")
    if not isinstance(answer, str) or answer.strip().isdecimal():
        raise ValueError(
            "Its answer is a number, from 0 or from 1 nobody knows. Write its letter or its words."
        )
    options = {f"option_{place}": each.strip() for place, each in enumerate(choices, 1)}
    return row | options | {"key": answer.strip()}
