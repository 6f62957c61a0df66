"""The log: a line each, as JSON or to be read, in which nothing stands that could be a member's words or a secret.

A filter holds that, whoever logs, at every level, and whatever a library does: a message is shown where it is a constant of
the function that logs it, and of its arguments numbers and what is marked as ``Said``; of an error its kind and where it came from;
of what else a record brings the FIELDS, by the same rule.
"""

import inspect
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict

from bot.chat.dispatch import trace_of
from bot.chat.errors import OperatorError
from bot.chat.logged import Said, name_of
from bot.chat.platform import PlatformError

log = logging.getLogger(__name__)

FIELDS = (
    *("request", "platform", "asked", "kind", "outcome", "ms"),
    *("delivery", "attempt", "group_id", "round_id", "quiz_id"),
)
"""What may stand in a line beside its message, where it is a number or marked."""

LEFT_OUT = "…"
"""Stands in a message for what may be anybody's words."""

_PLAIN = (bool, int, float, datetime, date, time, timedelta, Said)


def configure(level: str, stream: TextIO, *, json: bool) -> None:
    """Write the log to a stream from now on, and nothing else to it: as JSON, or as lines for people."""
    # What cannot be formatted is written to stderr otherwise, with everything that was to be said.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=json, colours=stream.isatty()))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def take_what_nobody_caught() -> None:
    """Log what Python itself would print with its words: errors that nobody caught, in any thread, and warnings."""
    sys.excepthook = lambda _kind, error, _where: log.critical("it ended by a fault", exc_info=error)
    threading.excepthook = lambda args: log.error("a thread ended by a fault", exc_info=args.exc_value)
    sys.unraisablehook = lambda args: log.error(
        "a fault while something was removed", exc_info=args.exc_value
    )
    logging.captureWarnings(capture=True)


def formatter(*, json: bool, colours: bool = False) -> logging.Formatter:
    """What makes a line of a record, the filter included."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=colours, sort_keys=False, pad_event_to=0)
    )
    return ProcessorFormatter(
        processors=[only_what_may_be_said, renderer], use_get_message=False, pass_foreign_args=True
    )


def only_what_may_be_said(_logger: object, _method: str, given: EventDict) -> EventDict:
    """A structlog processor: of a record the few things that are surely nobody's words."""
    record: logging.LogRecord = given["_record"]
    at = datetime.fromtimestamp(record.created, UTC)
    said: EventDict = {
        "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
        "level": record.levelname.lower(),
        "event": _message(record, given.get("positional_args")),
        "logger": record.name,
    }
    given_too = vars(record)
    said.update((name, given_too[name]) for name in FIELDS if isinstance(given_too.get(name), _PLAIN))
    info = given.get("exc_info")
    if isinstance(info, tuple) and info[1] is not None:
        said["exception"] = _trace(info[1])
    return said


def _message(record: logging.LogRecord, arguments: Any) -> str:  # noqa: ANN401  # whatever a logger was handed
    """A message's fixed words, with what of its arguments may be said; else only where it came from."""
    words = record.msg
    if isinstance(words, str) and _is_fixed(words, record):
        try:
            if isinstance(arguments, Mapping):
                return words % {name: _shown(value) for name, value in arguments.items()}
            return words % tuple(map(_shown, arguments)) if arguments else words
        except (TypeError, ValueError, KeyError):
            pass
    return f"{LEFT_OUT} ({Path(record.pathname).name}:{record.lineno})"


def _is_fixed(words: str, record: logging.LogRecord) -> bool:
    """Whether a message stands as it is in the function that logs it, which called this: no f-string, no variable."""
    frame = inspect.currentframe()
    while frame is not None:
        code = frame.f_code
        if code.co_name == record.funcName and code.co_filename == record.pathname:
            return words in code.co_consts
        frame = frame.f_back
    return False


def _shown(value: object) -> object:
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, OperatorError | PlatformError):
        return str(value)
    return name_of(value) if isinstance(value, BaseException) else LEFT_OUT


def _trace(error: BaseException | None) -> str:
    """What went wrong, and what that came from, each without its words."""
    said: list[str] = []
    while error is not None and len(said) < 10:
        said.append(trace_of(error))
        error = error.__cause__ or error.__context__
    return "\n".join(said)
