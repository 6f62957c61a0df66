"""The Dockerfile passes its linter and makes a small image that runs without root."""

import re
import subprocess
import sys
from pathlib import Path

from bot.app.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text("utf-8")
LINES = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", TEXT)).splitlines()


def lines_of(instruction: str) -> list[str]:
    return [line.split(" ", 1)[1] for line in LINES if line.startswith(instruction + " ")]


def test_the_dockerfile_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [linter, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_both_stages_stand_on_one_base_that_is_pinned_and_slim() -> None:
    build, run = lines_of("FROM")
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", run)
    assert build == f"{run} AS build"


def copied() -> set[str]:
    """What is taken from the folder in which the image is built."""
    lines = [line.split() for line in lines_of("COPY") if not line.startswith("--from")]
    return {name for *names, _ in lines for name in names}


def test_dependencies_are_installed_from_the_lock_file_by_their_hashes_and_our_wheel_without_fetching_any() -> (
    None
):
    install, ours = [line for line in lines_of("RUN") if "pip install" in line]
    assert ours.count("--no-index --no-deps") == 2
    assert "--require-hashes" in install
    assert "--requirement requirements/run.lock" in install
    assert "--no-cache-dir" in install


def test_it_runs_as_a_user_of_its_own() -> None:
    assert lines_of("USER") == ["10001:10001"]
    after = LINES[LINES.index("USER 10001:10001") :]
    assert not [line for line in after if line.startswith(("RUN", "COPY"))]


def test_its_command_is_a_program_and_no_shell_so_that_it_hears_when_to_stop() -> None:
    assert lines_of("CMD") == ['["studyhall", "run"]']


def test_it_is_healthy_when_it_is_ready_for_work() -> None:
    (check,) = lines_of("HEALTHCHECK")
    assert "http://127.0.0.1:9464/readyz" in check
    assert 'CMD ["python", "-c",' in check


def test_its_settings_are_understood() -> None:
    pairs = [pair.split("=", 1) for line in lines_of("ENV") for pair in line.split()]
    environ = {name: value for name, value in pairs if name.startswith("STUDYHALL_")}
    settings = Settings.read(environ, ROOT / "no-such-file")
    assert (settings.host, settings.port, settings.allowed_hosts) == (
        "0.0.0.0",
        8080,
        ("localhost", "127.0.0.1"),
    )
    assert settings.database_url == "sqlite:////data/studyhall.db"


def test_everything_it_copies_exists_and_is_let_through_to_the_build() -> None:
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    }
    assert copied() == let_through
    assert all((ROOT / name).exists() for name in copied())


def test_nothing_else_gets_into_the_build_such_as_data_or_a_file_of_secrets() -> None:
    rules = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    assert rules[0] == "*"
    assert all(rule[0] == "!" or rule == "**/__pycache__" for rule in rules[1:])
