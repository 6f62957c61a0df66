"""A platform is its adapter's folder and its place on one list; nothing else in the core knows which platforms there are."""

import re
from pathlib import Path

import adapters
import bot
from bot.app.platforms import PLATFORMS

ADAPTERS, CORE = Path(adapters.__file__).parent, Path(bot.__file__).parent
MAY_NAME_THEM = {"app/platforms.py", "database/migrations/versions/v0006_what_was_handled_and_installed.py"}
"""The list itself, and a step of the tables that took over what a platform's library had kept: it stays as it was."""


def test_every_adapter_but_the_rooms_is_on_the_list_by_its_folders_name() -> None:
    folders = {each.parent.name for each in ADAPTERS.glob("*/__init__.py")}
    assert {each.name for each in PLATFORMS} == folders - {"local"}


def test_a_platforms_settings_begin_with_its_name() -> None:
    for each in PLATFORMS:
        assert all(name.startswith(f"STUDYHALL_{each.name.upper()}_") for name in each.settings.READERS), (
            each.name
        )


def test_the_core_names_no_platform_beside_the_room_outside_that_list() -> None:
    named = re.compile("|".join(each.name for each in PLATFORMS), re.IGNORECASE)
    files = {each.relative_to(CORE).as_posix(): each.read_text("utf-8") for each in CORE.rglob("*.py")}
    assert len(files) > 200
    assert {name for name, text in files.items() if named.search(text)} == MAY_NAME_THEM
