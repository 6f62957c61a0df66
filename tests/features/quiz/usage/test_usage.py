"""What answers teach about the questions reaches the pick, the organisers and the operator, and nobody's name does."""

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.app.cli import usage as cli
from bot.chat.cards import Private
from bot.features.quiz.choosing import Leafed
from bot.features.quiz.making import leafed
from bot.features.quiz.tables import item_levels, responses
from bot.features.quiz.usage.learning import DAY, Learning
from bot.features.quiz.usage.reading import levels_shown
from bot.membership.tables import members, people
from tests.features.quiz.quizzing import RIGHT, answer, change, every_kind, one_of, topic_of
from tests.support.local_driver import LocalDriver, labels, local_app, words

ITEM = f"{topic_of('single')}.q01"
OTHERS = 6


async def answered_by_those_who_know_least(v: LocalDriver, people_more: int = 59) -> None:
    """One member answers by hand; of so many more, those who get all else wrong are right, and the others wrong."""
    await v.set_up()
    card, quiz = await one_of(v, "single", "mira")
    await answer(v, "mira", card, quiz, RIGHT)
    await change(v, update(members).where(members.c.name == "Mira").values(organiser=True))
    like = (await v.rows(responses))[0]._asdict()
    for number in range(people_more):
        its_id, now = 1000 + number, v.clock()
        await change(v, insert(people).values(id=its_id, created_at=now))
        member = {"id": its_id, "group_id": 1, "person_id": its_id, "joined_at": now, "seen_at": now}
        await change(v, insert(members).values(**member))
        for position in range(OTHERS + 1):
            row: dict[str, Any] = {
                **like,
                "id": its_id * 100 + position,
                "member_id": its_id,
                "person_id": its_id,
                "position": position,
                "correct": (number % 3 == 0) is (position == 0),
                "took_ms": 20_000,
            }
            row["item_id"] = f"elsewhere.q{position}" if position else ITEM
            await change(v, insert(responses).values(**row))
    v.clock.move(days=1)


async def test_once_a_day_levels_and_doubts_are_kept_and_what_is_picked_follows_them(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await answered_by_those_who_know_least(v)
        learning = Learning(v.app.services)
        assert await learning.advance(v.clock()) == 1
        (row,) = await v.rows(item_levels)
        assert (row.item_id, row.answers, row.doubtful) == (ITEM, 60, True)
        levels = await v.app.database.read(levels_shown)
        bank = v.app.services.bank
        (item,) = (leaf for leaf in leafed(bank, bank.items, levels) if leaf.item_id == ITEM)
        assert isinstance(item, Leafed)
        assert item.difficulty == row.level == 5  # the bank says 3; no more get it right than would guess it
        await change(v, update(responses).values(correct=True))
        v.clock.move(hours=23)
        assert await learning.advance(v.clock()) == 0
        assert await Learning(v.app.services).advance(v.clock()) == 0
        v.clock.move(seconds=(DAY.total_seconds() - 23 * 3600))
        assert await learning.advance(v.clock()) == 1
        (row,) = await v.rows(item_levels)
        assert (row.level, row.doubtful) == (1, False)


async def test_organisers_look_at_what_those_who_know_more_get_wrong(sqlite_url: str, tmp_path: Path) -> None:
    async with local_app(sqlite_url, content=every_kind(tmp_path)) as v:
        await answered_by_those_who_know_least(v)
        none_yet = await v.press("mira", await v.command("mira", "bank review"), "Doubtful quiz questions")
        assert "None at the moment" in words(none_yet)
        await Learning(v.app.services).advance(v.clock())
        shown = await v.press("mira", await v.command("mira", "bank review"), "Doubtful quiz questions")
        assert isinstance(shown, Private)
        assert labels(shown) == ["Look at 1"]
        looked = await v.press("mira", shown, "Look at 1")
        assert "What counts as right" in words(looked)
        await v.press("mira", looked, "Keep it")
        again = await v.press("mira", await v.command("mira", "bank review"), "Doubtful quiz questions")
        assert "None at the moment" in words(again)
        refused = await v.press("kenji", shown, "Look at 1")
        assert "organiser" in words(refused)


@pytest.mark.parametrize("as_json", [True, False])
async def test_the_command_line_shows_each_item_without_anybodys_name(
    sqlite_url: str, tmp_path: Path, as_json: bool
) -> None:
    content = every_kind(tmp_path)
    async with local_app(sqlite_url, content=content) as v:
        await answered_by_those_who_know_least(v)
        out = io.StringIO()
        assert await cli.run(argparse.Namespace(bank=None, json=as_json), sqlite_url, content, out) == 0
    text = out.getvalue()
    assert "Mira" not in text
    if as_json:
        (found,) = json.loads(text)
        assert (found["item_id"], found["answers"], found["doubtful"]) == (ITEM, 60, True)
        assert found["discrimination"] < -0.9
        assert (found["seconds"], found["challenged"]) == (20, 0)
        assert (found["shipped_level"], found["level"]) == (3, 5)
        assert found["unused"]
    else:
        head, line, *unused = text.splitlines()
        assert head.split() == ["id", "answers", "right", "chall.", "discr.", "seconds", "level"]
        assert line.startswith(ITEM)
        assert line.endswith("3 -> 5  look at its key")
        assert all(words.startswith("    nobody takes: bad") for words in unused)
