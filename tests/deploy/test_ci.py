"""The script that checks and tests a clean checkout."""

import os
import subprocess
from pathlib import Path

from tests.browser.conftest import NAMES

SCRIPT = Path(__file__).parents[2] / ".ci" / "run"


def test_it_can_be_run_and_stops_at_the_first_failure() -> None:
    text = SCRIPT.read_text("utf-8")
    assert os.access(SCRIPT, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text


def test_its_shell_is_well_formed() -> None:
    done = subprocess.run(["bash", "-n", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_checks_and_tests() -> None:
    lines = SCRIPT.read_text("utf-8").splitlines()
    assert lines.index("make check") < lines.index("make test")


def test_it_tests_on_other_days_too() -> None:
    text = SCRIPT.read_text("utf-8")
    assert "TEST_DATE=$date make quick" in text
    assert "2028-02-29" in text


def test_it_installs_a_browser_only_where_there_is_none_that_the_tests_take() -> None:
    assert f"command -v {' '.join(NAMES)} >/dev/null || packages+=(chromium)\n" in SCRIPT.read_text("utf-8")
