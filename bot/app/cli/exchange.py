"""`studyhall content import` and `export`: questions from and to other formats, from the command line."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.chat.words import counted
from bot.questions.exchange.imported import KNOWN
from bot.questions.folder import write_beside
from bot.questions.load import load_bank
from bot.questions.model import Bank, Item, Status
from bot.questions.topics import UnknownTopic

if TYPE_CHECKING:
    from bot.questions.exchange import Exported

_FORMATS = ("gift", "csv", "yaml", "moodle", "anki")
_BY_SUFFIX = {
    ".gift": "gift",
    ".txt": "gift",
    ".csv": "csv",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".xml": "moodle",
    ".apkg": "anki",
}


class ExchangeError(ValueError):
    """A file can't be read or written, or the call leaves open what is meant; the text says what to do."""


def add_import(action: argparse.ArgumentParser) -> None:
    """The arguments of `content import`."""
    action.add_argument("file", type=Path, metavar="FILE", help=KNOWN)
    action.add_argument(
        "--to", type=Path, metavar="PATH", help="the file or folder to write YAML to (without: the terminal)"
    )
    action.add_argument(
        "--keep-good", action="store_true", help="write the good questions where others are refused or unread"
    )


def add_export(action: argparse.ArgumentParser) -> None:
    """The arguments of `content export`."""
    action.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="where to write: .gift, .csv, .yaml, .xml (Moodle) or .apkg (without: the terminal)",
    )
    action.add_argument("--format", choices=_FORMATS, help="the format, where FILE doesn't tell")
    action.add_argument("--topic", help="only what lies on or under this topic: an id, a title or an alias")
    action.add_argument(
        "--all", action="store_true", help="drafts and retired items too, not live ones alone"
    )
    action.add_argument(
        "--bank", type=Path, metavar="FOLDER", help="the bank's folder (without: the bank in use)"
    )


def run_import(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Read a file's questions and write them as YAML; where one is refused or unread nothing is written, and 1 is returned.

    With ``keep_good`` the others are written.

    Raises:
        ExchangeError: what the operator can mend.
    """
    from bot.questions.exchange import read_file
    from bot.questions.exchange.yaml_ import write_yaml

    source: Path = args.file
    try:
        data = source.read_bytes()
    except OSError as error:
        raise ExchangeError(f"{source}: it can't be read ({error.strerror}).") from None
    found = read_file(data, source.name)
    for problem in found.problems:
        print(
            f"{source}:{problem.line}: {'error' if problem.is_error else 'note'}: {problem.message}", file=err
        )
    for what, number in (("taken", len(found.items)), ("refused", found.refused), ("unread", found.unread)):
        print(f"{what:8}{number:5}", file=err)
    if not found.items or (found.errors and not args.keep_good):
        offer = f", or add --keep-good for the {len(found.items)} good" if found.items else ""
        print(f"Nothing was written: mend {counted(len(found.errors), 'error')} first{offer}.", file=err)
        return 1
    content = write_yaml(found.items).content
    target: Path | None = args.to
    if target is None:
        out.write(content.decode("utf-8"))
    else:
        if target.is_dir():
            target /= source.stem + ".yaml"
        if target.resolve() == source.resolve() or target.exists():
            raise ExchangeError(f"{target} is there already, and is left as it is. Name another file.")
        write_whole(target, content)
    where = f" to {target}" if target is not None else ""
    print(
        f"{counted(len(found.items), 'question')} written{where}, {counted(len(found.losses), 'note')}.",
        file=err,
    )
    return 0


def run_export(args: argparse.Namespace, default_folder: Path, out: TextIO, err: TextIO) -> int:
    """Write the bank's items in a format, telling what it can't hold.

    Raises:
        ExchangeError: what the operator can mend.
    """
    target: Path | None = args.file
    form = args.format or (_BY_SUFFIX.get(target.suffix.lower()) if target is not None else None)
    if form is None:
        raise ExchangeError(f"Say in which format: --format {'|'.join(_FORMATS)}.")
    if form == "anki" and target is None:
        raise ExchangeError("An Anki package isn't text. Name a file for it, such as questions.apkg.")
    bank = load_bank(args.bank or default_folder)
    try:
        items = bank.under(bank.topics.resolve(args.topic)) if args.topic else bank.items
    except UnknownTopic as error:
        raise ExchangeError(str(error)) from None
    kept = [item for item in items if args.all or item.status is Status.LIVE]
    exported = _written(form, kept, bank)
    for line in _grouped(exported.losses):
        print(line, file=err)
    if target is None:
        out.write(exported.content.decode("utf-8"))
    else:
        write_whole(target, exported.content)
    where = f" to {target}" if target is not None else ""
    print(f"{exported.items} of {counted(len(kept), 'item')} written{where}.", file=err)
    return 0


def _written(form: str, items: Iterable[Item], bank: Bank) -> Exported:
    match form:
        case "gift":
            from bot.questions.exchange.gift_out import write_gift as write
        case "csv":
            from bot.questions.exchange.csv_ import write_csv as write
        case "moodle":
            from bot.questions.exchange.courseware.moodle_out import write_moodle as write
        case "yaml":
            from bot.questions.exchange.yaml_ import write_yaml as write
        case _:
            from bot.questions.exchange.anki import write_anki

            return write_anki(items, bank)
    return write(items)


def _grouped(losses: Iterable[str]) -> Iterator[str]:
    """Losses that are the same for many items in one line, with the first three of them."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for loss in losses:
        item_id, _, what = loss.partition(": ")
        groups[what].append(item_id)
    for what, ids in groups.items():
        more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
        yield f"{', '.join(ids[:3])}{more}: {what}"


def write_whole(target: Path, content: bytes) -> None:
    """The whole content, or nothing, in a folder that is made where it is missing. Raises ExchangeError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_beside(target, content, 0o644)
    except OSError as error:
        raise ExchangeError(f"{target}: it can't be written ({error.strerror}).") from None
