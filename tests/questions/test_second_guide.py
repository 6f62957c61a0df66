"""The guide in content/examples/statistics: sound, apart from the built-in bank, and enough for a group to live on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.app.settings import Settings
from bot.bank_tools.check import check
from bot.bank_tools.stats import bank_stats
from bot.chat.cards import Table
from bot.questions.folder import SHIPPED, question_files
from bot.questions.load import load_bank
from bot.questions.model import Bank, Kind
from tests.features.daily.acting import quoted, rounds_of, title, vote_all
from tests.features.quiz.quizzing import go_through, newest
from tests.support.local_driver import card_of, local_app, words

GUIDE = SHIPPED / "examples" / "statistics"
PEOPLE = {"ada": "Draw lots, so that chance decides.", "ben": "Fix the sample size first."}


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(GUIDE)


def test_it_has_no_findings_on_the_day_of_its_latest_review(bank: Bank) -> None:
    latest = max(item.reviewed for item in bank.items if item.reviewed)
    assert [str(finding) for finding in check(GUIDE, latest)] == []


def test_it_holds_forty_items_of_nearly_every_kind_on_leaves_of_its_own(bank: Bank) -> None:
    stats = bank_stats(bank)
    assert (stats.live, stats.discussion, stats.mock, stats.objective) == (40, 12, 1, 27)
    assert stats.leaves_covered == stats.leaves == 12
    assert set(Kind) - {item.kind for item in bank.items} == {Kind.CODE, Kind.BEHAVIORAL, Kind.RECALL}
    assert {item.difficulty for item in bank.items} == {1, 2, 3, 4, 5}


def test_several_choices_are_right_in_two_in_three_and_in_four_ways(bank: Bank) -> None:
    several = [item for item in bank.items if item.kind is Kind.MULTI]
    assert sorted(sum(option.correct for option in item.options) for item in several) == [2, 3, 4]


def test_the_built_in_bank_reads_nothing_of_it() -> None:
    assert [file for file in question_files(SHIPPED) if GUIDE in file.parents] == []
    assert question_files(GUIDE)


async def test_a_group_lives_on_it_from_set_up_to_the_board_with_one_setting(
    sqlite_url: str, bank: Bank
) -> None:
    settings = Settings.read({"STUDYHALL_CONTENT": str(GUIDE)}, Path("no-such-folder/.env"))
    async with local_app(sqlite_url, content=settings.content) as v:
        await v.set_up()
        posted = (await rounds_of(v))[0].question
        asked = next(item for item in bank.items if item.id == posted["item_id"])
        assert asked.prompt in words(v.channel()[0])
        for who, said in PEOPLE.items():
            await v.answer(who, said)
        await v.tick(days=1)
        for who in PEOPLE:
            assert title(await vote_all(v, who, PEOPLE.values())) == "Thank you: ballot finished"
        await v.tick(days=1)
        reveal = v.channel()[2]
        assert asked.model_answer is not None
        assert asked.model_answer in words(reveal)
        assert set(quoted(reveal)) == set(PEOPLE.values())
        card = await v.command("ada", "quiz start", topic="p-hacking", count=5)
        result = await go_through(v, "ada", card, await newest(v))
        assert "You got 5 of 5 right." in words(result)
        (earned,) = map(int, re.findall(r"You earned (\d+) points", words(result)))
        for who in ("cem", "dee"):
            await v.command(who, "group status")
        board = await v.command("ada", "leaderboard")
        (table,) = (block for block in card_of(board).blocks if isinstance(block, Table))
        assert table.rows == (("1", "You", str(10 + earned)), ("2", "Someone", "10"))
