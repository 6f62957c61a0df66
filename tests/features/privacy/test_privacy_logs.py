"""No word of a member and no name in any log, at any level, whatever goes wrong."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, text

from bot.chat.actions import encode
from bot.chat.requests import Submit
from bot.database.transaction import Transaction
from bot.features.accounts.actions import Leave
from bot.features.daily.actions import SaveAnswer
from bot.features.daily.tables import answers
from bot.features.privacy.upkeep import Upkeep
from bot.membership.personal_data.subjects import DataSubject, PersonalData, Section, nothing_to_join
from bot.membership.queries import change_group
from tests.features.daily.acting import vote_page
from tests.features.privacy.private_life import FOUR, Recorded, delete_me, export_of, recorded

SECRET = "marker-secret"


class Everything(logging.Handler):
    """Keeps what every record says, in every way it can be said."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name}: {self.format(record)} {record.msg!r} {record.args!r}")


@pytest.fixture
def log() -> Iterator[Everything]:
    root, kept = logging.getLogger(), Everything()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(kept)
    yield kept
    root.removeHandler(kept)
    root.setLevel(before)


async def _live(v: Recorded) -> None:
    await v.set_up()
    for user in FOUR:
        v.real_names[user] = f"Marker-{user}"
        await v.answer(user, f"marker-answer-{user}", "named")
    await v.fill("mira", await v.command("mira", "answer"), answer="marker-long " + "x" * 3001)
    await v.fill("mira", await v.command("mira", "my name"), naming="pseudonym", pseudonym="marker-owl " * 9)
    await v.tick(days=1)
    page = await vote_page(v, "mira", "marker-answer-tomas")
    await v.fill("mira", await v.press("mira", page, "One thing"), note="marker-note")
    await v.fill("mira", await v.press("mira", page, "One thing"), note="marker-note" * 40)
    await v.handle(v.request("mira", Submit("nonsense.9:1", {"answer": "marker-stale " * 9})))
    await v.handle(v.request("mira", Submit(encode(SaveAnswer(10**15)), {"answer": "marker-far"})))
    await v.tick(days=1)
    await v.command("tomas", "leaderboard")
    await export_of(v, "mira")


async def _break(v: Recorded) -> None:
    """Let the database itself refuse what a member wrote."""
    row = (await v.rows(answers))[0]._asdict()

    async def twice(tx: Transaction) -> None:
        await tx.execute(insert(answers).values(**{**row, "text": "marker-error"}))

    with pytest.raises(Exception, match=r"(?i)unique"):
        await v.app.database.write(twice)

    form = await v.command("amara", "answer")

    async def gone(tx: Transaction) -> None:
        await tx.execute(text("ALTER TABLE drafts RENAME TO lost"))

    await v.app.database.write(gone)
    await v.fill("amara", form, answer="marker-broken " + "x" * 2001)


async def test_no_log_at_any_level_holds_what_members_wrote_or_are_called(
    database_url: str, log: Everything
) -> None:
    async with recorded(database_url) as v:
        await _live(v)
        await _break(v)
        await v.app.database.write(lambda tx: tx.execute(text("ALTER TABLE lost RENAME TO drafts")))
        await delete_me(v, "mira")
    assert any("failed" in line for line in log.said)
    leaks = [line[:300] for line in log.said if "marker-" in line.casefold()]
    assert leaks == []


@pytest.mark.parametrize(
    "name", ["sqlalchemy", "sqlalchemy.engine", "sqlalchemy.engine.Engine", "aiosqlite", "asyncio"]
)
async def test_not_even_a_driver_that_is_told_to_log_everything_does(
    sqlite_url: str, log: Everything, name: str
) -> None:
    driver = logging.getLogger(name)
    before = driver.level
    driver.setLevel(logging.DEBUG)
    try:
        async with recorded(sqlite_url) as v:
            await v.set_up()
            await v.answer("mira", "marker-answer")
            await v.command("mira", "question today")
    finally:
        driver.setLevel(before)
    assert [line[:300] for line in log.said if "marker-" in line] == []


async def test_an_error_that_quotes_a_member_is_logged_without_its_words(
    sqlite_url: str, log: Everything
) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "quiz start", mode="group")
        # What is no tone is named by the error that says so.
        await v.app.database.write(lambda tx: change_group(tx, 1, tone="marker-tone"))
        await v.command("mira", "group status")
        await v.tick(days=1)
    for fault in ("request ", "group 1 could not", "quiz 1 could not", "has no card"):
        assert any(fault in line and "ValueError" in line for line in log.said), fault
    assert [line[:300] for line in log.said if "marker-" in line] == []


async def test_a_night_that_cannot_blank_a_members_words_does_not_log_them(
    sqlite_url: str, log: Everything
) -> None:
    async def tell(_tx: Transaction, _subject: DataSubject) -> Section:
        return {}

    async def fail(_tx: Transaction, subject: DataSubject, _now: datetime) -> None:
        raise LookupError(SECRET, subject)

    async with recorded(sqlite_url) as v:
        await v.set_up()
        await v.command("mira", "group status")
        await v.act("mira", Leave(1, sure=True))
        await v.app.database.write(lambda tx: change_group(tx, 1, retention_days=30))
        forgetful = replace(
            v.app.services, personal_data=(PersonalData("diary", (), tell, fail, nothing_to_join),)
        )
        assert await Upkeep(forgetful).advance(v.clock() + timedelta(days=31)) == 0
    assert any("member 2 could not be blanked: LookupError" in line for line in log.said)
    assert [line[:300] for line in log.said if SECRET in line] == []
