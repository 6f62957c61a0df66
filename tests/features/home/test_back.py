"""The welcome after a while away, and where its buttons lead."""

from bot.access.actions import ComeBack
from bot.access.greeting import WELCOME, WELCOME_BACK
from bot.chat.cards import Ask, Verbatim
from tests.features.daily.acting import quoted, vote_all
from tests.support.local_driver import (
    LocalDriver,
    button,
    card_of,
    form_of,
    labels,
    local_group,
    plain,
    words,
)

WAYS = ["Today's question", "Best of the week", "5-minute review"]


async def a_week_later(v: LocalDriver) -> None:
    for _ in range(7):
        await v.tick(days=1)


async def test_who_was_away_for_a_week_and_no_less_is_welcomed_once_with_ways_back(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        first = await v.command("ada", "my goal")
        assert WELCOME in words(first)
        v.clock.move(days=6, hours=23)
        assert WELCOME_BACK not in words(await v.command("ada", "my goal"))
        await a_week_later(v)
        back = await v.command("ada", "my goal")
        assert WELCOME_BACK in words(back)
        assert labels(back)[-3:] == WAYS
        assert WELCOME_BACK not in words(await v.command("ada", "my goal"))
        today = card_of(await v.press("ada", back, WAYS[0])).title
        assert today == card_of(await v.command("ada", "question today")).title
        assert card_of(await v.press("ada", back, WAYS[2])).title == "Nothing to review"
        assert card_of(await v.act("ada", ComeBack(1, "nowhere"))).title == today


async def test_the_greeting_rides_on_whatever_was_asked_for_as_far_as_there_is_room(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        users = ("ada", "ben", "chi", "dee", "eve", "fay")
        for user in (*users, "gil"):
            await v.command(user, "my goal")
        await a_week_later(v)
        paths = (
            "question today",
            "question practice",
            "my record",
            "leaderboard",
            "group status",
            "quiz history",
        )
        for user, path in zip(users, paths, strict=True):
            shown = await v.command(user, path)
            assert WELCOME_BACK in words(shown), path
            assert len(labels(shown)) <= 5, path
            assert any(way in labels(shown) for way in WAYS), path
        asked = await v.command("gil", "answer")
        assert isinstance(asked, Ask)
        assert plain(form_of(asked).intro).startswith(WELCOME_BACK), "a form greets as well"


async def test_the_best_of_the_week_shows_revealed_answers_by_consent_alone(database_url: str) -> None:
    async with local_group(database_url) as v:
        consents = {"ada": "out", "ben": "named", "chi": "unnamed", "dee": "unnamed"}
        for user, consent in consents.items():
            await v.answer(user, f"{user}: what I would say.", consent=consent)
        await v.tick(days=1)
        for voter in ("ben", "chi", "dee"):
            await vote_all(v, voter, ("ada", "ben"))
        await v.answer("ben", "ben: sealed until its reveal.", consent="named")
        best = ComeBack(1, "best")
        assert "No answers were revealed" in words(await v.act("fay", best))
        await v.tick(days=1)
        shown = await v.act("fay", best)
        assert quoted(shown) == ["ben: what I would say."]
        assert "Ben" in words(shown)
        assert "ada:" not in words(shown)
        assert "sealed" not in words(shown)
        assert "1 of 3" in card_of(await v.press("fay", shown, "Read Monday's")).title
        v.clock.move(days=8)
        assert "No answers were revealed" in words(await v.act("fay", best))


async def test_an_answer_taken_back_by_its_author_is_no_best_of_the_week(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await v.answer("ben", "ben: what I would say.", consent="named")
        await v.tick(days=1)
        await v.tick(days=1)
        best = ComeBack(1, "best")
        assert quoted(await v.act("fay", best)) == ["ben: what I would say."]
        await v.press("ben", await v.command("ben", "my delete"), "Delete")
        assert "No answers were revealed" in words(await v.act("fay", best))


async def test_a_week_of_long_answers_is_shown_in_short_with_a_way_to_each(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        for n in range(7):
            await v.answer("ada", f"{n} " + "A long answer. " * 120, consent="named")
            await v.tick(days=1)
        await v.tick(days=1)
        shown = await v.act("ben", ComeBack(1, "best"))
        quotes = [b for b in card_of(shown).blocks if isinstance(b, Verbatim)]
        assert 3 <= len(quotes) == len(labels(shown)) <= 5
        assert all(len(b.text) <= 500 for b in quotes)
        assert card_of(await v.act("ben", button(shown, "Read").action)).title.endswith("1 of 1")
