"""/bank import: what can be taken is shown first, and added once."""

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.chat.cards import Private, Refuse, Reply, Table
from bot.chat.requests import FieldValue, Upload
from bot.features.custom_questions.cards import report_card
from bot.features.custom_questions.intake import Intake, key_of, take_in, without_those_known
from bot.features.custom_questions.model import own_number
from bot.features.custom_questions.rules import MOST_OWN, fitted
from bot.features.custom_questions.view import bank_of
from bot.questions.exchange.imported import MOST, MOST_ERRORS
from bot.questions.kinds import OBJECTIVE_KINDS, prepare
from bot.questions.model import Kind
from tests.features.custom_questions.suggested import leaf, own_rows
from tests.features.daily.acting import name_organiser
from tests.support.driver import ORGANISER, read_bank
from tests.support.local_driver import LocalDriver, card_of, form_of, labels, local_group, words

GIFT = """
::probe:: Which of these shows use? {
=Ablating it#It changes the output, so it is used.
~Reading it out#That shows presence alone.
}

// [tag:kind.numeric]
::sum:: What is 2 + 2? {#4:0}

::broken:: Which one? {~no ~neither}
"""
YAML = """
- id: interpretability.x.q01
  topic: {leaf}
  kind: open
  prompt: What would change your mind about a circuit that somebody found?
  rubric:
  - {{point: A causal test that fails, weight: 3}}
  - {{point: Another circuit that explains as much, weight: 2}}
  - {{point: A sharper baseline, weight: 1}}
  model_answer: {why}
  references:
  - {{key: nobody-knows-2031}}
"""


async def _import(v: LocalDriver, **fields: FieldValue) -> Reply:
    return await v.fill(ORGANISER, await v.command(ORGANISER, "bank import"), **fields)


async def test_a_pasted_text_is_looked_at_before_anything_is_added(database_url: str) -> None:
    async with local_group(database_url) as v:
        asked = await v.command(ORGANISER, "bank import", topic=leaf(v))
        shown = await v.fill(ORGANISER, asked, text=GIFT)
        said = words(shown)
        assert "2 questions can be added." in said
        assert "Which of these shows use?" in said
        assert "line 10" in said
        assert (
            Table(("Can be added", "Refused", "Not read"), (("2", "1", "0"),), frozenset({0, 1, 2}))
            in card_of(shown).blocks
        )
        assert labels(shown) == ["Add the 2 good ones", "Don't add them"]
        assert {row.state for row in await own_rows(v)} == {"pending"}
        done = await v.press(ORGANISER, shown, "Add the 2")
        assert card_of(done).title == "Added 2 questions"
        rows = await own_rows(v)
        assert [(row.state, row.item["kind"], row.item["topic"]) for row in rows] == [
            ("accepted", "single", leaf(v)),
            ("accepted", "numeric", leaf(v)),
        ]
        bank = await v.app.database.read(lambda tx: bank_of(tx, v.app.services, rows[0].group_id))
        assert [prepare(item, 7).prompt for item in bank.live(OBJECTIVE_KINDS)[:2]] == [
            "Which of these shows use?",
            "What is 2 \\+ 2?",
        ]


async def test_imported_short_answers_and_flash_cards_are_asked_in_quizzes(sqlite_url: str) -> None:
    lines = (
        '{"question": "What adds low-rank updates?", "kind": "short", "accepted": ["*LoRA*", "Adapters"]}\n'
        '{"question": "KL", "kind": "recall", "back": "A *divergence*."}'
    )
    async with local_group(sqlite_url) as v:
        asked = await v.command(ORGANISER, "bank import", topic=leaf(v))
        shown = await v.fill(ORGANISER, asked, text=lines)
        await v.press(ORGANISER, shown, "Add 2")
        told = []
        card = await v.command("mira", "quiz start", topic=leaf(v), count=2)
        for _ in range(2):
            told.append(words(card))
            if "Show the answer" in labels(card):
                card = await v.press("mira", card, "Show the answer")
                told.append(words(card))
                card = await v.press("mira", card, "Good")
            else:
                card = await v.fill("mira", await v.press("mira", card, "Type the answer"), words="adapter")
                told.append(words(card))
                onward = next(each for each in labels(card) if each in ("Next question", "See the result"))
                card = await v.press("mira", card, onward)
        assert card_of(card).title == "Quiz: 2 of 2 right"
        assert "A \\*divergence\\*\\." in "".join(told), "a member's words are never markup"
        assert "It is **\\*LoRA\\***." in "".join(told)


async def test_a_file_is_read_by_its_name_and_says_what_it_left_behind(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        file = Upload("C:\\own\\questions.yaml", YAML.format(leaf=leaf(v), why="A test. " * 20).encode())
        shown = await _import(v, file=file)
        assert isinstance(shown, Private)
        assert "It cites a reference that isn't in the bank." in words(shown)
        await v.press(ORGANISER, shown, "Add this question")
        (row,) = await own_rows(v)
        assert row.item["topic"] == leaf(v)
        assert "references" not in row.item
        assert "id" not in row.item


UNREADABLE: tuple[tuple[dict[str, FieldValue], str], ...] = (
    ({}, "text"),
    ({"text": "x" * 3001}, "text"),
    ({"file": Upload("a.exe", b"- a")}, "file"),
    ({"file": Upload("a.csv", b"\xff\x00\xfa")}, "file"),
    ({"file": Upload("a.csv", b"%PDF-1.7 of questions")}, "file"),
    ({"file": Upload("a.csv", b"a" * 1_000_001)}, "file"),
    ({"text": GIFT, "topic": "zzzzz"}, "topic"),
    ({"text": GIFT, "topic": "interpretability"}, "topic"),
)


async def test_what_cannot_be_read_is_said_at_its_field_and_the_text_is_kept(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for fields, where in UNREADABLE:
            reply = await _import(v, **fields)
            assert isinstance(reply, Refuse), fields
            assert set(reply.errors) == {where}
            assert form_of(reply).fields[0].value == fields.get("text", "")  # type: ignore[union-attr]
        assert await own_rows(v) == []


async def test_a_press_or_form_that_comes_twice_adds_once(database_url: str) -> None:
    async with local_group(database_url) as v:
        shown = await _import(v, text=GIFT, topic=leaf(v))
        form = v.requests[-1]
        assert card_of(await v.handle(form)).title == "Already done"
        assert {row.state for row in await own_rows(v)} == {"pending"}
        done = await v.press(ORGANISER, shown, "Add the 2")
        assert card_of(await v.handle(v.requests[-1])).title == "Already done"
        assert card_of(await v.press(ORGANISER, shown, "Add the 2")) == card_of(done)
        assert card_of(await v.handle(form)).title == "Already done"
        assert len(await own_rows(v)) == 2


async def test_leaving_an_import_keeps_nothing_of_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        shown = await _import(v, text=GIFT, topic=leaf(v))
        await v.press(ORGANISER, shown, "Don't add them")
        assert await own_rows(v) == []
        late = await v.press(ORGANISER, shown, "Add the 2")
        assert card_of(late).title == "Nothing was added"


async def test_a_new_import_takes_the_place_of_one_that_was_not_added(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await _import(v, text=GIFT, topic=leaf(v))
        await _import(v, text=GIFT, topic=leaf(v))
        assert len(await own_rows(v)) == 2


async def test_questions_that_the_group_has_are_left_out(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.press(ORGANISER, await _import(v, text=GIFT, topic=leaf(v)), "Add")
        shown = await _import(v, text=GIFT, topic=leaf(v))
        assert "2 questions are already in your bank" in words(shown)
        assert "line 2: This question is in your bank already." in words(shown)
        assert labels(shown) == ["Try another text"]


LARGE = Upload("large.csv", ("prompt,kind,model_answer\n" + "Why is it so?,open,Because.\n" * 800).encode())


async def test_others_are_answered_while_a_large_file_is_read_in_a_process_of_its_own(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, program = tmp_path / "held", tmp_path / "python"
    os.mkfifo(held)
    gate = os.open(held, os.O_RDWR)
    program.write_text(f'#!/bin/sh\nread -r go < {held}\nexec {sys.executable} "$@"\n')
    program.chmod(0o700)
    async with local_group(sqlite_url) as v:
        asked = await v.command(ORGANISER, "bank import")
        monkeypatch.setattr(sys, "executable", str(program))
        reading = asyncio.create_task(v.fill(ORGANISER, asked, file=LARGE, topic=leaf(v)))
        await v.answer("mira", "It changes the output when it is ablated.")
        assert card_of(await v.command("tom", "help")).title
        assert not reading.done()
        os.write(gate, b"go\n")
        assert "1 question can be added." in words(await reading)
    os.close(gate)


async def test_a_large_or_packed_file_that_could_not_be_read_is_said_at_its_field_and_nothing_is_kept(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with local_group(sqlite_url) as v:
        asked = await v.command(ORGANISER, "bank import")
        monkeypatch.setattr(sys, "executable", shutil.which("false"))
        for file in (LARGE, Upload("a.zip", b"PK\x03\x04 imsmanifest.xml")):
            reply = await v.fill(ORGANISER, asked, file=file, topic=leaf(v))
            assert isinstance(reply, Refuse)
            assert "too much time or memory" in reply.errors["file"]
        assert await own_rows(v) == []


async def test_neither_tags_nor_control_characters_come_in_by_yaml(sqlite_url: str) -> None:
    tricks = (
        (
            '- {kind: single, prompt: "Why \\0 is \\a this \\x1b[31m so red?", options: [{text: "a\\0", correct: true, feedback: '
            '"It is so, \\0 always."}, {text: b, feedback: "It is never so."}, '
            '{text: c, feedback: "It is seldom so."}]}'
        ),
        '- !!python/object/apply:os.system ["true"]',
        "- &a [*a, *a]",
    )
    async with local_group(sqlite_url) as v:
        for trick in tricks:
            shown = await _import(v, file=Upload("a.yml", trick.encode()), topic=leaf(v))
            assert card_of(shown).title in ("Ready to import", "Nothing to import")
            if "Why" in trick:
                assert (await own_rows(v))[0].item["prompt"] == "Why  is  this [31m so red?"
        assert await own_rows(v) == []


def test_numbers_of_own_items_are_read_from_nothing_else() -> None:
    assert own_number("own.12") == 12
    assert [own_number(x) for x in ("own.", "own.x", "own.q01", "12", "optics.q12", "own.²")] == [None] * 6


async def test_what_changed_while_a_file_was_read_is_looked_at_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with local_group(sqlite_url) as v:
        await name_organiser(v, "amara")
        theirs = await v.command("amara", "bank import")
        mine = await v.command(ORGANISER, "bank import")
        read = asyncio.to_thread

        async def read_while_another_is_faster(*work: Any) -> Any:  # noqa: ANN401  (asyncio's own)
            found = await read(*work)
            monkeypatch.setattr(asyncio, "to_thread", read)
            shown = await v.fill("amara", theirs, text=GIFT.split("//", maxsplit=1)[0], topic=leaf(v))
            await v.press("amara", shown, "Add this")
            return found

        monkeypatch.setattr(asyncio, "to_thread", read_while_another_is_faster)
        shown = await v.fill(ORGANISER, mine, text=GIFT, topic=leaf(v))
        assert "1 question can be added." in words(shown)
        assert "1 question is already in your bank" in words(shown)
        assert "What is 2 + 2?" in words(shown)
        await v.press(ORGANISER, shown, "Add the good one")
        assert len({row.item["prompt"] for row in await own_rows(v)}) == len(await own_rows(v)) == 2


def test_an_imported_question_brings_no_code_that_members_would_run() -> None:
    bank = read_bank()
    item = bank.live([Kind.CODE])[0]
    kept, losses = fitted(item, bank.topics, "", bank.references)
    assert (kept.starter, kept.tests, kept.solution) == (item.starter, None, None)
    assert "Its tests and solution: files to run come from the bank alone." in losses


@pytest.mark.parametrize(
    ("under", "taken", "refused", "why"),
    [
        ("interpretability.", 500, 0, "499 from here on were left out."),
        ("nowhere", 0, MOST_ERRORS, "It names no topic."),
    ],
)
def test_at_most_500_questions_come_at_once_and_a_hundred_that_cannot_be_taken_end_an_import(
    under: str, taken: int, refused: int, why: str
) -> None:
    topics = read_bank().topics
    rows = "".join(f"Why is {n} so?,open,Because it is.\n" for n in range(MOST))
    topic = next((each for each in topics.leaves() if each.startswith(under)), "")
    many = f"prompt,kind,model_answer\n{rows}".encode("utf-16")
    found = take_in(many, "many.csv", topics, (), topic, {}, MOST_OWN)
    assert (len(found.items), found.refused, found.unread) == (taken, refused, MOST - taken - refused)
    assert any(why in each for each in found.problems)
    assert ("and 91 more" in words(report_card(1, 1, found))) is bool(refused)


def test_only_what_there_is_room_for_is_left_of_what_was_read() -> None:
    found = Intake(tuple({"prompt": f"Why is {n} so?"} for n in range(4)), ("line 1: a problem",), doubles=1)
    left = without_those_known(found, {key_of("why is 1 SO?"): None}, 2)
    assert [item["prompt"] for item in left.items] == ["Why is 0 so?", "Why is 2 so?"]
    assert left.doubles == 2
    assert left.problems == ("line 1: a problem", "There is room for 2 more now; left out: 1.")
    assert without_those_known(found, {}, 4) == found
    assert without_those_known(found, {}, -1).items == ()
    same = {"topic": "optics", "kind": "open", "prompt": "Why is 1 so?"}
    again = without_those_known(Intake(copies=((5, same),), counts="note"), {key_of("Why is 1 so?"): same}, 4)
    assert again.notes == ("note 5: This question is in your bank already.",)


async def test_a_member_who_may_not_import_has_nothing_read_and_gets_the_text_back(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with local_group(sqlite_url) as v:
        asked = await v.command(ORGANISER, "bank import")

        async def never(*_work: Any) -> None:  # noqa: ANN401  (asyncio's own)
            raise AssertionError

        with monkeypatch.context() as patched:
            patched.setattr(asyncio, "to_thread", never)
            reply = await v.fill("mira", asked, text=GIFT)
        assert card_of(reply).title == "Only organisers can do this"
        assert GIFT in words(reply)
