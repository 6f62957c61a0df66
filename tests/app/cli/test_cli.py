"""`studyhall` from the shell: starting, stopping, and what it says to an operator who mistook something."""

import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.features.daily.demo.seeding import DemoError, load_demo
from tests.faults.serving import ROOT, Ended, ended, free_port, serving, studyhall, visiting
from tests.support.driver import GUIDE

pytestmark = pytest.mark.slow


def complaint(run: Ended) -> str:
    """The one line that a refused start says."""
    assert run.code == 2
    assert run.out == ""
    assert "Traceback" not in run.err
    (line,) = run.err.splitlines()
    assert line.startswith("studyhall: ")
    return line.removeprefix("studyhall: ")


def bank(folder: Path, **instead: str) -> Path:
    """A bank like a small one of ours, with other words in some of its files; a dot in a name is written as two low lines."""
    folder.mkdir()
    for path in GUIDE.iterdir():
        (folder / path.name).symlink_to(path)
    for name, words in instead.items():
        (folder / name.replace("__", ".")).unlink(missing_ok=True)
        (folder / name.replace("__", ".")).write_text(words)
    return folder


# Backups ----------------------------------------------------------------------------------------------------------------


async def test_a_backup_of_a_running_room_is_put_back_after_it_was_lost(tmp_path: Path) -> None:
    async with serving(tmp_path, DEMO=0, CONTENT=GUIDE) as room:
        made = await studyhall(tmp_path, "backup", "kept.db")
        assert (made.code, made.err) == (0, "")
        assert made.out.startswith("data/studyhall.db was copied to kept.db (")
        again = complaint(await studyhall(tmp_path, "backup", "kept.db"))
        assert again == "kept.db is there already. Choose another name: no backup is overwritten."
        assert "already running" in complaint(await studyhall(tmp_path, "restore", "kept.db"))
        assert (await room.stops(signal.SIGTERM)).code == 0
    (tmp_path / "data" / "studyhall.db").unlink()
    back = await studyhall(tmp_path, "restore", "kept.db")
    assert (back.code, back.out) == (0, "data/studyhall.db now holds what kept.db holds.\n")
    async with serving(tmp_path, DEMO=0, CONTENT=GUIDE) as room:
        assert (await room.stops(signal.SIGTERM)).code == 0
    twice = await studyhall(tmp_path, "restore", "kept.db")
    assert twice.out.splitlines()[1].startswith("What it held before is in data/studyhall.db.replaced-")


async def test_a_server_is_backed_up_by_its_own_tools(tmp_path: Path) -> None:
    line = complaint(
        await studyhall(tmp_path, "backup", "kept.db", DATABASE_URL="postgresql://me:secret@127.0.0.1/db")
    )
    assert line.endswith("Use pg_dump and pg_restore, or your provider's backups.")
    assert "secret" not in line


# Starting and stopping ------------------------------------------------------------------------------------------------


async def test_it_stops_cleanly_while_a_page_listens_and_the_next_start_goes_on(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STUDYHALL_DATABASE_URL=sqlite:///kept/study.db  # beside this file\n")
    found = []
    for by in (signal.SIGINT, signal.SIGTERM):
        async with (
            serving(tmp_path) as room,
            visiting(room.url) as page,
            page.http.get(f"{room.url}api/events?member=you") as stream,
        ):
            assert await stream.content.readline() == b"retry: 1500\n"
            await page.sees("A whole round in two minutes")
            found.append(await page.titles())
            run = await room.stops(by)
        assert run.code == 0
        assert run.out.splitlines()[-1] == "Stopped. The next start goes on where this ended."
        assert "Traceback" not in run.err
    assert (tmp_path / "kept" / "study.db").is_file()
    assert found[0] == found[1]


# Mistakes -------------------------------------------------------------------------------------------------------------


async def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = complaint(await studyhall(tmp_path, "run", PORT=port, CONTENT=GUIDE))
    assert line == (
        f"Port {port} is taken by another program. Stop that one, or set STUDYHALL_PORT to another, such as {port + 1}."
    )


async def test_a_second_process_on_the_file_of_an_empty_room_is_told_which_the_first_is(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, DEMO=0, CONTENT=GUIDE) as room, visiting(room.url) as page:
        line = complaint(await studyhall(tmp_path, "run", PORT=free_port(), CONTENT=GUIDE))
        assert f"is already running on data/studyhall.db (process {room.process.pid})" in line
        assert await page.titles() == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    line = complaint(await studyhall(tmp_path, "run", CONTENT=GUIDE))
    assert line.startswith("The database data/studyhall.db cannot be written (")
    assert line.endswith("Make its folder writable, or set STUDYHALL_DATABASE_URL to another place.")


async def test_a_lost_file_ends_the_process_and_a_damaged_one_is_not_started_on(tmp_path: Path) -> None:
    path = tmp_path / "data" / "studyhall.db"
    async with serving(tmp_path, DEMO=0, CONTENT=GUIDE) as room:
        path.unlink()
        run = await ended(room.process)
    said = (
        "Nothing can be saved in the database data/studyhall.db any more: it was moved, deleted or replaced"
    )
    last = run.err.splitlines()[-1]  # whoever met the trouble first may have logged it
    assert complaint(Ended(run.code, "", last)).startswith(said)
    assert "Stopped" not in run.out
    assert "its log studyhall.db-wal is there" in complaint(await studyhall(tmp_path, "run", CONTENT=GUIDE))
    (tmp_path / "data" / "studyhall.db-wal").unlink()
    async with serving(tmp_path, DEMO=0, CONTENT=GUIDE) as room:
        assert (await room.stops(signal.SIGTERM)).code == 0
    path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * (path.stat().st_size - 4096))
    line = complaint(await studyhall(tmp_path, "run", CONTENT=GUIDE))
    assert line.startswith("Nothing can be saved in the database data/studyhall.db any more: it is damaged: ")


async def test_a_malformed_setting_is_named_with_what_it_must_be(tmp_path: Path) -> None:
    line = complaint(await studyhall(tmp_path, "run", PORT="eighty"))
    assert line == "STUDYHALL_PORT is “eighty”. It must be a number from 1 to 65535, for example 8080."


async def test_a_malformed_line_of_the_env_file_is_named_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# settings\nSTUDYHALL_DATABASE_URL: postgresql://me:secret@host/name\n")
    line = complaint(await studyhall(tmp_path, "run", CONTENT=GUIDE))
    assert line.startswith("Line 2 of .env is not understood.")
    assert "secret" not in line


async def test_a_broken_bank_is_told_by_file_and_line(tmp_path: Path) -> None:
    folder = bank(
        tmp_path / "bank", topics__yaml="topics:\n- {id: one, title: One}\n- {id: one, title: Two}\n"
    )
    line = complaint(await studyhall(tmp_path, "run", CONTENT=folder, PORT=free_port()))
    assert line.startswith("The question bank has errors: topics.yaml:3: error")


async def test_a_broken_demonstration_is_named(tmp_path: Path) -> None:
    folder = bank(tmp_path / "bank", demo__yaml="members:\n- {user: mira, name: Mira}\n")
    line = complaint(await studyhall(tmp_path, "run", CONTENT=folder, PORT=free_port()))
    assert (
        line
        == f"{folder / 'demo.yaml'} is not a demonstration: 'questions' is missing. Correct it, or set STUDYHALL_DEMO=0."
    )


WHOLE = {
    "members": [{"user": "mira", "name": "Mira"}],
    "questions": [{"item": "some.item", "answers": [{"user": "mira", "text": "Yes.", "consent": "named"}]}],
}


def broken(change: Callable[[dict[str, list[dict[str, object]]]], object]) -> str:
    made = json.loads(json.dumps(WHOLE))
    change(made)
    return json.dumps(made)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("members: [", "is not a demonstration: "),
        ("", "is not a demonstration: "),
        ("just words", "is not a demonstration: "),
        (broken(lambda d: d["members"].append({"user": "mira", "name": "M"})), "a user of their own"),
        (broken(lambda d: d["members"].append({"user": "you", "name": "Y"})), "“you” is taken"),
        (broken(lambda d: d["members"].append({"user": "tom"})), "'name' is missing"),
        (broken(lambda d: d["questions"][0].pop("item")), "'item' is missing"),
        (broken(lambda d: d["questions"][0].update(answers=[{"user": "mira"}])), "'text' is missing"),
        (json.dumps(WHOLE).replace('"named"', '"shouted"'), "'shouted' is not a valid Consent"),
    ],
)
def test_whatever_is_wrong_with_a_demonstration_is_said(tmp_path: Path, words: str, says: str) -> None:
    (tmp_path / "demo.yaml").write_text(words)
    with pytest.raises(DemoError) as refused:
        load_demo(tmp_path)
    assert says in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "demo.yaml"))


def test_a_whole_demonstration_is_read_and_a_bank_may_have_none(tmp_path: Path) -> None:
    assert load_demo(tmp_path) is None
    (tmp_path / "demo.yaml").write_text(json.dumps(WHOLE))
    demo = load_demo(tmp_path)
    assert demo is not None
    assert demo.members == (("mira", "Mira"),)
    assert [a.text for a in demo.answers["some.item"]] == ["Yes."]


# The version ----------------------------------------------------------------------------------------------------------


async def test_it_tells_its_version_even_where_a_setting_is_wrong(tmp_path: Path) -> None:
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    run = await studyhall(tmp_path, "--version", PORT="eighty")
    assert (run.code, run.out, run.err) == (0, f"studyhall {promised}\n", "")


# The bank -------------------------------------------------------------------------------------------------------------


async def test_the_shipped_bank_is_counted(tmp_path: Path) -> None:
    counted = await studyhall(tmp_path, "content", "stats")
    assert (counted.code, counted.err) == (0, "")
    assert "items" in counted.out


async def test_another_bank_is_checked_where_the_setting_points(tmp_path: Path) -> None:
    folder = bank(
        tmp_path / "bank", topics__yaml="topics:\n- {id: one, title: One}\n- {id: one, title: Two}\n"
    )
    run = await studyhall(tmp_path, "content", "check", "--json", CONTENT=folder)
    assert run.code == 1
    found = json.loads(run.out)["findings"]
    assert ("topics.yaml", 3) in {(finding["file"], finding["line"]) for finding in found}


async def test_a_command_that_does_not_exist_is_told_the_ones_that_do(tmp_path: Path) -> None:
    run = await studyhall(tmp_path, "fly")
    assert run.code == 2
    assert "invalid choice: 'fly'" in run.err
    assert "Traceback" not in run.err


# What is loaded ------------------------------------------------------------------------------------------------------

STARTED = """
import asyncio, sys
from bot.app.run import open_app
from bot.app.settings import Settings

async def start():
    app = await open_app(Settings(port=0, database_url="sqlite:///study.db", demo=False))
    await app.stop()

asyncio.run(start())
print(*sys.modules)
"""
HELPED = """
import contextlib, io, sys
from bot.app.cli.main import main

with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    main(["--help"])
print(*sys.modules)
"""
PREPARED = """
import os, sys
from pathlib import Path
from bot.app.clock import utc_now
from bot.app.run import prepared
from bot.app.settings import Settings

prepared(Settings.read(os.environ, Path("none")), utc_now)
print(*sys.modules)
"""
RARE = {
    "PIL",
    "alembic",
    "asyncpg",
    "defusedxml",
    "discord",
    "genanki",
    "icalendar",
    "latex2mathml",
    "mako",
    "numpy",
    "rapidfuzz",
    "rustworkx",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
}
"""What a start on SQLite without another platform has no use for: each takes its time or its memory."""
BANK = {"bot.questions.read", "bot.questions.schema", "jsonschema_rs", "yaml"}
"""What reads a bank that is not kept."""


def loaded(program: str, folder: Path, **settings: str) -> set[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYHALL_")}
    environ |= {f"STUDYHALL_{name}": value for name, value in settings.items()}
    words = [sys.executable, "-c", program]
    environ["PYTHONPATH"] = str(ROOT)
    run = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_a_start_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    first = loaded(STARTED, tmp_path)
    assert first & RARE == set()
    assert first >= BANK
    assert loaded(STARTED, tmp_path) & (RARE | BANK) == set()


def test_help_loads_no_library_at_all(tmp_path: Path) -> None:
    assert (
        loaded(HELPED, tmp_path) & (RARE | BANK | {"aiohttp", "bot.app.run", "sqlalchemy", "yaml"}) == set()
    )


@pytest.mark.parametrize(
    ("settings", "library"),
    [
        ({"DISCORD_TOKEN": "a.b.c"}, {"discord"}),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, {"slack_bolt", "slack_sdk"}),
    ],
)
def test_a_platforms_libraries_are_loaded_for_its_token_alone(
    tmp_path: Path, settings: dict[str, str], library: set[str]
) -> None:
    assert loaded(PREPARED, tmp_path, **settings) & {"discord", "slack_bolt", "slack_sdk"} == library
