"""The Dockerfile passes its linter and makes a small image that runs without root."""

import re
import subprocess
import sys
import tomllib
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


def test_the_base_is_pinned_and_slim() -> None:
    (base,) = lines_of("FROM")
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base)


def test_every_dependency_is_installed_from_the_lock_file_by_its_hash() -> None:
    (install,) = [line for line in lines_of("RUN") if "pip install" in line]
    assert "--require-hashes" in install
    assert "--requirement requirements/run.lock" in install
    assert "--no-cache-dir" in install


def test_it_runs_as_a_user_of_its_own() -> None:
    assert lines_of("USER") == ["10001:10001"]
    after = LINES[LINES.index("USER 10001:10001") :]
    assert not [line for line in after if line.startswith(("RUN", "COPY"))]


def test_its_command_is_a_program_and_no_shell_so_that_it_hears_when_to_stop() -> None:
    assert lines_of("CMD") == ['["python", "-m", "bot", "run"]']
    assert (ROOT / "bot" / "__main__.py").exists()


def test_its_health_is_what_the_room_answers() -> None:
    (check,) = lines_of("HEALTHCHECK")
    assert "http://127.0.0.1:8080/healthz" in check
    assert 'CMD ["python", "-c",' in check


def test_the_program_in_it_tells_its_version_though_nothing_installed_it(tmp_path: Path) -> None:
    for name in (line.split()[0] for line in lines_of("COPY")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    # Without the folder of libraries, and so without what installing leaves there.
    asked = [sys.executable, "-BS", "-m", "bot", "--version"]
    done = subprocess.run(asked, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert (done.returncode, done.stdout, done.stderr) == (0, f"studyhall {promised}\n", "")


def test_its_settings_are_understood() -> None:
    environ = dict(pair.split("=", 1) for line in lines_of("ENV") for pair in line.split())
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
    copied = {line.split()[0] for line in lines_of("COPY")}
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_nothing_else_gets_into_the_build_such_as_data_or_a_file_of_secrets() -> None:
    rules = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    assert rules[0] == "*"
    assert all(rule[0] == "!" or rule == "**/__pycache__" for rule in rules[1:])
