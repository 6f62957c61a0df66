"""What organisers did is undone from the card that confirms it, or from the log, until something rests on it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.chat.cards import Card, Private, Reply
from bot.chat.requests import Invoke, Place
from bot.features.acts.actions import Undo, UndoListed
from bot.features.acts.keeping import KEPT, LOT
from bot.features.acts.tables import acts
from bot.features.coming.tables import question_plans, question_wishes
from bot.features.custom_questions.actions import SayWrong, Wish
from bot.features.custom_questions.model import Own, OwnState
from bot.features.custom_questions.undoing import decline_stands, move_stands
from bot.features.daily.actions import Moderate, NeverAsk, OpenBallot, Report, ShowComing
from bot.features.daily.organising.undoing import comes_back, skip_stands
from bot.features.group_settings.actions import Assign
from bot.features.group_settings.undoing import change_stands
from bot.features.points.tables import ledger, question_days, standings
from bot.features.quiz.tables import challenges
from bot.membership.model import Group, GroupState, Tone
from bot.questions.kinds import DISCUSSION_KINDS, OBJECTIVE_KINDS
from tests.features.custom_questions.suggested import PROMPT, accepted, own_rows, suggest
from tests.features.daily.acting import (
    Rows,
    answer_of,
    barred,
    changed,
    has_button,
    member_of,
    name_organiser,
    quoted,
    tables,
    title,
    vote_page,
)
from tests.features.daily.scenes import FOUR, four_answered, points_of, revealed, states, titles
from tests.features.privacy.private_life import delete_me, export_of
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver, labels, lists, local_app, words
from tests.support.two_platforms import KEEPER, two_platforms

SHOWN = {"acts", "deliveries", "transcript"}
TUESDAY, FRIDAY = date(2026, 3, 3), date(2026, 3, 6)
GROUP = Group(
    id=1,
    name="g",
    zone="UTC",
    at_minute=540,
    weekdays=frozenset(range(5)),
    tone=Tone.FRIENDLY,
    topics=(),
    answer_limit=2000,
    answers_minutes=None,
    votes_minutes=None,
    state=GroupState.ACTIVE,
    last_date=FRIDAY,
    next_at=None,
    warned_at=None,
)
OWN = Own(1, 1, 7, OwnState.DECLINED, {}, "", "", 8)


async def log(v: LocalDriver) -> Card:
    """The log as an organiser sees it."""
    return (await v.command(ORGANISER, "group log")).card  # type: ignore[union-attr]


async def undo_listed(v: LocalDriver, number: int = 0) -> Reply:
    """Undo one of the acts that the log offers, the newest by default."""
    shown = lists(await log(v))[0]
    return await v.act(ORGANISER, shown.action, shown.options[number].value)


async def differs(v: LocalDriver, before: Rows) -> set[str]:
    """The tables that are not as they were, but for what was shown, and noted."""
    return changed(before, await tables(v)) - SHOWN


async def lines_for(v: LocalDriver, user: str) -> list[str]:
    """The titles of what waits for somebody, and is shown with their next private reply."""
    reply = await v.command(user, "my record")
    assert isinstance(reply, Private)
    return [card.title for card in reply.also]


async def question_dates(v: LocalDriver) -> list[date]:
    """The dates that count as question days."""
    return [row.local_date for row in await v.rows(question_days)]


async def reported(v: LocalDriver, reader: str, author: str) -> int:
    """Let a reader report a revealed answer to Monday's question; its id."""
    answer = await answer_of(v, author, 1)
    assert title(await v.act(reader, Report(1, answer.id))) == "Thank you for the report"
    return int(answer.id)


# The rules ------------------------------------------------------------------------------------------------------------


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("group", "newest", "now", "why"),
    [
        (GROUP, 4, at(FRIDAY, 8), ""),
        (GROUP, 4, at(FRIDAY, 20), ""),
        (GROUP, 4, at(FRIDAY + timedelta(days=1), 8), "The time of its question has passed."),
        (GROUP, 5, at(FRIDAY, 8), "Another question has been asked since."),
        (replace(GROUP, state=GroupState.PAUSED), 4, at(FRIDAY, 8), "The group is paused."),
        (
            replace(GROUP, last_date=FRIDAY + timedelta(days=3)),
            4,
            at(FRIDAY, 8),
            "Another day has been skipped since.",
        ),
    ],
)
def test_a_skipped_day_comes_back_on_its_day_alone(
    group: Group, newest: int, now: datetime, why: str
) -> None:
    back = {"day": FRIDAY.toordinal(), "before": FRIDAY.toordinal() - 1, "newest": 4}
    assert skip_stands(group, back, newest, now) == why
    if not why:
        assert comes_back(group, back, now) == at(FRIDAY, 9)


@pytest.mark.parametrize(
    ("own", "declined", "retired"),
    [
        (OWN, "", "It can't be undone."),
        (None, "Its author deleted it.", "The question is gone."),
        (
            replace(OWN, state=OwnState.SUGGESTED),
            "It waits for a decision again, or was decided since.",
            None,
        ),
        (replace(OWN, decided_by=7), "It was withdrawn.", None),
        (
            replace(OWN, state=OwnState.ACCEPTED),
            "It waits for a decision again, or was decided since.",
            "It is asked again.",
        ),
        (replace(OWN, state=OwnState.RETIRED), "It waits for a decision again, or was decided since.", ""),
    ],
)
def test_a_question_goes_back_to_where_it_was_from_where_it_was_put(
    own: Own | None, declined: str, retired: str | None
) -> None:
    assert decline_stands(own, None) == declined
    if retired is not None and own is not OWN:
        assert move_stands(own, {"state": "accepted"}) == retired
    assert decline_stands(replace(OWN, decided_by=7), 7) == "", "who declined their own may undo it"


def test_a_setting_goes_back_unless_it_was_set_again_or_nobody_is_left_to_organise() -> None:
    back = {"changed": {"group tone": ["friendly", "calm"], "organisers": [[1], [2]]}}
    now = {"group tone": "calm", "organisers": [2], "group zone": "UTC"}
    assert change_stands(back, now, frozenset({1})) == ""
    assert (
        change_stands(back, {**now, "group tone": "friendly"}, frozenset({1})) == "It has been changed since."
    )
    assert change_stands(back, now, frozenset()) == "Whoever organised before has left."


# A day, a close, a question ---------------------------------------------------------------------------------------------


async def test_a_skipped_day_is_put_back_once_and_its_question_comes(database_url: str) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        before = await tables(v)
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Tuesday")
        assert labels(done) == ["Undo"]
        await v.restart()
        undone = await v.press(ORGANISER, done, "Undo")
        assert title(undone) == "Undone"
        assert "Tuesday's question comes at its usual time." in words(undone)
        assert await differs(v, before) == set()
        assert title(await v.press(ORGANISER, done, "Undo")) == "It was undone already"
        shown = await log(v)
        assert "Skipped Tuesday 24 November" in words(shown)
        assert "undone" in words(shown)
        assert lists(shown) == []
        await v.tick(days=1)
        assert titles(v) == ["Monday's question", "Tuesday's question"]


async def test_a_day_skipped_in_the_morning_comes_late_and_never_beside_another_question(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        first = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Tuesday")
        second = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Wednesday")
        refused = await v.press(ORGANISER, first, "Undo")
        assert "Another day has been skipped since." in words(refused)
        await v.press(ORGANISER, second, "Undo")
        await v.tick(days=1, hours=2)
        assert titles(v) == ["Monday's question"]
        assert "comes now" in words(await v.press(ORGANISER, first, "Undo"))
        await v.tick()
        assert titles(v) == ["Monday's question", "Tuesday's question"]
        third = await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Wednesday")
        await v.press(ORGANISER, await v.command(ORGANISER, "round now"), "Post it now")
        assert "Another question has been asked since." in words(await v.press(ORGANISER, third, "Undo"))


async def test_answers_closed_by_mistake_are_open_again_until_somebody_votes(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        before = await tables(v)
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round close"), "Close answers")
        assert await states(v) == ["voting"]
        await v.press(ORGANISER, done, "Undo")
        await v.tick()
        assert await differs(v, before) == set()
        assert title(await v.answer("eve", "eve: in time after all.")) == "Saved"
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round close"), "Close answers")
        await v.act("ada", OpenBallot(1))
        assert "Members have begun to vote" in words(await v.press(ORGANISER, done, "Undo"))
        assert await states(v) == ["voting"]
        assert "can't be undone: members have begun to vote" in words(await log(v))


async def test_a_withdrawn_question_runs_on_as_if_it_never_was(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        before, days = await tables(v), await question_dates(v)
        asked = await v.press(ORGANISER, await v.command(ORGANISER, "round manage"), "Withdraw")
        done = await v.press(ORGANISER, asked, "Withdraw it")
        await v.tick()
        await v.press(ORGANISER, done, "Undo")
        await v.tick()
        assert await differs(v, before) <= {"question_days"}
        assert await question_dates(v) == days
        assert has_button(v.channel()[-1], "Answer")
        older = await v.press(ORGANISER, asked, "Monday's instead")
        assert not has_button(await v.press(ORGANISER, older, "Withdraw it"), "Undo")
        assert "a newer question has been asked." in words(await log(v))


async def test_what_everyone_has_read_has_no_undo_and_the_log_says_why(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.press(ORGANISER, await v.command(ORGANISER, "round close"), "Close answers")
        done = await v.press(ORGANISER, await v.command(ORGANISER, "round reveal"), "Reveal now")
        assert not has_button(done, "Undo")
        assert "can't be undone: the reveal is in the channel" in words(await log(v))
        assert "the question has been revealed since." in words(await log(v))
        assert title(await v.act(ORGANISER, Undo(2))) == "This can't be undone"


# An answer ------------------------------------------------------------------------------------------------------------


async def test_a_removed_answer_is_back_with_its_points_its_place_and_its_reports(database_url: str) -> None:
    async with local_app(database_url) as v:
        await revealed(v, dict.fromkeys(("mira", *FOUR[1:]), "unnamed"), {"ben": ("mira",), "chi": ("mira",)})
        await reported(v, "ben", "mira")
        before, points = await tables(v), await points_of(v)
        totals = await v.rows(standings)
        hers = await answer_of(v, "mira", 1)
        for verdict in ("remove", "bar"):
            done = await v.act(ORGANISER, Moderate(1, hers.id, verdict))
            assert (await points_of(v)) != points
            await v.tick()
            assert not any(hers.text in quoted(card) for card in v.channel())
            undone = await v.press(ORGANISER, done, "Undo")
            assert "The answer is where it was" in words(undone)
            assert await lines_for(v, "mira") == [], "she read nothing of it yet"
            await v.tick()
        assert await differs(v, before) == {"ledger"}
        assert (await points_of(v), await v.rows(standings)) == (points, totals)
        assert any(hers.text in quoted(card) for card in v.channel())
        done = await v.act(ORGANISER, Moderate(1, hers.id, "remove"))
        assert await lines_for(v, "mira") == ["An answer of yours was removed"]
        await v.press(ORGANISER, done, "Undo")
        assert await lines_for(v, "mira") == ["An answer of yours is back"]
        assert len(await v.rows(ledger)) > len(points)
        for name in ("Mira", "mira"):
            assert name not in words(await log(v)), "the log never names an author"


async def test_a_bar_is_lifted_though_its_answer_missed_the_reveal(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await four_answered(v)
        await v.tick(days=1)
        await vote_page(v, "ben", "ada")
        await reported(v, "ben", "ada")
        await barred(v, "ada", ORGANISER, 1)
        await v.tick(days=1)
        assert (await member_of(v, "ada")).barred_at is not None
        said = words(await undo_listed(v))
        assert "Its author can take part again. The answer stays removed." in said
        assert (await member_of(v, "ada")).barred_at is None
        assert (await answer_of(v, "ada", 1)).state == "removed"


# Settings, questions ----------------------------------------------------------------------------------------------------


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
    async with local_app(sqlite_url) as v:
        await v.set_up()
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


async def test_a_declined_suggestion_waits_again_and_its_author_reads_it(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
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
        await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
        await v.tick()
        assert title(v.private("mira")[-1]) == "Your question was accepted"


async def test_a_retired_question_is_asked_again(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        item = await accepted(v)
        browse = await v.command(ORGANISER, "bank browse")
        page = await v.choose(ORGANISER, browse, item)
        await v.press(ORGANISER, page, "Retire it")
        assert (await own_rows(v))[-1].state == "retired"
        assert f"Retired the question {item}" in words(await log(v))
        assert "The question is asked again." in words(await undo_listed(v))
        assert (await own_rows(v))[-1].state == "accepted"


async def test_what_is_never_asked_and_a_plan_are_taken_back(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
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
    async with local_app(sqlite_url) as v:
        await v.set_up()
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
    async with local_app(sqlite_url) as v:
        await v.set_up()
        item = v.app.bank.live(OBJECTIVE_KINDS)[0].id
        card = await v.act(ORGANISER, SayWrong(1, item))
        await v.press(ORGANISER, card, "Take it out")
        assert f"Took out the quiz question {item}" in words(await log(v))
        assert "It counts again." in words(await undo_listed(v))
        assert {row.outcome for row in await v.rows(challenges)} == {"kept"}


# The log --------------------------------------------------------------------------------------------------------------


async def test_the_log_is_the_organisers_and_each_group_has_its_own(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        assert "Nothing yet." in words(await log(v)) or "Posted" in words(await log(v))
        await v.press(ORGANISER, await v.command(ORGANISER, "round skip"), "Skip Tuesday")
        for user, action in (("ada", Undo(1)), ("ada", UndoListed(1))):
            assert title(await v.act(user, action, "1")) == "Only organisers can do this"
        assert title(await v.command("ada", "group log")) == "Only organisers can do this"
        for action in (Undo(99), UndoListed(1)):
            assert title(await v.act(ORGANISER, action, "x")) == "This is no longer in the log"
        elsewhere = Place("local", "room", "attic", "attic")
        await v.handle(v.request(ORGANISER, Invoke("group setup", {}), place=elsewhere))
        other = {"group_id": 2, "at": v.clock(), "kind": "pace", "title": "Theirs", "back": {}}
        act_id = await v.app.database.write(lambda tx: tx.insert(acts, other))
        assert title(await v.act(ORGANISER, UndoListed(1), str(act_id))) == "This is no longer in the log"
        shown = await log(v)
        assert title(shown) == "What organisers did"
        assert "Theirs" not in words(shown)
        for day in range(30):
            await v.act(ORGANISER, Assign(1, "tone"), ("calm", "friendly")[day % 2])
        shown = await log(v)
        assert len(shown.blocks) == 20


async def test_who_did_it_is_named_until_they_are_deleted_and_what_was_done_for_90_days(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        await name_organiser(v, "mira")
        await v.act("mira", Assign(1, "tone"), "calm")
        assert "Mira" in words(await log(v))
        (did,) = (await export_of(v, "mira"))["acts"]["organised"]
        assert did["did"] == "Tone: Calm, before Friendly"
        await delete_me(v, "mira")
        shown = words(await log(v))
        assert "Mira" not in shown
        assert [row.member_id for row in await v.rows(acts) if row.title == did["did"]] == [None]
        assert "An organiser" in shown
        old = {"group_id": 1, "at": v.clock() - KEPT, "kind": "skip", "title": "Old", "back": {}}
        await v.app.database.write(lambda tx: tx.insert_all(acts, [old] * (LOT + 1)))
        await v.tick(days=1)
        assert [row.title for row in await v.rows(acts)].count("Old") == 1, "in lots"
        await v.tick()
        assert "Old" not in [row.title for row in await v.rows(acts)]
        await v.tick(days=KEPT.days - 2)
        assert len(await v.rows(acts)) >= 2
        await v.tick(days=2)
        assert await v.rows(acts) == []
