"""Code questions: files to take home, a form that takes code, and answers that are shown as code."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import update

from bot.chat.actions import encode
from bot.chat.cards import Card, File, Private, Reply, Verbatim
from bot.chat.requests import Press
from bot.database.transaction import Transaction
from bot.features.daily.actions import GetFiles, Practise, PractiseShow
from bot.features.daily.model import QUESTION_JSON, ask
from bot.features.daily.question_blocks import STARTER_SHOWN, prompt_blocks
from bot.features.daily.tables import rounds
from bot.questions.code_files import code_files
from bot.questions.model import Item, Kind
from tests.features.daily.acting import form_limit, has_button, rounds_of, send, title
from tests.support.driver import read_bank
from tests.support.local_driver import LocalDriver, button, card_of, form_of, local_group, words

CODE = "def f(x):\n    return 2 * x"


async def ask_code(v: LocalDriver) -> Item:
    """Let the open round be one about code, as if it had been picked."""
    item = v.app.bank.live([Kind.CODE])[0]
    newest = (await rounds_of(v))[-1]
    kept = QUESTION_JSON.write(ask(v.app.bank, item))

    async def work(tx: Transaction) -> None:
        await tx.execute(update(rounds).where(rounds.c.id == newest.id).values(question=kept, kind="code"))

    await v.app.database.write(work)
    return item


def files(reply: Reply) -> dict[str, str]:
    assert isinstance(reply, Private)
    return {each.name: each.data.decode() for each in reply.card.blocks if isinstance(each, File)}


def said(shown: Reply | Card) -> list[tuple[str, bool]]:
    return [(each.text, each.code) for each in card_of(shown).blocks if isinstance(each, Verbatim)]


async def test_the_files_come_privately_and_the_solution_only_after_the_answer(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        item = await ask_code(v)
        today = await v.command("ada", "question today")
        got = await v.press("ada", today, "Get the files")
        assert set(files(got)) == {"starter.py", "tests.py"}
        assert files(got)["starter.py"].strip() == item.starter
        assert str(item.tests) in files(got)["tests.py"]
        assert "python tests.py" in words(got)

        asked = await v.command("ada", "answer")
        assert form_of(asked).fields[0].label == "Your code"
        assert form_limit(asked) == 3000
        saved = await v.fill("ada", asked, answer=CODE)
        assert said(saved) == [(CODE, True)]
        assert "solution.py" not in files(await v.press("ada", today, "Get the files"))
        compared = await v.press("ada", await v.press("ada", saved, "Compare now"), "Lock it")
        assert files(await v.press("ada", compared, "Get the files"))["solution.py"].strip() == item.solution
        assert "solution.py" not in files(await v.press("bob", today, "Get the files"))

        await v.answer("cleo", "I would test it.")
        await v.tick(days=1)
        assert said(await v.command("bob", "vote"))[0][1]
        assert not has_button(await v.command("bob", "question today"), "Get the files")
        forged = await send(v, "bob", Press(encode(GetFiles((await rounds_of(v))[-1].id))))
        assert title(forged) == "This question has no files"


async def test_practice_hands_out_the_files_and_the_solution_with_the_model_answer(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        page = await v.command("ada", "question practice", topic="coding.numerical")
        while not has_button(page, "Get the files"):
            assert isinstance(button(page, "Another").action, Practise)
            page = await v.press("ada", page, "Another")
        assert set(files(await v.press("ada", page, "Get the files"))) == {"starter.py", "tests.py"}
        compared = await v.fill("ada", await v.press("ada", page, "Try it"), answer=CODE)
        assert said(compared) == [(CODE, True)]
        assert isinstance(button(compared, "Get the files").action, PractiseShow)
        assert "solution.py" in files(await v.press("ada", compared, "Get the files"))
        assert title(compared) == "Compare"


def test_a_long_starter_is_counted_on_the_card_and_stands_in_the_files() -> None:
    bank = read_bank()
    shown = [(item, prompt_blocks(ask(bank, item))) for item in bank.live([Kind.CODE]) if item.starter]
    for item, blocks in shown:
        long = len(item.starter or "") > STARTER_SHOWN
        assert (f"{str(item.starter).count(chr(10)) + 1} lines" in words(Card("T", blocks))) is long, item.id
    assert max(len(words(Card("T", blocks))) for _, blocks in shown) < 3000


def test_the_files_of_a_question_run_as_the_card_says(tmp_path: Path) -> None:
    def run(code: str) -> tuple[int, str]:
        for name, data in code_files(code, "assert f(2) == 4"):
            (tmp_path / name).write_bytes(data)
        done = subprocess.run(
            [sys.executable, "tests.py"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    assert run("def f(x): ...") == (1, "")
    assert run(CODE) == (0, "All tests passed.\n")
