"""One's own quizzes through the real app: every kind, right, partly right and wrong; sessions; the choice of items."""

from pathlib import Path

import pytest

from bot.chat.cards import Accent, Ask, Private, Refuse, Slot, Update
from bot.chat.requests import Invoke
from bot.features.quiz.actions import Next
from bot.features.quiz.tables import quizzes, responses, reviews
from bot.questions.kinds import prepare
from bot.questions.kinds.presses import SayTruth, Seal, Tap, Undo
from tests.features.quiz.quizzing import (
    COMMON,
    KINDS,
    LETTERS,
    PARTLY,
    RIGHT,
    WRONG,
    answer,
    go_through,
    newest,
    one_of,
    options,
    presses,
    quiz_of,
    raw_item,
    start,
    topic_of,
    twice,
    with_every_kind,
    write_bank,
)
from tests.support.local_driver import button, card_of, form_of, labels, lists, local_group, words

SOURCE = "[On lenses (a survey)](https://arxiv.org/abs/2101.00001), section 2"


def one(folder: Path, kind: str, **changes: object) -> Path:
    return write_bank(folder, [raw_item(kind, 1, **changes)])


async def test_a_quiz_goes_through_every_kind_to_a_result(database_url: str, tmp_path: Path) -> None:
    async with with_every_kind(database_url, tmp_path) as v:
        card, quiz = await start(v, count=6)
        kinds = set()
        for n in range(6):
            kinds.add((await quiz_of(v)).question.kind.value)
            assert f"Quiz: {n + 1} of 6" in words(card)
            card = await answer(v, "ada", card, quiz)
            assert card_of(card).title == "Right", words(card)
            card = await twice(v, "ada", card, "See the result" if n == 5 else "Next question")
        assert card_of(card).title == "Quiz: 6 of 6 right"
        assert kinds == set(KINDS)
        assert sum(r.points for r in await v.points()) == 10
        assert len(await v.rows(reviews)) == 6
        assert all(r.correct for r in await v.rows(responses))


async def test_the_shipped_bank_makes_a_quiz_of_twenty(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        card, quiz = await start(v, count=20)
        questions = (await quiz_of(v)).questions
        assert len({q.item_id for q in questions}) == 20
        assert card_of(await go_through(v, "ada", card, quiz)).title == "Quiz: 20 of 20 right"


async def test_a_wrong_answer_of_any_kind_says_so_with_the_right_one_and_a_source(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        for kind in KINDS:
            card, quiz = await one_of(v, kind)
            card = await answer(v, "ada", card, quiz, WRONG)
            assert (card_of(card).title, card_of(card).accent) == ("Not this time", Accent.BAD), kind
            assert SOURCE in words(card)
            assert "Light bends where its speed changes" in words(card)
            assert labels(card) == ["See the result", "Challenge"]
            card = await v.press("ada", card, "See the result")
            assert card_of(card).title == "Quiz: 0 of 1 right"
            assert SOURCE in words(card)
        assert {(r.sealed, r.correct, r.score) for r in await v.rows(responses)} == {(True, False, 0.0)}
        assert await v.points() == []


async def test_a_partly_right_answer_gets_a_part_and_says_why(sqlite_url: str, tmp_path: Path) -> None:
    parts = {
        "multi": (1 / 3, "You found 1 of the 3 right ones."),
        "tf_reason": (0.5, "The statement is **true**; you said true."),
        "order": (2 / 3, "Your order:"),
        "match": (1 / 3, "(you chose:"),
    }
    async with with_every_kind(sqlite_url, tmp_path) as v:
        for kind, (score, explained) in parts.items():
            card, quiz = await one_of(v, kind)
            card = await answer(v, "ada", card, quiz, PARTLY)
            assert card_of(card).title == f"Partly right: {round(score * 100)} %"
            assert card_of(card).accent is Accent.GOLD
            assert explained in words(card), kind
            response = (await v.rows(responses))[-1]
            assert (response.score, response.correct) == (pytest.approx(score), False)
            assert "and 1 partly" in words(await v.press("ada", card, "See the result"))


async def test_the_reasons_of_the_chosen_and_of_the_right_option_are_shown_and_no_others(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await one_of(v, "single")
        q = (await quiz_of(v, quiz)).question
        assert "for a reason" not in words(card)
        wrong = next(i for i in range(4) if i not in q.key)
        said = words(await v.press("ada", card, LETTERS[wrong]))
        assert f"✗ You chose **{LETTERS[wrong]}**: {q.choices[wrong]}\\\n{q.feedback[wrong]}" in said
        assert f"✓ Right is **{LETTERS[q.key[0]]}**: good 0\\\nGood 0 is right for a reason." in said
        assert said.count("for a reason") == 2


async def test_a_mark_can_be_taken_back_and_a_wrong_one_takes_away_what_a_right_one_gives(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await one_of(v, "multi")
        q = (await quiz_of(v, quiz)).question
        assert button(card, "Check").disabled_because == "Choose at least one first."
        assert "A wrong one takes away what a right one gives" in words(card)
        card = await v.press("ada", card, "B")
        assert labels(card)[1] == "B ✓"
        card = await v.press("ada", card, "B ✓")
        assert labels(card)[1] == "B"
        assert button(card, "Check").disabled_because
        wrong = next(i for i in range(5) if i not in q.key)
        for index in (*q.key[:2], wrong):
            card = await v.press("ada", card, LETTERS[index])
        assert f"**{LETTERS[wrong]}**  {q.choices[wrong]} ✓" in words(card)
        card = await v.press("ada", card, "Check")
        assert card_of(card).title == "Partly right: 17 %"
        assert "You found 2 of the 3 right ones, and chose 1 that is not right." in words(card)


async def test_the_verdict_comes_first_then_its_reason(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, _ = await one_of(v, "tf_reason")
        assert labels(card) == ["True", "False", "Stop here"]
        assert "good 0" not in words(card)
        card = await v.press("ada", card, "False")
        assert "You say it is **false**. Because:" in words(card)
        assert labels(card) == ["A", "B", "C", "Undo", "Stop here"]
        card = await v.press("ada", card, "Undo")
        assert labels(card) == ["True", "False", "Stop here"]
        card = await answer(v, "ada", card)
        assert card_of(card).title == "Right"
        assert "The statement is **true**; you said true." in words(card)


async def test_steps_are_tapped_in_sequence_and_taken_back_one_by_one(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, _ = await one_of(v, "order")
        card = await v.press("ada", await v.press("ada", card, "C"), "A")
        assert "Your order so far: **C → A**" in words(card)
        assert labels(card) == ["B", "D", "Undo", "Stop here"]  # what is placed is no choice any more
        card = await v.press("ada", card, "Undo")
        assert "Your order so far: **C**" in words(card)
        assert labels(card) == ["A", "B", "D", "Undo", "Stop here"]
        for letter in "AB":  # the last one places itself
            card = await v.press("ada", card, letter)
        assert labels(card) == ["Check", "Undo", "Stop here"]
        assert "Your order so far: **C → A → B → D**" in words(card)
        said = words(await v.press("ada", card, "Check"))
        q = (await quiz_of(v)).question
        assert "Your order: C → A → B → D" in said
        assert "\n".join(f"- **{LETTERS[i]}**  {q.choices[i]}" for i in q.key) in said


async def test_one_left_item_is_matched_at_a_time(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, _ = await one_of(v, "match")
        assert "- **convex: ?**\n- concave\n" in words(card)
        card = await v.press("ada", card, "B")
        assert "- convex: **B**\n- **concave: ?**\n- flat glass" in words(card)
        assert labels(card) == ["A", "C", "D", "Undo", "Stop here"]
        card = await v.press("ada", card, "Undo")
        assert "- **convex: ?**" in words(card)
        card = await answer(v, "ada", card)
        assert "- ✓ convex: brings it together" in words(card)


async def test_a_number_is_asked_with_its_unit_and_tolerance_and_a_refused_one_comes_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await one_of(v, "numeric")
        assert "Give a number in cm. An answer within 0.5 counts." in words(card)
        asked = await v.press("ada", card, "Type the number")
        assert isinstance(asked, Ask)
        field = form_of(asked).fields[0]
        assert (field.label, field.help) == (
            "Your answer in cm",
            "Give a number in cm. An answer within 0.5 counts.",
        )
        for typed in ("about ten", "", "1/0", "1e400"):
            refused = await v.fill("ada", asked, number=typed)
            assert isinstance(refused, Refuse)
            assert refused.errors["number"]
            assert getattr(refused.form.fields[0], "value", None) == typed
        q = (await quiz_of(v, quiz)).question
        assert q.value is not None
        card = await v.fill("ada", asked, number=f"{q.value + 0.4:.3f} cm")
        assert card_of(card).title == "Right"
        assert "You said **" in words(card)


async def test_numbers_are_read_as_people_type_them(sqlite_url: str, tmp_path: Path) -> None:
    typed = {"1,5": 1.5, "1.5e9": 1.5e9, "1.5 × 10^8": 1.5e8, "12,345": 12345, "12 %": 0.12}
    items = [
        {
            "id": f"optics.lenses.q{n:02}",
            **COMMON,
            "kind": "numeric",
            "prompt": "How many are there?",
            "answer": {"value": value},
        }
        for n, value in enumerate(typed.values(), 1)
    ]
    async with local_group(sqlite_url, content=write_bank(tmp_path, items)) as v:
        card, quiz = await start(v, count=5)
        by_value = {value: text for text, value in typed.items()}
        for _ in range(5):
            assert "Give a number." in words(card)
            value = (await quiz_of(v, quiz)).question.value
            assert value is not None
            card = await v.fill("ada", await v.press("ada", card, "Type the number"), number=by_value[value])
            assert card_of(card).title == "Right", words(card)
            card = await v.press("ada", card, labels(card)[0])


async def test_a_template_asks_fresh_numbers_each_time(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=one(tmp_path, "numeric")) as v:
        seen = set()
        for user in ("ada", "ben", "cem", "dora", "emil", "fay"):
            card, quiz = await start(v, user)
            q = (await quiz_of(v, quiz)).question
            assert "{power}" not in words(card)
            seen.add(q.value)
        assert len(seen) >= 3


async def test_choices_are_shuffled_for_each_session_and_come_back_from_its_seed(
    sqlite_url: str, tmp_path: Path
) -> None:
    content = one(tmp_path, "single")
    async with local_group(sqlite_url, content=content) as v:
        orders = set()
        for user in ("ada", "ben", "cem", "dora", "emil", "fay"):
            _, quiz_id = await start(v, user)
            quiz = await quiz_of(v, quiz_id)
            orders.add(quiz.question.choices)
            assert prepare(v.app.bank.item(quiz.question.item_id), quiz.seed) == quiz.question
        assert len(orders) >= 3
        assert all(sorted(o) == ["bad 0", "bad 1", "bad 2", "good 0"] for o in orders)


# Sessions -----------------------------------------------------------------------------------------------------------


async def test_an_unfinished_quiz_is_opened_again_where_it_was_also_after_a_restart(
    database_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(database_url, tmp_path) as v:
        card, _ = await start(v, count=6)
        card = await v.press("ada", await answer(v, "ada", card), "Next question")
        before = card_of(card)
        again = await v.command("ada", "quiz start")
        assert card_of(again).title == before.title == "Quiz: 2 of 6"
        assert card_of(again).controls == before.controls
        assert "You had not finished this one, so it continues where you were." in words(again)
        await v.restart()
        again = await v.command("ada", "quiz start")
        assert card_of(again).controls == before.controls
        assert isinstance(again, Private)
        assert again.slot == Slot("quiz-solo")
        assert len(await v.rows(quizzes)) == 1
        assert card_of(await go_through(v, "ada", again)).title == "Quiz: 6 of 6 right"


async def test_another_quiz_than_the_unfinished_one_is_asked_about_and_a_stop_says_so_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        await start(v, count=6)
        way = await v.command("ada", "quiz start", topic="kinds.order", count=2)
        assert labels(way) == ["Go on with it", "End it and start this"]
        assert "It is your quiz, at question 1 of 6." in words(way)
        assert card_of(await v.press("ada", way, "Go on with it")).title == "Quiz: 1 of 6"
        assert card_of(await v.command("ada", "quiz start", count=6)).title == "Quiz: 1 of 6", "the same one"
        assert card_of(await v.press("ada", way, "End it and start this")).title == "Quiz: 1 of 1"
        one, other = await v.rows(quizzes)
        assert (one.state, other.state, other.topic) == ("stopped", "asking", "Order")
        assert words(await v.command("ada", "quiz stop")).count("topped") == 2, "in the title and once below"


async def test_a_stop_says_which_of_two_running_quizzes_it_was(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        await v.command("ada", "quiz start", mode="group", count=2)
        await start(v, count=6)
        said = words(await v.command("ada", "quiz stop"))
        assert "Stopped: your quiz, at question 1 of 6. Still running: the group quiz." in said


async def test_without_a_topic_a_quiz_is_mixed_from_all_roots(sqlite_url: str, tmp_path: Path) -> None:
    leaves = [*map(topic_of, ("single", "multi", "order", "match")), "sound.pitch"]
    items = [raw_item("single", n, topic=leaf) for leaf in leaves for n in range(1, 4)]
    async with local_group(sqlite_url, content=write_bank(tmp_path, items)) as v:
        _, quiz = await start(v, count=3)
        assert {q.root for q in (await quiz_of(v, quiz)).questions} == {"kinds", "sound"}


async def test_a_half_made_answer_is_there_again_after_a_restart(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, _ = await one_of(v, "order")
        card = await v.press("ada", await v.press("ada", card, "C"), "A")
        await v.restart()
        again = await v.command("ada", "quiz start")
        assert "Your order so far: **C → A**" in words(again)


async def test_stopping_ends_a_quiz_and_shows_how_it_went(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card = await v.command("ada", "quiz stop")
        assert card_of(card).title == "No quiz is running"
        card, _ = await start(v, count=6)
        card = await v.press("ada", await answer(v, "ada", card), "Stop here")
        assert card_of(card).title == "Quiz: 1 of 1 right"
        assert "You stopped after 1 of 6. It comes back when" in words(card)
        card, quiz = await start(v, count=2)
        assert quiz == 2
        card = await v.press("ada", card, "Stop here")
        assert card_of(card).title == "Quiz stopped"
        assert "Nothing is counted" in words(card)
        card = await v.press("ada", card, "Another quiz")
        assert card_of(card).title == "Quiz: 1 of 2"


async def test_history_lists_sessions_and_opens_one_with_what_to_read_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card = await v.command("ada", "quiz history")
        assert "You have not finished one yet." in words(card)
        first = await v.press("ada", card, "Start a quiz")
        await go_through(v, "ada", first, how=WRONG)
        card, quiz = await start(v, count=2, topic="kinds")
        await go_through(v, "ada", card, quiz)
        card = await v.command("ada", "quiz history")
        assert "Quiz: 0 of 6 right" in words(card)
        assert "Quiz on Kinds: 2 of 2 right" in words(card)
        opened = await v.choose("ada", card, "1")
        assert card_of(opened).title == "Quiz: 0 of 6 right"
        assert SOURCE in words(opened)
        assert lists(card)[0].options[0].value == "2"  # the newest first
        assert "Nothing" not in words(await v.choose("ada", card, "2"))
        await v.command("ben", "quiz history")
        assert card_of(await v.choose("ben", card, "1")).title == "This quiz is not yours"


async def test_a_quiz_never_asks_an_item_twice_and_unseen_ones_come_first(
    sqlite_url: str, tmp_path: Path
) -> None:
    items = [raw_item("single", n, topic=t) for n in range(1, 7) for t in ("optics.lenses", "sound.pitch")]
    async with local_group(sqlite_url, content=write_bank(tmp_path, items)) as v:
        asked: list[str] = []
        for _ in range(3):
            card, quiz = await start(v, count=4)
            ids = [q.item_id for q in (await quiz_of(v, quiz)).questions]
            assert len(set(ids)) == 4
            asked += ids
            await go_through(v, "ada", card, quiz)
        assert len(set(asked)) == 12
        card, quiz = await start(v, count=20)
        assert len((await quiz_of(v, quiz)).questions) == 12  # no more than there are


async def test_a_topic_is_taken_at_every_level_and_by_alias_and_again_for_the_next_quiz(
    sqlite_url: str, tmp_path: Path
) -> None:
    optics = {"optics.lenses", "optics.colours"}
    said = {
        "optics": optics,
        "Optics": optics,
        "light": optics,
        "refraction": optics,
        "optics.colours": {"optics.colours"},
        "pitch": {"sound.pitch"},
        "": {*optics, "sound.pitch"},
    }
    items = [raw_item("single", n, topic=t) for n in (1, 2) for t in (*optics, "sound.pitch")]
    async with local_group(sqlite_url, content=write_bank(tmp_path, items)) as v:
        for topic, leaves in said.items():
            _, quiz = await start(v, topic=topic, count=6)
            assert {q.topic for q in (await quiz_of(v, quiz)).questions} == leaves, topic
            card = await v.command("ada", "quiz stop")
            await v.press("ada", card, "Another quiz")
            assert {q.topic for q in (await quiz_of(v, await newest(v))).questions} == leaves, topic
            await v.command("ada", "quiz stop")


async def test_rlhf_stands_under_two_topics_of_the_shipped_bank(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        _, quiz = await start(v, topic="RLHF", count=5)
        roots = {q.root for q in (await quiz_of(v, quiz)).questions}
        assert roots == {"constitutional-ai", "ml-fundamentals"}
        found = await v.app.dispatcher.complete(
            v.request("ada", Invoke("quiz start", {})), "quiz start", "topic", "rlhf"
        )
        assert {c.value.split(".")[0] for c in found} >= roots


async def test_the_wanted_difficulty_comes_first_and_the_nearest_fill_up(
    sqlite_url: str, tmp_path: Path
) -> None:
    items = [raw_item("single", n, difficulty=1 + (n - 1) // 2) for n in range(1, 11)]
    async with local_group(sqlite_url, content=write_bank(tmp_path, items)) as v:
        _, quiz = await start(v, count=2, difficulty="5")
        assert [q.difficulty for q in (await quiz_of(v, quiz)).questions] == [5, 5]
        await v.command("ada", "quiz stop")
        _, quiz = await start(v, count=3, difficulty="very hard")
        assert sorted(q.difficulty for q in (await quiz_of(v, quiz)).questions) == [4, 5, 5]


# The same press twice -----------------------------------------------------------------------------------------------


async def test_presses_that_arrive_again_have_one_effect_for_every_kind(
    sqlite_url: str, tmp_path: Path
) -> None:
    pressed = [k for k in KINDS if k != "numeric"]
    async with with_every_kind(sqlite_url, tmp_path) as v:
        for user, how in (("ada", RIGHT), ("ben", WRONG)):
            await start(v, user)
            await v.command(user, "quiz stop")
            for kind in pressed:
                card, quiz = await one_of(v, kind, user)
                if kind != "single":
                    card = await twice(v, user, card, "True" if kind == "tf_reason" else "A")
                    card = await twice(v, user, card, "A ✓" if kind == "multi" else "Undo")
                for beginning in presses((await quiz_of(v, quiz)).question, how):
                    card = await twice(v, user, card, beginning)
                assert card_of(card).title == ("Right" if how == RIGHT else "Not this time")
                if how == RIGHT:
                    card = await twice(v, user, card, "I guessed")
                card = await twice(v, user, card, "See the result")
                assert card_of(card).title == f"Quiz: {int(how == RIGHT)} of 1 right"
        assert len(await v.rows(responses)) == 2 * len(pressed)
        assert {r.seen for r in await v.rows(reviews)} == {1}
        assert [r.points for r in await v.points()] == [2] * len(pressed)


async def test_a_number_sent_twice_counts_once(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        card, quiz = await one_of(v, "numeric")
        asked = await v.press("ada", card, "Type the number")
        value = (await quiz_of(v, quiz)).question.value
        first = await v.fill("ada", asked, number=repr(value))
        assert words(await v.fill("ada", asked, number="0")) == words(first)
        assert words(await v.press("ada", card, "Type the number")) == words(first)
        assert [(r.correct, r.sealed) for r in await v.rows(responses)] == [(True, True)]
        assert (await v.rows(reviews))[0].seen == 1


async def test_the_command_that_arrives_again_starts_no_second_quiz(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        request = v.request("ada", Invoke("quiz start", {"count": 3}))
        first = await v.handle(request)
        assert card_of(await v.handle(request)).title == "Already done"
        assert card_of(await v.command("ada", "quiz start", count=3)).controls == card_of(first).controls
        assert len(await v.rows(quizzes)) == 1


async def test_what_a_card_does_not_offer_yet_has_no_effect(sqlite_url: str, tmp_path: Path) -> None:
    async with with_every_kind(sqlite_url, tmp_path) as v:
        _, quiz = await one_of(v, "multi")
        assert card_of(await v.act("ada", Next(quiz, 0))).title == "Quiz: 1 of 1"
        assert card_of(await v.act("ada", Seal(quiz, 0))).title == "Your answer is not complete yet"
        assert (await v.rows(responses)) == []
        _, quiz = await one_of(v, "tf_reason", "ben")
        await v.act("ben", Tap(quiz, 0, 0, True))
        card = await v.act("ben", SayTruth(quiz, 0, truth=True))
        assert labels(card) == ["A", "B", "C", "Undo", "Stop here"], (
            "a reason answers nothing before the verdict"
        )
        card, quiz = await one_of(v, "order", "cem")
        await v.press("cem", card, "A")
        card = await v.act("cem", Undo(quiz, 0, -1))
        assert isinstance(card, Update)
        assert "so far" not in words(card), "less than nothing is nothing"


async def test_options_may_be_as_many_as_the_kind_allows(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=one(tmp_path, "multi", options=options(3, 3))) as v:
        card, _ = await start(v)
        assert [[c.label for c in row] for row in card_of(card).controls] == [  # type: ignore[union-attr]
            ["A", "B", "C", "D", "E"],
            ["F"],
            ["Check", "Stop here"],
        ]
