"""`studyhall doctor` and `studyhall discord` from the shell's side: what is printed, and the exit code."""

import argparse
import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from adapters.discord.access import invite_permissions
from adapters.discord.settings import DiscordSettings
from adapters.slack.settings import SlackSettings
from bot.app.cli import doctor as cli_doctor
from bot.app.cli import platforms as cli_platforms
from bot.app.run import CONTENT
from bot.app.settings import Settings
from bot.chat.operators.settings import SettingsError
from bot.chat.platform import ConnectError
from bot.chat.requests import Place
from bot.database.facts import Facts
from bot.database.transaction import Transaction
from bot.membership.queries import attach_place
from tests.adapters.discord.support.loopback import GUILD, NOW, loopback
from tests.database.rows import add_group
from tests.faults.serving import studyhall
from tests.support.databases import opened
from tests.support.driver import GUIDE

SECRET = "MTA0.Gs3cr3.t_Zk-9"


def clock() -> datetime:
    return NOW


def settings_of(url: str, token: str = "") -> Settings:
    """Those of an operator with a small bank of their own; the shipped one takes a second to look at."""
    platforms = (DiscordSettings(token),) if token else ()
    return Settings(database_url=url, demo=False, content=GUIDE, platforms=platforms)


async def doctor(settings: Settings | Callable[[], Settings]) -> tuple[int, str]:
    out = io.StringIO()
    read = settings if callable(settings) else lambda: settings
    code = await cli_doctor.run(read, CONTENT, clock, out)
    return code, out.getvalue()


async def discord(settings: Settings, *arguments: str) -> str:
    return await platform(settings, "discord", *arguments)


async def platform(settings: Settings, *arguments: str) -> str:
    parser = argparse.ArgumentParser()
    cli_platforms.add_parsers(parser.add_subparsers(dest="command"))
    out = io.StringIO()
    assert await cli_platforms.run(parser.parse_args(arguments), settings, clock, out) == 0
    return out.getvalue()


async def meet(url: str, *places: Place) -> None:
    """Let groups meet in these places."""
    async with opened(url) as database:

        async def work(tx: Transaction) -> None:
            for place in places:
                await attach_place(tx, await add_group(tx), place, NOW)

        await database.write(work)


@pytest.mark.slow
async def test_without_a_token_and_a_database_there_is_nothing_to_mend(tmp_path: Path) -> None:
    run = await studyhall(tmp_path, "doctor", CONTENT=GUIDE)
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[-1] == "Everything is well."
    assert "Discord: no token is set" in run.out
    assert not any(os.scandir(tmp_path))


@pytest.mark.slow
async def test_a_wrong_setting_is_a_fault_with_what_is_right(tmp_path: Path) -> None:
    run = await studyhall(tmp_path, "doctor", PORT="eighty")
    assert (run.code, run.err) == (1, "")
    assert "FAULT  Settings: STUDYHALL_PORT is “eighty”.\n       → It must be a number" in run.out


async def test_a_bank_with_errors_is_a_fault_with_its_first(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "bank").mkdir()
    code, said = await doctor(replace(settings_of(sqlite_url), content=tmp_path / "bank"))
    assert code == 1
    assert "FAULT  Question bank:" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        (lambda path: path.write_bytes(b"no database" * 500), "Move it away, or restore a backup."),
        (lambda path: (path.unlink(), path.mkdir()), "Move it away"),
    ],
)
async def test_a_database_that_cannot_be_read_is_a_fault(
    sqlite_url: str, spoil: Callable[[Path], Any], remedy: str
) -> None:
    spoil(Path(str(make_url(sqlite_url).database)))
    code, said = await doctor(settings_of(sqlite_url))
    assert code == 1
    assert "FAULT  Database:" in said
    assert remedy in said


@pytest.mark.slow
async def test_a_full_stop_in_a_path_ends_no_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "vol. 2"
    folder.mkdir()
    (folder / "study.db").write_bytes(b"no database" * 500)
    _, said = await doctor(settings_of(f"sqlite:///{folder}/study.db"))
    assert f"FAULT  Database: {folder}/study.db cannot be read as a SQLite database (" in said
    assert "\n       → Move it away, or restore a backup.\n" in said


@pytest.mark.slow
async def test_a_server_that_does_not_answer_is_a_fault_and_its_password_stays_secret() -> None:
    code, said = await doctor(settings_of("postgresql://me:s3cret@127.0.0.1:1/study"))
    assert code == 1
    assert "Start the server, or correct STUDYHALL_DATABASE_URL." in said
    assert "s3cret" not in said


@pytest.mark.slow
async def test_a_running_studyhall_is_not_disturbed(database_url: str) -> None:
    async with opened(database_url) as database:
        code, said = await doctor(settings_of(database_url))
        assert (code, "its tables are up to date" in said) == (0, True)
        await database.write(add_group)


@pytest.mark.slow
async def test_a_place_that_was_lost_is_told_with_what_brings_it_back(sqlite_url: str) -> None:
    await meet(sqlite_url, Place("local", "room", "study", "study"))
    async with opened(sqlite_url) as database:
        from bot.membership.reach import pause_place

        await database.write(lambda tx: pause_place(tx, 1, "Give it “View Channel”.", NOW))
    code, said = await doctor(settings_of(sqlite_url))
    assert code == 1
    assert "FAULT  Place #study (local): paused" in said
    assert "→ Give it “View Channel”." in said


@pytest.mark.slow
async def test_with_a_token_each_channel_that_the_database_knows_is_looked_at(sqlite_url: str) -> None:
    here = Place("discord", str(GUILD), "2000", "study")
    await meet(sqlite_url, here, Place("local", "room", "study", "study"))
    async with loopback() as server:
        server.permissions = invite_permissions().value
        code, said = await doctor(settings_of(sqlite_url, SECRET))
        assert code == 1
        assert "run `studyhall discord sync`" in said.replace("Run", "run")
        await discord(settings_of(sqlite_url, SECRET), "sync")
        code, said = await doctor(settings_of(sqlite_url, SECRET))
    assert code == 0, said
    assert said.count("every permission is there") == 1
    assert SECRET not in said


async def test_a_broken_bank_keeps_the_doctor_from_the_commands_alone(
    tmp_path: Path, sqlite_url: str
) -> None:
    (tmp_path / "bank").mkdir()
    code, said = await doctor(replace(settings_of(sqlite_url, SECRET), content=tmp_path / "bank"))
    assert code == 1
    assert "FAULT  Discord: The question bank has errors:" in said
    assert "Slack: no token is set" in said


@pytest.mark.slow
async def test_slacks_manifest_is_made_for_the_door_that_is_set_up_unless_another_is_asked_for(
    sqlite_url: str,
) -> None:
    url = "https://study.example.org"
    many = SlackSettings(signing_secret="s" * 32, client_id="1.2", client_secret="c" * 32, url=url)
    settings = replace(settings_of(sqlite_url), platforms=(many,))
    made = {
        "set up": await platform(settings, "slack", "manifest"),
        "socket": await platform(settings, "slack", "manifest", "--socket"),
        "nothing": await platform(settings_of(sqlite_url), "slack", "manifest"),
        "url": await platform(settings_of(sqlite_url), "slack", "manifest", "--url", url),
    }
    assert made["set up"] == made["url"]
    assert made["socket"] == made["nothing"]
    sockets = [json.loads(each)["settings"]["socket_mode_enabled"] for each in made.values()]
    assert sockets == [False, True, True, False]


@pytest.mark.slow
async def test_over_http_slack_has_no_token_that_could_be_looked_at(sqlite_url: str) -> None:
    url = "https://study.example.org"
    many = SlackSettings(signing_secret="s" * 32, client_id="1.2", client_secret="c" * 32, url=url)
    code, said = await doctor(replace(settings_of(sqlite_url), platforms=(many,)))
    assert code == 0
    assert f"ok     Slack: set up over HTTP at {url}; each workspace has a token of its own" in said


async def test_what_is_printed_as_commands_is_exactly_what_is_sent(sqlite_url: str) -> None:
    settings = settings_of(sqlite_url, SECRET)
    async with loopback() as server:
        said = await discord(settings, "sync")
        sent = server.registered
    assert said.startswith("11 commands are registered.")
    assert json.loads(await discord(settings_of("postgresql://nobody@127.0.0.1:1/x"), "commands")) == sent
    async with opened(sqlite_url) as database:
        assert await Facts(database, clock).recall("commands:1")


async def test_commands_are_registered_while_the_bot_runs_too(sqlite_url: str) -> None:
    async with opened(sqlite_url), loopback() as server:
        await discord(settings_of(sqlite_url, SECRET), "sync")
        assert len(server.registered) == 11


async def test_the_invitation_asks_for_exactly_what_is_needed(sqlite_url: str) -> None:
    async with loopback():
        asked = await discord(settings_of(sqlite_url, SECRET), "invite")
    by_id = await discord(settings_of(sqlite_url), "invite", "--application", "1")
    assert asked == by_id
    assert f"permissions={invite_permissions().value}" in asked
    assert "scope=bot+applications.commands" in asked


@pytest.mark.slow
async def test_without_a_token_it_is_said_where_one_is_from(tmp_path: Path) -> None:
    run = await studyhall(tmp_path, "discord", "sync")
    assert (run.code, run.out) == (2, "")
    assert "Set STUDYHALL_DISCORD_TOKEN" in run.err


async def test_a_refused_token_is_told_in_a_sentence(sqlite_url: str) -> None:
    async with loopback() as server:
        server.token_is_good = False
        with pytest.raises(ConnectError, match="Reset Token"):
            await discord(settings_of(sqlite_url, SECRET), "invite")


async def test_settings_that_cannot_be_read_leave_the_rest_alone() -> None:
    def read() -> Settings:
        raise SettingsError("The file /etc/a. b/.env cannot be read.", "Move it away. Or read it.")

    assert await doctor(read) == (
        1,
        "FAULT  Settings: The file /etc/a. b/.env cannot be read.\n       → Move it away. Or read it.\n1 fault.\n",
    )
