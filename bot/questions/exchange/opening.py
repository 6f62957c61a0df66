"""From a file's bytes to its questions: what kind of file it is, and which letters its bytes are."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.chat.words import typed
from bot.questions.exchange.imported import KNOWN, Imported, Problem, nothing
from bot.questions.exchange.intake import in_lines, read_any

WORKBOOK = "an Excel workbook"
ANKI = "an Anki package"
PACKAGE = "a package of a learning platform (QTI)"
_ZIP = b"PK\x03\x04"
_OTHERS = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a file of an old Office, such as .xls",
    b"{\\rtf": "a rich text file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "a packed file",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
}
_IN_ZIP = {
    b"collection.anki": ANKI,
    b"imsmanifest.xml": PACKAGE,
    b"xl/workbook": WORKBOOK,
    b"word/document": "a Word document",
    b"ppt/presentation": "a PowerPoint file",
    b"mimetypeapplication/vnd.oasis.opendocument": "an OpenDocument file",
}
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding=[\"']([\w.-]{1,40})[\"']")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def is_packed(data: bytes) -> bool:
    """Whether it has to be unpacked: what it holds may be far larger than itself."""
    return data.startswith(_ZIP)


def why_not(data: bytes) -> str:
    """Why no question can be read from a file like this, and what to do; "" where it may hold some."""
    look = _look(data)
    if look in {WORKBOOK, PACKAGE, ANKI}:
        return ""
    if look:
        return f"This is {look}. Files that can be read are {KNOWN}."
    try:
        _text(data)
    except UnicodeDecodeError:
        return "This is no text that can be read. Save the file as UTF-8."
    return ""


def read_file(data: bytes, name: str) -> Imported:
    """The questions of a file of any known kind. Never raises: what it is instead, or what is wrong in it, is told."""
    if why := why_not(data):
        return nothing(why)
    look = _look(data)
    if not look:
        return _read_text(data, name)
    if look == WORKBOOK:
        from bot.questions.exchange.workbook import read_workbook as read
    elif look == ANKI:
        from bot.questions.exchange.anki_in import read_deck as read
    else:
        from bot.questions.exchange.courseware.package import read_package as read
    return in_lines(read(data, name))


def _read_text(data: bytes, name: str) -> Imported:
    text, is_utf8 = _text(data)
    found = read_any(typed(text), name)
    if is_utf8:
        return found
    note = Problem(1, "It isn't UTF-8, and was read as Windows-1252. Look at its accents.", is_error=False)
    return replace(found, problems=(note, *found.problems))


def _look(data: bytes) -> str:
    """What kind of file it is that isn't a text of questions, "" for a text."""
    if data.startswith(_ZIP):
        return next((kind for sign, kind in _IN_ZIP.items() if sign in data), "a packed file")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    return next((kind for sign, kind in _OTHERS.items() if start.startswith(sign.lower())), "")


def _text(data: bytes) -> tuple[str, bool]:
    """The text, and whether it says by itself how it is written: else it is as Excel writes CSV on Windows.

    Raises:
        UnicodeDecodeError: it is no text.
    """
    if data.startswith(_WIDE):
        return data.decode("utf-16"), True
    try:
        return data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        if b"\0" in data:
            raise
    declared = _ENCODING.match(data)
    try:
        return data.decode(declared[1].decode() if declared else "cp1252"), declared is not None
    except LookupError:
        return data.decode("cp1252"), False
