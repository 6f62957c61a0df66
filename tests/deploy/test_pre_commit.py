"""What pre-commit runs before a commit is `make check`, whole, and nothing else."""

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))


def hook() -> dict[str, Any]:
    (repository,) = CONFIG["repos"]
    (only,) = repository["hooks"]
    assert isinstance(only, dict)
    return only


def test_nothing_is_fetched_for_it() -> None:
    assert [repository["repo"] for repository in CONFIG["repos"]] == ["local"]
    assert hook()["language"] == "system"
    assert "additional_dependencies" not in hook()


def test_it_runs_make_check_so_that_no_command_is_forgotten() -> None:
    assert shlex.split(hook()["entry"]) == ["make", "check"]
    assert "args" not in hook()
    assert re.search(r"(?m)^check:", (ROOT / "Makefile").read_text("utf-8"))


def test_it_runs_before_each_commit_whatever_files_are_in_it() -> None:
    # With names behind it, make would take them for targets; with a filter, some commits would go unchecked.
    assert hook()["pass_filenames"] is False
    assert hook()["always_run"] is True
    assert {"files", "exclude", "types", "types_or", "exclude_types", "stages"}.isdisjoint(hook())
    assert {"files", "exclude", "default_stages"}.isdisjoint(CONFIG)
