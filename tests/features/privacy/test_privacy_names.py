"""A name is shown where its owner allowed it, and nowhere else: not in a card, a picture, an alt text or an export."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.cards import Card, File, Picture, Private, Public, Reply, Update
from bot.chat.requests import Identity
from bot.database.tables import transcript
from tests.features.daily.acting import vote_all
from tests.features.privacy.private_life import Recorded, call, recorded, shown_texts
from tests.features.quiz.group.together import open_quiz
from tests.support.driver import ORGANISER
from tests.support.local_driver import button, card_of, labels, words

SIX = ("mira", "tomas", "amara", "kenji", "ada", "ben")


@dataclass
class Choices:
    """What one member chose: how boards call them, and what may be shown of their answer."""

    naming: str
    consent: str


@dataclass
class Seen:
    """Every card that each reader saw; "" is the channel. ``late`` are those from the reveal on."""

    cards: list[tuple[str, Card]] = field(default_factory=list)
    late: list[tuple[str, Card]] = field(default_factory=list)


def real(user: str) -> str:
    return f"Realname-{user}"


def pseudonym(user: str) -> str:
    return f"Chosen-{user}"


def words_of(user: str) -> str:
    return f"Words-{user}: what I would say."


async def live(v: Recorded, chosen: Mapping[str, Choices], names: Mapping[str, str]) -> Seen:
    """A round with its reveal, boards, a shared board, a group quiz and exports, with everything that was seen of it."""
    seen = Seen()
    v.real_names.update(names)
    await v.set_up()
    for user, choice in chosen.items():
        await call(v, user, choice.naming, pseudonym(user))
        await v.answer(user, words_of(user), choice.consent)
    await v.tick(days=1)
    for n, user in enumerate(SIX):
        await vote_all(v, user, [f"Words-{other}" for other in SIX[: n + 2]])
    _look(v, seen.cards)
    await v.tick(days=1)
    before = len(v.heard)
    await _after_the_reveal(v)
    _look(v, seen.late)
    seen.late += [(user, card) for user, reply in v.heard[before:] for card in _cards(reply)]
    seen.cards += [*seen.late, *((user, card) for user, reply in v.heard[:before] for card in _cards(reply))]
    return seen


async def _after_the_reveal(v: Recorded) -> None:
    reveal = next(c for c in v.channel() if c.title == "Monday's reveal")
    for user in SIX:
        for ranked_by in ("points", "helped", "streak"):
            await v.command(user, "leaderboard", period="all", board=ranked_by)
        if labels(reveal)[0].startswith("Read"):
            page = await v.act(user, button(reveal, "Read").action)
            while "Next answer" in labels(page):
                page = await v.press(user, page, "Next answer")
        await v.press(user, reveal, "How did mine do?")
        await v.command(user, "group status")
        await v.command(user, "my export")
    for user in ("ada", "ben"):
        board = await v.command(user, "leaderboard", period="all")
        if "Share" in labels(board):
            await v.press(user, board, "Share")
            await v.tick(hours=2)
    quiz = await open_quiz(v, user="ada")
    await quiz.begin(*SIX[:4], host="ada")
    for _ in range(3):
        for n, user in enumerate(SIX[:5]):
            await quiz.choose(user, right=n % 2 == 0)
        await v.tick()
        await quiz.further()


def _look(v: Recorded, seen: list[tuple[str, Card]]) -> None:
    for ref, card in v.watched.faces.items():
        to = v.watched.where[ref]
        seen.append((to.user if isinstance(to, Identity) else "", card))


def _cards(reply: Reply) -> list[Card]:
    return [card_of(reply)] if isinstance(reply, Private | Public | Update) else []


def leaks(seen: Seen, chosen: Mapping[str, Choices]) -> list[str]:
    """What somebody saw of another that the other had not allowed."""
    found = []
    for user, choice in chosen.items():
        forbidden = []
        if choice.naming != "named" and choice.consent != "named":
            forbidden.append(real(user))
        if choice.naming != "pseudonym":
            forbidden.append(pseudonym(user))
        for reader, card in seen.cards:
            if reader != user:
                said = "\n".join(shown_texts(card))
                found += [f"{reader or 'channel'} saw {f} on {card.title}" for f in forbidden if f in said]
        for reader, card in seen.late:
            kept_out = choice.consent == "out" and reader != user
            exported = reader != user and any(isinstance(b, File) for b in card.blocks)
            if (kept_out or exported) and words_of(user) in "\n".join(shown_texts(card)):
                found.append(f"{reader or 'channel'} saw the words of {user} on {card.title}")
    return found


CHOICES = st.builds(
    Choices,
    naming=st.sampled_from(["unnamed", "named", "pseudonym", "out"]),
    consent=st.sampled_from(["unnamed", "named", "out"]),
)


@pytest.mark.slow
@settings(max_examples=8, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picked=st.tuples(*([CHOICES] * len(SIX))))
def test_whatever_members_choose_nobody_sees_more_of_another_than_allowed(
    sqlite_template: Path, tmp_path: Path, picked: tuple[Choices, ...]
) -> None:
    path = tmp_path / "studyhall.db"
    for old in tmp_path.glob("studyhall.db*"):
        old.unlink()
    shutil.copyfile(sqlite_template, path)
    chosen = dict(zip(SIX, picked, strict=True))

    async def run() -> None:
        async with recorded(f"sqlite:///{path}") as v:
            seen = await live(v, chosen, {user: real(user) for user in SIX})
            assert leaks(seen, chosen) == []
            for user in SIX:
                others = [row.body for row in await v.rows(transcript) if row.audience != user]
                if chosen[user].naming != "named" and chosen[user].consent != "named":
                    assert not any(real(user) in body for body in others)
                if chosen[user].naming != "pseudonym":
                    assert not any(pseudonym(user) in body for body in others)

    asyncio.run(run())


MIXED = {
    "mira": Choices("unnamed", "unnamed"),
    "tomas": Choices("named", "named"),
    "amara": Choices("pseudonym", "out"),
    "kenji": Choices("out", "unnamed"),
    "ada": Choices("unnamed", "out"),
    "ben": Choices("pseudonym", "unnamed"),
}


@pytest.mark.slow
async def test_what_others_see_does_not_depend_on_names_that_are_not_shown(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Also the pixels of a picture: the same life with other hidden names gives the same bytes."""
    told: list[list[tuple[str, list[str]]]] = []
    for turn in ("first", "second"):
        path = tmp_path / f"{turn}.db"
        shutil.copyfile(sqlite_template, path)
        hidden = {user: f"Hidden-{turn}-{user}" for user in SIX if user != "tomas"}
        async with recorded(f"sqlite:///{path}") as v:
            v._run = "same"  # quizzes are shuffled by the request that starts them
            seen = await live(v, MIXED, {**hidden, "tomas": "Tomas"})
        pictures = [b for reader, card in seen.late for b in card.blocks if isinstance(b, Picture)]
        assert pictures
        told.append(
            [
                (reader, shown_texts(card))
                for reader, card in seen.cards
                if not any(isinstance(b, File) for b in card.blocks)
            ]
        )
    assert told[0] == told[1]


async def test_a_board_names_by_consent_and_leaves_out_who_wants_it(database_url: str) -> None:
    async with recorded(database_url) as v:
        await v.set_up("competitive")
        for user in SIX:
            await call(v, user, MIXED[user].naming, pseudonym(user))
            await v.answer(user, words_of(user))
        await v.tick(days=1)
        for user in SIX:
            await vote_all(v, user, ["Words-kenji", "Words-tomas"])
        await v.tick(days=1)
        said = words(await v.command("mira", "leaderboard", period="all"))
        assert "Tomas" in said
        assert pseudonym("amara") in said
        assert "Someone" in said
        assert "Amara" not in said
        assert "Kenji" not in said
        rows = [line.split(" | ") for line in said.splitlines() if " | " in line]
        places = [row for row in rows if row[0].isdigit()]
        assert len(places) == 5
        assert places[0][:2] == ["1", "Tomas"]
        own = words(await v.command("kenji", "leaderboard", period="all"))
        points = [p for p in own.split() if p.rstrip(".").isdigit()]
        assert points
        assert ORGANISER.capitalize() not in said
