"""What the README promises is so."""

import re
import tomllib
from datetime import date
from pathlib import Path

from bot.app.settings import Settings
from bot.bank_tools.check import check
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.load import load_bank
from tests.support.local_driver import local_app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_example_of_an_own_bank_is_sound_as_it_stands(tmp_path: Path) -> None:
    topics, questions = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "questions" / "optics").mkdir(parents=True)
    (tmp_path / "topics.yaml").write_text(topics, "utf-8")
    (tmp_path / "questions" / "optics" / "lenses.yaml").write_text(questions, "utf-8")
    assert [f for f in check(tmp_path, date(2026, 11, 23)) if f.is_error] == []
    assert [item.id for item in load_bank(tmp_path).live(DISCUSSION_KINDS)] == ["optics.lenses.q01"]


def test_every_setting_is_in_the_readme_and_in_the_example_file(tmp_path: Path) -> None:
    named = set(re.findall(r"^\| `(STUDYHALL_\w+)`", README, re.MULTILINE))
    example = (ROOT / ".env.example").read_text("utf-8")
    assert len(named) == 21
    assert all(f"# {name}=" in example for name in named)
    defaults = Settings.read({}, tmp_path / "none")
    assert f"| `STUDYHALL_PORT` | {defaults.port} |" in README
    assert f"| `STUDYHALL_DATABASE_URL` | {defaults.database_url} |" in README


async def test_the_readme_names_exactly_the_commands_there_are(sqlite_url: str) -> None:
    table = README[README.index("| for everyone |") : README.index("## Settings")]
    said = set()
    for cell in re.split(r"[|\n]", table):
        head = ""
        for word in re.findall(r"`([^`]+)`", cell):
            if word.startswith("/"):
                head = word.removeprefix("/").split()[0]
                said.add(word.removeprefix("/"))
            else:
                said.add(f"{head} {word}")
    async with local_app(sqlite_url) as v:
        assert said == {c.name for c in v.app.dispatcher.registry}


def test_the_versions_of_python_that_were_tried_are_those_that_are_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    promised = [each.rpartition(" ")[2] for each in project["classifiers"] if "Python ::" in each]
    tried = README[README.index("Tried are ") :].partition("\n\n")[0]
    assert re.findall(r"\b3\.\d+", tried) == promised


def test_the_pictures_and_files_it_points_to_exist() -> None:
    for target in re.findall(r"\]\(([^)h][^)]*)\)", README):
        assert (ROOT / target).exists(), target
