"""Practice: a question for oneself, by topic and phase, of which no word is kept, and which gives nothing away."""

import pytest

from bot.chat.actions import encode
from bot.chat.cards import Reply
from bot.chat.requests import Submit
from bot.features.daily.actions import Practise, PractiseAnswer, PractiseSave, PractiseShow
from bot.features.daily.practice import PHASES
from bot.questions.kinds import DISCUSSION_KINDS
from tests.features.daily.acting import (
    changed,
    errors,
    form_text,
    has_button,
    quoted,
    rounds_of,
    send,
    tables,
    title,
)
from tests.support.local_driver import LocalDriver, button, form_of, labels, local_group, words


async def practising(v: LocalDriver, **options: str) -> Reply:
    return await v.command("ada", "question practice", **options)


def item_of(page: Reply) -> str:
    """The item a practice card asks."""
    return str(getattr(button(page, "Try it").action, "item_id", ""))


async def test_a_question_is_shown_tried_and_compared_and_only_that_it_was_tried_is_kept(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await v.command("ada", "question today")
        before = await tables(v)
        page = await practising(v)
        item = v.app.bank.item(item_of(page))
        assert title(page) == "Practice"
        assert item.prompt in words(page)
        assert "your words are not kept" in words(page)
        assert str(item.model_answer) not in words(page)
        asked = await v.press("ada", page, "Try it")
        compared = await v.fill("ada", asked, answer="What I would say.")
        assert title(compared) == "Compare"
        assert quoted(compared) == ["What I would say."]
        assert str(item.model_answer) in words(compared)
        assert all(point.point in words(compared) for point in item.rubric)
        after = await tables(v)
        assert changed(before, after) == {"activity", "streaks"}
        assert "What I would say." not in str(after)


async def test_the_hint_and_the_model_answer_can_be_asked_for(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        page = await practising(v)
        item = v.app.bank.item(item_of(page))
        hint = await v.press("ada", page, "Hint")
        assert str(item.hint) in words(hint)
        assert str(item.model_answer) not in words(hint)
        assert labels(hint) == ["Try it"]
        assert str(item.model_answer) in words(await v.press("ada", page, "Show the model answer"))


async def test_another_one_is_another_one_until_all_were_shown(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        running = (await rounds_of(v))[0].item_id
        page = await practising(v)
        seen = [item_of(page)]
        discussion = v.app.bank.live(DISCUSSION_KINDS)
        for _ in range(len(discussion) - 2):
            page = await v.press("ada", page, "Another one")
            seen.append(item_of(page))
        assert sorted(seen) == sorted(i.id for i in discussion if i.id != running)
        assert item_of(await v.press("ada", page, "Another one")) == seen[0]


async def test_a_topic_is_found_by_its_name_or_any_other_people_call_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for said in ("rlhf", "RLHF", "Interpretability", "interpretability", "behavioral"):
            page = await practising(v, topic=said)
            topics = v.app.bank.topics.resolve(said)
            assert any(item_of(page).startswith(topic) for topic in topics), (said, item_of(page))
            on = await v.press("ada", page, "Another one")
            assert any(item_of(on).startswith(topic) for topic in topics), (said, item_of(on))


async def test_a_phase_narrows_the_choice(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for choice in PHASES:
            page = await practising(v, phase=choice.value)
            for _ in range(4):
                assert v.app.bank.item(item_of(page)).phase == choice.value
                page = await v.press("ada", page, "Another one")


async def test_another_one_after_comparing_keeps_topic_and_phase(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        page = await practising(v, topic="interpretability", phase="3plus-months")
        seen = []
        for _ in range(3):
            seen.append(item_of(page))
            compared = await v.fill("ada", await v.press("ada", page, "Try it"), answer="What I would say.")
            page = await v.press("ada", compared, "Another one")
        shown = await v.press("ada", page, "Show the model answer")
        seen.append(item_of(await v.press("ada", shown, "Another one")))
        assert all(i.startswith("interpretability.") for i in seen)
        assert {v.app.bank.item(i).phase for i in seen} == {"3plus-months"}
        assert len(set(seen[:3])) > 1


async def test_a_phase_that_a_topic_lacks_gives_the_topic_all_the_same(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        page = await practising(v, topic="behavioral", phase="3plus-months")
        assert item_of(page).startswith("behavioral.")


async def test_an_unknown_topic_gets_a_kind_word_and_the_nearest_ones(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        before = await tables(v)
        for said in ("interpretabilty", "knitting", "<b>x</b>" * 20, "🦆"):
            reply = await practising(v, topic=said)
            assert title(reply).startswith("There is no topic “")
            assert len(title(reply)) < 80
            assert "choose from the list" in words(reply)
            assert ("“interpretability”" in words(reply)) == (said == "interpretabilty")
        assert changed(before, await tables(v)) == set()


async def test_a_topic_that_left_the_bank_leaves_a_kind_word_behind_its_buttons(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        gone = await v.act("ada", Practise("phrenology", "", 3))
        assert title(gone) == "This topic is no longer in the bank"
        for action in (
            PractiseAnswer("gone.q01"),
            PractiseShow("gone.q01", "answer"),
            PractiseShow("gone.q01", "hint"),
        ):
            assert title(await v.act("ada", action)) == "This question is no longer in the bank"
        typed = "A text that took a while to write and should not be lost with the question."
        reply = await send(v, "ada", Submit(encode(PractiseSave("gone.q01")), {"answer": typed}))
        assert quoted(reply) == [typed]


async def test_an_empty_topic_says_so(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        used = {i.topic for i in v.app.bank.live(DISCUSSION_KINDS)}
        bare = next(t.id for t in v.app.bank.topics if t.is_leaf and t.id not in used)
        reply = await practising(v, topic=bare)
        assert title(reply) == "No practice questions here yet"
        assert "wider topic" in words(reply)


@pytest.mark.parametrize("later", [0, 1])
async def test_a_running_questions_model_answer_is_never_shown_early(sqlite_url: str, later: int) -> None:
    async with local_group(sqlite_url) as v:
        running = (await rounds_of(v))[0]
        await v.tick(days=later)
        model = running.question["model_answer"]
        page = await practising(v, topic=running.topic)
        shown = [title(page)] if not has_button(page, "Try it") else [item_of(page)]
        assert running.item_id not in shown
        typed = "Something long enough that it would be a pity if it were lost on the way."
        submitted = Submit(encode(PractiseSave(running.item_id)), {"answer": typed})
        for reply in (
            await v.act("ada", PractiseShow(running.item_id, "answer")),
            await send(v, "ada", submitted),
        ):
            assert title(reply) == "Your group has this question right now"
            assert model not in words(reply)
        assert quoted(reply) == [typed]
        await v.tick(days=1)
        await v.tick(days=1)
        assert model in words(await v.act("ada", PractiseShow(running.item_id, "answer")))


async def test_a_text_that_cannot_be_compared_comes_back(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        asked = await v.press("ada", await practising(v), "Try it")
        assert form_of(asked).submit_label == "Compare"
        before = await tables(v)
        for typed, complaint in (
            ("", "still empty"),
            ("\u200b", "still empty"),
            ("z" * 3001, "3,000"),
        ):
            refused = await v.fill("ada", asked, answer=typed)
            assert complaint in errors(refused)["answer"]
            assert form_text(refused) == typed
        assert changed(before, await tables(v)) == set()


async def test_two_members_practise_in_different_orders_and_one_in_the_same_all_day(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        firsts = {item_of(await v.command(f"member{n}", "question practice")) for n in range(8)}
        assert len(firsts) > 3
        first = item_of(await practising(v))
        assert item_of(await practising(v)) == first
        later = set()
        for _ in range(4):
            v.clock.move(days=1)
            later.add(item_of(await practising(v)))
        assert later != {first}
