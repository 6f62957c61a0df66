"""/bank browse: organisers read what can be asked; members would learn what comes."""

from bot.chat.cards import Card, Plain, Refuse, Text
from bot.features.custom_questions.actions import Browse, OpenItem, ReadItem, Retire, ShowAnswer
from bot.features.custom_questions.item_cards import PARTS, item_blocks
from bot.questions.kinds import DISCUSSION_KINDS
from tests.features.custom_questions.suggested import PROMPT, accepted, own_rows
from tests.support.driver import ORGANISER, read_bank
from tests.support.local_driver import LocalDriver, card_of, labels, lists, local_app, words


async def test_the_groups_own_stand_first_and_pages_lead_through_all(database_url: str) -> None:
    async with local_app(database_url) as v:
        await v.set_up()
        own = await accepted(v)
        page = await v.command(ORGANISER, "bank browse", topic="interpretability")
        assert lists(page)[0].options[0].value == own
        assert "1 of them your own" in words(page)
        seen = [o.value for o in lists(page)[0].options]
        while "Next page" in labels(page):
            page = await v.press(ORGANISER, page, "Next page")
            seen += [o.value for o in lists(page)[0].options]
        live = [i.id for i in v.app.bank.under(("interpretability",)) if i.is_live]
        assert seen == [own, *live]
        back = await v.press(ORGANISER, page, "Previous page")
        assert "Next page" in labels(back)


async def test_one_is_read_with_its_answer_and_in_parts_where_it_is_long(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        item = v.app.bank.live(DISCUSSION_KINDS)[0]
        page = await v.command(ORGANISER, "bank browse", topic=item.topic)
        shown = await v.choose(ORGANISER, page, item.id)
        assert item.model_answer is not None
        assert item.prompt in words(shown)
        assert item.model_answer not in words(shown)
        assert item.rubric[0].point not in words(shown)
        assert labels(shown) == ["Add to the queue", "Never ask this", "Show the answer", "Back to the list"]
        asked = await v.press(ORGANISER, shown, "Show the answer")
        answer = await v.press(ORGANISER, asked, "Show it")
        assert item.model_answer in words(answer)
        assert item.rubric[0].point in words(answer)
        whole = card_of(shown).read_all
        assert whole is not None
        part = await v.act(ORGANISER, whole)
        assert item.prompt in words(part)
        assert item.model_answer in words(await v.press(ORGANISER, part, "The reasons"))


async def test_words_find_questions_by_their_text_and_topic_and_the_text_stands_first(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        own = await accepted(v)
        found = await v.command(ORGANISER, "bank browse", word="PROBE  model use")
        assert own in [o.value for o in lists(found)[0].options]
        line = next(b for b in card_of(found).blocks if isinstance(b, Text) and own in str(b.parts[1]))
        assert line.parts[0] == Plain(PROMPT)
        page = await v.fill(
            ORGANISER, await v.press(ORGANISER, found, "Search"), word="constitutional principles"
        )
        some = await v.choose(ORGANISER, page, lists(page)[0].options[0].value)
        assert "constitutional" in words(some).casefold()
        assert words(await v.press(ORGANISER, some, "Back to the list")) == words(page)
        slips = await v.command(ORGANISER, "bank browse", word="constitutoinal Principels")
        assert words(slips) == words(page), "a word that stands nowhere is taken for the nearest one"
        within = await v.command(ORGANISER, "bank browse", word="constitutional", topic="coding")
        assert "No question here has “constitutional”" in words(within)
        assert "Page 1 of" in words(await v.press(ORGANISER, within, "Show all"))
        for word in ("x" * 60, "ü" * 30, " "):
            asked = await v.press(ORGANISER, found, "Search")
            assert isinstance(await v.fill(ORGANISER, asked, word=word), Refuse)
        assert "Too many words" in words(await v.command(ORGANISER, "bank browse", word="ü" * 30))


async def test_every_shipped_item_can_be_opened(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        for item in v.app.bank.items[::7]:
            shown = await v.act(ORGANISER, OpenItem(1, "", 0), item.id)
            assert item.id in words(shown)
            await v.act(ORGANISER, ShowAnswer(1, item.id, sure=True))
            for part in range(3):
                card = card_of(await v.act(ORGANISER, ReadItem(1, item.id, part)))
                assert (card.title, bool(card.blocks)) == (PARTS[part], True)


async def test_an_own_one_is_retired_and_asked_again_however_often_it_is_pressed(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        own = await accepted(v)
        shown = await v.choose(ORGANISER, await v.command(ORGANISER, "bank browse"), own)
        gone = await v.press(ORGANISER, shown, "Retire it")
        assert card_of(await v.handle(v.requests[-1])).title == "Already done"
        assert card_of(await v.press(ORGANISER, shown, "Retire it")) == card_of(gone)
        assert [row.state for row in await own_rows(v)] == ["retired"]
        assert "retired" in words(await v.command(ORGANISER, "bank browse"))
        await v.press(ORGANISER, gone, "Ask it again")
        assert [row.state for row in await own_rows(v)] == ["accepted"]


async def test_members_read_nothing_of_it_by_command_nor_by_button(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        own = await accepted(v)
        number = (await own_rows(v))[0].id
        replies = [
            await v.command("mira", "bank browse"),
            await v.act("mira", Browse(1, "", 0)),
            await v.act("mira", OpenItem(1, "", 0), own),
            await v.act("mira", ReadItem(1, own, 1)),
            await v.act("mira", Retire(number, away=True)),
        ]
        for reply in replies:
            assert "Only organisers" in words(reply)
            assert PROMPT not in words(reply).replace("\\", "")
        assert (await own_rows(v))[0].state == "accepted"


async def _gone(v: LocalDriver) -> list[str]:
    return [
        words(await v.act(ORGANISER, OpenItem(1, "", 0), "nowhere.q01")),
        words(await v.act(ORGANISER, ReadItem(1, "own.99", 0))),
        words(await v.act(ORGANISER, Retire(99, away=True))),
    ]


async def test_what_is_not_there_is_said_kindly(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v:
        await v.set_up()
        assert all("This question is gone" in said for said in await _gone(v))
        assert "There is no topic" in words(await v.command(ORGANISER, "bank browse", topic="zzzz"))
        assert "Page 1 of" in words(await v.act(ORGANISER, Browse(1, "no-such-topic", -3)))


def test_a_question_whose_numbers_change_is_read_with_the_first_of_them() -> None:
    bank = read_bank()
    seeded = [item for item in bank.live() if item.formula]
    assert len(seeded) > 20
    for item in seeded:
        _, prompt, *_ = item_blocks(bank, item)
        assert isinstance(prompt, Text)
        said = Card("Asked", (prompt,))
        assert not [name for each in item.variables if (name := f"{{{each.name}}}") in words(said)], item.id
