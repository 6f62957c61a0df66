"""Reading a number as people type it."""

import math
import re

_LARGEST = 1e30
_LONGEST = 60
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_TIMES_TEN = re.compile(r"(?:\*|×|x|·)10(?:\^|\*\*)\(?([+-]?\d{1,3})\)?$", re.IGNORECASE)
_GROUPED = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",."}
_THOUSANDS_GAP = re.compile(r"(?<=\d)[\s_'’](?=\d{3}(?!\d))")
_LOOSE_SPACE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_PERCENT = frozenset({"%", "percent", "per cent"})


class NumberError(ValueError):
    """The text isn't a number; the error's text is a sentence for the member who typed it."""


def read_number(text: str, unit: str = "") -> float:
    """The number in the text: 1,234.5 or 1.234,5 or 1 234.5 or 12,5 or 1.5e3 or 1.5 x 10^3 or 3/4 or 12 %.

    One comma with three digits after it parts thousands (1,234), unless nothing but 0 stands before it; any other single
    comma is a decimal one. The question's unit may follow. A percentage is taken as it stands where the unit is
    percent, and as a hundredth of it elsewhere. Raises NumberError.
    """
    left = text.strip().replace("−", "-").replace("–", "-").lstrip("≈~=").strip()
    if len(left) > _LONGEST:
        raise NumberError("That is too long for a number. Write it like 1234.5 or 1.5e3.")
    counts_percent = unit.strip().casefold() in _PERCENT
    scale = 1.0
    if unit.strip() and not counts_percent and left.casefold().endswith(unit.strip().casefold()):
        left = left[: -len(unit.strip())].strip()
    for sign in _PERCENT:
        if left.casefold().endswith(sign):
            left = left[: -len(sign)].strip()
            scale = 1.0 if counts_percent else 0.01
            break
    top, slash, bottom = left.partition("/")
    number = _plain(top, text)
    if slash:
        below = _plain(bottom, text)
        if below == 0:
            raise NumberError("Nothing can be divided by 0. Write the number itself, like 0.75.")
        number /= below
    number = number / 100 if scale != 1.0 else number
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise NumberError("That number is too large. Check the unit, and try again.")
    return number


def _plain(text: str, typed: str) -> float:
    joined = _LOOSE_SPACE.sub("", _THOUSANDS_GAP.sub("", text))
    power = _TIMES_TEN.search(joined)
    exponent = ""
    if power:
        joined, exponent = joined[: power.start()], f"e{power.group(1)}"
    number = _pointed(joined) + exponent
    if not _PLAIN.fullmatch(number):
        shown = typed.strip()[:20]
        said = f"“{shown}” isn't a number that can be read." if shown else "There is no number yet."
        raise NumberError(f"{said} Write it like 1234.5 or 1.5e3.")
    return float(number)


def _pointed(text: str) -> str:
    """The digits with a point before the decimals and nothing between thousands."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma < 0:
        grouped = text.count(".") > 1 and _GROUPED["."].fullmatch(text)
        return text.replace(".", "") if grouped else text
    if point < 0:
        return text.replace(",", "") if _GROUPED[","].fullmatch(text) else text.replace(",", ".")
    mark, decimal = (",", ".") if comma < point else (".", ",")
    whole, _, rest = text.partition(decimal)
    if not _GROUPED[mark].fullmatch(whole):
        return text
    return f"{whole.replace(mark, '')}.{rest}"
