"""The files of docs/operations by which Studyhall becomes a service of a machine, and gets an address for Slack."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.slack.installing.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from adapters.slack.settings import SlackSettings

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations"
UNIT = (OPERATIONS / "studyhall.service").read_text("utf-8")
VERIFY = shutil.which("systemd-analyze")


@pytest.mark.skipif(VERIFY is None, reason="systemd-analyze is not here")
def test_systemd_understands_the_unit_whole(tmp_path: Path) -> None:
    assert VERIFY is not None
    here = tmp_path / "studyhall.service"
    here.write_text(UNIT.replace("/opt/studyhall/bin/studyhall", sys.executable))
    done = subprocess.run([VERIFY, "verify", "--man=no", here], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if here.name in line]) == (0, [])


def test_the_service_is_nobody_else_and_may_write_its_own_folder_alone() -> None:
    said = dict(re.findall(r"(?m)^(\w+)=(.*)$", UNIT))
    assert (said["User"], said["ProtectSystem"], said["NoNewPrivileges"]) == ("studyhall", "strict", "yes")
    assert said["WorkingDirectory"] == f"/var/lib/{said['StateDirectory']}"
    assert said["StateDirectoryMode"] == "0700"
    assert "ReadWritePaths" not in said


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_web_server_passes_on_what_slack_asks_for_and_nothing_of_the_room(name: str) -> None:
    said = re.sub(r"(?m)#.*$", "", (OPERATIONS / name).read_text("utf-8"))
    assert {path.split("/")[1] for path in (EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH)} == {"slack"}
    assert re.findall(r"(?:handle|location)(?: =)? *(/\S*)", said)[:2] == [
        "/slack/" + "*" * (name == "Caddyfile"),
        "/healthz",
    ]
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", said)) == {str(SlackSettings().port)}
    assert said.count("404") == 1
