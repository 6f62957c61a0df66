"""A mock interview of two, from the question to what was written, as its people see it."""

import json
from dataclasses import fields
from datetime import timedelta
from functools import partial

import pytest

from bot.chat.actions import encode
from bot.chat.cards import MAX_CHOICES, Accent, Ask, Moment, Refuse, Text
from bot.chat.requests import Invoke, Press
from bot.database.tables import transcript
from bot.features.mock import running, starting
from bot.features.mock.queries import due
from bot.features.mock.tables import mock_forms, mocks
from bot.features.points.streak_rules import Act
from bot.features.points.tables import activity, ledger
from bot.questions.kinds import SCRIPT_KINDS
from tests.features.mock.interviewing import (
    SCREEN,
    agreed,
    asked,
    felt,
    met,
    newest,
    pinned,
    press,
    sheet,
    talked,
)
from tests.features.privacy.private_life import delete_me, recorded, traces
from tests.support.local_driver import HERE, card_of, labels, lists, local_app, words


async def test_both_are_led_through_the_parts_and_a_restart_loses_nothing(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await agreed(v, script=SCREEN)
        script = v.app.bank.item(SCREEN)
        assert script.rounds[0].ask in words(v.private("mira")[-1])
        assert script.rounds[0].ask not in words(v.private("tomas")[-1])
        assert labels(v.private("tomas")[-1]) == ["Not now"]
        assert await pinned(v, "tomas") == ("ready", v.private("tomas")[-1].title)
        for number, part in enumerate(script.rounds):
            await press(v, "mira", "Next part" if number else "Ask the first part")
            if number == 1:
                await v.restart()
            interviewer, candidate = v.private("mira")[-1], v.private("tomas")[-1]
            assert part.look_for[0] in words(interviewer)
            assert part.follow_ups[0] in words(interviewer)
            assert part.ask in words(candidate)
            assert part.look_for[0] not in words(candidate)
            until = [
                p for b in candidate.blocks if isinstance(b, Text) for p in b.parts if isinstance(p, Moment)
            ]
            begun = (await v.rows(mocks))[0].part_at
            assert [((m.at - begun).total_seconds(), m.style) for m in until] == [(part.minutes * 60, "time")]
            assert await pinned(v, "tomas") == ("under way", candidate.title)
            v.clock.move(minutes=part.minutes)
        assert (len(v.private("mira")), len(v.private("tomas"))) == (1, 1)
        await press(v, "mira", "Finish")
        assert labels(v.private("mira")[-1]) == ["Fill in the sheet"]
        assert labels(v.private("tomas")[-1]) == ["Say how it was"]


async def test_what_both_wrote_is_released_together_words_first(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script=SCREEN)
        sent = await sheet(v)
        assert card_of(sent).title == "Sent"
        assert "You paused to think." not in " ".join(map(words, v.private("tomas")))
        await felt(v)
        for user in ("mira", "tomas"):
            result = v.private(user)[-1]
            assert "You paused to think." in words(result)
            assert "Calm after the first minute." in words(result)
            assert "seen" not in words(result)
            assert labels(result) == ["Show scores", "Swap roles"]
        scores = words(await v.press("tomas", v.private("tomas")[-1], "Show scores"))
        assert "6 of 10" in scores
        record = await v.command("tomas", "my record")
        assert "23 Nov, Recruiter screen, as the candidate" in words(record)
        past = await v.choose("tomas", await v.press("tomas", record, "My mocks"), "1")
        assert "You paused to think." in words(past)
        acts = {(row.member_id, row.acts & Act.MOCK) for row in await v.rows(activity) if row.acts & Act.MOCK}
        assert len(acts) == 2
        assert not await v.rows(ledger)


async def test_swapping_roles_goes_on_with_a_script_that_the_new_candidate_has_not_seen(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script=SCREEN)
        await sheet(v)
        await felt(v)
        await press(v, "tomas", "Swap roles")
        again = words(await v.press("mira", v.private("mira")[-2], "Swap roles"))
        assert "a new message has the next script" in again  # both have pressed, and one mock has begun
        first, second = await v.rows(mocks)
        assert (second.interviewer_id, second.candidate_id) == (first.candidate_id, first.interviewer_id)
        assert second.item_id != first.item_id
        await press(v, "tomas", "Ask the first part")
        assert v.private("mira")[-1].title.startswith("Part 1 of")


async def test_the_interviewer_gets_a_script_that_they_were_candidate_for(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script="process.rounds.onsite.values.q01")
        await v.command("amara", "question today")
        await v.command("tomas", "mock", **{"with": "Amara"})
        await v.tick()
        await press(v, "amara", "I'll be interviewed")
        assert (await v.rows(mocks))[-1].item_id == "process.rounds.onsite.values.q01"


async def test_not_now_is_said_kindly_and_not_asked_again_the_same_day(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await asked(v)
        assert await pinned(v, "tomas") == ("you are asked", "A mock interview together?")
        assert await pinned(v, "mira") == ("not answered yet", "Asked")
        await press(v, "tomas", "Not now")
        assert await pinned(v, "tomas") is None
        assert v.private("mira")[-1].title == "Not this time"
        again = await v.command("mira", "mock", **{"with": "@tomas"})
        assert card_of(again).title == "They said not now"
        await v.tick(days=1, minutes=1)
        assert card_of(await v.command("mira", "mock", **{"with": "@tomas"})).title == "Asked"


@pytest.mark.parametrize(
    ("answers", "shown"), [("I'll interview", "Recruiter screen, 30 minutes"), ("Not now", "Not this time")]
)
async def test_the_answer_takes_the_place_of_asked_in_the_room(
    sqlite_url: str, answers: str, shown: str
) -> None:
    async with recorded(sqlite_url) as v:
        await asked(v, script=SCREEN)
        await press(v, "tomas", answers)
        stand = [row.body for row in await v.rows(transcript) if row.audience == "mira" and row.body]
        assert [json.loads(body)["title"] for body in stand if "Asked" in body or shown in body] == [shown]


async def test_a_demonstrations_sample_member_agrees_at_once_and_says_how_it_was(sqlite_url: str) -> None:
    async with local_app(sqlite_url, demo=True) as v:
        assert "Mira (sample)" in str(lists(await v.command("you", "mock"))[0].options)
        card = await v.command("you", "mock", **{"with": "@mira"}, script=SCREEN)
        assert "You interview Mira (sample)." in words(card)
        while (beginning := labels(card)[0]) != "Fill in the sheet":
            card = await v.press("you", card, beginning)
        done = await v.fill("you", await v.press("you", card, "Fill"), first="Calm.", second="A number.")
        assert card_of(done).title == "This mock interview is over"
        await v.tick()
        assert "You let me think" in words(newest(v, "you", "Show scores"))


async def test_a_part_may_be_skipped_and_either_may_stop(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await agreed(v, "I'll interview", script=SCREEN)
        await press(v, "tomas", "Ask the first part")
        first = v.private("tomas")[-1]
        await press(v, "tomas", "Skip this part")
        await v.press("tomas", first, "Skip this part")  # pressed twice: the second part is not skipped
        assert (await v.rows(mocks))[0].skipped == [1]
        running = v.private("mira")[-1]
        asked = await v.press("mira", running, "Stop here")
        assert "It ends for" in words(asked)
        kept = await v.press("mira", asked, "Go on")
        assert (labels(kept), (await v.rows(mocks))[0].state) == (labels(running), "running")
        await v.press("mira", await v.press("mira", kept, "Stop here"), "Stop for both")
        await v.tick()
        assert labels(v.private("tomas")[-1]) == ["Fill in the sheet"]
        assert labels(v.private("mira")[-1]) == ["Say how it was"]


@pytest.mark.parametrize(("choice", "read"), [("Let them read it", True), ("Keep it", False)])
async def test_a_form_that_stays_alone_is_its_writers_to_release(
    sqlite_url: str, choice: str, read: bool
) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script=SCREEN)
        await sheet(v)
        await v.tick(hours=23)
        assert "Let them read it" not in labels(v.private("mira")[-1])
        await v.tick(hours=2)
        await press(v, "mira", choice)
        assert ("You paused to think." in " ".join(map(words, v.private("tomas")))) is read
        if read:
            await felt(v)
            assert "Calm after the first minute." in " ".join(map(words, v.private("mira")))
        else:
            assert "closed" in words(v.private("tomas")[-1])


async def test_a_form_says_what_is_missing_and_keeps_what_was_filled_in(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script=SCREEN)
        form = await v.press("mira", newest(v, "mira", "Fill in"), "Fill in")
        assert isinstance(form, Ask)
        refused = await v.fill("mira", form, seen=("1", "2"), part=("2",), first="Calm.", second=" ")
        assert isinstance(refused, Refuse)
        assert set(refused.errors) == {"part", "second"}
        assert refused.form.fields[0].values == frozenset({"1", "2"})  # type: ignore[union-attr]
        assert await v.rows(mock_forms) == []


@pytest.mark.parametrize("path", ["leave", "delete"])
async def test_one_who_leaves_or_is_deleted_ends_it_kindly_for_the_other(sqlite_url: str, path: str) -> None:
    async with local_app(sqlite_url) as v:
        await agreed(v, script=SCREEN)
        await press(v, "mira", "Ask the first part")
        gone = await v.command("tomas", f"my {path}")
        await v.press("tomas", gone, "Leave" if path == "leave" else "Delete everything")
        await v.tick(minutes=2)
        assert "no longer in the group" in words(v.private("mira")[-1])


async def test_alone_the_script_asks_and_its_sheet_stands_beside_the_points(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await met(v, "mira")
        menu = await v.command("mira", "mock")
        shown = await v.act("mira", lists(menu)[1 if len(lists(menu)) > 1 else 0].action, SCREEN)
        shown = await v.press("mira", shown, "Ask the first part")
        await v.restart()
        shown = await v.command("mira", "mock")
        for _ in range(3):
            shown = await v.press("mira", shown, "Next part")
        shown = await v.press("mira", shown, "Finish")
        script = v.app.bank.item(SCREEN)
        assert all(point in words(shown) for part in script.rounds for point in part.look_for)
        form = await v.press("mira", shown, "Fill in the sheet")
        result = words(
            await v.fill("mira", form, seen=("1", "2"), part=("3",), first="Clear.", second="Shorter.")
        )
        assert "6 of 10" in result
        assert script.rounds[0].look_for[0] in result
        assert v.private("mira") == []
        again = await v.command("mira", "mock")
        left_out = len(v.app.bank.live(SCRIPT_KINDS)) - MAX_CHOICES
        listed = [option.value for each in lists(again) for option in each.options]
        assert left_out > 0
        assert SCREEN not in listed, "scripts that one has not met stand first"
        assert f"The list leaves out {left_out}." in words(again)


async def test_nobody_else_is_asked_or_opens_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await agreed(v, script=SCREEN)
        await v.command("kenji", "question today")
        offer = v.private("mira")[-1]
        assert (
            card_of(await v.press("kenji", offer, "Ask the first part")).title
            == "This card belongs to someone else"
        )
        candidates_press = await v.press("tomas", offer, "Ask the first part")
        assert card_of(candidates_press).title == "The interviewer asks the parts"
        for whom, title in (("@nobody", "Nobody here is called"), ("@kenji", "That is you")):
            assert card_of(await v.command("kenji", "mock", **{"with": whom})).title.startswith(title)


async def test_the_weeks_look_back_says_how_many_there_were(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script=SCREEN)  # on the first Monday, in the week of the first question
        await v.answer("mira", "What I would say of it.")
        for _ in range(8):
            await v.tick(days=1)
        looks_back = [words(each) for each in v.channel() if "Last week here" in words(each)]
        assert [said.count("1 mock interview together.") for said in looks_back] == [1]


async def test_who_takes_no_private_messages_finds_it_under_the_command(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        v.watched.deaf = frozenset({"tomas"})
        await asked(v, script=SCREEN)
        await v.press("tomas", await v.command("tomas", "mock"), "I'll be interviewed")
        await v.tick()
        await press(v, "mira", "Ask the first part")
        assert v.app.bank.item(SCREEN).rounds[0].ask in words(await v.command("tomas", "mock"))


async def test_what_one_wrote_is_gone_once_they_are_deleted(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script=SCREEN)
        await sheet(v)
        await felt(v)
        await delete_me(v, "tomas")
        assert await traces(v, "Calm after the first minute.", "The silence.") == []
        assert "Calm" not in words(v.private("mira")[-1])
        assert [row.scores for row in await v.rows(mock_forms)] == [None, None]


async def test_an_offer_and_a_mock_that_nobody_goes_on_with_come_to_an_end(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await asked(v, script=SCREEN)
        for left_alone, looked_at in (([], [1]), ([1], [])):
            found = partial(due, now=v.clock() + timedelta(hours=1), left_alone=left_alone)
            assert await v.app.database.read(found) == looked_at, "what failed just now takes nobody's turn"
        await v.tick(hours=25)
        assert v.private("mira")[-1].title == "This mock interview is over"
        assert labels(v.private("tomas")[-1]) == []
        await v.command("mira", "mock", **{"with": "@tomas"})
        await v.tick()
        await press(v, "tomas", "I'll interview")
        for beginning in ("Ask the first part", "Next part"):
            await press(v, "tomas", beginning)
        for _ in range(8):
            await v.tick(hours=1)
        assert labels(v.private("tomas")[-1]) == ["Fill in the sheet"]


async def test_a_route_opens_nothing_to_somebody_from_elsewhere(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await talked(v, script=SCREEN)
        await v.command("kenji", "question today")
        before = [await v.rows(table) for table in (mocks, mock_forms)]
        for route in (*starting.ROUTES, *running.ROUTES):
            values = {
                f.name: 1 if f.type is int else SCREEN if f.type is str else True
                for f in fields(route.action)
            }
            for user, place in (("eve", None), ("kenji", HERE)):
                request = v.request(user, Press(encode(route.action(**values)), ("1",)), place=place)
                reply = await v.handle(request)
                own = user == "kenji" and "group_id" in values  # a member may begin a mock
                assert own or card_of(reply).accent is Accent.BAD, (user, route.action)
        assert [await v.rows(mocks), await v.rows(mock_forms)][1] == before[1]
        assert (await v.rows(mocks))[0] == before[0][0]


async def test_members_are_proposed_by_name_unless_they_are_left_out(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await met(v, "mira", "tomas", "kenji")
        await v.fill(
            "kenji", await v.press("kenji", await v.command("kenji", "my settings"), "Name"), naming="out"
        )
        asking = v.request("mira", Invoke("mock", {}))
        assert [c.value for c in await v.app.dispatcher.complete(asking, "mock", "with", "")] == [
            "Olga",
            "Tomas",
        ]
        assert [c.value for c in await v.app.dispatcher.complete(asking, "mock", "with", "@To")] == ["Tomas"]
        scripts = await v.app.dispatcher.complete(asking, "mock", "script", "recruiter")
        assert SCREEN in [c.value for c in scripts]
        assert all("recruiter-screen" in c.value for c in scripts)
