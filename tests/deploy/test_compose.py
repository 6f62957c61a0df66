"""docker-compose.yml is valid by the compose specification and keeps our own promises."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from adapters.discord.factory import FACTORY as DISCORD
from adapters.discord.settings import Shards
from adapters.slack.factory import FACTORY as SLACK
from bot.app.settings import Settings, read_dotenv

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOTS = ("bot", "worker-1", "worker-2")

each_service = pytest.mark.parametrize("name", list(SERVICES))
each_bot = pytest.mark.parametrize("name", BOTS)


def interpolated(value: str, environ: dict[str, str]) -> str:
    """What Compose makes of ${NAME:-default} and ${NAME-default}."""

    def put(found: re.Match[str]) -> str:
        return environ.get(found["name"]) or found["default"]

    return re.sub(r"\$\{(?P<name>\w+):?-(?P<default>[^}]*)\}", put, value)


def environment(name: str, **environ: str) -> dict[str, str]:
    return {key: interpolated(value, environ) for key, value in SERVICES[name]["environment"].items()}


def test_it_is_valid_by_the_compose_specification() -> None:
    schema = json.loads(
        files("check_jsonschema.builtin_schemas.vendor").joinpath("compose-spec.json").read_text("utf-8")
    )
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []


def test_each_profile_starts_what_it_says_and_no_service_starts_unasked() -> None:
    by_profile: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        assert len(service["profiles"]) == 1, name
        by_profile.setdefault(service["profiles"][0], set()).add(name)
    assert by_profile == {"single": {"bot"}, "scale": {"worker-1", "worker-2", "postgres"}}


def test_the_example_file_chooses_the_single_bot() -> None:
    assert read_dotenv(ROOT / ".env.example")["COMPOSE_PROFILES"] == "single"


@each_service
def test_each_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "start_period", "retries"} < check.keys()


@each_bot
def test_a_bot_is_healthy_when_it_is_ready_for_work(name: str) -> None:
    script = SERVICES[name]["healthcheck"]["test"][-1]
    compile(script, "healthcheck", "exec")
    assert "http://127.0.0.1:9464/readyz" in script


@each_service
def test_each_service_runs_with_as_few_rights_as_can_be(name: str) -> None:
    service = SERVICES[name]
    assert int(service["user"].split(":")[0]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service


@each_service
def test_ports_are_published_on_this_machine_alone_and_the_database_not_at_all(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert bool(ports) == (name in BOTS)


def test_the_two_workers_have_ports_of_their_own() -> None:
    ports = [interpolated(port, {}) for name in ("worker-1", "worker-2") for port in SERVICES[name]["ports"]]
    assert ports[:2] == ["127.0.0.1:8080:8080", "127.0.0.1:3000:3000"]
    assert ports[2:] == ["127.0.0.1:8081:8080", "127.0.0.1:3001:3000"]


def test_what_is_to_last_lies_on_volumes() -> None:
    assert SERVICES["bot"]["volumes"] == ["data:/data"]
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert set(COMPOSE["volumes"]) == {"data", "postgres"}
    assert "volumes" not in SERVICES["worker-1"]


def test_the_bots_settings_are_understood_and_reach_its_volume() -> None:
    settings = Settings.read(environment("bot"), ROOT / "no-such-file")
    assert (settings.host, settings.port) == ("0.0.0.0", 8080)
    assert settings.database_url == "sqlite:////data/studyhall.db"
    assert settings.demo


@pytest.mark.parametrize("name", ["worker-1", "worker-2"])
def test_the_workers_share_the_database_once_it_is_healthy(name: str) -> None:
    settings = Settings.read(environment(name, POSTGRES_PASSWORD="s3cret"), ROOT / "no-such-file")
    assert settings.database_url == "postgresql://studyhall@postgres/studyhall"
    assert environment(name, POSTGRES_PASSWORD="s3cret")["PGPASSWORD"] == "s3cret"
    assert SERVICES[name]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@each_bot
def test_a_token_from_outside_reaches_each_bot(name: str) -> None:
    assert not Settings.read(environment(name), ROOT / "no-such-file").of(DISCORD).token
    settings = Settings.read(environment(name, STUDYHALL_DISCORD_TOKEN="a.b.c"), ROOT / "no-such-file")
    assert settings.of(DISCORD).token == "a.b.c"
    assert not settings.demo


@each_bot
def test_what_slack_needs_reaches_each_bot_by_either_way(name: str) -> None:
    assert not Settings.read(environment(name), ROOT / "no-such-file").of(SLACK).is_set
    one = environment(name, STUDYHALL_SLACK_BOT_TOKEN="xoxb-1", STUDYHALL_SLACK_APP_TOKEN="xapp-1")
    slack = Settings.read(one, ROOT / "no-such-file").of(SLACK)
    assert (slack.is_set, slack.over_http) == (True, False)
    many = environment(
        name,
        STUDYHALL_SLACK_SIGNING_SECRET="s" * 32,
        STUDYHALL_SLACK_CLIENT_ID="1.2",
        STUDYHALL_SLACK_CLIENT_SECRET="c" * 32,
        STUDYHALL_SLACK_URL="https://study.example.org",
        STUDYHALL_SLACK_PORT="3210",
    )
    slack = Settings.read(many, ROOT / "no-such-file").of(SLACK)
    assert slack.over_http
    assert (slack.host, slack.port) == ("0.0.0.0", 3000)


def test_the_workers_split_the_shards_between_them() -> None:
    each = {
        name: Settings.read(environment(name, STUDYHALL_DISCORD_TOKEN="a.b.c"), ROOT / "no-such-file")
        for name in BOTS
    }
    shards = [each[name].of(DISCORD).shards for name in BOTS]
    assert shards == [None, Shards((0,), 2), Shards((1,), 2)]


def test_workers_and_server_get_one_password_from_outside_and_none_stands_in_the_file() -> None:
    asked = "${POSTGRES_PASSWORD-}"
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"] == asked
    for line in TEXT.splitlines():
        found = re.search(
            r"(?i)\b(?P<name>\w*(password|secret|token)\w*):\s*(?P<value>\S.*)", line.split("#")[0]
        )
        assert found is None or found["value"] in (asked, f"${{{found['name']}-}}"), line
    assert re.search(r"://\w+:\w", TEXT) is None
    assert read_dotenv(ROOT / ".env.example")["POSTGRES_PASSWORD"] == ""


def test_the_profile_single_asks_for_no_setting_at_all() -> None:
    # Compose looks at every service, whatever the profile: one required variable would stop them all.
    assert re.search(r"(?m)^[^#\n]*\$\{\w+:?\?", TEXT) is None
