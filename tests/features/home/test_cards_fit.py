"""Every card of the overview fits every platform, whatever stands in it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord.rendering.render import render as discord_render
from adapters.local.render import card_view
from adapters.slack.rendering.render import render as slack_render
from bot.access.actions import ComeBack
from bot.chat.cards import Card, Picture
from bot.features.home.cards import (
    goal_card,
    interview_cleared_card,
    no_interview_card,
    plan_card,
    record_card,
)
from bot.features.home.rules import Mastery, Plan, Quizzed
from bot.features.home.welcome_back import best_card
from bot.features.points.streak_rules import Streak
from bot.membership.calendar.interview import EARLY, FINAL, MIDDLE
from tests.adapters.discord.support.limits import check_discord_message
from tests.adapters.slack.support.limits import check_slack_message
from tests.features.home.test_own_record import PLAIN, STRANGE, TODAY
from tests.support.local_driver import card_of, local_group

PICTURE = Picture("record.png", b"png", "Your record.")
PLANS = [
    Plan(10**12, TODAY + timedelta(days=left), TODAY, phase, due, practised, topics)
    for left, phase in ((-3, ""), (0, FINAL), (1, FINAL), (40, MIDDLE), (700, EARLY))
    for due in (0, 1, 12345)
    for practised in (True, False)
    for topics in ((), STRANGE)
]
RECORDS = [
    PLAIN,
    replace(PLAIN, points=None, interview=TODAY, streak=Streak(), due=0, topics=()),
    replace(PLAIN, goal=0),
    replace(PLAIN, streak=Streak(0, 99999), quizzed=Quizzed(10**6, 10**6, 10**5, 10**5), helped=10**7),
    replace(PLAIN, topics=tuple(Mastery(t[:60], 1, 2, 3) for t in STRANGE * 4), interview=TODAY),
]
CARDS = [
    *(plan_card(plan) for plan in PLANS),
    *(record_card(record, picture) for record in RECORDS for picture in (PICTURE, None)),
    *(
        goal_card(1, goal, done, left, changed=done > 2)
        for goal in range(1, 8)
        for done in (0, 7)
        for left in (0, goal)
    ),
    plan_card(replace(PLANS[-1], off=frozenset({TODAY, TODAY + timedelta(days=1)}))),
    no_interview_card(10**12),
    interview_cleared_card(10**12),
    best_card(10**12, ()),
]


def check(card: Card) -> None:
    check_discord_message(discord_render(card))
    check_slack_message(slack_render(card))
    assert card_view(card)["title"]
    assert len(card.buttons()) <= 5
    assert sum(b.style == "primary" for b in card.buttons()) <= 1


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_a_card_of_the_overview_fits_every_platform(card: Card) -> None:
    check(card)


async def test_a_week_of_strange_answers_fits_too(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for text in STRANGE:
            await v.answer("ada", (text + " ") * (1900 // (len(text) + 1)), consent="named")
            await v.tick(days=1)
        await v.tick(days=1)
        check(card_of(await v.act("ben", ComeBack(1, "best"))))
        v.clock.move(days=8)
        check(card_of(await v.command("ben", "my record")))
