"""A bank that is kept from start to start: the same as the one that is read, and never one of other files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.questions import cache
from bot.questions.cache import kept, told_by
from bot.questions.load import BankError, load_bank
from bot.questions.model import Bank
from bot.questions.read import Reading, read_bank
from tests.support.banks import KINDS

CONTENT = Path(__file__).parents[2] / "content"

Raw = dict[str, Any]
Write = Callable[..., Path]
Make = Callable[..., Raw]


def alike(one: Bank, other: Bank) -> bool:
    return (one.items, tuple(one.topics), one.references) == (
        other.items,
        tuple(other.topics),
        other.references,
    ) and repr(one.items) == repr(other.items)  # 1 and 1.0 are equal, and are printed differently


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    return place / "study.db.bank"


@pytest.fixture
def folder(write_bank: Write, item: Make) -> Path:
    raws = [item(kind, id=f"optics.lenses.q{place:02}") for place, kind in enumerate(sorted(KINDS))]
    return write_bank(raws)


@pytest.fixture
def is_kept(folder: Path, file: Path) -> Callable[[], bool]:
    """Whether the next start would take the bank from its cache."""
    load_bank(folder, file)

    def asked() -> bool:
        return kept(file, told_by(folder)) is not None

    assert asked()
    return asked


def test_the_kept_bank_is_the_one_that_is_read(folder: Path, file: Path) -> None:
    read = load_bank(folder)
    assert alike(load_bank(folder, file), read)
    again = kept(file, told_by(folder))
    assert again is not None
    assert alike(again, read)


def test_so_is_the_shipped_one(file: Path) -> None:
    read = load_bank(CONTENT, file)
    again = kept(file, told_by(CONTENT))
    assert again is not None
    assert alike(again, read)


def test_a_kept_bank_is_not_read_again(folder: Path, file: Path) -> None:
    read = load_bank(folder, file)
    assert alike(load_bank(folder, file, read=lambda _: pytest.fail("it was read")), read)


def test_a_changed_byte_in_any_file_is_read_anew(folder: Path, is_kept: Callable[[], bool]) -> None:
    for name in ("topics.yaml", "references.yaml", "item.schema.json", "questions/optics/lenses.yaml"):
        path = folder / name
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert not is_kept(), name
        path.write_bytes(content)
        assert is_kept()


def test_so_are_files_that_come_go_or_get_another_name(folder: Path, is_kept: Callable[[], bool]) -> None:
    questions = folder / "questions" / "optics"
    (questions / "more.yml").write_bytes(b"")
    assert not is_kept()
    (questions / "more.yml").unlink()
    assert is_kept()
    (questions / "lenses.yaml").rename(questions / "glass.yaml")
    assert not is_kept()
    (questions / "glass.yaml").rename(questions / "lenses.yaml")
    (folder / "references.yaml").rename(folder / "other.yaml")
    assert not is_kept()


def test_a_changed_reader_reads_anew(folder: Path, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "read.py").write_text("# one way\n")
    before = told_by(folder, (code,))
    cache._reader.cache_clear()  # as the next process begins
    assert told_by(folder, (code,)) == before
    (code / "read.py").write_text("# one wax\n")
    cache._reader.cache_clear()
    assert told_by(folder, (code,)) != before


@pytest.mark.parametrize("library", ["PyYAML", "jsonschema-rs", "markdown-it-py"])
def test_so_does_one_with_another_version_of_a_library(
    tmp_path: Path, is_kept: Callable[[], bool], monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    installed = tmp_path / "libraries" / f"{library.replace('-', '_')}-0.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text(f"Name: {library}\nVersion: 0.0\n")
    monkeypatch.syspath_prepend(installed.parent)
    cache._reader.cache_clear()
    assert not is_kept()
    cache._reader.cache_clear()


def test_what_reads_a_bank_is_told_by_its_own_source() -> None:
    names = {path.name for code in cache._CODES for path in code.glob("*.py")}
    assert {"read.py", "build.py", "yaml_core.py", "schema.py", "topicfile.py", "markdown.py"} <= names


def test_one_that_is_truncated_or_has_a_changed_byte_is_nothing(
    file: Path, is_kept: Callable[[], bool]
) -> None:
    whole = file.read_bytes()
    for length in (0, 1, 31, 32, 33, 1000, -1):
        file.write_bytes(whole[:length])
        assert not is_kept(), length
    for place in (0, 31, 32, 500, -1):
        content = bytearray(whole)
        content[place] ^= 1
        file.write_bytes(content)
        assert not is_kept(), place
    file.write_bytes(whole)
    assert is_kept()


def test_it_is_for_its_owner_alone(folder: Path, file: Path) -> None:
    old = os.umask(0)
    try:
        load_bank(folder, file)
    finally:
        os.umask(old)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_one_that_others_may_open_is_read_anew_and_closed_to_them(
    folder: Path, file: Path, is_kept: Callable[[], bool]
) -> None:
    for mode in (0o640, 0o604, 0o620, 0o602, 0o666):
        file.chmod(mode)
        assert not is_kept(), mode
        load_bank(folder, file)
        assert is_kept()
        assert file.stat().st_mode & 0o777 == 0o600


def test_one_that_somebody_else_owns_is_not_heeded(
    file: Path, is_kept: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = file.stat().st_uid + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    assert not is_kept()


def test_neither_is_a_link_to_one_or_something_else_than_a_file(
    folder: Path, file: Path, is_kept: Callable[[], bool]
) -> None:
    aside = file.rename(file.with_name("aside"))
    file.symlink_to(aside)
    assert not is_kept()
    file.unlink()
    os.mkfifo(file, 0o600)
    assert not is_kept()
    file.unlink()
    file.mkdir()
    assert not is_kept()
    assert len(load_bank(folder, file).items) == len(KINDS)
    assert sorted(path.name for path in file.parent.iterdir()) == ["aside", file.name]


def test_without_a_folder_for_it_there_is_no_cache(folder: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "study.db.bank"
    assert alike(load_bank(folder, nowhere), load_bank(folder))
    assert not nowhere.parent.exists()


def test_nor_in_one_that_can_not_be_written(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    assert alike(load_bank(folder, file), load_bank(folder))
    assert list(file.parent.iterdir()) == []


def test_a_bank_with_an_error_is_not_kept(folder: Path, file: Path) -> None:
    load_bank(folder, file)
    topics = folder / "topics.yaml"
    sound = topics.read_bytes()
    topics.write_bytes(b"topics: []\n")
    for _ in range(2):
        with pytest.raises(BankError):
            load_bank(folder, file)
    topics.write_bytes(sound)
    assert kept(file, told_by(folder)) is not None


def test_one_that_changes_while_it_is_read_is_not_kept(folder: Path, file: Path) -> None:
    def slowly(path: Path) -> Reading:
        found = read_bank(path)
        (folder / "topics.yaml").write_bytes((folder / "topics.yaml").read_bytes() + b"# and more\n")
        return found

    load_bank(folder, file, read=slowly)
    assert not file.exists()
