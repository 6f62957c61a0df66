"""Settings, questions, plans and places are put back from the card that confirms a change, or from the log."""

from bot.features.acts.actions import Undo, UndoListed
from bot.features.acts.tables import acts
from bot.features.coming.tables import question_plans, question_wishes
from bot.features.custom_questions.actions import SayWrong, Wish
from bot.features.daily.actions import NeverAsk, ShowComing
from bot.features.group_settings.actions import Assign
from bot.features.quiz.tables import challenges
from bot.questions.kinds import DISCUSSION_KINDS, OBJECTIVE_KINDS
from tests.features.acts.undone import differs, log, undo_listed
from tests.features.custom_questions.suggested import PROMPT, accepted, own_rows, suggest
from tests.features.daily.acting import (
    has_button,
    member_of,
    name_organiser,
    tables,
    title,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import labels, local_group, words
from tests.support.two_platforms import KEEPER, two_platforms


async def test_each_setting_is_put_back_by_itself(sqlite_url: str) -> None:
    changes = {
        "tone": ("calm", "Tone: Calm, before Friendly"),
        "hour": ("11", "Time: 11:00, before 09:00"),
        "zone": ("Europe/Lisbon", "Time zone: Lisbon, before Berlin"),
        "days": ("4", "Days: "),
        "topics": ("rlhf", "Topics: "),
        "limit": ("500", "Length of answers: up to 500 characters, before up to 2,000 characters"),
        "answers": ("48", "How long answers stay open: "),
        "digest": ("off", "Weekly digest: left out, before shown"),
        "retention": ("90", "Words of former members: "),
        "door": ("invited", "Who may join: by invitation only, before anyone in the channel"),
        "threads": ("channel", "Where reveals go: changed"),
    }
    async with local_group(sqlite_url) as v:
        await name_organiser(v, "mira")
        before = await tables(v)
        roots = {each.id for each in v.app.bank.topics.roots}
        for what, (value, said) in changes.items():
            chosen = min(roots) if what == "topics" else value
            card = await v.act(ORGANISER, Assign(1, what), chosen)
            assert labels(card)[-1] == "Undo this change", what
            assert not has_button(await v.act(ORGANISER, Assign(1, what), chosen), "Undo"), "nothing changed"
            assert said in words(await log(v)), what
            undone = await v.press(ORGANISER, card, "Undo")
            assert title(undone) == "Undone", what
            assert await differs(v, before) == set(), what
        two, one = [str(m) for m in (await v.rows(acts))[0].back["changed"]["organisers"][1]], str(1)
        card = await v.act(ORGANISER, Assign(1, "organisers"), one)
        await v.press(ORGANISER, card, "Undo")
        assert len(two) == 2
        assert (await member_of(v, "mira")).organiser
        for tone in ("calm", "competitive"):
            card = await v.act(ORGANISER, Assign(1, "tone"), tone)
        shown = await log(v)
        assert "it has been changed since." in words(shown)
        assert "Tone: Calm again." in words(await v.press(ORGANISER, card, "Undo"))


async def test_a_decided_suggestion_waits_again_and_its_author_reads_it_until_it_was_asked(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await suggest(v, "mira")
        before = await own_rows(v)
        form = await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Decline")
        done = await v.fill(ORGANISER, form, reason="Too broad.")
        await v.tick()
        assert title(v.private("mira")[-1]) == "Your question was not accepted"
        assert title(await v.press(ORGANISER, done, "Undo declining")) == "Undone"
        await v.tick()
        assert await own_rows(v) == before
        assert title(v.private("mira")[-1]) == "Your question is waiting again"
        assert PROMPT in words(await v.command(ORGANISER, "bank review"))
        for _ in range(2):
            done = await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
            await v.tick()
            assert title(v.private("mira")[-1]) == "Your question was accepted"
            await v.act(ORGANISER, Wish(1, f"own.{before[0].id}", "queue"))
            assert title(await v.press(ORGANISER, done, "Undo accepting")) == "Undone"
            await v.tick()
            assert (await own_rows(v), await v.rows(question_wishes)) == (before, [])
            assert title(v.private("mira")[-1]) == "Your question is waiting again"
        done = await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
        await v.tick(days=1)
        assert PROMPT in words(v.channel()[-1])
        assert "It has been asked since. `/bank browse` retires it." in words(
            await v.press(ORGANISER, done, "Undo accepting")
        )


async def test_a_retired_question_is_asked_again(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        item = await accepted(v)
        browse = await v.command(ORGANISER, "bank browse")
        page = await v.choose(ORGANISER, browse, item)
        await v.press(ORGANISER, page, "Retire it")
        assert (await own_rows(v))[-1].state == "retired"
        assert f"Retired the question {item}" in words(await log(v))
        assert "The question is asked again." in words(await undo_listed(v))
        assert (await own_rows(v))[-1].state == "accepted"


async def test_what_is_never_asked_and_a_plan_are_taken_back(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        one, two, three = [item.id for item in v.app.bank.live(DISCUSSION_KINDS)[:3]]
        for item in (one, two, three):
            await v.act(ORGANISER, Wish(1, item, "queue"))
        never = await v.act(ORGANISER, NeverAsk(1, two))
        assert not has_button(await v.act(ORGANISER, NeverAsk(1, two)), "Undo"), "nothing changed"
        assert "It stands in the queue again." in words(await v.press(ORGANISER, never, "Undo"))
        queued = sorted((row.place, row.item_id) for row in await v.rows(question_wishes))
        assert queued == [(1, one), (2, two), (3, three)]
        for topic in ("coding", "discussion"):
            form = await v.press(ORGANISER, await v.act(ORGANISER, ShowComing(1)), "Change the plan")
            planned = await v.fill(ORGANISER, form, day="1", topic=topic)
        assert "Planned every Tuesday" in words(await log(v))
        await v.press(ORGANISER, planned, "Undo planning")
        assert [row.wanted for row in await v.rows(question_plans)] == [["coding"]]
        await undo_listed(v)
        assert await v.rows(question_plans) == []


async def test_a_pause_and_its_end_are_undone_while_nothing_was_asked(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for did in ("pause", "resume"):
            before = await tables(v)
            await v.command(ORGANISER, f"group {did}")
            assert title(await undo_listed(v)) == "What organisers did"
            assert await differs(v, before) == set(), did
            await v.command(ORGANISER, "group pause")
        await v.command(ORGANISER, "group resume")
        await v.tick(days=1)
        assert "a question has been asked since." in words(await log(v))
        assert title(await v.act(ORGANISER, UndoListed(1), "2")) == "This can't be undone"


async def test_a_channel_that_was_taken_out_is_back_with_what_was_set_for_it(sqlite_url: str) -> None:
    async with two_platforms(sqlite_url) as v:
        await v.set_up()
        await v.connect()
        await v.act(ORGANISER, Assign(1, "threads"), "thread")
        before = await tables(v)
        asked = await v.command(f"{KEEPER}*", "group disconnect")
        assert not has_button(await v.press(f"{KEEPER}*", asked, "Disconnect"), "Undo")
        await undo_listed(v)
        assert await differs(v, before) == set()
        await v.press(f"{KEEPER}*", asked, "Disconnect")
        assert title(await v.act(f"{KEEPER}*", Undo(4))) == "Only organisers can do this"


async def test_a_quiz_question_that_was_taken_out_counts_again(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        item = v.app.bank.live(OBJECTIVE_KINDS)[0]
        card = await v.act(ORGANISER, SayWrong(1, item.id))
        await v.press(ORGANISER, card, "Take it out")
        assert f"Took out the quiz question “{item.prompt[:30]}" in words(await log(v))
        assert "It counts again." in words(await undo_listed(v))
        assert {row.outcome for row in await v.rows(challenges)} == {""}, "it waits again, as before"
