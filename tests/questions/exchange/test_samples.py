"""Files as people have them: every row of each is taken, refused with its own line and a reason, or counted as unread."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bot.questions.exchange import read_file
from bot.questions.model import Item

SAMPLES = Path(__file__).with_name("samples")


def _utf8(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def _as_excel_saves_it(name: str) -> bytes:
    return (SAMPLES / name).read_text(encoding="utf-8").replace("\n", "\r\n").encode("cp1252")


def _workbook(name: str) -> bytes:
    """The sample's rows in a workbook, its numbers as numbers."""
    import csv

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


def _package(name: str) -> bytes:
    """The sample's texts, each as a file of a package, beside what else stands in one; the first of them twice."""
    texts = (SAMPLES / name).read_text(encoding="utf-8").replace("\n\n<assess", "\0<assess").split("\0")
    members = {
        "imsmanifest.xml": "<manifest><resources/></manifest>",
        "g1/assessment_meta.xml": "<quiz><title>Lenses</title></quiz>",
        "non_cc_assessments/g1.xml.qti": texts[0],
    } | {f"g1/q{number}.xml": "\n" * number + text for number, text in enumerate(texts)}
    return _zip({member: text.encode() for member, text in members.items()})


def _key(item: Item) -> str:
    """What is right, in the words of the table."""
    words = [one.text for one in item.options if one.correct]
    pairs = [f"{left}:{right}" for left, right in item.pairs]
    number = [f"{each.value:g}±{each.tolerance:g}" for each in [item.answer] if each]
    return " ".join((*words, *item.accepted, *pairs, *item.sequence, *number, *filter(None, [item.back])))


TWO = "convex:gathers concave:spreads"
MATCHED = f"{TWO} flat:neither"
CANVAS = ["In glass", "lenses prisms", "True", TWO, "2.5±0.1", "", "melt grind polish", "lens a lens"]

TABLE: list[tuple[str, Callable[[str], bytes], list[str], dict[int, str], int]] = [
    # file, how its bytes are made, what is right in each question, the refused rows, how many are unread
    ("kahoot.csv", _utf8, ["4", "L1 L2"], {7: "No option is marked right"}, 0),
    ("kahoot.csv", _workbook, ["4", "L1 L2"], {7: "No option is marked right"}, 0),
    ("wayground.csv", _utf8, ["Weights", "ReLU GELU", "Somebody", ""], {2: "isn't a kind"}, 0),
    ("blooket.csv", _utf8, ["4", "Cross entropy"], {11: "There are 9 cells in this row, and 8 columns"}, 0),
    ("google_forms.csv", _utf8, ["Accuracy", "Norm Attention", ""], {5: "“GRID” isn't a kind"}, 0),
    ("google_answers.csv", _utf8, [], {1: "what people answered to a form"}, 2),
    (
        "plain.csv",
        _utf8,
        ["two", "three", "four"],
        {
            5: "“2” is the number or letter of option 2 and the text of option 3",
            6: "“five”",
            7: "A cell in this row begins with a space",
        },
        0,
    ),
    ("plain.csv", _workbook, ["two", "three", "four", "three"], {5: "“2” is the", 6: "“five”"}, 0),
    (
        "no_key.csv",
        _utf8,
        [],
        {1: "no column says which is right. Name one “correct”. These are “question”, “A”"},
        2,
    ),
    ("excel.csv", _as_excel_saves_it, ["“late”", "Käse"], {}, 0),
    ("tabs.tsv", _utf8, ["tabs", "that"], {3: "A quote opens"}, 0),
    (
        "stray_quotes.csv",
        _utf8,
        ["it is", 'a "quote" inside', "four", 'six"', "nine"],
        {5: "A quote opens", 9: "There are 6 cells in this row, and 5 columns"},
        0,
    ),
    ("swallowed.csv", _utf8, ["a", 'a"', "b"], {3: "A quote opens"}, 0),
    (
        "as_people_write_it.txt",
        _utf8,
        ["This one, which goes on below", "Two"],
        {15: "no line", 21: "Option A", 27: "“One”"},
        0,
    ),
    (
        "moodle.gift",
        _utf8,
        ["True", "full", "a b", "a", "red violet", MATCHED, "2±0.1", "convex bulging"],
        {
            7: "150% together",
            9: "Two options",
            11: "braces",
            17: "no {answers}",
            23: "2 of its numbers",
            27: "“*”",
            29: "between 3 and 1",
            31: "No number",
        },
        0,
    ),
    ("lines.jsonl", _utf8, ["", "the last", "both"], {4: "from 0 or from 1", 5: "isn't a JSON object"}, 0),
    ("torn.yaml", _utf8, ["", ""], {8: "YAML"}, 0),
    (
        "moodle.xml",
        _utf8,
        ["It is < 1", "a b", "True", "2.5±0.1", MATCHED, "", "melt grind polish", "a lens C*"],
        {26: "No option is right", 39: "“true”", 73: "asks nothing", 74: "gaps", 75: "picture", 88: "“*”"},
        0,
    ),
    (
        "canvas.xml",
        _utf8,
        CANVAS,
        {79: "2 of its numbers", 93: "gaps", 97: "isn't there", 125: "A question from a bank is used"},
        0,
    ),
    (
        "canvas.xml",
        _package,
        CANVAS,
        {
            79: "In non_cc_assessments/g1.xml.qti: 2 of",
            93: "gaps",
            97: "isn't there",
            125: "A question from a bank is used",
        },
        0,
    ),
    ("blackboard.xml", _utf8, ["that", "one two"], {28: "isn't clear", 35: "No option is right"}, 0),
    (
        "qti2.xml",
        _package,
        ["a lens", "x y", TWO, "50±5", "melt grind", "", "a lens lens"],
        {
            8: "In g1/q7.xml: The file doesn't say what is right",
            9: "several",
            10: "“hotspotInteraction”",
            11: "How far off",
        },
        0,
    ),
    (
        "anki.txt",
        _utf8,
        ["It gathers light.\n\n- always", "Two lines", "lens", "wall", "Red, blue"],
        {9: "It has a picture", 10: "no words", 13: "no words", 14: "A quote opens"},
        0,
    ),
    ("anki_old.txt", _utf8, ["a lens", "true & so"], {4: "Its back has no words"}, 0),
    ("torn.xml", _utf8, [""], {3: "Mend line 4", 4: "a < in a text is written &lt;"}, 2),
]


@pytest.mark.parametrize(
    ("name", "made", "right", "refused", "unread"),
    TABLE,
    ids=[f"{row[0]}-{row[1].__name__}" for row in TABLE],
)
def test_every_row_of_a_file_is_taken_refused_with_its_line_or_unread(
    name: str, made: Callable[[str], bytes], right: list[str], refused: dict[int, str], unread: int
) -> None:
    found = read_file(made(name), name if made is not _workbook else "book.xlsx")
    assert [_key(item) for item in found.items] == right
    told = {error.line: error.message for error in found.errors}
    assert {line: refused.get(line, "") in words and words for line, words in told.items()} == told
    assert set(told) == set(refused)
    assert (found.refused, found.unread) == (len(refused) - bool(unread), unread)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "This is a PDF."),
        (b"PK\x03\x04 word/document.xml", "This is a Word document."),
        (b"PK\x03\x04 collection.anki2", "This is an Anki package. It is damaged."),
        (
            _zip({"collection.anki21b": b"", "collection.anki2": b"SQLite"}),
            "tick “Support older Anki versions”",
        ),
        (b"PK\x03\x04 xl/workbook.xml", "This is an Excel workbook. It is damaged."),
        (b"PK\x03\x04 imsmanifest.xml", "This is a package of a learning platform. It is damaged."),
        (
            _zip({"imsmanifest.xml": b""}).replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1"),
            "It is locked by a password.",
        ),
        (_zip({"imsmanifest.xml": bytes(50_000_001)}), "It is too large when it is unpacked."),
        (b"\xd0\xcf\x11\xe0 old", "This is a file of an old Office"),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?><!-- a --><w:doc/>",
            "XML of a kind that isn't read: it begins with <doc>",
        ),
        (
            b"<?xml version='1.0'?><!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz/>",
            "The XML defines words of its own",
        ),
        (b"<quiz>" + b"<a>" * 200, "nested more than 100 deep"),
        (b"\xff\x00\xfa", "This is no text"),
    ],
)
def test_a_file_of_another_kind_is_named(data: bytes, words: str) -> None:
    (problem,) = read_file(data, "a.csv").errors
    assert words in problem.message
