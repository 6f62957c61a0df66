"""`studyhall content ...` as someone types it."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import cli_content

Raw = dict[str, Any]
Write = Callable[..., Path]
Make = Callable[..., Raw]


def typed(line: str, default: Path, today: date) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    cli_content.add_parser(parser.add_subparsers(dest="command"))
    out = io.StringIO()
    code = cli_content.run(parser.parse_args(line.split()), default, today, out)
    return code, out.getvalue()


def test_a_sound_bank_is_passed_in_one_line(write_bank: Write, item: Make, today: date) -> None:
    assert typed("content check", write_bank([item("open")]), today) == (0, "0 errors, 0 warnings.\n")


def test_warnings_alone_do_not_fail(write_bank: Write, item: Make, today: date) -> None:
    code, text = typed("content check", write_bank([item("open", hint=None)]), today)
    assert code == 0
    assert text.endswith("0 errors, 1 warning.\n")


def test_errors_fail_and_are_told_one_a_line_with_a_path_to_open(
    write_bank: Write, item: Make, today: date
) -> None:
    folder = write_bank([item("open", difficulty=9)])
    code, text = typed("content check", folder, today)
    assert code == 1
    first, last = text.splitlines()
    assert first.startswith(f"{folder}/questions/optics/lenses.yaml:")
    assert "error [schema] optics.lenses.q01: difficulty is 9" in first
    assert last == "1 error, 0 warnings."


def test_another_folder_can_be_named(write_bank: Write, item: Make, today: date, tmp_path: Path) -> None:
    folder = write_bank([item("open")])
    assert typed(f"content check {folder}", tmp_path / "nowhere", today)[0] == 0
    code, text = typed("content check", tmp_path / "nowhere", today)
    assert code == 1
    assert "There is no folder" in text


def test_json_holds_the_same_findings(write_bank: Write, item: Make, today: date) -> None:
    code, text = typed("content check --json", write_bank([item("open", difficulty=9)]), today)
    report = json.loads(text)
    assert code == 1
    assert (report["errors"], report["warnings"]) == (1, 0)
    finding = report["findings"][0]
    assert finding["file"] == "questions/optics/lenses.yaml"
    assert (finding["item"], finding["rule"], finding["severity"]) == ("optics.lenses.q01", "schema", "error")
    assert finding["line"] > 1


def test_stats_count_a_bank_and_speak_json(write_bank: Write, item: Make, today: date) -> None:
    folder = write_bank([item("open"), item("single", id="optics.lenses.q02")])
    code, text = typed("content stats", folder, today)
    assert code == 0
    assert text.startswith("2 live items of 2.\n1 to discuss, 1 for quizzes, 0 mock scripts.\n")
    report = json.loads(typed("content stats --json", folder, today)[1])
    assert (report["live"], report["by_topic"][0]["topic"]) == (2, "optics")


@pytest.mark.parametrize("line", ["content stats", "content stats --json"])
def test_a_broken_bank_is_not_counted_but_told(write_bank: Write, item: Make, today: date, line: str) -> None:
    code, text = typed(line, write_bank([item("open", topic="optics.nowhere")]), today)
    assert code == 1
    assert "optics.nowhere" in text
