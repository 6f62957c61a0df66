"""Settings come from the environment and .env; a wrong one is told in a sentence that says what is right."""

from pathlib import Path

import pytest

from adapters.discord.settings import DiscordSettings
from adapters.slack.settings import SlackSettings
from bot.app.platforms import PLATFORMS
from bot.app.settings import Settings, read_dotenv
from bot.chat.operators.settings import SettingsError

ROOT = Path(__file__).parents[2]
NOWHERE = Path("no-such-folder/.env")
TOKEN = "MTA0.Gs3cr3.t_Zk-9"


def read(**environ: str) -> Settings:
    return Settings.read({f"STUDYHALL_{name}": value for name, value in environ.items()}, NOWHERE)


def env_file(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_text(text, "utf-8")
    return path


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.read({}, NOWHERE)
    assert settings == Settings(
        host="127.0.0.1",
        port=8080,
        database_url="sqlite:///data/studyhall.db",
        content=None,
        demo=True,
        allowed_hosts=(),
        log_level="info",
        log_json=None,
        room=True,
        backups=7,
        admin_port=9464,
        platforms=(),
    )


def test_everything_can_be_set(tmp_path: Path) -> None:
    settings = read(
        HOST="0.0.0.0",
        PORT="9000",
        DATABASE_URL="postgresql://db/study",
        CONTENT=str(tmp_path),
        DEMO="0",
        ALLOWED_HOSTS="Study.example.org, 192.168.1.7,[::1],",
        LOG_LEVEL="DEBUG",
        LOG_FORMAT="lines",
        ROOM="off",
        BACKUPS="0",
        ADMIN_PORT="0",
        DISCORD_TOKEN=TOKEN,
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
    )
    assert settings == Settings(
        host="0.0.0.0",
        port=9000,
        database_url="postgresql://db/study",
        content=tmp_path,
        demo=False,
        allowed_hosts=("study.example.org", "192.168.1.7", "::1"),
        log_level="debug",
        log_json=False,
        room=False,
        backups=0,
        admin_port=None,
        platforms=(DiscordSettings(TOKEN), SlackSettings("xoxb-1", "xapp-1")),
    )


def test_an_empty_setting_counts_as_not_set() -> None:
    assert read(PORT="", CONTENT=" ", ALLOWED_HOSTS="") == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = env_file(tmp_path, "STUDYHALL_PORT=9001\nSTUDYHALL_DEMO=0\n")
    settings = Settings.read({"STUDYHALL_PORT": "9002"}, path)
    assert (settings.port, settings.demo) == (9002, False)


def test_other_programs_variables_are_none_of_our_business(tmp_path: Path) -> None:
    path = env_file(tmp_path, "COMPOSE_PROFILES=single\nPOSTGRES_PASSWORD=x\n")
    assert Settings.read({"PATH": "/bin", "PORT": "abc"}, path) == Settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_a_loopback_host_needs_no_list_of_names(host: str) -> None:
    assert read(HOST=host).is_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7"])
def test_an_open_host_needs_the_names_it_will_be_asked_for(host: str) -> None:
    with pytest.raises(SettingsError, match="Set STUDYHALL_ALLOWED_HOSTS"):
        read(HOST=host)
    assert not read(HOST=host, ALLOWED_HOSTS="study.example.org").is_loopback


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("PORT", "0", "1 to 65535"),
        ("PORT", "65536", "1 to 65535"),
        ("PORT", "-1", "1 to 65535"),
        ("BACKUPS", "-1", "a whole number up to 3650, or 0 for none"),
        ("BACKUPS", "all", "a whole number up to 3650, or 0 for none"),
        ("PORT", "80 80", "1 to 65535"),
        ("PORT", "٨٠", "1 to 65535"),
        ("PORT", "9" * 5000, "1 to 65535"),
        ("HOST", "example.org", "127.0.0.1"),
        ("HOST", "300.1.1.1", "127.0.0.1"),
        ("DEMO", "maybe", "1 (yes) or 0 (no)"),
        ("ROOM", "maybe", "1 (yes) or 0 (no)"),
        ("DISCORD_SHARDS", "0", "0,1/4"),
        ("SLACK_URL", "study.example.org", "https://study.example.org"),
        ("LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("CONTENT", "no-such-folder", "a folder that exists"),
        ("ALLOWED_HOSTS", "study.example.org:8080", "without port"),
        ("ALLOWED_HOSTS", "ok.example, https://study.example.org", "without port"),
        ("ALLOWED_HOSTS", "-dash", "without port"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(name: str, value: str, right: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: value})
    message = str(caught.value)
    assert message.startswith(f"STUDYHALL_{name} is “")
    assert right in message
    assert len(message) < 250
    assert "\n" not in message


def test_a_wrong_database_address_is_never_shown() -> None:
    with pytest.raises(SettingsError, match="STUDYHALL_DATABASE_URL is not an address") as caught:
        read(DATABASE_URL="kim:s3cret@db")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(read(DATABASE_URL="postgresql://kim:s3cret@db/study"))


def test_a_platforms_token_is_not_in_what_is_printed_of_the_settings() -> None:
    assert "s3cr3" not in repr(read(DISCORD_TOKEN=TOKEN))


def test_with_a_platforms_token_the_demonstration_is_made_only_when_asked_for() -> None:
    assert read().demo
    for given in ({"DISCORD_TOKEN": TOKEN}, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}):
        assert not read(**given).demo
        assert read(**given, DEMO="1").demo


def test_a_platform_that_is_not_connected_counts_as_not_set() -> None:
    settings = read(DISCORD_SHARDS="0/2", SLACK_PORT="3001")
    assert settings == Settings()
    assert [settings.of(each) for each in PLATFORMS] == [DiscordSettings(), SlackSettings()]


def test_a_misspelt_setting_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(
        SettingsError, match=r"STUDYHALL_PROT is not a setting.* Did you mean STUDYHALL_PORT\?"
    ):
        read(PROT="8080")


def test_an_unknown_setting_is_told_with_all_there_are() -> None:
    with pytest.raises(
        SettingsError, match="There are STUDYHALL_ADMIN_PORT, STUDYHALL_ALLOWED_HOSTS"
    ) as caught:
        read(QWERTZUIOP="1")
    assert "STUDYHALL_DISCORD_TOKEN, STUDYHALL_HOST" in caught.value.remedy
    assert "STUDYHALL_SLACK_URL" in caught.value.remedy


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=value", "value"),
        ("  export NAME = value  ", "value"),
        ("NAME=", ""),
        ("NAME= # only a comment", ""),
        ("NAME=#1", ""),
        ("NAME=a#b", "a#b"),
        ("NAME=a # comment", "a"),
        ("NAME='a # b'", "a # b"),
        ('NAME="it\'s" # comment', "it's"),
        ("NAME=a=b", "a=b"),
        ("NAME='日本 語'", "日本 語"),
    ],
)
def test_lines_of_the_file_mean_what_one_expects(line: str, value: str, tmp_path: Path) -> None:
    path = env_file(tmp_path, f"\ufeff# a comment\n\n{line}\r\n")
    assert read_dotenv(path) == {"NAME": value}


@pytest.mark.parametrize("line", ["s3cret", "NAME='s3cret", "=s3cret", "1NAME=s3cret", "NAME: s3cret"])
def test_a_line_that_is_not_understood_is_told_by_number_and_not_shown(line: str, tmp_path: Path) -> None:
    path = env_file(tmp_path, f"# first\n{line}\n")
    with pytest.raises(SettingsError, match=r"Line 2 of .* Write NAME=value") as caught:
        read_dotenv(path)
    assert "s3cret" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_dotenv(tmp_path)
    (tmp_path / ".env").write_bytes(b"NAME=\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_dotenv(tmp_path / ".env")


def test_the_example_file_changes_nothing_and_names_every_setting() -> None:
    path = ROOT / ".env.example"
    text = path.read_text("utf-8")
    assert Settings.read({}, path) == Settings()
    with pytest.raises(SettingsError) as caught:
        read(QWERTZUIOP="1")
    names = caught.value.remedy.removeprefix("There are ").rstrip(".").split(", ")
    assert [name for name in names if f"\n# {name}=" not in text] == []
