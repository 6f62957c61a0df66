"""Every card and form of quizzes, with the longest questions that a bank may hold, fits every platform."""

from pathlib import Path

import pytest
from sqlalchemy import update

from adapters.discord.rendering.forms import render_form as discord_form
from adapters.discord.rendering.render import render as discord_render
from adapters.local.render import card_view
from adapters.slack.rendering.forms import render_form as slack_form
from adapters.slack.rendering.render import render as slack_render
from bot.chat.actions import ActionTable, encode
from bot.chat.cards import Ask, Card, Form, Private, Public, Refuse, Update
from bot.features.quiz.actions import LookAtTyped, OpenOwn, ReadWhole
from bot.membership.tables import members
from bot.questions.literal import literal_line
from tests.adapters.discord.support.limits import check_discord_message, check_discord_modal
from tests.adapters.slack.support.limits import check_slack_message, check_slack_view
from tests.features.quiz.quizzing import (
    KINDS,
    PARTLY,
    RIGHT,
    WRONG,
    Raw,
    answer,
    change,
    newest,
    one_of,
    pass_step,
    quiz_of,
    raw_item,
    topic_of,
    whole,
    write_bank,
)
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, local_app, local_group, words

TYPED = (*KINDS, "short")
"""The kinds that a group quiz asks."""

MOST_OF_A_TEXT = 180
MOST_OF_A_STEP = 120
MOST_OF_A_LEFT = 100


def long(length: int, lead: str) -> str:
    """Words of exactly so many characters."""
    return (lead + " " + "attention heads mix values by weight " * 30)[:length].strip().ljust(length, "x")


def options(right: int, wrong: int) -> list[Raw]:
    return [
        {
            "text": long(MOST_OF_A_TEXT, f"{'Good' if n < right else 'Bad'} {n}"),
            "feedback": long(300, f"Because of {n}"),
            **({"correct": True} if n < right else {}),
        }
        for n in range(right + wrong)
    ]


LONGEST: dict[str, Raw] = {
    "single": {"options": options(1, 3)},
    "multi": {"options": options(3, 3)},
    "tf_reason": {"options": options(1, 5), "statement_is": False},
    "order": {"sequence": [long(MOST_OF_A_STEP, f"Step {n}") for n in range(7)]},
    "match": {
        "pairs": [
            {"left": long(MOST_OF_A_LEFT, f"Left {n}"), "right": long(MOST_OF_A_STEP, f"Right {n}")}
            for n in range(6)
        ]
    },
    "numeric": {"answer": {"tolerance": 0.5, "unit": "gigabytes in an evening"}},
    "short": {"accepted": [long(100, f"Answer {n} " + "*[_`" * 9) for n in range(8)]},
    "recall": {"back": long(900, "The back says")},
}


def longest_bank(folder: Path) -> Path:
    """A bank with one item of every kind, each as long as the schema lets it be."""
    common = {
        "explanation": long(900, "So it is."),
        "references": [{"key": "lens-paper", "where": "x" * 80}] * 3,
    }
    items = []
    for kind in (*TYPED, "recall"):
        prompt = long(860, "What is this,") + (" {power} of them?" if kind == "numeric" else " all in all?")
        items.append(
            raw_item(
                kind, topic=topic_of(kind), **{"prompt": prompt.ljust(900, "?"), **common, **LONGEST[kind]}
            )
        )
    return write_bank(folder, items)


async def _live(v: LocalDriver) -> None:
    await v.set_up()
    for path in ("quiz review", "quiz mistakes", "quiz history", "quiz stop"):
        await v.command("kenji", path)
    await change(v, update(members).where(members.c.name == "Kenji").values(organiser=True))
    for user, how in (("mira", WRONG), ("tomas", PARTLY), ("amara", RIGHT)):
        for kind in TYPED:
            await _answer_and_challenge(v, user, kind, how)
        await answer(v, user, *await one_of(v, "recall", user), how)
        await v.choose(
            user, await v.command(user, "quiz history"), "1" if user == "mira" else str(await newest(v))
        )
        await v.tick()
        for notice in v.private("kenji"):
            for label in labels(notice):
                await v.press("kenji", notice, label)
    await v.tick(days=5)
    for path in ("quiz mistakes", "quiz review"):
        await whole(v, "mira", path, WRONG)
    await whole(v, "mira", "quiz start", PARTLY)


async def _answer_and_challenge(v: LocalDriver, user: str, kind: str, how: str) -> None:
    card, quiz = await one_of(v, kind, user)
    if card_of(card).title == "No questions here yet":
        return
    if kind == "numeric":
        await v.fill(user, await v.press(user, card, "Type the number"), number="z" * 300)
    card = await answer(v, user, card, quiz, how)
    for page in (0, 1, 2):
        await v.act(user, ReadWhole(quiz, 0, page))
    if "Mine was right" in labels(card):
        await v.press(user, await v.press(user, card, "Mine was right"), "It was wrong")
    if "I guessed" in labels(card):
        await v.press(user, card, "I guessed")
    asked = await v.press(user, card, "Challenge")
    for why in ("", "w" * 700, "w" * 500):
        await v.fill(user, asked, why=why)
    await v.press(user, await v.command(user, "quiz start"), "See the result")


def _cards(v: LocalDriver) -> list[Card]:
    said = [r.card for r in v.replies if isinstance(r, Private | Public | Update)]
    return list(dict.fromkeys([*said, *v.watched.faces.values()]))


def _forms(v: LocalDriver) -> list[Form]:
    return [r.form for r in v.replies if isinstance(r, Ask | Refuse)]


@pytest.mark.slow
async def test_every_card_and_form_of_the_longest_quiz_fits_every_platform(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with local_app(sqlite_url, content=longest_bank(tmp_path)) as v:
        await _live(v)
        cards, forms = _cards(v), _forms(v)
        assert len(cards) > 80
        assert len({c.title for c in cards}) > 25
        known: ActionTable = v.app.dispatcher._actions
        elsewhere = 0
        for card in cards:
            discord, slack = discord_render(card), slack_render(card)
            check_discord_message(discord)
            check_slack_message(slack)
            assert card_view(card)["title"]
            if card.read_all is None:
                assert not discord.cut, card.title  # nothing is left out where it could not be read elsewhere
                assert not slack.cut, card.title
            elif discord.cut:
                elsewhere += 1
                assert "Read all" in str(discord.payload), card.title
            assert len(card.controls) <= 5
            assert sum(b.style == "primary" for b in card.buttons()) <= 1, card.title
            assert all(known.decode(encode(b.action)) == b.action for b in card.buttons())
            assert {b.label for b in card.buttons() if b.disabled_because} <= {"Check"}
        assert elsewhere
        for form in forms:
            check_discord_modal(discord_form(form))
            check_slack_view(slack_form(form))
        assert {type(f.submit).__name__ for f in forms} >= {"SendTyped", "SendChallenge"}


async def test_what_a_message_has_no_room_for_is_read_in_parts(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=longest_bank(tmp_path)) as v:
        for kind in TYPED:
            card, quiz = await one_of(v, kind)
            q = (await quiz_of(v, quiz)).question
            shown = card_of(await answer(v, "ada", card, quiz, WRONG))
            assert shown.read_all == ReadWhole(quiz, 0, 0)
            assert shown.read_all is not None
            pages = [card_of(await v.act("ada", shown.read_all))]
            for beginning in ("Read the answer", "Read the reason"):
                pages.append(card_of(await v.press("ada", pages[-1], beginning)))
            assert not any(discord_render(page).cut or slack_render(page).cut for page in pages), kind
            said = "\n".join(words(page) for page in pages)
            assert all(part in said for part in (q.prompt, *q.choices, *q.lefts, q.explanation)), kind
            assert all(literal_line(each) in said for each in q.accepted)
            assert all(q.feedback[i] in said for i in q.key)
            await v.command("ada", "quiz stop")


async def test_the_longest_group_quiz_fits_every_platform(sqlite_url: str, tmp_path: Path) -> None:
    async with local_group(sqlite_url, content=longest_bank(tmp_path)) as v:
        for number, kind in enumerate(TYPED):
            user = ("ada", "ben")[number % 2]
            await v.command(user, "quiz start", mode="group", topic=topic_of(kind), count=1)
            await v.tick(seconds=61)
            quiz = await newest(v)
            own = await v.act(user, OpenOwn(quiz, 0))
            await answer(v, user, own, quiz, WRONG)
            await v.tick()
            shown = next(c for c in v.channel() if c.title.endswith("the answer"))
            assert shown.read_all == ReadWhole(quiz, 0, 0)
            for page in (0, 1, 2):
                assert not discord_render(card_of(await v.act("chi", ReadWhole(quiz, 0, page)))).cut
            await pass_step(v, quiz)
        look = card_of(await v.act(ORGANISER, LookAtTyped(quiz)))
        assert not discord_render(look).cut
        for card in _cards(v):
            check_discord_message(discord_render(card))
            check_slack_message(slack_render(card))
        assert sum(c.title == "Group quiz: final result" for c in v.channel()) == len(TYPED)
