"""The room's memory in the database: a page that was closed, or a bot that was stopped, loses nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, insert, or_, select, text, update

from bot.chat.transcript import Entry
from bot.store.database import Database
from bot.store.statements import Row
from bot.store.tables import transcript, typed_forms
from bot.store.transaction import Transaction


class StoredTranscript:
    """``bot.chat.transcript.Transcript`` on the tables ``transcript`` and ``typed_forms``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self,
        *,
        channel: str,
        audience: str | None,
        author: str,
        body: str,
        key: str | None,
        slot: str,
        at: datetime,
    ) -> Entry:
        """Add an entry at the end. A known ``key`` adds none and gives the first one, even where it was removed."""

        async def work(tx: Transaction) -> Entry:
            version = await _next_version(tx)
            if key is not None:
                first = await _one(tx, transcript.c.key == key)
                if first is not None:
                    return first
            if audience is not None and slot:
                earlier = (transcript.c.audience == audience) & (transcript.c.slot == slot)
                version += await _blank(tx, earlier, version, at)
            values = {
                "version": version,
                "channel": channel,
                "audience": audience,
                "author": author,
                "body": body,
                "key": key,
                "slot": slot,
                "at": at,
            }
            made = await tx.execute(insert(transcript).values(**values).returning(transcript))
            return _entry(made.one())

        return await self._database.write(work)

    async def edit(self, entry: int, body: str, at: datetime) -> Entry | None:
        """Give an entry a new body; None when it is gone."""

        async def work(tx: Transaction) -> Entry | None:
            version = await _next_version(tx)
            statement = (
                update(transcript)
                .where(transcript.c.id == entry, transcript.c.body != "")
                .values(body=body, version=version, edited_at=at)
                .returning(transcript)
            )
            row = (await tx.execute(statement)).one_or_none()
            return None if row is None else _entry(row)

        return await self._database.write(work)

    async def get(self, entry: int) -> Entry | None:
        """The entry of this id, or None when it is gone."""
        found = await self._database.read(lambda tx: _one(tx, transcript.c.id == entry))
        return found if found is not None and found.body else None

    async def by_key(self, key: str) -> Entry | None:
        """The entry that was appended with this key; its body is empty where it was removed since."""
        return await self._database.read(lambda tx: _one(tx, transcript.c.key == key))

    async def changes(self, channel: str, viewer: str, since: int, limit: int = 200) -> tuple[Entry, ...]:
        """What this viewer may see and has not; in the order in which the entries first appeared."""
        newest = transcript.c.version if since else transcript.c.id
        query = (
            select(transcript)
            .where(
                transcript.c.channel == channel,
                or_(transcript.c.audience.is_(None), transcript.c.audience == viewer),
                transcript.c.version > since,
            )
            .order_by(newest.desc())
            .limit(limit)
        )
        if since == 0:
            query = query.where(transcript.c.body != "")

        async def work(tx: Transaction) -> tuple[Entry, ...]:
            rows = (await tx.execute(query)).all()
            return tuple(sorted((_entry(row) for row in rows), key=lambda entry: entry.id))

        return await self._database.read(work)

    async def version(self) -> int:
        """The highest version there is, 0 in an empty room."""
        return await self._database.read(_version)

    async def remove(self, entry: int, at: datetime) -> None:
        """Blank an entry for good; one that is gone already stays as it is."""

        async def work(tx: Transaction) -> None:
            await _blank(tx, transcript.c.id == entry, await _next_version(tx), at)

        await self._database.write(work)

    async def typed(self, viewer: str, form: str) -> Mapping[str, str]:
        """What this viewer had typed into a form that was not sent, by field id."""
        query = select(typed_forms.c.fields).where(typed_forms.c.viewer == viewer, typed_forms.c.form == form)

        async def work(tx: Transaction) -> Mapping[str, str]:
            fields: Mapping[str, str] | None = (await tx.execute(query)).scalar_one_or_none()
            return fields or {}

        return await self._database.read(work)

    async def keep_typed(self, viewer: str, form: str, values: Mapping[str, str], at: datetime) -> None:
        """Keep a half-typed form; empty values drop it."""
        ours = {"viewer": viewer, "form": form}

        async def work(tx: Transaction) -> None:
            if any(values.values()):
                await tx.upsert(typed_forms, ours, {"fields": dict(values), "at": at})
            else:
                await tx.execute(
                    delete(typed_forms).where(typed_forms.c.viewer == viewer, typed_forms.c.form == form)
                )

        await self._database.write(work)


async def export_viewer(tx: Transaction, users: Collection[str]) -> Mapping[str, Any]:
    """When these members were shown private cards, and what they had typed into forms that were not sent.

    The cards come without their words, which may be others'.
    """
    cards = await tx.execute(
        select(transcript.c.at, transcript.c.slot)
        .where(transcript.c.audience.in_(users), transcript.c.body != "")
        .order_by(transcript.c.id)
    )
    forms = await tx.execute(
        select(typed_forms).where(typed_forms.c.viewer.in_(users)).order_by(typed_forms.c.id)
    )
    return {
        "private_cards": [{"shown_at": row.at.isoformat(), "place": row.slot} for row in cards],
        "half_typed_forms": [{"form": r.form, "fields": r.fields, "at": r.at.isoformat()} for r in forms],
    }


async def forget_viewer(tx: Transaction, users: Collection[str], at: datetime) -> None:
    """Blank every private card of these members, and drop what they had typed."""
    await tx.execute(delete(typed_forms).where(typed_forms.c.viewer.in_(users)))
    await _blank_all(tx, transcript.c.audience.in_(users), at)


async def blank_private(tx: Transaction, slots: Collection[str], at: datetime) -> None:
    """Blank everyone's private cards of these slots: they quote what its author has taken back."""
    await _blank_all(tx, transcript.c.audience.is_not(None) & transcript.c.slot.in_(slots), at)


async def blank_replies(tx: Transaction, names: Collection[str], at: datetime) -> None:
    """Blank public replies in which one of these names stands, written as a body has it: nobody edits them later on.

    A shared board is one. What was delivered has a key of hexadecimal digits, a reply's begins with r.
    """
    named = or_(false(), *(transcript.c.body.contains(name, autoescape=True) for name in names))
    await _blank_all(tx, transcript.c.audience.is_(None) & transcript.c.key.like("r%") & named, at)


async def _blank_all(tx: Transaction, which: ColumnElement[bool], at: datetime) -> None:
    there = select(transcript.c.id).where(which, transcript.c.body != "").limit(1)
    if (await tx.execute(there)).first() is not None:
        await _blank(tx, which, await _next_version(tx), at)


async def _version(tx: Transaction) -> int:
    highest: int | None = (await tx.execute(select(func.max(transcript.c.version)))).scalar_one()
    return highest or 0


async def _next_version(tx: Transaction) -> int:
    if tx.dialect == "postgresql":
        # Versions are seen in the order in which they are given: a page that saw 7 must not have missed 6.
        await tx.execute(text("LOCK TABLE transcript IN SHARE ROW EXCLUSIVE MODE"))
    return await _version(tx) + 1


async def _blank(tx: Transaction, which: ColumnElement[bool], version: int, at: datetime) -> int:
    """Empty these entries, each with a version of its own from ``version`` on; how many there were."""
    query = select(transcript.c.id).where(which, transcript.c.body != "").order_by(transcript.c.id)
    ids = (await tx.execute(query)).scalars()
    for step, entry in enumerate(ids):
        changed = {"body": "", "version": version + step, "edited_at": at}
        await tx.execute(update(transcript).where(transcript.c.id == entry).values(**changed))
    return len(ids)


async def _one(tx: Transaction, which: ColumnElement[bool]) -> Entry | None:
    row = (await tx.execute(select(transcript).where(which))).one_or_none()
    return None if row is None else _entry(row)


def _entry(row: Row) -> Entry:
    return Entry(**row._asdict())
