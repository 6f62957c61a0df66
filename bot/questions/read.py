"""Reading a bank's folder, and telling everything that keeps it from being one.

A bank is a folder. The least that works:

    topics.yaml                topics:
                               - {id: optics, title: Optics}
    questions/optics.yaml      - id: optics.q01
                                 topic: optics
                                 kind: open
                                 prompt: Why is the sky blue at noon and red at dusk?
                                 rubric:
                                 - {point: Short waves scatter more strongly, weight: 3}
                                 - {point: At dusk the light's way through the air is longer, weight: 2}
                                 - {point: What has lost its blue looks red, weight: 1}
                                 model_answer: (120 to 1,800 characters)

`questions/` may hold any folders and files ending in .yaml or .yml; each is a list of items. Others are
optional. With references.yaml, items may cite only its keys, and live items need a second reader. With an
item.schema.json of its own, the bank's items are held to exactly that; without one they are held to the forms and
limits of the shipped schema, but an item without a difficulty counts as 3, without a status as live, and author,
phase, explanation and references may be left out. `check` also reads a fingerprints.txt (see likeness.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.questions.build import build_item, build_reference
from bot.questions.findings import Finding, Flaw, Severity, error
from bot.questions.folder import QUESTIONS, REFERENCES, SCHEMA, SHIPPED, TOPICS, question_files
from bot.questions.model import Bank, Item, Reference, SourcePlace
from bot.questions.schema import SchemaFileError, item_checker, load_schema, without_editors_fields
from bot.questions.topicfile import TopicsError, read_topics
from bot.questions.topics import Topic, TopicTree
from bot.questions.yaml_core import Document, YamlError, parse_yaml


@dataclass(frozen=True, slots=True)
class Written:
    """An item together with the document it was read from, for the lines of its parts."""

    item: Item
    document: Document
    index: int

    def line(self, path: tuple[str | int, ...] = ()) -> int:
        """The line of a part of the item, such as ("options", 1)."""
        return self.document.line((self.index, *path))

    def finding(self, flaw: Flaw) -> Finding:
        """A flaw of the item, with its place."""
        file, line = self.item.place.file, self.line(flaw.path)
        return Finding(file, line, self.item.id, flaw.rule, flaw.severity, flaw.message)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder gave: the bank of all that could be read, and what could not.

    has_references tells whether the folder has a references.yaml, and so is kept by editors' rules. topic_lines are
    the nodes' lines in topics.yaml.
    """

    bank: Bank
    written: tuple[Written, ...]
    findings: tuple[Finding, ...]
    has_references: bool
    topic_lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Folder:
    """A folder being read, collecting findings on the way."""

    path: Path
    findings: list[Finding] = field(default_factory=list)

    def error(self, file: str, line: int, rule: str, message: str, item: str | None = None) -> None:
        self.findings.append(Finding(file, line, item, rule, Severity.ERROR, message))

    def yaml(self, file: str) -> Document | None:
        try:
            return parse_yaml((self.path / file).read_bytes())
        except YamlError as error:
            self.error(file, error.line, "yaml", error.message)
        except OSError as error:
            self.error(file, 1, "folder", f"This file can't be read: {error.strerror}.")
        return None


def read_bank(folder: Path, shipped: Path = SHIPPED) -> Reading:
    """Read all of a folder; never raises for what stands in it. `shipped` is where the fallback schema lies."""
    source = _Folder(folder)
    has_references = (folder / REFERENCES).is_file()
    if not folder.is_dir():
        source.error(
            ".", 1, "folder", f"There is no folder {folder}. Name one that holds {TOPICS} and {QUESTIONS}/."
        )
        return Reading(Bank((), TopicTree(()), {}), (), tuple(source.findings), has_references)
    topics, topic_lines = _topics(source)
    references = _references(source) if has_references else {}
    written = tuple(_items(source, shipped))
    by_id: dict[str, Item] = {}
    for one in written:
        first = by_id.setdefault(one.item.id, one.item)
        if first is not one.item:
            taken = (
                f"This id is taken at {first.place.file}:{first.place.line}. Give one of them a new number."
            )
            source.findings.append(one.finding(error("duplicate", taken, "id")))
    bank = Bank(tuple(by_id.values()), topics, references)
    return Reading(bank, written, tuple(source.findings), has_references, topic_lines)


def _topics(source: _Folder) -> tuple[TopicTree, dict[str, int]]:
    document = source.yaml(TOPICS)
    if document is None:
        return TopicTree(()), {}
    topics: tuple[Topic, ...] = ()
    try:
        topics = read_topics(document)
    except TopicsError as error:
        source.error(TOPICS, error.line, "topics", str(error))
    # Every entry became a node, in order, or there are none at all.
    lines = {topic.id: document.line(("topics", place)) for place, topic in enumerate(topics)}
    return TopicTree(topics), lines


def _references(source: _Folder) -> Mapping[str, Reference]:
    document = source.yaml(REFERENCES)
    if document is None:
        return {}
    entries = document.value.get("references") if isinstance(document.value, dict) else None
    if not isinstance(entries, list):
        source.error(
            REFERENCES, 1, "references", "Begin this file with “references:” and a list of them below."
        )
        return {}
    found: dict[str, Reference] = {}
    for index, raw in enumerate(entries):
        line = document.line(("references", index))
        try:
            reference = build_reference(raw)
        except (KeyError, TypeError, ValueError, AttributeError):
            source.error(
                REFERENCES,
                line,
                "references",
                "A reference needs key, title, authors, year, url and id_check.",
            )
            continue
        if reference.key in found:
            source.error(
                REFERENCES, line, "references", f"The key “{reference.key}” stands twice. Keep one of them."
            )
        found[reference.key] = reference
    return found


def _items(source: _Folder, shipped: Path) -> Iterator[Written]:
    own = source.path / SCHEMA
    try:
        schema = load_schema(own) if own.is_file() else without_editors_fields(load_schema(shipped / SCHEMA))
    except SchemaFileError as error:
        source.error(SCHEMA, 1, "schema", str(error))
        return
    misfits = item_checker(schema)
    files = question_files(source.path)
    if not files:
        source.error(
            QUESTIONS,
            1,
            "folder",
            f"There is no question file. Add a list of items as {QUESTIONS}/name.yaml.",
        )
    for path in files:
        file = path.relative_to(source.path).as_posix()
        document = source.yaml(file)
        if document is None:
            continue
        if not isinstance(document.value, list):
            source.error(file, 1, "schema", "A question file is a list: begin each item with “- id: ...”.")
            continue
        for index, raw in enumerate(document.value):
            item_id = raw.get("id") if isinstance(raw, dict) else None
            name = item_id if isinstance(item_id, str) else None
            flaws = misfits(raw)
            for flaw in flaws:
                source.error(file, document.line((index, *flaw.path)), "schema", flaw.message, name)
            if flaws:
                continue
            place = SourcePlace(file, document.line((index,)))
            try:
                yield Written(build_item(raw, place), document, index)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                message = f"This item can't be used ({error}). Keep to the forms of the shipped {SCHEMA}."
                source.error(file, place.line, "schema", message, name)
