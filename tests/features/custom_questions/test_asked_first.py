"""A group's own questions come before the shipped ones, in that group alone, and everything works with them."""

from dataclasses import replace

from bot.chat.actions import encode
from bot.chat.cards import Private
from bot.chat.requests import Invoke, Place, Press
from bot.database.transaction import Transaction
from bot.features.custom_questions.actions import AcceptSuggestion, ReadItem, Retire, SayWrong
from bot.features.custom_questions.model import Own, OwnState, as_asked, is_own
from bot.features.custom_questions.view import bank_of
from bot.features.daily.rounds import choose
from bot.features.daily.tables import rounds
from bot.features.quiz.actions import OpenChallenge
from bot.features.quiz.tables import quizzes, responses, reviews
from bot.membership.queries import attach_place, create_group, load_group
from bot.membership.tables import groups
from bot.questions.literal import plainly
from bot.questions.topics import TopicTree
from tests.features.custom_questions.suggested import CHOICE, PROMPT, accepted, leaf, own_rows, suggest
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, local_group, words

OTHER = Place("local", "room", "other", "other")
LOUD = "Is **this** [bold](https://example.org) <@U1> in #general?"


async def _asked(v: LocalDriver) -> list[str]:
    """The items of the newest quiz."""
    return [question["item_id"] for question in (await v.rows(quizzes))[-1].questions]


async def test_the_next_daily_question_is_the_groups_own(database_url: str) -> None:
    async with local_group(database_url) as v:
        own = await accepted(v)
        preview = await v.command(ORGANISER, "round preview")
        assert plainly(PROMPT) in words(preview).replace("\\", "")
        await v.tick(days=1)
        asked = (await v.rows(rounds))[-1]
        assert (asked.item_id, asked.kind, asked.root, asked.topic) == (
            own,
            "open",
            "interpretability",
            leaf(v),
        )
        assert plainly(asked.question["prompt"]) == PROMPT
        assert asked.question["model_answer"] == "A probe shows presence, not use\\."
        await v.tick(days=1)
        assert not (await v.rows(rounds))[-1].item_id.startswith("own.")


async def test_a_suggestion_that_waits_is_asked_nowhere(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await suggest(v, "mira")
        await suggest(v, "mira", "single")
        await v.tick(days=1)
        assert not any(row.item_id.startswith("own.") for row in await v.rows(rounds))
        await v.command("mira", "quiz start", topic="interpretability", count=1)
        assert not any(map(is_own, await _asked(v)))


async def test_a_group_quiz_asks_it_too_with_a_button_for_each_of_six_options(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        options = "* This\n" + "\n".join(f"Not {n}" for n in range(5))
        own = await accepted(v, kind="single", options=options)
        await v.command("ada", "quiz start", mode="group", topic=leaf(v), count=1)
        await v.tick(seconds=61)
        assert await _asked(v) == [own]
        assert labels(v.channel()[-1]) == [*"ABCDEF", "Leave the quiz"]


async def _second_group(v: LocalDriver) -> int:
    """A group beside the first one, with the same settings and a channel of its own."""
    (first,) = await v.rows(groups)

    async def work(tx: Transaction) -> int:
        values = {name: value for name, value in first._asdict().items() if name != "id"}
        made = await create_group(tx, {**values, "name": "Other", "next_at": None})
        await attach_place(tx, made, OTHER, v.clock())
        return made

    return await v.app.database.write(work)


async def test_another_group_never_sees_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own, quizzed = await accepted(v), await accepted(v, kind="single")
        there = await _second_group(v)

        async def chosen(group_id: int) -> str:
            async def read(tx: Transaction) -> str:
                group = await load_group(tx, group_id)
                _, found = await choose(tx, v.app.services, group, v.clock().date())
                assert found is not None
                return found.item_id

            return await v.app.database.read(read)

        assert await chosen(1) == own
        assert not is_own(await chosen(there))
        bank = await v.app.database.read(lambda tx: bank_of(tx, v.app.services, there))
        assert bank is v.app.services.bank
        await v.handle(
            v.request("zora", Invoke("quiz start", {"topic": "interpretability", "count": 20}), place=OTHER)
        )
        assert quizzed not in await _asked(v)
        for row in await own_rows(v):
            for action in (
                AcceptSuggestion(row.id, ""),
                Retire(row.id, away=True),
                ReadItem(there, f"own.{row.id}", 0),
            ):
                request = v.request("zora", Press(encode(action)), place=OTHER)
                stolen = await v.handle(replace(request, manages=True))
                assert isinstance(stolen, Private)
                assert PROMPT not in words(stolen).replace("\\", "")
        assert {row.state for row in await own_rows(v)} == {"accepted"}


async def test_a_snapshot_stays_when_the_question_is_retired(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v)
        await v.tick(days=1)
        listed = await v.command(ORGANISER, "bank browse")
        shown = await v.choose(ORGANISER, listed, own)
        gone = await v.press(ORGANISER, shown, "Retire it")
        assert "nobody is asked it" in words(gone)
        assert PROMPT in words(await v.command("mira", "question today")).replace("\\", "")
        await v.answer("mira", "It shows presence, and an intervention shows use.")
        for _ in range(2):
            await v.tick(days=1)
        past = await v.command("mira", "question past")
        assert PROMPT[:40] in str(card_of(past))


async def test_a_quiz_asks_the_groups_own_first_with_its_reasons_and_its_source(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v, kind="single")
        for path in ("quiz start", "quiz start"):
            await v.command("tomas", path, count=3)
        (quiz,) = await v.rows(quizzes)
        assert own in [q["item_id"] for q in quiz.questions]
        card = await v.command("mira", "quiz start", topic="interpretability", count=1)
        quiz = (await v.rows(quizzes))[-1]
        (question,) = quiz.questions
        assert question["item_id"] == own
        right = "ABC"[question["key"][0]]
        told = await v.press("mira", card, right)
        assert card_of(told).title == "Right"
        assert "Only an intervention tells about use" in words(told)
        assert "(https://example.org/probes_%28and%29_use)" in words(told)
        (kept,) = await v.rows(reviews)
        assert kept.item_id == own


async def test_mistakes_reviews_and_challenges_know_it(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v, kind="single")
        card = await v.command("mira", "quiz start", topic="interpretability", count=1)
        quiz = (await v.rows(quizzes))[-1]
        wrong = next(i for i in range(3) if i not in quiz.questions[0]["key"])
        await v.press("mira", card, "ABC"[wrong])
        assert CHOICE["prompt"] in words(await v.command("mira", "quiz mistakes")).replace("\\", "")
        await v.fill(
            "mira", await v.act("mira", OpenChallenge(quiz.id, 0)), why="Ablation alone does not show it."
        )
        await v.tick()
        kept = await v.command(ORGANISER, "question suggest")
        assert isinstance(kept, Private)
        told = next(c for c in kept.also if c.title == "A quiz question was challenged")
        assert "Ablating it changes the output" in words(told)
        assert own in words(told)
        assert "\\" not in words(told).partition("What counts as right:")[2]
        await v.press(ORGANISER, told, "Take it out")
        await v.command("tomas", "quiz start", topic="interpretability", count=1)
        assert own not in await _asked(v)
        await v.tick(days=3)
        assert own not in words(await v.command("mira", "quiz review"))
        assert {row.item_id for row in await v.rows(responses)} >= {own}


async def test_an_organiser_takes_one_out_whose_answer_is_wrong_with_all_it_brought(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v, kind="single")
        card = await v.command("mira", "quiz start", topic="interpretability", count=1)
        await v.press("mira", card, "ABC"[(await v.rows(quizzes))[-1].questions[0]["key"][0]])
        shown = await v.choose(ORGANISER, await v.command(ORGANISER, "bank browse"), own)
        read = await v.press(ORGANISER, await v.press(ORGANISER, shown, "Show the answer"), "Show it")
        doubted = await v.press(ORGANISER, read, "Its answer is wrong")
        assert "It is still asked." in words(doubted)
        assert sum(row.points for row in await v.points()) > 0
        out = await v.press(ORGANISER, doubted, "Take it out")
        assert sum(row.points for row in await v.points()) == 0
        assert await v.rows(reviews) == []
        told = await v.command("mira", "my record")
        assert isinstance(told, Private)
        assert "A question was found wrong" in [each.title for each in told.also]
        await v.press(ORGANISER, out, "Put it back")
        assert sum(row.points for row in await v.points()) > 0
        assert labels(await v.act(ORGANISER, SayWrong(1, own))) == ["Take it out", "Edit it"]


async def test_practice_offers_it_and_its_buttons_lead_on(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await accepted(v)
        seen = False
        card = await v.command("mira", "question practice", topic=leaf(v))
        for _ in range(12):
            if PROMPT in words(card).replace("\\", ""):
                seen = True
                assert labels(card) == ["Try it", "Hint", "Show the model answer", "Another one"]
                shown = await v.press("mira", card, "Show the model")
                assert "presence, not use" in words(shown)
                done = await v.fill(
                    "mira", await v.press("mira", card, "Try it"), answer="I would intervene on it."
                )
                assert card_of(done).title == "Compare"
                break
            card = await v.press("mira", card, "Another")
        assert seen


async def test_a_members_words_are_words_in_the_channel_as_well(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await accepted(v, prompt=LOUD, points="```\n# one\n- two", model="[x](https://example.org)")
        await v.tick(days=1)
        asked = (await v.rows(rounds))[-1].question
        assert plainly(asked["prompt"]) == LOUD.replace("**", "")
        assert plainly(asked["model_answer"]) == "[x](https://example.org)"
        assert [plainly(p) for p in asked["key_points"]] == ["```", "# one", "two"]


async def test_an_own_question_whose_topic_left_the_bank_waits(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        own = await accepted(v)
        bank = v.app.services.bank
        rest = TopicTree(t for t in bank.topics if not t.id.startswith("interpretability"))
        smaller = replace(v.app.services, bank=replace(bank, topics=rest, items=()))
        found = await v.app.database.read(lambda tx: bank_of(tx, smaller, 1))
        assert found.items == ()
        whole = await v.app.database.read(lambda tx: bank_of(tx, v.app.services, 1))
        assert whole.items[0].id == own


def test_an_item_is_made_once_for_each_text() -> None:
    said = {"topic": "optics", "kind": "recall", "prompt": "Dioptre", "back": "One over the focal length."}
    own = Own(1, 1, None, OwnState.ACCEPTED, said, "", "", None)
    assert as_asked(own) is as_asked(replace(own, item=dict(said)))
    assert as_asked(own) != as_asked(replace(own, item=said | {"back": "One over it."}))
