"""A local that remembers who was shown what, as a room does, and looks for traces of people."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from adapters.local.answers import LocalResponder
from bot.chat.cards import Card, File, Reply
from bot.chat.requests import Request
from bot.database.schema import metadata
from bot.database.transaction import Transaction
from bot.features.accounts.actions import SaveName
from bot.features.points.ledger import recount, totals
from bot.features.points.tables import ledger, standings
from tests.support.driver import running
from tests.support.local_driver import LocalDriver, card_of, form_of

FOUR = ("mira", "tomas", "amara", "kenji")
"""Whom the room can reach privately."""


class Recorded(LocalDriver):
    """Every reply stands in the room's transcript as the page would have it, and is remembered with its reader."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.heard: list[tuple[str, Reply]] = []
        self.real_names: dict[str, str] = {}

    async def handle(self, request: Request) -> Reply:
        name = self.real_names.get(request.who.user, request.who.name)
        request = replace(request, who=replace(request.who, name=name))
        reply = await super().handle(request)
        self.heard.append((request.who.user, reply))
        await LocalResponder(self.app.room, self.app.dispatcher)._show(request, reply, "")
        return reply


@asynccontextmanager
async def recorded(url: str) -> AsyncIterator[Recorded]:
    """A recorded local at a database's address, closed at the end."""
    async with running(Recorded(url)) as made:
        yield made


async def traces(v: LocalDriver, *markers: str) -> list[str]:
    """Where in the whole database one of these texts stands: "answers: ..."."""
    found = []
    for table in metadata.sorted_tables:
        for row in await v.rows(table):
            said = json.dumps([str(value) for value in row], ensure_ascii=False)
            found += [f"{table.name}: {said[:200]}" for marker in markers if marker in said]
    return found


async def delete_me(v: LocalDriver, user: str) -> Reply:
    """Ask to be deleted, and say yes."""
    done = await v.press(user, await v.command(user, "my delete"), "Delete everything")
    await v.tick()
    return done


async def export_of(v: LocalDriver, user: str) -> dict[str, Any]:
    """One's own data, as the file has it."""
    card = card_of(await v.command(user, "my export"))
    file = next(b for b in card.blocks if isinstance(b, File))
    return cast("dict[str, Any]", json.loads(file.data))


async def drift(v: LocalDriver) -> bool:
    """Whether the kept totals of any group differ from a recount of its ledger."""
    groups = {row.group_id for row in await v.rows(ledger)} | {r.group_id for r in await v.rows(standings)}

    async def differ(tx: Transaction) -> bool:
        return any([await recount(tx, g) != await totals(tx, g) for g in sorted(groups)])

    return await v.app.database.read(differ)


async def call(v: LocalDriver, user: str, naming: str, pseudonym: str = "") -> Reply:
    """Choose how boards call one."""
    asked = await v.command(user, "my name")
    assert isinstance(form_of(asked).submit, SaveName)
    return await v.fill(user, asked, naming=naming, pseudonym=pseudonym)


def shown_texts(card: Card) -> list[str]:
    """Every string of a card: words, names, controls, alt texts, file names; pictures and files as their bytes."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, bytes):
            found.append(value.decode("latin-1"))
        elif isinstance(value, dict):
            walk(list(value.items()))
        elif isinstance(value, list | tuple | frozenset | set):
            for each in value:
                walk(each)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                walk(getattr(value, name))

    walk(card)
    return found
