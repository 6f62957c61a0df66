"""The changelog tells of the version that this is, and of each one before it when it was released."""

import re
import tomllib
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADINGS = re.findall(r"(?m)^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"))
VERSIONS = [heading.partition(" ")[0] for heading in HEADINGS]


def test_its_newest_heading_is_this_version() -> None:
    assert VERSIONS[0] == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def test_every_version_but_the_newest_has_a_day_on_which_it_was_released() -> None:
    days = [re.fullmatch(r"\d+\.\d+\.\d+ \((.+)\)", heading) for heading in HEADINGS]
    said = [found[1] if found else heading for found, heading in zip(days, HEADINGS, strict=True)]
    released = [date.fromisoformat(day) for day in said[said[0] == "unreleased" :]]
    assert released == sorted(released, reverse=True)


def test_versions_stand_from_the_newest_to_the_oldest() -> None:
    numbers = [tuple(map(int, version.split("."))) for version in VERSIONS]
    assert numbers == sorted(set(numbers), reverse=True)
