"""Reading a question file of any known format, told by its name or else by its look."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from bot.questions.exchange.imported import Imported, Problem, in_order

MOST_CHARACTERS = 2_000_000
_Reader = Callable[[str, str], Imported]
_BY_NAME = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
    ".tsv": "csv",
    ".gift": "gift",
    ".aiken": "aiken",
}
_AIKEN = re.compile(r"^ANSWER:\s*[A-Z]\s*$", re.MULTILINE | re.IGNORECASE)
_YAML = re.compile(r"^\s*-\s+\w+:|^\w+:\s*$", re.MULTILINE)
_PROMPT_COLUMNS = frozenset({"prompt", "question", "questiontext"})


def read_any(text: str, name: str = "") -> Imported:
    """The questions in a text; `name` is its file's name, "" where it was pasted.

    Knows the bank's own YAML, GIFT, CSV (comma, semicolon or tab) and Aiken. Never raises: what can't be read is
    told with its line, and the rest is read.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"This text is longer than {MOST_CHARACTERS:,} characters. Split it into several files."
        return Imported((), (Problem(1, message),))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return Imported((), (Problem(1, "There is nothing in this text."),))
    form = _BY_NAME.get(PurePosixPath(name).suffix.lower()) or _by_look(text)
    found = _reader(form)(text, name or "pasted text")
    if not found.items and not found.errors:
        message = "There is no question here that can be read. Known are our YAML, GIFT, CSV and Aiken."
        return Imported((), in_order((*found.problems, Problem(1, message))))
    return Imported(found.items, in_order(found.problems))


def _reader(form: str) -> _Reader:
    # Questions are seldom handed in, and then in one format: each is loaded by the first that are.
    match form:
        case "yaml":
            from bot.questions.exchange.yaml_ import read_yaml

            return read_yaml
        case "csv":
            from bot.questions.exchange.csv_ import read_csv

            return read_csv
        case "aiken":
            from bot.questions.exchange.aiken import read_aiken

            return read_aiken
        case _:
            from bot.questions.exchange.gift import read_gift

            return read_gift


def _by_look(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "//"))]
    first = lines[0].lower() if lines else ""
    if _AIKEN.search(text) and "{" not in text:
        return "aiken"
    if not _PROMPT_COLUMNS.isdisjoint(cell.strip(" \"'\t") for cell in re.split("[,;\t]", first)[:200]) and (
        re.search("[,;\t]", first)
    ):
        return "csv"
    if "{" not in first and _YAML.match(text.lstrip()):
        return "yaml"
    return "gift"
