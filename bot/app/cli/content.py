"""`studyhall content ...`: looking after a question bank from the command line."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.app.cli.exchange import ExchangeError, add_export, add_import, run_export, run_import, write_whole
from bot.chat.words import counted
from bot.questions.findings import BankError, Finding
from bot.questions.load import load_bank
from bot.questions.model import Bank, Item, UnknownItem

# This module is loaded for its parser at every start, so what one sub-command alone needs is loaded there.
if TYPE_CHECKING:
    from bot.bank_tools.check import Report

_ACTIONS = {
    "check": "tell what is wrong with a bank: file, line, item, rule and what to do",
    "stats": "count a bank by topic, kind, difficulty and phase, and try to guess its answers",
    "usage": "tell what answers in this database say of each quiz question, without anybody's name",
    "run": "run the tests of code questions: they must fail on the starter and pass on the solution",
    "show": "print one item with everything about it",
    "preview": "write the whole bank as one searchable page, with what the check finds",
    "import": "turn a file of another format into a question file",
    "export": "write questions as GIFT, CSV, our YAML, Moodle XML or an Anki package",
    "fingerprint": "print the hashes of a text that no item may copy, for a bank's fingerprints.txt",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `content` with its sub-commands to the command line's parser."""
    content = subparsers.add_parser("content", help="check, read or exchange a question bank")
    actions = content.add_subparsers(dest="content_command", required=True, metavar="|".join(_ACTIONS))
    made = {name: actions.add_parser(name, help=text, description=text) for name, text in _ACTIONS.items()}
    made["usage"].add_argument("--json", action="store_true", help="print JSON")
    for name in ("check", "stats"):
        made[name].add_argument("--json", action="store_true", help="print JSON")
        made[name].add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="the same as --bank")
    for name in ("check", "stats", "usage", "run", "show", "preview"):
        made[name].add_argument(
            "--bank", type=Path, metavar="FOLDER", help="the bank's folder (without: the bank in use)"
        )
    made["run"].add_argument("ids", nargs="*", metavar="ID", help="only these items (without: all)")
    made["show"].add_argument("id", metavar="ID", help="an item's id, such as coding.data.q01")
    made["preview"].add_argument("file", nargs="?", type=Path, default=Path("bank.html"), metavar="FILE")
    made["fingerprint"].add_argument("file", type=Path, metavar="FILE")
    add_import(made["import"])
    add_export(made["export"])


def run(
    args: argparse.Namespace, default_folder: Path, today: date, out: TextIO, err: TextIO | None = None
) -> int:
    """Run the sub-command that was parsed, writing to `out`; the exit code is 1 where there are errors, else 0."""
    err = err or sys.stderr
    folder: Path = getattr(args, "folder", None) or getattr(args, "bank", None) or default_folder
    actions: dict[str, Callable[[], int]] = {
        "check": lambda: _check(folder, today, out, as_json=args.json),
        "stats": lambda: _stats(folder, out, as_json=args.json),
        "run": lambda: _run(folder, args.ids, out),
        "show": lambda: _show(folder, args.id, out),
        "preview": lambda: _preview(folder, today, args.file, out),
        "import": lambda: run_import(args, out, err),
        "export": lambda: run_export(args, default_folder, out, err),
        "fingerprint": lambda: _fingerprint(args.file, out),
    }
    try:
        return actions[args.content_command]()
    except ExchangeError as error:
        print(error, file=err)
        return 1


def _check(folder: Path, today: date, out: TextIO, *, as_json: bool) -> int:
    from bot.bank_tools.check import examine

    report = examine(folder, today)
    errors = sum(finding.is_error for finding in report.findings)
    warnings = len(report.findings) - errors
    if as_json:
        _print_json(_report(report), out)
    else:
        _print(folder, report.findings, out)
        print(f"{counted(errors, 'error')}, {counted(warnings, 'warning')}.", file=out)
    return 1 if errors else 0


def _report(report: Report) -> dict[str, object]:
    """The findings, their counts per rule, and the figures behind the rules on the bank as a whole."""
    rules = sorted({finding.rule for finding in report.findings} | set(report.excused))
    errors = Counter(finding.rule for finding in report.findings if finding.is_error)
    warnings = Counter(finding.rule for finding in report.findings if not finding.is_error)
    return {
        "errors": errors.total(),
        "warnings": warnings.total(),
        "rules": {
            rule: {"errors": errors[rule], "warnings": warnings[rule], "excused": report.excused.get(rule, 0)}
            for rule in rules
        },
        "figures": [{**asdict(figure), "judged": figure.judged} for figure in report.figures],
        "findings": [asdict(finding) for finding in report.findings],
    }


def _stats(folder: Path, out: TextIO, *, as_json: bool) -> int:
    from bot.bank_tools.stats import bank_stats, stats_lines

    try:
        stats = bank_stats(load_bank(folder))
    except BankError as error:
        if as_json:
            problems = [asdict(problem) for problem in error.problems]
            _print_json({"errors": len(problems), "findings": problems}, out)
        else:
            _print(folder, error.problems, out)
            print("Mend these first; then the bank can be counted.", file=out)
        return 1
    if as_json:
        _print_json(stats.as_dict(), out)
    else:
        print("\n".join(stats_lines(stats)), file=out)
    return 0


def _show(folder: Path, item_id: str, out: TextIO) -> int:
    from bot.bank_tools.showing import shown

    bank = load_bank(folder)
    out.write(shown(_item(bank, item_id), bank))
    return 0


def _item(bank: Bank, item_id: str) -> Item:
    try:
        return bank.item(item_id.strip())
    except UnknownItem:
        near = difflib.get_close_matches(item_id, [item.id for item in bank.items], n=3, cutoff=0.6)
        hint = (
            f" Did you mean {' or '.join(near)}?" if near else " Find its id with: studyhall content preview."
        )
        raise ExchangeError(f"There is no item “{item_id}”.{hint}") from None


def _run(folder: Path, ids: Sequence[str], out: TextIO) -> int:
    """Run the tests, which is running the bank's code on this machine."""
    from bot.bank_tools.running import run_tests

    bank = load_bank(folder)
    tried = run_tests([_item(bank, each) for each in ids] if ids else bank.items)
    for each in tried:
        if each.missing:
            print(f"{each.item.id}: skipped, since {each.missing} is not installed", file=out)
        elif each.problem:
            place = f"{folder.as_posix()}/{each.item.place.file}:{each.item.place.line}"
            print(f"{place}: {each.item.id}: {each.problem}", file=out)
    skipped, wrong = sum(bool(each.missing) for each in tried), sum(bool(each.problem) for each in tried)
    print(f"{len(tried) - skipped} tried, {skipped} skipped, {counted(wrong, 'problem')}.", file=out)
    return 1 if wrong else 0


def _preview(folder: Path, today: date, target: Path, out: TextIO) -> int:
    from bot.bank_tools.check import examine
    from bot.bank_tools.preview import preview_page

    page = preview_page(load_bank(folder), examine(folder, today), today)
    write_whole(target, page.encode("utf-8"))
    print(f"{target} holds the whole bank. Open it in a browser; it needs no network.", file=out)
    return 0


def _fingerprint(source: Path, out: TextIO) -> int:
    from bot.bank_tools.likeness import fingerprint

    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ExchangeError(f"{source}: it can't be read ({error}).") from None
    print("\n".join(sorted(fingerprint(text))), file=out)
    return 0


def _print_json(value: object, out: TextIO) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2), file=out)


def _print(folder: Path, findings: Sequence[Finding], out: TextIO) -> None:
    for finding in findings:
        print(f"{folder.as_posix()}/{finding}", file=out)
