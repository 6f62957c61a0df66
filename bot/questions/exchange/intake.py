"""Reading a question file of any known format, told by its name or else by its look."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from bot.questions.exchange.headers import signs_of
from bot.questions.exchange.imported import KNOWN, MOST_CHARACTERS, Imported, Problem, nothing, root_name

_Reader = Callable[[str, str], Imported]
_BY_NAME = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
    ".tsv": "csv",
    ".gift": "gift",
    ".aiken": "aiken",
    ".jsonl": "jsonl",
}
_AIKEN = re.compile(r"^\s*ANSWER\s*:\s*\(?[A-Z][.)]?\s*$", re.MULTILINE | re.IGNORECASE)
_JSON = re.compile(r'\s*\{\s*"')
_XML = {"quiz": "moodle", "questestinterop": "qti", "assessmentItem": "qti"}
_YAML = re.compile(r"^\s*-\s+\w+:|^\w+:\s*$", re.MULTILINE)


def read_any(text: str, name: str = "") -> Imported:
    """The questions in a text; `name` is its file's name, "" where it was pasted.

    Never raises: what can't be read is told with its line, and the rest is read.
    """
    if len(text) > MOST_CHARACTERS:
        return nothing(
            f"This text is longer than {MOST_CHARACTERS:,} characters. Split it into several files."
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return nothing("There is nothing in this text.")
    root = root_name(text)
    if text.lstrip().startswith("<?xml") and root not in _XML:
        return nothing(f"This is XML of a kind that isn't read: it begins with <{root[:40]}>.")
    suffix = PurePosixPath(name).suffix.lower()
    form = _XML.get(root) or ("anki" if _is_notes(text, suffix) else _BY_NAME.get(suffix) or _by_look(text))
    return in_lines(_reader(form)(text, name or "pasted text"))


def in_lines(found: Imported) -> Imported:
    """What was found, its problems in the order of lines; where it is nothing at all, that is said."""
    problems = found.problems
    if not found.items and not found.errors:
        message = f"There is no question here that can be read. Known are {KNOWN}."
        problems = (*problems, Problem(1, message))
    return replace(found, problems=tuple(sorted(problems, key=lambda problem: problem.line)))


def _reader(form: str) -> _Reader:
    # Questions are seldom handed in, and then in one format: each is loaded by the first that are.
    match form:
        case "yaml":
            from bot.questions.exchange.yaml_ import read_yaml as read
        case "csv":
            from bot.questions.exchange.csv_ import read_csv as read
        case "aiken":
            from bot.questions.exchange.aiken import read_aiken as read
        case "jsonl":
            from bot.questions.exchange.json_lines import read_json_lines as read
        case "anki":
            from bot.questions.exchange.anki_in import read_notes as read
        case "qti":
            from bot.questions.exchange.courseware.package import read_qti as read
        case "moodle":
            from bot.questions.exchange.courseware.moodle import read_moodle as read
        case _:
            from bot.questions.exchange.gift import read_gift as read
    return read


def _is_notes(text: str, suffix: str) -> bool:
    """Whether it is Anki's notes as text: newer ones say so, and older ones are a front, a tab and a back on each line."""
    if text.startswith(("#separator:", "#html:")):
        return True
    lines = [line for line in text.split("\n") if line.strip()]
    return (
        suffix in {"", ".txt", ".tsv"}
        and all(line.count("\t") == 1 and line.strip("\t ") for line in lines)
        and not any(map(signs_of, lines[:20]))
    )


def _by_look(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "//"))]
    first = lines[0].lower() if lines else ""
    if _AIKEN.search(text) and "{" not in text:
        return "aiken"
    if any(map(signs_of, lines[:20])):
        return "csv"
    if _JSON.match(text):
        return "jsonl"
    if "{" not in first and _YAML.match(text.lstrip()):
        return "yaml"
    return "gift"
