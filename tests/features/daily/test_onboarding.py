"""The first steps: one card that comes back with each of them, and older buttons that say what is done."""

from bot.chat.cards import Accent
from tests.features.daily.acting import title
from tests.support.local_driver import card_of, labels, local_app, words

STEPS = "A whole round in two minutes"


async def test_the_first_steps_come_back_with_each_step_and_no_older_button_is_refused(
    sqlite_url: str,
) -> None:
    async with local_app(sqlite_url, demo=True) as v:
        await v.tick()
        (first,) = v.private("you")
        assert (first.title, labels(first)) == (STEPS, ["Answer", "Vote: 3 to read", "Reveal now"])
        presses = 2  # [Answer] and [Vote on]
        saved = await v.fill("you", await v.press("you", first, "Answer"), answer="Two sentences. Enough.")
        await v.tick()
        assert [c.title for c in v.private("you")] == ["A whole round: 1 of 4 done", STEPS]
        assert labels(v.private("you")[0]) == []
        assert labels(v.private("you")[1]) == ["Vote: 3 to read", "Reveal now"]

        page = await v.press("you", saved, "Vote on")
        while "ballot:" in title(page):
            page = await v.press("you", page, "It helped me")
            presses += 1
        await v.tick()
        assert labels(v.private("you")[-1]) == ["Reveal now"]
        revealed = await v.press("you", page, "Reveal now")
        await v.tick()
        assert labels(v.private("you")[-1]) == ["Next question"], "the reveal is followed by the next step"
        await v.press("you", revealed, "Next question")
        await v.tick()
        assert v.private("you")[-1].title == "That's how it works"
        assert [c.title for c in v.private("you")].count(STEPS) == 0
        assert presses + 2 == 7

        for old, label, says in (
            (first, "Vote: 3", "This ballot has closed"),
            (page, "Reveal now", "It is already revealed"),
            (revealed, "Next question", "That has already been done"),
        ):
            again = await v.press("you", old, label)
            assert title(again) == says
            assert "Done:" in words(again)
            assert card_of(again).accent is not Accent.BAD
            assert ("Answer it" if old is revealed else "Read the reveal") in labels(again)
