"""Reminders: once, two hours before the close, to those who asked and have not answered."""

from bot.outbox.tables import deliveries
from tests.features.daily.acting import has_button, title
from tests.features.daily.scenes import running, setting, titles
from tests.support.local_driver import LocalDriver, local_group, words


async def reminders(v: LocalDriver) -> list[tuple[str, str]]:
    """(round, account) of every reminder that was asked for."""
    return [(r.subject, r.destination) for r in await v.rows(deliveries) if r.kind == "reminder"]


async def test_a_reminder_comes_once_two_hours_before_the_close_to_those_who_asked(database_url: str) -> None:
    async with local_group(database_url) as v:
        for user in ("mira", "tomas", "amara", "kenji"):
            await v.command(user, "my remind", on=user != "kenji")
        await v.answer("tomas", "tomas: what I would say.")
        await v.press("amara", await v.press("amara", v.channel()[0], "Pass"), "Pass")
        await v.tick(hours=21, minutes=59)
        assert v.private("mira") == []
        await v.tick(minutes=1)
        (reminder,) = v.private("mira")
        assert title(reminder) == "Answers close soon"
        assert "`/my settings` turns it off" in words(reminder)
        assert has_button(await v.command("mira", "my settings"), "Turn reminders off")
        assert has_button(reminder, "Answer")
        for _ in range(5):
            await v.tick(minutes=20)
        await v.restart()
        await v.tick()
        assert len(v.private("mira")) == 1
        assert [v.private(user) for user in ("tomas", "amara", "kenji")] == [[], [], []]
        assert len(await reminders(v)) == 1


async def test_a_reminders_button_leads_to_the_form(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "my remind", on=True)
        await v.tick(hours=22)
        saved = await v.fill(
            "mira", await v.press("mira", v.private("mira")[0], "Answer"), answer="mira: reminded."
        )
        assert title(saved) == "Saved"


async def test_no_reminder_comes_on_a_break_or_to_the_barred_or_after_leaving(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for user in ("mira", "tomas"):
            await v.command(user, "my remind", on=True)
        await v.command("mira", "my break", until="2026-12-01")
        await v.press("tomas", await v.command("tomas", "my leave"), "Leave")
        await v.tick(hours=22)
        assert await reminders(v) == []


async def test_a_break_that_begins_later_keeps_reminders_from_its_first_day_on_alone(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "my remind", on=True)
        await v.command("mira", "my break", **{"from": "2026-11-24", "until": "2026-11-26"})
        for _ in range(4):
            await v.tick(hours=22)
            await v.tick(hours=2)
        assert [subject for subject, _ in await reminders(v)] == ["round:1"]


async def test_each_round_reminds_in_its_own_time_however_many_are_open(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "my remind", on=True)
        await setting(v, "answers", "48")
        await v.tick(days=1)
        await v.tick(minutes=1)
        assert await reminders(v) == [], "Monday's answers stay open until Wednesday"
        await v.tick(hours=21, minutes=59)
        assert [subject for subject, _ in await reminders(v)] == ["round:1"]
        await v.tick(days=1)
        assert [subject for subject, _ in await reminders(v)] == ["round:1", "round:2"]


async def test_a_ballot_that_ends_in_between_reminds_nobody_early(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "my remind", on=True)
        await v.answer("mira", "mira: what I would say.")
        v.clock.move(hours=22)
        await running(v, "close", "Close answers")
        await v.tick(hours=2)
        await v.tick(hours=7)
        assert titles(v)[-1] == "Monday's reveal"
        assert await reminders(v) == []
        await v.tick(hours=15)
        assert [subject for subject, _ in await reminders(v)] == ["round:2"]


async def test_a_reminder_missed_while_asleep_comes_late_but_never_after_the_close(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "my remind", on=True)
        v.clock.move(hours=23, minutes=30)
        await v.restart()
        await v.tick()
        assert [subject for subject, _ in await reminders(v)] == ["round:1"]
        assert "Two hours" not in words(v.private("mira")[0])
        v.clock.move(hours=26)
        await v.restart()
        await v.tick()
        assert len(await reminders(v)) == 1
