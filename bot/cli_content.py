"""`studyhall content check` and `studyhall content stats`: looking after a question bank from the command line."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TextIO

from bot.bank.check import check
from bot.bank.findings import BankError, Finding
from bot.bank.load import load_bank
from bot.bank.stats import bank_stats, stats_lines


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `content` with its two sub-commands to the command line's parser."""
    content = subparsers.add_parser("content", help="check or count a question bank")
    actions = content.add_subparsers(dest="content_command", required=True, metavar="check|stats")
    for name, text in (
        ("check", "tell what is wrong with a bank: file, line, item, rule and what to do"),
        ("stats", "count a bank by topic, kind, difficulty and phase"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--json", action="store_true", help="print JSON")
        action.add_argument(
            "folder",
            nargs="?",
            type=Path,
            metavar="FOLDER",
            help="the bank's folder (without: the bank in use)",
        )


def run(args: argparse.Namespace, default_folder: Path, today: date, out: TextIO) -> int:
    """Run the sub-command that was parsed, writing to `out`; the exit code is 1 where there are errors, else 0."""
    folder: Path = args.folder or default_folder
    if args.content_command == "stats":
        return _stats(folder, out, as_json=args.json)
    return _check(folder, today, out, as_json=args.json)


def _check(folder: Path, today: date, out: TextIO, *, as_json: bool) -> int:
    findings = check(folder, today)
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    if as_json:
        report = {
            "errors": errors,
            "warnings": warnings,
            "findings": [asdict(finding) for finding in findings],
        }
        print(json.dumps(report, ensure_ascii=False, indent=2), file=out)
    else:
        _print(folder, findings, out)
        print(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}.", file=out)
    return 1 if errors else 0


def _stats(folder: Path, out: TextIO, *, as_json: bool) -> int:
    try:
        stats = bank_stats(load_bank(folder))
    except BankError as error:
        if as_json:
            problems = [asdict(problem) for problem in error.problems]
            print(
                json.dumps({"errors": len(problems), "findings": problems}, ensure_ascii=False, indent=2),
                file=out,
            )
        else:
            _print(folder, error.problems, out)
            print("Mend these first; then the bank can be counted.", file=out)
        return 1
    if as_json:
        print(json.dumps(stats.as_dict(), ensure_ascii=False, indent=2), file=out)
    else:
        print("\n".join(stats_lines(stats)), file=out)
    return 0


def _print(folder: Path, findings: tuple[Finding, ...], out: TextIO) -> None:
    for finding in findings:
        print(f"{folder.as_posix()}/{finding}", file=out)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
