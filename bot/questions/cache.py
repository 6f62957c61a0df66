"""A bank that was read before, kept in a file: the next start need not parse, check and place every item again.

The file begins with a digest over what the bank was made from and over the rest of the file, so it is taken for the very
same files and the same reader or not at all, and a truncated or otherwise damaged one is nothing. What was made from:
the bytes of all the bank's files, the source of the code that reads them, Python, and the libraries it reads with.

It holds plain values as JSON, a line for each item so that the whole is never in memory twice; not pickled objects or byte
code, since reading JSON runs nothing that stands in it. The items are built from these values as they are from YAML. Still, whoever writes the file decides what members are asked, so
it is heeded only where it is this user's own and nobody else may open it: then nobody else has written it either, even in a
folder in which all may write. Where it can't be read or written, there is simply no cache.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.questions.build import build_item
from bot.questions.folder import REFERENCES, SCHEMA, SHIPPED, TOPICS, question_files, write_beside
from bot.questions.model import Bank, Reference, SourcePlace
from bot.questions.topics import Topic, TopicTree

if TYPE_CHECKING:
    from bot.questions.read import Reading

_CODE = Path(__file__).resolve().parent
_CODES = (
    _CODE,
    _CODE.parent / "chat",
    _CODE.parent / "chat" / "rendering",
)  # the others say which texts cards can show
_LIBRARIES = ("PyYAML", "jsonschema-rs", "markdown-it-py")
_DIGEST_BYTES = sha256().digest_size


def told_by(folder: Path, codes: tuple[Path, ...] = _CODES) -> bytes:
    """What a bank in this folder is made from, as a digest; ``codes`` are the folders of the code that reads it."""
    found = sha256(_reader(codes))
    for path in _files(folder):
        _add(found, path.relative_to(folder).as_posix() if path.is_relative_to(folder) else "", path)
    return found.digest()


@cache
def _reader(codes: tuple[Path, ...]) -> bytes:
    found = sha256(
        repr((sys.implementation.name, sys.version, [version(name) for name in _LIBRARIES])).encode()
    )
    for code in codes:
        for path in sorted(code.glob("*.py")):
            _add(found, path.name, path)
    return found.digest()


def _files(folder: Path) -> Iterator[Path]:
    yield folder / TOPICS
    yield folder / REFERENCES
    yield folder / SCHEMA if (folder / SCHEMA).is_file() else SHIPPED / SCHEMA
    yield from question_files(folder)


def _add(found: Any, name: str, path: Path) -> None:  # noqa: ANN401  (hashlib names no type of its own)
    try:
        content, why = path.read_bytes(), None
    except OSError as error:  # there is no such file as a rule, which is something else than an empty one
        content, why = b"", error.errno
    # The length keeps a name from running into the content, and one file into the next.
    found.update(repr((name, why, len(content))).encode())
    found.update(content)


def kept(file: Path, key: bytes) -> Bank | None:
    """The bank that was kept in this file for this key; None where there is none that can be trusted."""
    whole = _private(file)
    if whole[:_DIGEST_BYTES] != _digest(key, memoryview(whole)[_DIGEST_BYTES:]):
        return None
    lines = BytesIO(whole)
    lines.seek(_DIGEST_BYTES)
    topics, references = json.loads(lines.readline())
    return Bank(
        tuple(
            build_item(raw, SourcePlace(sys.intern(file), line)) for file, line, raw in map(json.loads, lines)
        ),
        TopicTree(map(_topic, topics)),
        {raw["key"]: Reference(**raw) for raw in references},
    )


def _topic(raw: dict[str, Any]) -> Topic:
    targets = tuple((kind, count) for kind, count in raw["targets"])
    return Topic(**raw | {"aliases": tuple(raw["aliases"]), "targets": targets})


def keep(file: Path, key: bytes, reading: Reading) -> None:
    """Keep what was read without an error, for the next start."""
    references = reading.bank.references.values()
    values: list[Any] = [[list(map(asdict, reading.bank.topics)), list(map(asdict, references))]]
    for one in reading.written:
        raw = one.document.value[one.index]  # type: ignore[index]
        values.append([one.item.place.file, one.item.place.line, raw])
    content = "\n".join(json.dumps(each, separators=(",", ":")) for each in values).encode()
    with suppress(OSError):
        write_beside(file, _digest(key, content) + content)


def _digest(key: bytes, content: bytes | memoryview) -> bytes:
    found = sha256(key)
    found.update(content)
    return found.digest()


def _private(file: Path) -> bytes:
    """What this file holds; nothing where it isn't ours alone."""
    try:
        # No link is followed, and a pipe that somebody has put there is not waited for.
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as opened:
            about = os.fstat(descriptor)
            ours = stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & 0o077
            return opened.read() if ours else b""
    except OSError:
        return b""
