"""Every card and form of the product, with the strangest content, fits every platform."""

import re
from dataclasses import dataclass, replace

import pytest

from adapters.discord.commands import commands as discord_commands
from adapters.discord.rendering.forms import render_form as discord_form
from adapters.discord.rendering.render import render as discord_render
from adapters.local.render import card_view
from adapters.slack.rendering.forms import render_form as slack_form
from adapters.slack.rendering.render import render as slack_render
from bot.access.door import CROWD_CAME
from bot.chat.actions import ActionTable, encode
from bot.chat.cards import Ask, Card, Form, Private, Public, Refuse, Select, Update
from bot.chat.commands import Registry
from bot.features.accounts.actions import ConfirmLink
from bot.features.custom_questions.actions import (
    OpenCorrection,
    OpenItem,
    ReadItem,
    Retire,
    ReviewAfter,
    ShowAnswer,
)
from bot.features.custom_questions.tables import own_questions
from bot.features.daily.actions import (
    AskNext,
    AskTakeBack,
    AskUnvote,
    AskWithdraw,
    Moderate,
    OpenPlan,
    PickQueued,
    ReadPair,
    Report,
    ShowRound,
    TakeBack,
    Unvote,
    Withdraw,
)
from bot.features.daily.tables import answers, rounds
from bot.features.group_settings.actions import Assign
from bot.features.group_settings.list_settings import DOOR
from bot.features.quiz.actions import ReadWhole
from bot.features.quiz.tables import quizzes
from bot.membership.organisers import tell_organisers
from bot.membership.tables import links
from bot.questions.kinds.presses import Tap
from tests.adapters.discord.support.limits import (
    check_discord_commands,
    check_discord_message,
    check_discord_modal,
)
from tests.adapters.slack.support.limits import check_slack_message, check_slack_view
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, card_of, labels, lists, local_app, words

STRANGE = (
    "word " * 390,
    "@everyone <!channel> <@U123> <#C1> </quiz:1> https://example.org " * 20,
    "```\n*_~`>|[x](y)\n```\n" * 60,
    "שלום עולם, مرحبا بالعالم " * 50,
    "Z̷̢̛͓a̸̧̛l̵̢̛g̸̡̛o " * 60,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 60,
    "<script>alert('x')</script> '; DROP TABLE answers; --",
    "一二三四五六七八九十" * 190,
)


async def _live_through_everything(v: LocalDriver, crowd: int) -> None:
    for path in ("help", "answer", "vote", "leaderboard"):
        await v.command("early", path)
    card = await v.command(ORGANISER, "group setup")
    for choice in lists(card)[0].options:
        await v.choose_change(card, choice.value)
    await v.set_up()
    await v.act(ORGANISER, Assign(1, "mocks"), "on")
    people = [f"member{n}" for n in range(crowd)]
    for day in range(3):
        for n, user in enumerate(people):
            said = STRANGE[n % len(STRANGE)] + f" {n}"
            await v.fill(user, await v.command(user, "answer"), answer="x" * 3001)
            await v.answer(user, said, ("named", "unnamed", "out")[n % 3])
        question = v.channel()[-1]
        for beginning in labels(question):
            await _press(v, "newcomer", question, beginning)
        await _lock(v, people[0])
        await v.command("passer", "question today")
        await v.tick(days=1)
        if day == 1:
            await _sign_up(v)
        for user in (*people, "newcomer"):
            page = await v.command(user, "vote")
            for _page in range(crowd):
                helps = [b for b in labels(page) if "helped me" in b]
                if not helps:
                    break
                await _press(v, user, page, "One thing") if user == people[1] else None
                page = await v.press(user, page, helps[0])
    await v.tick(days=1)
    await _wait(v)
    await _codes(v)
    await _joining(v)
    await _own_questions(v, people)
    await _every_command(v, people)
    await _take_back(v, people)
    await _log(v)


PAIRED = ("mira", "tomas", "amara")


async def _sign_up(v: LocalDriver) -> None:
    """Three are in for a mock interview, from the week's first reveal on."""
    (reveal,) = [card for card in v.channel() if "Not this week" in labels(card)]
    for user in PAIRED:
        hours = await v.press(user, reveal, "In, change")
        await v.choose(user, hours, "5")
        await v.press(user, hours, "Weekday evenings")


async def _wait(v: LocalDriver) -> None:
    """They are paired, and those of them who may say that they wait in vain."""
    for beginning in ("Read the script", "They're not here"):
        for user in PAIRED:
            await _press(v, user, v.private(user)[-1], beginning)
            await v.tick()


async def _codes(v: LocalDriver) -> None:
    """Connecting, linking and choosing among groups, with names as long as they can be."""
    for number in range(2):
        await v.command(ORGANISER, "group connect", code=f"{number:010}")
        await v.command("member0", "my link", code=f"{number:010}")
    shown = await v.command("member0", "my link")
    found = re.search(r"Code: `([0-9A-Z-]+)`", words(shown))
    assert found
    asked = await v.command("member1", "my link", code=found[1])
    await _press(v, "member1", asked, "Join the accounts")
    await v.tick()
    for link in await v.rows(links):
        await v.act("member0", ConfirmLink(link.id, sure=True))
    await v.tick()
    await v.press("member0", await v.command("member0", "my unlink"), "Keep all linked")


async def _joining(v: LocalDriver) -> None:
    """By invitation only: refused, with a wrong code and with a good one; and a crowd comes."""
    settings = await v.act(ORGANISER, Assign(1, DOOR), "invited")
    found = re.search(r"Code: `([0-9A-Z-]+)`", words(await v.press(ORGANISER, settings, "Invite somebody")))
    assert found
    asked = await v.press("invited", await v.command("invited", "answer"), "Enter the code")
    for code in ("y" * 40, found[1]):
        await v.fill("invited", asked, code=code)
    await v.act(ORGANISER, Assign(1, DOOR), "anyone")
    await v.app.database.write(lambda tx: tell_organisers(tx, 1, "group:1", CROWD_CAME, v.clock()))


async def _log(v: LocalDriver) -> None:
    """The log with as many lines as it can have, none of which can be undone but the last."""
    for number in range(20):
        card = await v.act(ORGANISER, Assign(1, "retention"), ("90", "365")[number % 2])
    await v.act(ORGANISER, Assign(1, "hour"), "11")
    shown = await v.command(ORGANISER, "group log")
    assert len(card_of(shown).blocks) == 20
    await v.choose(ORGANISER, shown, lists(shown)[0].options[0].value)
    await v.press(ORGANISER, await v.act(ORGANISER, Assign(1, "retention"), "30"), "Undo")
    assert labels(card)[-1] == "Undo this change"


async def _press(v: LocalDriver, user: str, card: object, beginning: str) -> None:
    shown = card_of(card)  # type: ignore[arg-type]  # a reply or a card
    if any(label.startswith(beginning) for label in labels(shown)):
        reply = await v.press(user, shown, beginning)
        if isinstance(reply, Ask):
            await v.fill(user, reply, **{reply.form.fields[0].id: "y" * 281})


async def _lock(v: LocalDriver, user: str) -> None:
    asked = await v.press(user, await v.command(user, "question today"), "Lock")
    await v.press(user, asked, "Lock it")


async def _take_back(v: LocalDriver, people: list[str]) -> None:
    """Answers, votes and running questions, taken back."""
    for row in (await v.rows(rounds))[-2:]:
        for action in (AskUnvote, Unvote, AskTakeBack, TakeBack):
            await v.act(people[0], action(row.id))
        for of_organisers in (AskWithdraw, Withdraw):
            await v.act(ORGANISER, of_organisers(row.id))
        await v.act(people[1], ShowRound(row.id))
    await v.tick()


async def _own_questions(v: LocalDriver, people: list[str]) -> None:
    """Questions of members' own, strange and as long as can be: suggested, refused, decided, imported, asked."""
    where = v.app.bank.topics.leaves()[0]
    step = await v.command(people[0], "question suggest")
    while lists(step):
        step = await v.choose(people[0], step, lists(step)[0].options[0].value)
    for n, said in enumerate(STRANGE):
        user, cut = people[n % len(people)], said[:300]
        asked = await v.command(user, "question suggest", topic=where, kind="open")
        await v.fill(user, asked, prompt=said * 2, points="", model=said * 2, link="javascript:")
        long = {
            "prompt": (said * 9)[:900],
            "points": "\n".join([cut.replace("\n", " ")[:240]] * 6),
            "model": (said * 9)[:1800],
        }
        await v.fill(user, asked, **long, hint=cut, link="https://example.org/" + "a" * 270)
        asked = await v.command(user, "question suggest", topic=where, kind="single")
        options = "\n".join(f"{'*' if i == 2 else ''}{i} {cut[:170]}".replace("\n", " ") for i in range(6))
        await v.fill(user, asked, prompt=(said * 9)[:900], options=options, why=(said * 9)[:1200])
    card = await v.command(ORGANISER, "bank review")
    await _press(v, ORGANISER, card, "Edit")
    await v.act(ORGANISER, ReviewAfter(1, 10**6))
    while "Accept" in labels(card):
        whole = card_of(card).read_all
        assert isinstance(whole, ReadItem)
        for part in range(3):
            await v.act(ORGANISER, replace(whole, part=part))
        stale = card
        card = await v.press(ORGANISER, card, "Accept")
    await v.press("boss", stale, "Accept")
    await v.fill(
        people[0], await v.command(people[0], "question suggest", topic=where, kind="open"), prompt="Why?"
    )
    for text in (*STRANGE, "::a:: How so, and why? {=yes ~no}\n\n" * 30):
        shown = await v.fill(
            ORGANISER, await v.command(ORGANISER, "bank import"), text=text[:3000], topic=where
        )
        for label in labels(shown):
            await v.press(ORGANISER, shown, label)
    for day in "01234":
        await v.fill(ORGANISER, await v.act(ORGANISER, OpenPlan(1)), day=day, topic="safety")
    for row in await v.rows(own_questions):
        await v.act(ORGANISER, OpenItem(1, "", 0), f"own.{row.id}")
        for action in (AskNext(1, f"own.{row.id}"), ShowAnswer(1, f"own.{row.id}", sure=True)):
            await v.act(ORGANISER, action)
        await v.act(ORGANISER, PickQueued(1), f"own.{row.id}")
        await v.act(ORGANISER, Retire(row.id, away=row.id % 3 == 0))
        if row.id % 4 == 0:
            asked = await v.act(ORGANISER, OpenCorrection(row.id, sure=True))
            if isinstance(asked, Ask):
                await v.fill(ORGANISER, asked, prompt=STRANGE[row.id % len(STRANGE)][:899])
    for days in (3, 1, 1):  # the next one is a Monday
        await v.tick(days=days)
        await v.answer(people[0], "What I would say.")
        await _lock(v, people[0])
        quiz = await v.command(people[0], "quiz start", topic=where, count=3)
        for _question in range(3):
            await _press(v, people[0], quiz, "A")
            quiz = await v.command(people[0], "quiz start")
            await v.act(people[0], ReadWhole((await v.rows(quizzes))[-1].id, 0, 0))
            await _press(v, people[0], quiz, "Next")


async def _every_command(v: LocalDriver, people: list[str]) -> None:
    for command in v.app.dispatcher.registry:
        options: dict[str, str | bool] = {}
        if command.option("on"):
            options["on"] = True
        for user in (ORGANISER, people[0]):
            reply = await v.command(user, command.name, **options)
            if isinstance(reply, Private | Update | Public):
                for select in lists(reply):
                    for choice in select.options[:3]:
                        await v.act(user, select.action, choice.value)
                for label in labels(reply):
                    if label not in ("Leave", "Leave the group", "Pause"):
                        await _press(v, user, reply, label)
    for reveal in [c for c in v.channel() if "reveal" in c.title and labels(c)]:
        for user in (ORGANISER, people[0], people[2]):
            page = await v.press(user, reveal, labels(reveal)[0])
            for _ in range(len(people)):
                if not any(label in ("Next answer", "Model answer") for label in labels(page)):
                    break
                page = await v.press(
                    user, page, "Next answer" if "Next answer" in labels(page) else "Model answer"
                )
            await _press(v, user, reveal, "How did mine do?")
    for row in (await v.rows(answers))[:2]:
        await v.act(people[-1], Report(row.round_id, row.id))
        await v.act(ORGANISER, Moderate(row.round_id, row.id, "remove"))
    await v.tick()


@dataclass(frozen=True)
class Lived:
    """What was shown while everything was lived through, and what the product knows of."""

    cards: list[Card]
    forms: list[Form]
    registry: Registry
    actions: ActionTable


_LIVED: dict[int, Lived] = {}


async def _lived(url: str, crowd: int) -> Lived:
    """Everything, lived through once for all tests that look at what was shown."""
    if crowd not in _LIVED:
        async with local_app(url) as v:
            await _live_through_everything(v, crowd)
            shown = [r for r in v.replies if isinstance(r, Private | Public | Update)]
            said = [c for r in shown for c in (r.card, *(r.also if isinstance(r, Private) else ()))]
            asked = [r.form for r in v.replies if isinstance(r, Ask | Refuse)]
            known = v.app.dispatcher
            cards = [*said, *v.watched.faces.values()]
            _LIVED[crowd] = Lived(cards, asked, known.registry, known._actions)
    return _LIVED[crowd]


@pytest.mark.slow
@pytest.mark.parametrize("crowd", [5, 9], ids=["one answer a page", "pairs"])
async def test_every_card_and_form_of_the_product_fits_every_platform(sqlite_url: str, crowd: int) -> None:
    lived = await _lived(sqlite_url, crowd)
    assert len(lived.cards) > 100
    titles = {c.title for c in lived.cards}
    assert len(titles) > 30
    assert "Many people are joining your group" in titles
    for card in lived.cards:
        check_discord_message(discord_render(card))
        check_slack_message(slack_render(card))
        assert card_view(card)["title"]
    for form in lived.forms:
        check_discord_modal(discord_form(form))
        check_slack_view(slack_form(form))
    check_discord_commands(discord_commands(lived.registry))


@pytest.mark.slow
@pytest.mark.parametrize("crowd", [5, 9], ids=["one answer a page", "pairs"])
async def test_every_control_of_every_card_leads_somewhere(sqlite_url: str, crowd: int) -> None:
    lived = await _lived(sqlite_url, crowd)
    for card in lived.cards:
        controls = [c for row in card.controls for c in row if hasattr(c, "action")]
        for made in (*(c.action for c in controls), *([card.read_all] if card.read_all else [])):
            assert lived.actions.decode(encode(made)) == made
        assert sum(b.style == "primary" for b in card.buttons()) <= 1, card.title
        taps = any(isinstance(b.action, Tap) for b in card.buttons())
        assert len(card.buttons()) <= (9 if taps else 8 if "ballot" in card.title else 5), card.title
        assert all(s.placeholder for row in card.controls for s in row if isinstance(s, Select))
    assert encode(ReadPair(10**6, 10**6, 10**6, 1))
