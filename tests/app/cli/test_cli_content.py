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
import yaml

from bot.app.cli import content as cli_content

Raw = dict[str, Any]
Write = Callable[..., Path]
Make = Callable[..., Raw]


def typed(line: str, default: Path, today: date) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    cli_content.add_parser(parser.add_subparsers(dest="command"))
    out, err = io.StringIO(), io.StringIO()
    code = cli_content.run(parser.parse_args(line.split()), default, today, out, err)
    return code, out.getvalue() + err.getvalue()


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
    assert typed(f"content check --bank {folder}", tmp_path / "nowhere", today)[0] == 0


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


def test_json_counts_per_rule_and_holds_the_figures_behind_the_rules_on_the_whole_bank(
    write_bank: Write, item: Make, today: date
) -> None:
    excuse = [{"rule": "hint", "why": "It would give all away."}]
    raws = [
        item("open", hint=None, lint_ok=excuse),
        item("single", id="optics.lenses.q02", review_by="2026-01-01"),
    ]
    report = json.loads(typed("content check --json", write_bank(raws), today)[1])
    assert report["rules"] == {
        "hint": {"errors": 0, "warnings": 0, "excused": 1},
        "stale": {"errors": 1, "warnings": 0, "excused": 0},
    }
    longest = next(figure for figure in report["figures"] if figure["name"] == "longest")
    assert (longest["rule"], longest["n"], longest["judged"]) == ("longest-is-key", 1, False)


def test_an_item_is_shown_with_its_right_option_marked_and_in_lines_that_fit(
    write_bank: Write, item: Make, today: date
) -> None:
    like = item("tf_reason", id="optics.lenses.q03")
    folder = write_bank([item("single"), item("mock", id="optics.lenses.q02"), like])
    code, text = typed("content show optics.lenses.q01", folder, today)
    assert code == 0
    assert "- optics.lenses.q03 (0." in text[text.index("Nearest prompts") :]
    assert "✓ A. It is slower in glass than in air" in text
    assert "On lenses (2021), section 2 <https://arxiv.org/abs/2101.00001>" in text
    assert max(map(len, text.splitlines())) <= 88
    assert "Script, 30 minutes" in typed("content show optics.lenses.q02", folder, today)[1]


def test_an_unknown_item_is_answered_with_the_nearest_ids(write_bank: Write, item: Make, today: date) -> None:
    code, text = typed("content show optics.lenses.q1", write_bank([item("open")]), today)
    assert (code, "Did you mean optics.lenses.q01?" in text) == (1, True)


def test_code_questions_are_run_and_what_fails_is_told_with_a_path(
    write_bank: Write, item: Make, today: date
) -> None:
    assert typed("content run", write_bank([item("code"), item("open", id="optics.lenses.q02")]), today) == (
        0,
        "1 tried, 0 skipped, 0 problems.\n",
    )
    folder = write_bank([item("code", solution="def focal(n, r1, r2): return 0")])
    code, text = typed("content run optics.lenses.q01", folder, today)
    assert (code, text.splitlines()[-1]) == (1, "1 tried, 0 skipped, 1 problem.")
    assert f"{folder}/questions/optics/lenses.yaml:1: optics.lenses.q01: The solution does not pass" in text


def test_the_preview_is_one_page_with_every_item_and_nothing_from_elsewhere(
    write_bank: Write, item: Make, today: date, tmp_path: Path
) -> None:
    sly = "What does </script><script>alert(1)</script> do in a lens?"
    folder = write_bank([item("open", prompt=sly, hint=None), item("single", id="optics.lenses.q02")])
    page = tmp_path / "out" / "bank.html"
    assert typed(f"content preview {page}", folder, today)[0] == 0
    text = page.read_text(encoding="utf-8")
    assert "optics.lenses.q02" in text
    assert "There is no hint" in text
    assert "<script>alert" not in text
    assert "src=" not in text


@pytest.mark.parametrize("suffix", ["yaml", "csv", "gift", "xml"])
def test_what_is_exported_can_be_imported_again(
    write_bank: Write, item: Make, today: date, tmp_path: Path, suffix: str
) -> None:
    folder = write_bank(
        [item("open"), item("single", id="optics.lenses.q02"), item("order", id="optics.lenses.q03")]
    )
    there = tmp_path / f"questions.{suffix}"
    code, text = typed(f"content export {there} --topic lens", folder, today)
    assert (code, "3 of 3 items written" in text) == (0, True)
    code, text = typed(f"content import {there} --to {tmp_path / 'back.yaml'}", folder, today)
    assert (code, "3 questions written" in text) == (0, True)
    back = yaml.safe_load((tmp_path / "back.yaml").read_text(encoding="utf-8"))
    assert [raw["kind"] for raw in back] == ["open", "single", "order"]
    assert [raw["id"] for raw in back] == ["optics.lenses.q01", "optics.lenses.q02", "optics.lenses.q03"]


def test_an_import_with_an_error_names_its_line_and_writes_the_good_ones_only_when_asked(
    tmp_path: Path, today: date
) -> None:
    source = tmp_path / "a.gift"
    source.write_text("::a::Why? {=b#yes ~c#no}\n\n::b::How? {~a ~b}\n", encoding="utf-8")
    code, text = typed(f"content import {source} --to {tmp_path / 'out.yaml'}", tmp_path, today)
    assert code == 1
    assert f"{source}:3: error: No option is right." in text
    assert "taken       1\nrefused     1\nunread      0\n" in text
    assert not (tmp_path / "out.yaml").exists()
    code, text = typed(f"content import {source} --keep-good --to {tmp_path / 'out.yaml'}", tmp_path, today)
    assert (code, "1 question written" in text) == (0, True)


def test_a_file_that_is_there_is_never_overwritten_by_an_import(tmp_path: Path, today: date) -> None:
    source = tmp_path / "a.gift"
    source.write_text("Why? {=b#yes ~c#no ~d#no}\n", encoding="utf-8")
    target = tmp_path / "folder" / "a.yaml"
    target.parent.mkdir()
    assert typed(f"content import {source} --to {target.parent}", tmp_path, today)[0] == 0
    code, text = typed(f"content import {source} --to {target.parent}", tmp_path, today)
    assert (code, "is there already" in text) == (1, True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("content export", "Say in which format"),
        ("content export --format anki", "isn't text"),
        ("content export --format csv --topic nowhere", "There is no topic"),
        ("content import /nowhere/at/all.csv", "can't be read"),
        ("content fingerprint /nowhere/at/all.txt", "can't be read"),
    ],
)
def test_a_call_that_cannot_be_done_says_why(
    write_bank: Write, item: Make, today: date, line: str, words: str
) -> None:
    code, text = typed(line, write_bank([item("open")]), today)
    assert (code, words in text) == (1, True)


def test_a_fingerprint_holds_no_word_of_its_text(tmp_path: Path, today: date) -> None:
    source = tmp_path / "guide.txt"
    source.write_text("One two three four five six seven eight nine", encoding="utf-8")
    code, text = typed(f"content fingerprint {source}", tmp_path, today)
    assert code == 0
    assert [len(line) for line in text.splitlines()] == [16, 16]
    assert "three" not in text
