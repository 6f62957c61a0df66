"""What the tests of a group's own questions share: texts that fill its forms, and people who send them."""

from typing import Any

from bot.chat.cards import Reply
from bot.features.custom_questions.tables import own_questions
from tests.support.driver import ORGANISER
from tests.support.local_driver import LocalDriver

PROMPT = "Why might a probe find a feature that the model does not use?"
POINTS = "- A probe shows that it can be read out\n- Use is shown by intervening"
ASKED = {
    "prompt": PROMPT,
    "points": POINTS,
    "model": "A probe shows presence, not use.",
    "hint": "Think of causes.",
}
CHOICE = {
    "prompt": "Which of these shows that a feature is used?",
    "options": "* Ablating it changes the output\nA probe can read it\nIt has a high norm",
    "why": "Only an intervention tells about use.",
    "link": "https://example.org/probes_(and)_use",
}
SHORT = {
    "prompt": "What is it called to overwrite one activation with another run's?",
    "accepted": "activation patching\ncausal tracing",
    "why": "It is how a causal role is shown.",
    "link": "",
}
CARD = {"prompt": "A probe shows", "back": "That something can be read out, not that it is used.", "link": ""}


def leaf(v: LocalDriver) -> str:
    """A leaf of the shipped tree."""
    return v.app.bank.topics.leaves("interpretability")[0]


async def suggest(v: LocalDriver, user: str, kind: str = "open", **fields: str) -> Reply:
    """Fill a suggestion's form in; fields that are not named hold a sound question."""
    asked = await v.command(user, "question suggest", topic=leaf(v), kind=kind)
    return await v.fill(user, asked, **({**(CHOICE if kind == "single" else ASKED), **fields}))


async def accepted(v: LocalDriver, user: str = "mira", kind: str = "open", **fields: str) -> str:
    """Suggest a question and accept it; its item's id."""
    await suggest(v, user, kind, **fields)
    await v.press(ORGANISER, await v.command(ORGANISER, "bank review"), "Accept")
    await v.tick()
    return f"own.{(await own_rows(v))[-1].id}"


async def own_rows(v: LocalDriver) -> list[Any]:
    """Every row of groups' own questions."""
    return await v.rows(own_questions)
