"""`studyhall setup`: what it asks, tries and writes, as somebody at a terminal goes through it."""

import asyncio
import os
import pty
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.access import invite_permissions
from adapters.discord.factory import FACTORY as DISCORD
from adapters.slack import doctor as slack_doctor
from adapters.slack.factory import FACTORY as SLACK
from adapters.slack.settings import SlackSettings
from bot.app.cli.setup import Terminal, run
from bot.app.settings import read_dotenv, write_dotenv
from bot.chat.errors import OperatorError
from bot.chat.factory import OperatorTools, PlatformFactory
from bot.chat.operators.checks import Check
from bot.chat.requests import Place
from tests.adapters.discord.support.loopback import NOW, loopback
from tests.adapters.slack.support.driver import NOON, TEAM
from tests.adapters.slack.support.fake import APP_TOKEN, FakeSlack, serving
from tests.adapters.slack.support.world import EVERY_SCOPE, World
from tests.faults.serving import ROOT, free_port, studyhall

TOKEN = "MTA0.Gs3cr3.t_Zk-9"
BOT_TOKEN = f"xoxb-{TEAM}-1"


@dataclass
class Sitting:
    """Somebody who gives these answers, one after the other, and what they see; None is Ctrl-D."""

    answers: list[str | None]
    said: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    browser: bool = True

    def _next(self, question: str) -> str:
        self.said.append(question)
        answer = self.answers.pop(0)
        if answer is None:
            raise EOFError
        return answer

    def _next_hidden(self, question: str) -> str:
        self.hidden.append(question)
        return self._next(question)

    def _open(self, address: str) -> bool:
        self.opened.append(address)
        return True

    async def goes_through(
        self, folder: Path, platform: PlatformFactory[Any] = DISCORD, **environ: str
    ) -> bool:
        """`studyhall setup` with them at the terminal; in a thread, since it waits for what it is told."""
        its = Terminal(self.said.append, self._next, self._next_hidden, self._open if self.browser else None)
        clock = (lambda: NOW) if platform is DISCORD else (lambda: NOON)
        begun = await asyncio.to_thread(run, its, environ, folder / ".env", clock, (platform,))
        assert self.answers == []
        return begun


def at(fake: FakeSlack) -> PlatformFactory[Any]:
    """Slack, with its checks turned towards the fake."""

    async def examine(
        settings: SlackSettings, tools: OperatorTools, places: tuple[Place, ...]
    ) -> tuple[Check, ...]:
        return await slack_doctor.examine(settings, tools.clock, places=places, base_url=f"{fake.url}api/")

    return replace(SLACK, examine=examine)


async def test_discord_is_asked_for_until_its_token_is_accepted_and_only_then_saved(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\nSTUDYHALL_PORT=8181\n")
    (tmp_path / ".env").chmod(0o644)
    async with loopback() as server:
        server.token_is_good = False
        refused = Sitting(["1", "y", "s3cret", TOKEN, None])
        with pytest.raises(OperatorError, match="the set-up ends here"):
            await refused.goes_through(tmp_path)
        assert (tmp_path / ".env").read_text() == "# mine\nSTUDYHALL_PORT=8181\n"
        server.token_is_good = True
        server.about = {"bot_require_code_grant": True}
        mended = Sitting(["1", "n", TOKEN, "s", "y", "y"])
        assert await mended.goes_through(tmp_path)
    said = "\n".join(refused.said + mended.said)
    assert "three parts with dots between them" in said
    assert "FAULT  Discord's token: not accepted\n       → Copy it again" in said
    assert "Switch off “Requires OAuth2 Code Grant”" in said
    assert "s3cret" not in said
    assert TOKEN not in said
    assert len(refused.hidden + mended.hidden) == 4
    assert refused.opened == ["https://discord.com/developers/applications"]
    (invitation,) = mended.opened
    assert f"permissions={invite_permissions().value}" in invitation
    assert (
        tmp_path / ".env"
    ).read_text() == f"# mine\nSTUDYHALL_PORT=8181\nSTUDYHALL_DISCORD_TOKEN={TOKEN}\n"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


async def test_a_token_that_is_set_is_replaced_only_when_asked_for_and_not_over_the_environment(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text(f"STUDYHALL_DISCORD_TOKEN={TOKEN}\n")
    async with loopback():
        kept = Sitting(["1", "n", "", "n", "n"])
        assert not await kept.goes_through(tmp_path, STUDYHALL_DISCORD_TOKEN="")
        assert (tmp_path / ".env").read_text() == f"STUDYHALL_DISCORD_TOKEN={TOKEN}\n"
        outside = Sitting(["1", "n", "n", "n"])
        await outside.goes_through(tmp_path, STUDYHALL_DISCORD_TOKEN="a.b.c")
    assert "is in" in "".join(kept.said)
    assert "set in the environment, which wins" in "".join(outside.said)
    assert kept.hidden == outside.hidden == []


async def test_slack_is_made_from_a_form_that_is_filled_in_and_each_thing_that_lacks_is_told(
    tmp_path: Path,
) -> None:
    world = World(NOON)
    world.workspace(TEAM)
    world.tokens[BOT_TOKEN].scopes = EVERY_SCOPE - {"files:write"}
    async with serving(world) as fake:
        here = Sitting(["1", "1", "y", "xoxp-1", "xoxb-wr0ng", "xapp-wr0ng", BOT_TOKEN, APP_TOKEN, "s", "n"])
        await here.goes_through(tmp_path, at(fake))
    said = "\n".join(here.said)
    (form,) = here.opened
    assert form.startswith("https://api.slack.com/apps?new_app=1&manifest_json=%7B%22display_information")
    assert "socket_mode_enabled%22%3Atrue" in form
    assert "It begins with xoxb-" in said
    assert "Slack's bot token: not accepted (invalid_auth)" in said
    assert "Slack's app-level token: not accepted" in said
    assert "missing: files:write" in said
    assert "wr0ng" not in said
    assert read_dotenv(tmp_path / ".env") == {
        "COMPOSE_PROFILES": "single",
        "STUDYHALL_SLACK_BOT_TOKEN": BOT_TOKEN,
        "STUDYHALL_SLACK_APP_TOKEN": APP_TOKEN,
    }


async def test_slack_for_many_workspaces_takes_the_place_of_the_one_only_when_asked_for(
    tmp_path: Path,
) -> None:
    before = "STUDYHALL_SLACK_BOT_TOKEN=xoxb-1\nSTUDYHALL_SLACK_APP_TOKEN=xapp-1\n"
    (tmp_path / ".env").write_text(before)
    with pytest.raises(OperatorError, match="nothing was changed"):
        await Sitting(["1", "2", "n"]).goes_through(tmp_path, SLACK)
    assert (tmp_path / ".env").read_text() == before
    secret = "s" * 32
    answers = ["1", "2", "y", "http://study", "https://study.example.org", "1.2", secret, secret, "n"]
    here = Sitting([*answers], browser=False)
    await here.goes_through(tmp_path, SLACK)
    assert '"https://study.example.org/slack/events"' in "\n".join(here.said)
    assert list(read_dotenv(tmp_path / ".env")) == [
        *("STUDYHALL_SLACK_URL", "STUDYHALL_SLACK_CLIENT_ID"),
        *("STUDYHALL_SLACK_CLIENT_SECRET", "STUDYHALL_SLACK_SIGNING_SECRET"),
    ]


async def test_the_room_alone_needs_nothing(tmp_path: Path) -> None:
    assert await Sitting(["7", "2", "maybe", "y"]).goes_through(tmp_path)
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "A=new\n"),
        ("A=old\nB=1", "A=new\nB=1\n"),
        ("# A=1\nexport A='old' # why\n\nA=older\nGONE=1\n", "# A=1\nA=new\n\n"),
        ("\ufeffB=ü\r\n", "B=ü\nA=new\n"),
    ],
)
def test_a_file_of_settings_keeps_its_other_lines(tmp_path: Path, before: str, after: str) -> None:
    real, dotenv = tmp_path / "real", tmp_path / ".env"
    real.write_text(before, "utf-8")
    dotenv.symlink_to(real)
    write_dotenv(dotenv, {"A": "new"}, {"GONE"})
    assert real.read_text("utf-8") == after
    assert dotenv.is_symlink()
    assert [each.name for each in sorted(tmp_path.iterdir())] == [".env", "real"]


@pytest.mark.slow
async def test_without_a_terminal_nothing_can_be_asked(tmp_path: Path) -> None:
    ended = await studyhall(tmp_path, "setup")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("studyhall: `studyhall setup` asks questions, and there is no terminal")


BEHIND_A_TERMINAL = """
import fcntl, os, sys, termios

os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "bot", "setup"])
"""


def at_a_terminal(folder: Path, *turns: tuple[str, str]) -> tuple[int, str]:
    """`studyhall setup` on a real terminal: each time the first of a turn is seen, the second is typed; how it ended, and all that was seen."""
    terminal, theirs = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "STUDYHALL_PORT": str(free_port())}
    words = [sys.executable, "-c", BEHIND_A_TERMINAL]
    process = subprocess.Popen(words, cwd=folder, env=environ, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = []
    for until, typed in turns:
        seen = ""
        while until not in seen:
            seen += os.read(terminal, 1024).decode(errors="replace")
        said.append(seen)
        os.write(terminal, typed.encode())
    with suppress(OSError):  # it has ended
        while seen := os.read(terminal, 1024).decode(errors="replace"):
            said.append(seen)
    os.close(terminal)
    return process.wait(), "".join(said)


@pytest.mark.slow
def test_on_a_real_terminal_a_token_is_not_shown_and_ctrl_c_saves_nothing(tmp_path: Path) -> None:
    hidden = "(it is not shown): "
    code, seen = at_a_terminal(tmp_path, ("Number: ", "1\n"), (hidden, "s3cret\n"), (hidden, "\x03"))
    assert (code, "is no bot token" in seen, "s3cret" in seen) == (130, True, False)
    assert not any(tmp_path.iterdir())


@pytest.mark.slow
def test_it_starts_where_that_is_wished(tmp_path: Path) -> None:
    code, seen = at_a_terminal(tmp_path, ("Number: ", "3\n"), ("[Y/n] ", "\n"), ("Ctrl-C stops", "\x03"))
    assert (code, "Studyhall is running at" in seen, "Stopped." in seen) == (0, True, True)
