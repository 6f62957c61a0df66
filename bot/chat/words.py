"""Words on a screen: cleaned of what could disturb their surroundings, measured, cut, and said of a number or an instant."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from bot.chat.cards import Moment, Part, Plain
from bot.chat.zones import zone_of

ELLIPSIS = "…"

MOST_MARKS = 6
"""The most combining marks kept on one letter: more than any script stacks, few enough to stay in the line."""

# Invisible: zero-width spaces and joiners, soft hyphen, word joiner, Mongolian separator, byte order mark, fillers.
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
)
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\ufffb]")
_RUN = re.compile(f"([{_INVISIBLE}])[{_INVISIBLE}]+")
# With others they have a meaning: marks of direction, the blank of Braille, what varies a letter, what a flag is spelt with.
_UNSEEN_ALONE = "\u061c\u200e\u200f\u2800\ufe00-\ufe0f\U000e0000-\U000e0fff"
_VISIBLE = re.compile(f"[^\\s{_INVISIBLE}{_UNSEEN_ALONE}]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n(?:[^\S\n]*\n)+")
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_GLUE = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def clean(said: str) -> str:
    """Somebody's words without what could disturb the words around them; lines stay lines.

    Control characters and bidirectional embeddings, overrides and isolates go (UAX #9 lists them); runs of invisible
    characters become one, so that joined emoji and Persian survive; stacked marks are thinned; three and more line
    ends become two. A text of nothing but invisible characters becomes "".
    """
    if said.isascii() and said.isprintable():  # as most are: nothing of all that is in them
        return said.strip()
    lines = _LINE_END.sub("\n", said)
    kept = _RUN.sub(r"\1", _STEERING.sub("", _CONTROL.sub("", lines)))
    kept = kept if kept.isascii() else _thinned(kept)
    kept = _BLANK_LINES.sub("\n\n", kept).strip()
    return kept if _VISIBLE.search(kept) else ""


def _thinned(said: str) -> str:
    kinds = tuple(map(unicodedata.category, said))
    if "Mn" not in kinds and "Me" not in kinds:
        return said
    kept: list[str] = []
    marks = 0
    for char, kind in zip(said, kinds, strict=True):
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def typed(said: str) -> str:
    """Words to stand in an input: as they were typed, but for what cannot be sent (control characters)."""
    return _CONTROL.sub("", _LINE_END.sub("\n", said))


def clean_line(said: str) -> str:
    """Like ``clean``, and on one line: a name, a title, a cell."""
    return " ".join(clean(said).split())


def clean_lines(said: str) -> list[str]:
    """The lines of a text, each cleaned, without empty ones."""
    return [line for each in said.splitlines() if (line := clean_line(each))]


def listed(lines: str) -> str:
    """Lines, each of which may be a sentence, as one: "It helps; it is cheap." for "It helps." and "it is cheap."."""
    return "; ".join(clean_lines(lines)).replace(".; ", "; ")


def all_of(words: Sequence[str]) -> str:
    """One or more words as a part of a sentence: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def bullets(lines: Iterable[object]) -> str:
    """Lines as a list."""
    return "\n".join(f"- {line}" for line in lines)


def isolate(said: str) -> str:
    """Words that run right to left, kept from turning their surroundings (UAX #9, FSI and PDI); others as they are."""
    if said.isascii() or _RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, said)):
        return said
    return f"\u2068{said}\u2069"


def width(said: str) -> int:
    """Columns of a fixed-width font: two for wide East Asian characters and emoji, none for marks (UAX #11)."""
    if said.isascii() and said.isprintable():
        return len(said)
    return sum(map(_columns, said))


@lru_cache(4096)
def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def utf16(said: str) -> int:
    """The length in UTF-16 code units: what a browser counts, and never less than the number of characters."""
    return len(said) if said.isascii() else len(said.encode("utf-16-le", "surrogatepass")) // 2


def cut(said: str, most: int, measure: Callable[[str], int] = len) -> str:
    """The words, cut at a word with "…" where they measure more than ``most``.

    One endless word is cut inside, never within an emoji or between a letter and its marks. ``measure`` must grow with
    the text; less than room for "…" gives "".
    """
    if measure(said) <= most:
        return said
    room = most - measure(ELLIPSIS)
    if room < 0:
        return ""
    low, high = 0, len(said)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(said[:middle]) <= room else (low, middle - 1)
    space = max(said.rfind(" ", 0, low + 1), said.rfind("\n", 0, low + 1))
    end = space if space > low * 2 // 3 else _seam(said, low)
    return said[:end].rstrip() + ELLIPSIS


def _seam(said: str, at: int) -> int:
    """The last place at or before ``at`` where nothing that is drawn as one is parted; ``at`` if there is none near."""
    for end in range(at, max(at - 40, 0), -1):
        after, before = said[end : end + 1], said[end - 1]
        if not after or not (_joins(after) or before == "\u200d" or _halves_a_flag(said, end)):
            return end
    return at


def _joins(char: str) -> bool:
    skin_or_tag = "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"
    return char in _GLUE or skin_or_tag or unicodedata.category(char) in ("Mn", "Me", "Mc")


def _halves_a_flag(said: str, at: int) -> bool:
    start = at
    while start and "\U0001f1e6" <= said[start - 1] <= "\U0001f1ff":
        start -= 1
    return (at - start) % 2 == 1 and "\U0001f1e6" <= said[at] <= "\U0001f1ff"


def enumerated(names: Iterable[str], unnamed: str = "unnamed") -> tuple[Part, ...]:
    """Names as parts of a text, with commas between them; one that is empty is called ``unnamed``."""
    parts: list[Part] = []
    for name in names:
        parts += [", ", Plain(name or unnamed)]
    return tuple(parts[1:])


def counted(number: int, one: str, many: str = "", *, grouped: bool = False) -> str:
    """A number with its noun: "1 question", "3 questions"; ``grouped`` writes "1,204 questions".

    ``many`` is what follows all numbers but 1; it is ``one`` with an "s" where it isn't given.
    """
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if grouped else f"{number} {noun}"


def too_long(said: str, most: int, what: str = "This") -> str:
    """What a form says of a text over its limit, the same of each field; "" when it fits. ``what`` begins the sentence."""
    if len(said) <= most:
        return ""
    return f"{what} is {len(said):,} characters; the limit is {most:,}. Please shorten it by {len(said) - most:,}."


def moment_words(moment: Moment) -> str:
    """An instant in words and in the group's zone, for where the reader's is unknown: "Wed 4 March, 09:00".

    A "relative" one is said as day and time, since this function does not know when it is read.
    """
    local = moment.at.astimezone(zone_of(moment.zone))
    clock = f"{local:%H:%M}"
    match moment.style:
        case "time":
            return clock
        case "day":
            return f"{local:%A}"
        case "daytime":
            return f"{local:%a} {clock}"
        case "date":
            return f"{local.day} {local:%B %Y}"
        case "countdown":
            return f"at {local:%H:%M:%S}"
        case "relative":
            return f"{local:%a} {local.day} {local:%B}, {clock}"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday(on: date) -> str:
    """The name of a date's weekday: "Wednesday"."""
    return WEEKDAYS[on.weekday()]


def day_words(on: date, style: Literal["weekday", "date", "full"] = "full") -> str:
    """A date in words: "Wednesday", "Wednesday 4 March" or "Wednesday 4 March 2026"."""
    if style == "weekday":
        return weekday(on)
    return f"{weekday(on)} {on.day} {on:%B}" + (f" {on.year}" if style == "full" else "")


def short_day(on: date) -> str:
    """A date where there is little room: "4 Mar"."""
    return f"{on.day} {on:%b}"


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(number: int) -> str:
    """A place in a row, from 1: "first" to "tenth", then "11th", "21st", "112th"."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
