"""What of a suggestion is one's own, and what belongs to the group."""

from bot.membership.tables import drafts
from tests.features.custom_questions.suggested import PROMPT, leaf, own_rows, suggest
from tests.features.privacy.private_life import delete_me, export_of, recorded, traces
from tests.support.driver import ORGANISER
from tests.support.local_driver import words


async def test_an_export_holds_what_one_suggested_and_what_came_of_it(database_url: str) -> None:
    async with recorded(database_url) as v:
        await v.set_up()
        await suggest(v, "mira", prompt="marker-mira: why is this so, and how would one know?")
        await suggest(v, "tomas", prompt="marker-tomas: why is this so, and how would one know?")
        shown = await v.command(ORGANISER, "bank review")
        await v.fill(ORGANISER, await v.press(ORGANISER, shown, "Decline"), reason="Too broad.")
        (mine,) = (await export_of(v, "mira"))["questions"]["suggested"]
        assert mine["question"]["prompt"].startswith("marker-mira")
        assert (mine["state"], mine["organisers_said"]) == ("declined", "Too broad.")


async def test_deleting_takes_what_waits_or_was_declined_and_leaves_the_group_what_it_accepted(
    database_url: str,
) -> None:
    async with recorded(database_url) as v:
        await v.set_up()
        for name in ("accepted", "declined", "waiting"):
            await suggest(v, "mira", prompt=f"marker-{name}: why is this so, and how would one know?")
        asked = await v.command("mira", "question suggest", topic=leaf(v), kind="open")
        await v.fill("mira", asked, prompt="marker-draft", points="")
        shown = await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
        shown = await v.fill(ORGANISER, await v.press(ORGANISER, shown, "Decline"), reason="No.")
        assert "marker-waiting" in words(shown).replace("\\", "")
        await v.tick()
        await delete_me(v, "mira")
        (kept,) = await own_rows(v)
        assert (kept.state, kept.member_id) == ("accepted", None)
        assert kept.item["prompt"].startswith("marker-accepted")
        assert await v.rows(drafts) == []
        assert await traces(v, "marker-waiting", "marker-declined", "marker-draft") == []
        await v.tick(days=1)
        assert "marker-accepted" in words(v.channel()[-1]).replace("\\", "")


async def test_the_organiser_who_decided_is_forgotten_too_and_the_question_stays(sqlite_url: str) -> None:
    async with recorded(sqlite_url) as v:
        await v.set_up()
        await suggest(v, "mira")
        await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
        await delete_me(v, ORGANISER)
        (kept,) = await own_rows(v)
        assert (kept.state, kept.decided_by, kept.item["prompt"]) == ("accepted", None, PROMPT)
