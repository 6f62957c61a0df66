"""The workflow runs the script of a clean checkout, on each push, with no more rights than reading takes."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
# Every value as it is written: to YAML 1.1 the key "on" is a truth value, and 3.10 is a number.
WORKFLOW: dict[str, Any] = yaml.load((FOLDER / "ci.yml").read_text("utf-8"), yaml.BaseLoader)
(JOB,) = WORKFLOW["jobs"].values()
STEPS: list[dict[str, Any]] = JOB["steps"]


def step(action: str) -> dict[str, Any]:
    (found,) = [each for each in STEPS if each.get("uses", "").startswith(f"{action}@")]
    return found


def test_make_check_looks_at_every_workflow() -> None:
    assert (
        "\n\t$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml\n"
        in (ROOT / "Makefile").read_text("utf-8")
    )
    assert [path.suffix for path in FOLDER.iterdir()] == [".yml"]


def test_it_runs_the_script_on_each_push_and_pull_request_whatever_they_change() -> None:
    assert WORKFLOW["on"] == {"push": "", "pull_request": ""}
    assert [each["run"] for each in STEPS if "run" in each] == [".ci/run"]


def test_no_failure_is_passed_over() -> None:
    for each in (JOB, *STEPS):
        assert {"if", "continue-on-error"}.isdisjoint(each)


def test_it_takes_the_oldest_python_that_is_promised() -> None:
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert promised == f">={step('actions/setup-python')['with']['python-version']}"


def test_it_may_read_the_repository_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB
    assert step("actions/checkout")["with"]["persist-credentials"] == "false"
    assert "secrets" not in (FOLDER / "ci.yml").read_text("utf-8")


def test_a_newer_push_ends_the_run_of_the_older_one_of_the_same_branch_alone() -> None:
    assert WORKFLOW["concurrency"]["cancel-in-progress"] == "true"
    assert "github.ref " in WORKFLOW["concurrency"]["group"]


def test_every_action_is_pinned_and_comes_from_those_who_make_the_runners() -> None:
    for each in STEPS:
        assert "run" in each or re.fullmatch(r"actions/[a-z-]+@(v\d+|[0-9a-f]{40})", each["uses"])
