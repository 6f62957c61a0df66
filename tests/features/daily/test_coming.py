"""Organisers choose what comes: another question, a queue, a plan, what is never asked; and read answers at a price."""

from typing import Any

from bot.chat.cards import Ask, Reply
from bot.database.transaction import Transaction
from bot.features.coming.personal_data import personal_data
from bot.features.coming.queries import keep_peek, wish_places
from bot.features.coming.tables import answer_peeks
from bot.features.custom_questions.actions import ReadItem, ShowAnswer, Wish
from bot.features.daily.actions import AskAgain, AskNext, NeverAsk, PickQueued, PractiseShow, ShowComing
from bot.membership.personal_data.subjects import Merge
from bot.questions.kinds import DISCUSSION_KINDS
from bot.questions.literal import plainly
from bot.questions.model import Kind
from tests.features.daily.acting import answer_of, has_button, member_id_of, rounds_of, title
from tests.features.privacy.private_life import delete_me
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, lists, local_group, words


async def _shown(v: LocalDriver, preview: Reply) -> str:
    """The id of the question on a preview."""
    whole = card_of(preview).read_all
    assert isinstance(whole, ReadItem)
    assert plainly(v.app.bank.item(whole.item_id).prompt)[:40] in plainly(words(preview))
    return whole.item_id


async def _asked_on(v: LocalDriver, days: int) -> Any:  # noqa: ANN401  (a row)
    """The round that is opened so many days later."""
    await v.tick(days=days)
    return (await rounds_of(v))[-1]


async def _queue(v: LocalDriver) -> list[str]:
    return list(await v.app.database.read(lambda tx: wish_places(tx, 1)))


async def test_another_question_is_shown_without_its_answer_and_asked_next_on_request(
    database_url: str,
) -> None:
    async with local_group(database_url) as v:
        first = await v.command(ORGANISER, "round next")
        other = await v.press(ORGANISER, first, "Another one")
        third = await v.press(ORGANISER, other, "Another one")
        ids = [await _shown(v, each) for each in (first, other, third)]
        assert len(set(ids)) == 3
        for item_id in ids[:2]:
            item = v.app.bank.item(item_id)
            assert item.model_answer
            assert item.model_answer[:60] not in words(first) + words(other)
        assert await _shown(v, await v.press(ORGANISER, third, "Back")) == ids[0]
        chosen = await v.press(ORGANISER, third, "Ask this next")
        assert title(chosen) == "The next question"
        assert "first in the queue" in words(chosen)
        assert (await _asked_on(v, 1)).item_id == ids[2]
        assert await _queue(v) == []
        assert (await _asked_on(v, 1)).item_id != ids[2]


async def test_what_is_never_asked_is_listed_with_a_way_back(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        first = await v.command(ORGANISER, "round next")
        never = await _shown(v, first)
        following = await v.press(ORGANISER, first, "Never ask this")
        assert "is never asked now" in words(following)
        assert await _shown(v, following) != never
        coming = await v.press(ORGANISER, following, "Queue and plan")
        (listed,) = lists(coming)
        assert [choice.value for choice in listed.options] == [never]
        await v.act(ORGANISER, AskAgain(1), never)
        assert await _shown(v, await v.command(ORGANISER, "round next")) == never


async def test_the_queue_is_put_in_order_and_asked_in_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        a, b, c = [item.id for item in v.app.bank.live(DISCUSSION_KINDS)[:3]]
        for item_id in (a, b, c, a):
            added = await v.act(ORGANISER, Wish(1, item_id, "queue"))
        assert "first in the queue" in words(added)
        assert await _queue(v) == [a, b, c]
        coming = await v.act(ORGANISER, PickQueued(1), c)
        assert labels(coming) == ["Up", "Remove", "Change the plan", "Preview"]
        twice = await v.press(ORGANISER, await v.press(ORGANISER, coming, "Up"), "Up")
        assert await _queue(v) == [c, a, b]
        down = await v.press(ORGANISER, twice, "Down")
        assert await _queue(v) == [a, c, b]
        await v.press(ORGANISER, await v.press(ORGANISER, down, "Remove"), "Undo")
        assert await _queue(v) == [a, c, b]
        await v.press(ORGANISER, down, "Remove")
        assert "the queue has changed since" in words(await v.command(ORGANISER, "group log"))
        await v.act(ORGANISER, AskNext(1, b))
        assert await _queue(v) == [b, a]
        await v.act(ORGANISER, NeverAsk(1, b))
        await v.act(ORGANISER, ShowComing(1))
        assert [(await _asked_on(v, 1)).item_id, await _queue(v)] == [a, [b]]
        for item_id in (a, b, c):
            await v.act(ORGANISER, Wish(1, item_id, "queue"))
        assert [(await _asked_on(v, 1)).item_id, await _queue(v)] == [a, [b, c]]
        never = await v.act(ORGANISER, NeverAsk(1, b))
        assert len(labels(never)) == 5
        await v.press(ORGANISER, never, "Undo")
        assert await _queue(v) == [b, c], "its place counts from the queue's head as it is now"


async def _plan(v: LocalDriver, day: str, topic: str) -> Reply:
    form = await v.press(ORGANISER, await v.act(ORGANISER, ShowComing(1)), "Change the plan")
    assert isinstance(form, Ask)
    return await v.fill(ORGANISER, form, day=day, topic=topic)


async def test_a_plan_by_weekday_gives_way_to_the_weeks_and_what_is_spent_to_the_turn(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        assert "There is no topic" in str(await _plan(v, "1", "zzzz"))
        assert "Choose one of these" in str(await _plan(v, "6", "coding"))
        await _plan(v, "1", "coding")
        await _plan(v, "2", "discussion")
        planned = await _plan(v, "2026-11-30", "constitutional AI")
        assert "Tuesdays: ML coding" in words(planned)
        assert "The week from 30 Nov: Constitutional AI" in words(planned)
        assert "the weekday's plan: ML coding" in words(await v.command(ORGANISER, "round next"))
        tuesday, wednesday = await _asked_on(v, 1), await _asked_on(v, 1)
        assert (tuesday.root, wednesday.kind) == ("coding", Kind.OPEN)
        await v.tick(days=1)
        await v.tick(days=1)
        assert {(await _asked_on(v, days)).root for days in (3, 1, 1)} == {"constitutional-ai"}
        await _plan(v, "3", "process.why.safety-as-core")
        for item in v.app.bank.under(["process.why.safety-as-core", "constitutional-ai"]):
            await v.act(ORGANISER, NeverAsk(1, item.id))
        spent = words(await v.command(ORGANISER, "round next"))
        assert "The week's plan, Constitutional AI, has nothing new left." in spent
        assert "The weekday's plan, Safety as the founding purpose, has nothing new left." in spent
        assert "The usual order goes on." in spent
        assert (await _asked_on(v, 1)).root != "constitutional-ai"
        await _plan(v, "3", "")
        assert "Thursdays" not in words(await v.act(ORGANISER, ShowComing(1)))


async def test_who_has_read_the_answer_can_only_pass_and_earns_nothing(database_url: str) -> None:
    async with local_group(database_url) as v:
        preview = await v.command(ORGANISER, "round next")
        item = v.app.bank.item(await _shown(v, preview))
        warned = await v.press(ORGANISER, preview, "Show the answer")
        assert "counts as a pass" in words(warned)
        assert await v.rows(answer_peeks) == []
        assert title(await v.act(ORGANISER, ReadItem(1, item.id, 2))) == title(warned)
        practised = [await v.act(user, PractiseShow(item.id, "answer")) for user in (ORGANISER, "mira")]
        assert [title(each) for each in practised] == ["This question comes next in your group", "Compare"]
        shown = await v.press(ORGANISER, warned, "Show it")
        assert item.model_answer
        assert item.model_answer in words(shown)
        assert title(await v.act(ORGANISER, ReadItem(1, item.id, 2))) == "The reasons"
        assert "You have read its answer" in words(await v.command(ORGANISER, "round next"))
        await v.command(ORGANISER, "my remind", on=True)
        assert (await _asked_on(v, 1)).item_id == item.id
        for command in ("answer", "question today"):
            said = await v.command(ORGANISER, command)
            assert "You read its model answer beforehand" in words(said)
            assert not has_button(said, "Answer")
        assert title(await v.answer("mira", "What I would say.")) == "Saved"
        await v.tick(hours=22)
        assert v.private(ORGANISER) == [], "a reminder of what they can't answer"
        await v.press(ORGANISER, said, "See the key points")
        assert (await answer_of(v, ORGANISER)).state == "passed"
        await v.tick(days=1)
        await v.tick(days=1)
        mine = await member_id_of(v, ORGANISER)
        assert [row.reason for row in await v.points() if row.member_id == mine] == []
        assert await v.rows(answer_peeks) == [], "what is revealed, everybody knows"


async def test_an_answer_stays_as_it_was_when_its_author_read_the_models(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        saved = await v.answer(ORGANISER, "What I would say.")
        item_id = (await rounds_of(v))[0].item_id
        await v.act(ORGANISER, ShowAnswer(1, item_id, sure=True))
        assert title(await v.press(ORGANISER, saved, "Edit")) == "Your answer stays as it is"
        today = await v.command(ORGANISER, "question today")
        assert not has_button(today, "Edit")
        asked = await v.press(ORGANISER, today, "Take my answer back")
        assert "counts as a pass" in words(asked)
        assert labels(await v.press(ORGANISER, asked, "Take it back")) == []
        assert (await answer_of(v, ORGANISER)).state == "passed"


async def test_what_was_read_beforehand_goes_with_the_person(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("mira", "question today")
        both, one = [item.id for item in v.app.bank.live(DISCUSSION_KINDS)[:2]]
        goes, stays = await member_id_of(v, ORGANISER), await member_id_of(v, "mira")

        async def join(tx: Transaction) -> None:
            for member_id, item_id in ((goes, both), (goes, one), (stays, both)):
                await keep_peek(tx, member_id, item_id, v.clock())
            await personal_data().join(tx, Merge(1, 2, ((goes, stays),)), v.clock())

        await v.app.database.write(join)
        kept = [(row.member_id, row.item_id) for row in await v.rows(answer_peeks)]
        assert sorted(kept) == sorted([(stays, both), (stays, one)])
        await delete_me(v, "mira")
        assert await v.rows(answer_peeks) == []
