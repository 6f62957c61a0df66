"""The log is fed with secrets, by everybody who logs and in every way, and holds none of them; what it is for it says."""

import ast
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import structlog

from bot.app.watching.logs import configure, take_what_nobody_caught
from bot.chat.logged import Said, name_of
from bot.chat.platform import RefusedError
from tests.faults.serving import ROOT
from tests.features.daily.acting import vote_page
from tests.support.local_driver import local_app

SECRETS = ("xoxb-17-s3cret", "hunter", "I think that reward models are easily fooled, {really} 100%s.")
LOGGERS = (
    "",
    "bot.app.dispatcher",
    "adapters.slack.bolt",
    "slack_bolt.AsyncApp",
    "discord.http",
    "aiohttp.server",
)
LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
FIELDS = ("answer", "body", "request", "platform", "asked", "kind", "outcome", "ms", "round_id", "exception")

Feed = Callable[[logging.Logger, int, str], None]


def _fail(secret: str) -> None:
    raise ValueError(f"not {secret}") from KeyError(secret)


def _failing(log: logging.Logger, level: int, secret: str) -> None:
    try:
        _fail(secret)
    except ValueError as error:
        log.log(level, "it failed: %s", error, exc_info=True, stack_info=True)


class _Unspeakable:
    def __str__(self) -> str:
        raise ValueError(SECRETS[0])

    def __repr__(self) -> str:
        return SECRETS[0]


def _by_structlog(log: logging.Logger, level: int, secret: str) -> None:
    made = structlog.wrap_logger(
        log,
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    made.bind(body=secret).log(level, f"said: {secret}", answer=secret)


FEEDS: tuple[Feed, ...] = (
    lambda log, level, secret: log.log(level, f"Invalid request signature detected (body: {secret})"),  # noqa: G004
    lambda log, level, secret: log.log(level, secret),
    lambda log, level, secret: log.log(level, secret, 1),
    lambda log, level, secret: log.log(level, "%s and %r", secret, [secret]),
    lambda log, level, secret: log.log(level, "%(body)s", {"body": secret}),
    lambda log, level, secret: log.log(level, "%d", secret),
    lambda log, level, secret: log.log(level, {"body": secret}),
    lambda log, level, secret: log.log(level, ValueError(secret)),
    lambda log, level, secret: log.log(level, "x", extra=dict.fromkeys(FIELDS, secret)),
    _failing,
    _by_structlog,
)


@contextmanager
def written(*, json_: bool) -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    try:
        configure("debug", stream, json=json_)
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.raiseExceptions = True


@pytest.mark.parametrize("json_", [True, False])
def test_whoever_logs_a_secret_in_whatever_way_it_is_left_out(
    capsys: pytest.CaptureFixture[str], json_: bool
) -> None:
    with written(json_=json_) as log:
        for name in LOGGERS:
            for level in LEVELS:
                logger = logging.getLogger(name)
                logger.setLevel(logging.DEBUG)  # a library that ran before may have raised its own
                for secret in SECRETS:
                    for feed in FEEDS:
                        feed(logger, level, secret)
        logging.getLogger().error(_Unspeakable())
    said = log.getvalue()
    assert said.count("Error") > 0
    assert len(said.splitlines()) >= len(LOGGERS) * len(LEVELS) * len(SECRETS) * len(FEEDS)
    assert [line for line in said.splitlines() if any(secret in line for secret in SECRETS)] == []
    assert capsys.readouterr() == ("", "")


def test_what_nobody_caught_is_logged_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sys, threading):
        monkeypatch.setattr(module, "excepthook", module.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    error = ValueError(SECRETS[0])
    with written(json_=True) as stream, warnings.catch_warnings():
        take_what_nobody_caught()
        sys.excepthook(ValueError, error, None)
        threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, None)))
        sys.unraisablehook(SimpleNamespace(exc_value=error))
        warnings.simplefilter("always")
        warnings.warn(SECRETS[0], stacklevel=1)
        logging.captureWarnings(capture=False)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line.get("exception", "")[:10] for line in lines] == [
        "ValueError",
        "ValueError",
        "ValueError",
        "",
    ]
    assert SECRETS[0] not in stream.getvalue()


def test_what_surely_is_no_members_word_is_said() -> None:
    log = logging.getLogger("some.library")
    refused = RefusedError("Discord does not accept the token.", "Copy it again.")
    with written(json_=True) as stream:
        log.info("shard %d of %s is connected", 3, "a server's name")
        log.warning("%s: %s, %s", Said("Discord"), refused, name_of(KeyError("x")))
        log.info(
            "send",
            extra={"delivery": 7, "outcome": Said("in doubt"), "ms": 1.5, "key": Said("x"), "kind": "x"},
        )
        logging.getLogger("asyncio").error("\n".join(["made", "up"]))  # noqa: FLY002
    shard, sentence, send, withheld = map(json.loads, stream.getvalue().splitlines())
    assert shard["event"] == "shard 3 of … is connected"
    assert sentence["event"] == f"Discord: {refused}, KeyError"
    assert list(send) == ["timestamp", "level", "event", "logger", "outcome", "ms", "delivery"]
    assert withheld["event"].startswith("… (test_logs.py:")


async def test_a_request_and_a_send_are_a_line_each_with_ids_outcome_and_time(sqlite_url: str) -> None:
    with written(json_=True) as stream:
        async with local_app(sqlite_url) as v:
            await v.command("olga", "group setup")
            await v.press("olga", v.replies[-1], "Post the first question now")
            await v.tick()
            await v.answer("mira", "marker-words")
            await v.answer("tomas", "marker-other")
            await v.tick(days=1)
            await v.press("tomas", await vote_page(v, "tomas", "marker-words"), "It helped me")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    send = next(each for each in lines if each["event"] == "send")
    assert send | {"kind": "question", "outcome": "sent", "platform": "local", "attempt": 1} == send
    requests = [each for each in lines if each["event"] == "request"]
    assert [each["asked"] for each in requests[:4]] == ["group setup", "Begin", "answer", "SaveAnswer"]
    vote = requests[-1]
    assert vote | {"asked": "Judge", "outcome": "done", "platform": "local", "round_id": 1} == vote
    assert set(vote) - set(requests[0]) == {"round_id"}, "nobody is to read who is voted for"
    assert "marker-" not in stream.getvalue()


SAYS = ("debug", "info", "warning", "error", "exception", "critical", "log")


def _own_calls() -> Iterator[tuple[str, ast.expr]]:
    for path in (each for root in ("bot", "adapters") for each in (ROOT / root).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "log"
                and node.func.attr in SAYS
            ):
                yield f"{path}:{node.lineno}", node.args[1 if node.func.attr == "log" else 0]


def test_each_message_of_ours_is_a_constant_since_no_other_is_said() -> None:
    calls = list(_own_calls())
    assert len(calls) > 40
    assert [where for where, message in calls if not isinstance(message, ast.Constant)] == []
