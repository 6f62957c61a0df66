"""The organisers' log: who did what, for 90 days, in their own group alone."""

from bot.chat.requests import Invoke, Place
from bot.features.acts.actions import Undo, UndoListed
from bot.features.acts.keeping import KEPT, LOT
from bot.features.acts.tables import acts
from bot.features.group_settings.actions import Assign
from tests.features.acts.undone import log
from tests.features.daily.acting import (
    name_organiser,
    title,
)
from tests.features.privacy.private_life import delete_me, export_of
from tests.support.driver import ORGANISER
from tests.support.local_driver import local_group, words


async def test_the_log_is_the_organisers_and_each_group_has_its_own(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        assert "Nothing yet." in words(await log(v)) or "Posted" in words(await log(v))
        await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Tuesday")
        for user, action in (("ada", Undo(1)), ("ada", UndoListed(1))):
            assert title(await v.act(user, action, "1")) == "Only organisers can do this"
        assert title(await v.command("ada", "group log")) == "Only organisers can do this"
        for action in (Undo(99), UndoListed(1)):
            assert title(await v.act(ORGANISER, action, "x")) == "This is no longer in the log"
        elsewhere = Place("local", "room", "attic", "attic")
        await v.handle(v.request(ORGANISER, Invoke("group setup", {}), place=elsewhere))
        other = {"group_id": 2, "at": v.clock(), "kind": "pace", "title": "Theirs", "back": {}}
        act_id = await v.app.database.write(lambda tx: tx.insert(acts, other))
        assert title(await v.act(ORGANISER, UndoListed(1), str(act_id))) == "This is no longer in the log"
        shown = await log(v)
        assert title(shown) == "What organisers did"
        assert "Theirs" not in words(shown)
        for day in range(30):
            await v.act(ORGANISER, Assign(1, "tone"), ("calm", "friendly")[day % 2])
        shown = await log(v)
        assert len(shown.blocks) == 20


async def test_who_did_it_is_named_until_they_are_deleted_and_what_was_done_for_90_days(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await name_organiser(v, "mira")
        await v.act("mira", Assign(1, "tone"), "calm")
        assert "Mira" in words(await log(v))
        (did,) = (await export_of(v, "mira"))["acts"]["organised"]
        assert did["did"] == "Tone: Calm, before Friendly"
        await delete_me(v, "mira")
        shown = words(await log(v))
        assert "Mira" not in shown
        assert [row.member_id for row in await v.rows(acts) if row.title == did["did"]] == [None]
        assert "An organiser" in shown
        old = {"group_id": 1, "at": v.clock() - KEPT, "kind": "skip", "title": "Old", "back": {}}
        await v.app.database.write(lambda tx: tx.insert_all(acts, [old] * (LOT + 1)))
        await v.tick(days=1)
        assert [row.title for row in await v.rows(acts)].count("Old") == 1, "in lots"
        await v.tick()
        assert "Old" not in [row.title for row in await v.rows(acts)]
        await v.tick(days=KEPT.days - 2)
        assert len(await v.rows(acts)) >= 2
        await v.tick(days=2)
        assert await v.rows(acts) == []
