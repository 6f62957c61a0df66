"""/question suggest: choosing a place, the form, what is refused, and what is kept."""

import pytest

from bot.chat.actions import encode
from bot.chat.cards import Ask, Private, Refuse, text
from bot.chat.requests import Submit
from bot.features.custom_questions.actions import SendSuggestion
from bot.features.custom_questions.cards import STAYS
from bot.features.custom_questions.rules import MOST_A_DAY, MOST_WAITING, read_form, read_link
from bot.features.custom_questions.suggesting import CHANGED_SINCE
from bot.membership.tables import drafts
from bot.questions.model import Kind
from tests.features.custom_questions.suggested import ASKED, CHOICE, PROMPT, accepted, leaf, own_rows, suggest
from tests.features.daily.acting import has_button, name_organiser, title
from tests.support.driver import ORGANISER
from tests.support.local_driver import card_of, form_of, labels, lists, local_group, words


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://a.example/x(1)*", "https://a.example/x%281%29%2A"),
        ("HTTP://A.example:8080/x", "HTTP://A.example:8080/x"),
        *(
            (wrong, "")
            for wrong in (
                "javascript:alert(1)",
                "data:text/html,x",
                "//a.example",
                "https://bank.example@evil.example/",
                "https://evil.example\\@bank.example",
                "https://127.0.0.1/",
                "https://localhost/",
                "https://раураl.com/",
                "https://a.example/](https://evil.example)",
                "https://a.example/<b>",
                "https://a.example/ b",
                "https://[::1",
                f"https://a.example/{'x' * 300}",
            )
        ),
    ],
)
def test_a_link_says_where_it_leads_or_is_refused(said: str, kept: str) -> None:
    errors: dict[str, str] = {}
    assert read_link({"link": said}, errors) == kept
    assert bool(errors) is not bool(kept)


async def test_a_suggestion_waits_for_the_organisers_and_its_author_is_thanked(database_url: str) -> None:
    async with local_group(database_url) as v:
        thanks = await suggest(v, "mira")
        assert card_of(thanks).title == "Thank you: your question is in"
        (row,) = await own_rows(v)
        assert (row.state, row.item["prompt"], row.item["topic"], row.item["kind"]) == (
            "suggested",
            PROMPT,
            leaf(v),
            "open",
        )
        assert [p["point"] for p in row.item["rubric"]] == [
            "A probe shows that it can be read out",
            "Use is shown by intervening",
        ]


async def test_without_a_topic_the_way_down_the_tree_is_asked_and_then_the_kind(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        shown = await v.command("mira", "question suggest")
        first = lists(shown)
        assert len(first[0].options) == len(v.app.bank.topics.roots)
        topic = "interpretability"
        while not v.app.bank.topics.get(topic).is_leaf:
            shown = await v.choose("mira", shown, topic)
            topic = v.app.bank.topics.children(topic)[0].id
        assert lists(await v.press("mira", shown, "Another topic"))[0].options == first[0].options
        shown = await v.choose("mira", shown, topic)
        assert labels(shown) == ["Discussion", "Behavioral", "Single choice", "Short answer", "Flash card"]
        assert STAYS in words(shown)
        asked = await v.press("mira", shown, "Single")
        assert [f.id for f in form_of(asked).fields] == ["prompt", "options", "why", "link"]


async def test_a_refused_form_comes_back_with_every_word_and_is_there_the_next_time(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        refused = await suggest(v, "mira", points="", model="m" * 1801, link="javascript:alert(1)")
        assert isinstance(refused, Refuse)
        assert set(refused.errors) == {"points", "model", "link"}
        again = await v.command("mira", "question suggest", topic=leaf(v), kind="open")
        for asked in (refused, again):
            values = {f.id: getattr(f, "value", "") for f in form_of(asked).fields}
            assert values["prompt"] == PROMPT
            assert values["model"] == "m" * 1801
            assert values["hint"] == ASKED["hint"]
        assert await own_rows(v) == []
        await v.fill("mira", again, points="One point", model="", link="")
        assert len(await own_rows(v)) == 1
        assert await v.rows(drafts) == []


def test_the_options_of_a_single_choice_are_one_a_line_with_a_star_at_the_right_one() -> None:
    long, seven = f"* {'x' * 181}\nb", "\n".join("abcdefg")
    for options in ("only one", "* a\n* b", "a\nb", "* a\nA", long, seven):
        refused = read_form(Kind.SINGLE, "optics", {**CHOICE, "options": options})
        assert set(refused.errors) == {"options"}, options
    written = read_form(Kind.SINGLE, "optics", CHOICE)
    assert [(o["text"], o["correct"]) for o in written.item["options"]] == [
        ("Ablating it changes the output", True),
        ("A probe can read it", False),
        ("It has a high norm", False),
    ]
    assert written.source == "https://example.org/probes_%28and%29_use"


async def test_ten_of_a_member_may_wait_and_an_eleventh_is_refused_with_its_words(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        eleventh = await v.command("mira", "question suggest", topic=leaf(v), kind="open")
        for n in range(MOST_WAITING):
            await suggest(v, "mira", prompt=f"{PROMPT} ({n})")
        full = await v.command("mira", "question suggest", topic=leaf(v), kind="open")
        assert isinstance(full, Private)
        assert "are already waiting" in words(full)
        late = await v.fill("mira", eleventh, **ASKED)
        assert PROMPT in words(late)
        assert len(await own_rows(v)) == MOST_WAITING
        await suggest(v, "tomas")
        assert len(await own_rows(v)) == MOST_WAITING + 1


async def test_twenty_a_day_may_be_suggested_and_the_next_one_is_refused_with_the_time(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        for n in range(MOST_A_DAY):
            await accepted(v, prompt=f"{PROMPT} ({n})")
        full = await v.command("mira", "question suggest", topic=leaf(v), kind="open")
        assert "You have suggested 20 questions in a day" in words(full)
        await suggest(v, "tomas")
        await v.tick(days=1)
        await suggest(v, "mira")
        assert len(await own_rows(v)) == MOST_A_DAY + 2


async def test_a_form_that_is_delivered_twice_suggests_once(database_url: str) -> None:
    async with local_group(database_url) as v:
        await suggest(v, "mira")
        again = await v.handle(v.requests[-1])
        assert card_of(again).title == "Already done"
        assert len(await own_rows(v)) == 1


async def test_organisers_hear_of_suggestions_once_a_day(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        await name_organiser(v, "amara")
        for n in range(3):
            await suggest(v, "mira", prompt=f"{PROMPT} ({n})")
            await v.tick()
        (notice,) = v.private("amara")
        assert "3 suggested questions are waiting" in words(notice)
        shown = await v.press("amara", notice, "Look at them")
        assert card_of(shown).title == "Suggestion 1 of 3"
        for _ in range(3):
            shown = await v.press("amara", shown, "Accept")
        await v.tick()
        assert v.private("amara")[0].title == "All suggestions are decided"
        await v.tick(days=1)
        await suggest(v, "tomas")
        await v.tick()
        assert [c.title for c in v.private("amara")][1:] == ["A question was suggested"]


async def test_an_unknown_topic_or_a_forged_kind_is_told_kindly(sqlite_url: str) -> None:
    async with local_group(sqlite_url) as v:
        assert "There is no topic" in words(await v.command("mira", "question suggest", topic="zzzz"))
        asked = await v.command("mira", "question suggest", topic=leaf(v), kind="single")
        assert isinstance(asked, Ask)
        action = form_of(asked).submit
        assert isinstance(action, SendSuggestion)
        forged = SendSuggestion(action.group_id, action.topic, "numeric")
        reply = await v.handle(v.request("mira", Submit(encode(forged), dict(CHOICE))))
        assert "no such kind" in words(reply)
        assert await own_rows(v) == []


async def test_an_author_withdraws_what_waits_and_nobody_else_does(database_url: str) -> None:
    async with local_group(database_url) as v:
        thanks = await suggest(v, "mira")
        review = await v.command(ORGANISER, "bank review")
        asked = await v.press("mira", thanks, "Withdraw it")
        assert title(asked) == "Withdraw your suggestion?"
        await v.command("ben", "answer")
        assert title(await v.press("ben", asked, "Withdraw it")) == "This card belongs to someone else"
        assert title(await v.press("mira", asked, "Withdraw it")) == "Withdrawn"
        assert not has_button(await v.command(ORGANISER, "bank review"), "Accept")
        assert title(await v.press("mira", asked, "Withdraw it")) == "This suggestion is gone"
        assert title(await v.press(ORGANISER, review, "Accept")) == "This suggestion is gone"
        thanks = await suggest(v, "mira")
        await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
        assert title(await v.press("mira", thanks, "Withdraw it")) == "The organisers have decided on it"
        assert title(await v.press("mira", asked, "Withdraw it")) == "This suggestion is gone"
        assert [r.state for r in await own_rows(v)] == ["declined", "accepted"]


async def test_an_author_edits_what_waits_and_no_organiser_accepts_what_they_have_not_read(
    sqlite_url: str,
) -> None:
    async with local_group(sqlite_url) as v:
        await suggest(v, "mira")
        stale = await v.command(ORGANISER, "bank review")
        step = await v.command("mira", "question suggest")
        mine = await v.choose("mira", step, lists(step)[1].options[0].value)
        asked = await v.press("mira", mine, "Edit it")
        values = {f.id: getattr(f, "value", "") for f in form_of(asked).fields}
        assert (values["prompt"], values["hint"]) == (PROMPT, ASKED["hint"])
        refused = await v.fill("mira", asked, prompt="Why?")
        assert isinstance(refused, Refuse)
        assert getattr(refused.form.fields[0], "value", "") == "Why?"
        better = "When does a probe find what a model uses?"
        edited = await v.fill("mira", refused, prompt=better)
        assert better in words(edited)
        late = await v.fill("mira", asked, prompt=PROMPT)
        assert isinstance(late, Ask)
        assert late.form.intro == text(CHANGED_SINCE)
        again = await v.press(ORGANISER, stale, "Accept")
        assert "It has been edited since." in words(again)
        assert better in words(again).replace("\\", "")
        assert [row.state for row in await own_rows(v)] == ["suggested"]
        await v.press(ORGANISER, again, "Accept")
        for who, reply in (
            ("The organisers have decided on it", await v.press("mira", mine, "Edit it")),
            ("The organisers have decided on it", await v.fill("mira", asked, prompt=PROMPT)),
            ("This card belongs to someone else", await v.press("ada", mine, "Edit it")),
        ):
            assert title(reply) in (who, "This belongs to a group that you are not in")
        (row,) = await own_rows(v)
        assert (row.state, row.item["prompt"]) == ("accepted", better)
