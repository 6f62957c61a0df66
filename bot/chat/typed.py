"""Typed command lines: ``/quiz start topic:rlhf count:5``, with quotes and positional words, read and completed."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.chat.cards import MAX_CHOICES, Choice
from bot.chat.commands import Command, Option, OptionKind, Registry, did_you_mean
from bot.chat.days import is_day
from bot.chat.finding import best, find, nearest
from bot.chat.requests import Invoke, Value

MAX_LINE = 4000
"""The longest line that is read, in characters."""

ONLY_COMMANDS = "This box takes only commands; they begin with /, such as /help."

_MORE_WORDS_OF_A_DAY = 4
"""As in "the 31st of December 2026"."""

_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})


class LineError(Exception):
    """A typed line that cannot be carried out; ``start`` and ``end`` mark the wrong word, ``args[0]`` tells the member.

    ``nearest`` are the names of the commands that may be meant instead.
    """

    def __init__(self, message: str, start: int, end: int, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.nearest = nearest
        self.message = message
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line and where it stands. ``name`` is the option named before a colon, if any."""

    text: str
    start: int
    end: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A way to go on: ``line`` is the whole line once it is taken. ``group`` is what it stands under in a long list."""

    label: str
    note: str
    line: str
    group: str = ""


_WORD = re.compile(
    r'(?:(?P<name>[A-Za-z][\w-]*):)?(?:"(?P<quoted>[^"]*)"|(?P<open>"[^"]*)$|(?P<bare>[^\s"]\S*)?)'
)


def split(line: str) -> tuple[Word, ...]:
    """The words of a line.

    Raises:
        LineError: a quotation mark is not closed, or the line is too long.
    """
    if len(line) > MAX_LINE:
        raise LineError(f"This line is longer than {MAX_LINE} characters.", MAX_LINE, len(line))
    words: list[Word] = []
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        found = _WORD.match(line, at)
        assert found is not None
        if found["open"] is not None:
            raise LineError(
                'The quotation mark is not closed: add " at the end.', found.start("open"), len(line)
            )
        if found.end() == at:
            stop = next((i for i in range(at, len(line)) if line[i].isspace()), len(line))
            words.append(Word(line[at:stop], at, stop))
            at = stop
            continue
        value = found["quoted"] if found["quoted"] is not None else (found["bare"] or "")
        words.append(Word(value, at, found.end(), found["name"].lower() if found["name"] else None))
        at = found.end()
    return tuple(words)


def parse(line: str, registry: Registry, slash: str = "/") -> Invoke:
    """What a typed line asks for. ``slash`` is what a platform writes before a command, in what it says of a wrong line.

    Raises:
        LineError: naming the wrong word and the nearest right one.
    """
    words = split(line)
    if not words:
        raise LineError(f"Type a command, such as {slash}help.", 0, len(line))
    command, rest = _command(words, registry, slash)
    values: dict[str, Value] = {}
    loose: list[Word] = []
    for word in _with_whole_days(rest, command, line):
        option = command.option(word.name) if word.name else None
        if word.name and option is None:
            if _looks_like_text(command):
                loose.append(Word(line[word.start : word.end], word.start, word.end))
                continue
            raise _unknown_option(command, word, slash)
        if option is None:
            loose.append(word)
        elif option.name in values:
            raise LineError(f"{option.name} is given twice.", word.start, word.end)
        else:
            values[option.name] = read_value(option, word)
    _place(command, loose, values, line)
    for option in command.options:
        if option.required and option.name not in values:
            raise LineError(_needs(command, option, slash), len(line), len(line))
    return Invoke(command.name, values)


def read_value(option: Option, word: Word) -> Value:
    """The value of an option.

    Raises:
        LineError: it is not of the option's kind, or not among its choices.
    """
    said = word.text.strip()
    if option.choices:
        return _choice(option, said, word)
    if option.kind is OptionKind.INTEGER:
        return _integer(option, said, word)
    if option.kind is OptionKind.BOOLEAN:
        if said.lower() in _YES | _NO:
            return said.lower() in _YES
        raise LineError(f"{option.name} must be yes or no, not “{_short(said)}”.", word.start, word.end)
    if option.kind is OptionKind.DATE:
        if is_day(said):
            return said
        hint = f"{option.name} must be a day like 2027-02-01 or “in 3 weeks”, not “{_short(said)}”."
        raise LineError(hint, word.start, word.end)
    if not said:
        raise LineError(f"{option.name} is empty: {option.description}", word.start, word.end)
    return said


def _choice(option: Option, said: str, word: Word) -> str:
    known = {c.value.lower(): c.value for c in option.choices} | {
        c.label.lower(): c.value for c in option.choices
    }
    if said.lower() in known:
        return known[said.lower()]
    close = nearest(said, known)
    hint = (
        f" Did you mean {known[close]}?"
        if close
        else f" Choose one of {', '.join(c.value for c in option.choices)}."
    )
    raise LineError(f"{option.name} cannot be “{_short(said)}”.{hint}", word.start, word.end)


def _integer(option: Option, said: str, word: Word) -> int:
    digits = said.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise LineError(f"{option.name} must be a whole number, not “{_short(said)}”.", word.start, word.end)
    number = int(said)
    if (option.least is not None and number < option.least) or (
        option.most is not None and number > option.most
    ):
        bounds = f"{option.least} to {option.most}" if option.most is not None else f"{option.least} or more"
        raise LineError(f"{option.name} must be {bounds}, not {number}.", word.start, word.end)
    return number


def _command(words: tuple[Word, ...], registry: Registry, slash: str) -> tuple[Command, tuple[Word, ...]]:
    first = words[0]
    head = first.text.removeprefix("/").lower()
    if first.name is not None or head not in registry.heads:
        if not first.text.startswith("/") or first.name is not None:
            raise LineError(ONLY_COMMANDS, first.start, first.end)
        close = registry.nearest(" ".join((head, *(word.text for word in words[1:2]))))
        hint = did_you_mean(close, slash) or f"{slash}help shows them all."
        said = f"There is no command {slash}{_short(head)}. {hint}"
        raise LineError(said, first.start, first.end, close)
    under = registry.under(head)
    if len(under) == 1 and len(under[0].path) == 1:
        return under[0], words[1:]
    subs = tuple(c.path[1] for c in under)
    if len(words) < 2:
        raise LineError(f"After {slash}{head} type one of: {', '.join(subs)}.", first.end, first.end)
    second = words[1]
    said = second.text.lower()
    if second.name is not None or (said not in subs and not registry.knows(f"{head} {said}")):
        close = tuple(each.name for each in best(f"{head} {said}", registry))
        hint = did_you_mean(close, slash) or f"Try one of: {', '.join(subs)}."
        told = f"There is no {slash}{head} {_short(second.text)}. {hint}"
        raise LineError(told, second.start, second.end, close)
    return registry.get(f"{head} {said}"), words[2:]


def _unknown_option(command: Command, word: Word, slash: str) -> LineError:
    names = tuple(o.name for o in command.options)
    close = nearest(word.name or "", names)
    if close:
        hint = f" Did you mean {close}:?"
    else:
        hint = f" Its options are {', '.join(names)}." if names else " It takes no options."
    return LineError(
        f"{slash}{command.name} has no option {_short(word.name or '')}.{hint}", word.start, word.end
    )


def _needs(command: Command, option: Option, slash: str) -> str:
    example = f" For example: {slash}{command.example.removeprefix('/')}" if command.example else ""
    return f"{slash}{command.name} needs {option.name}: {option.description.removesuffix('.')}.{example}"


def _looks_like_text(command: Command) -> bool:
    return any(o.kind is OptionKind.TEXT and not o.choices and o.complete is None for o in command.options)


def _with_whole_days(words: tuple[Word, ...], command: Command, line: str) -> Iterator[Word]:
    at = 0
    while at < len(words):
        word, more = words[at], 0
        option = command.option(word.name) if word.name else None
        if option is not None and option.kind is OptionKind.DATE:
            word, more = _whole_day(word, words[at + 1 :], line)
        yield word
        at += 1 + more


def _whole_day(first: Word, after: Sequence[Word], line: str) -> tuple[Word, int]:
    """A day in words may stand without quotation marks: the most words that make one, and how many follow the first."""
    for more in range(min(len(after), _MORE_WORDS_OF_A_DAY), 0, -1):
        end = after[more - 1].end
        said = f"{first.text} {line[after[0].start : end]}"
        if is_day(said):
            return Word(said, first.start, end, first.name), more
    return first, 0


def _place(command: Command, loose: list[Word], values: dict[str, Value], line: str) -> None:
    open_options = [o for o in command.options if o.name not in values]
    for index, option in enumerate(open_options):
        if not loose:
            return
        free_text = option.kind is OptionKind.TEXT and not option.choices
        if free_text and index == len(open_options) - 1 and len(loose) > 1:
            whole = Word(line[loose[0].start : loose[-1].end], loose[0].start, loose[-1].end)
            values[option.name] = read_value(option, whole)
            return
        first = loose.pop(0)
        if option.kind is OptionKind.DATE:
            first, more = _whole_day(first, loose, line)
            del loose[:more]
        values[option.name] = read_value(option, first)
    if loose:
        extra = loose[0]
        takes = "takes no more words" if command.options else "takes no options"
        raise LineError(
            f"/{command.name} {takes}: “{_short(extra.text)}” is one too many.", extra.start, extra.end
        )


def _short(said: str) -> str:
    return said if len(said) <= 40 else said[:39] + "…"


Propose: TypeAlias = Callable[[str, str, str], Awaitable[tuple[Choice, ...]]]
"""Proposals from what is stored, for a command's name, an option's, and what was typed of its value."""


async def suggest(
    line: str, registry: Registry, propose: Propose, *, organiser: bool
) -> tuple[Suggestion, ...]:
    """How a line can go on, best first: all commands, those that fit, then options, then values, of these at most 25."""
    typed = line.lstrip()
    body = typed.removeprefix("/")
    words = body.split(" ")
    commands = [c for c in registry if organiser or not c.organisers]
    chosen = next((c for c in commands if [w.lower() for w in words[: len(c.path)]] == list(c.path)), None)
    if not body:
        return _all(commands)
    if chosen is None or len(words) <= len(chosen.path):
        return tuple(Suggestion(f"/{c.name}", c.description, f"/{c.name} ") for c in find(body, commands))
    before, last = " ".join(words[:-1]), words[-1]
    name, colon, value = last.partition(":")
    option = chosen.option(name.lower()) if colon else None
    if option is None:
        used = {w.partition(":")[0].lower() for w in words[:-1] if ":" in w}
        left = [each for each in chosen.options if each.name not in used]
        if not left or not left[0].required:
            return tuple(
                Suggestion(f"{o.name}:", o.description, f"/{before} {o.name}:")
                for o in left
                if o.name.startswith(last.lower())
            )
        option, value = left[0], last
    found = (await _values(chosen, option, value.strip('"'), propose))[:MAX_CHOICES]
    return tuple(Suggestion(c.label, c.note, f"/{before} {option.name}:{_quoted(c.value)} ") for c in found)


def _all(commands: Sequence[Command]) -> tuple[Suggestion, ...]:
    """Those of one word first, the others under their first word."""
    grouped = sorted(commands, key=lambda c: len(c.path))
    heads = dict.fromkeys(c.path[0] for c in grouped)
    return tuple(
        Suggestion(f"/{c.name}", c.description, f"/{c.name} ", head.capitalize() if len(c.path) > 1 else "")
        for head in heads
        for c in grouped
        if c.path[0] == head
    )


async def _values(command: Command, option: Option, prefix: str, propose: Propose) -> tuple[Choice, ...]:
    low = prefix.lower()
    if option.choices:
        return tuple(
            c for c in option.choices if c.value.lower().startswith(low) or c.label.lower().startswith(low)
        )
    if option.kind is OptionKind.BOOLEAN:
        return tuple(Choice(v, v) for v in ("yes", "no") if v.startswith(low))
    return await propose(command.name, option.name, prefix) if option.complete else ()


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
