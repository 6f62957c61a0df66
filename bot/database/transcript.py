"""The room's memory in the database: a page that was closed, or a bot that was stopped, loses nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from bot.chat.transcript import TranscriptEntry
from bot.database.engine import Database
from bot.database.statements import Row, Statement, any_of
from bot.database.tables import transcript, typed_forms
from bot.database.transaction import Transaction

_STANDS = transcript.c.body != ""
_ADD = Statement(
    insert(transcript)
    .values(
        {each.name: bindparam(each.name) for each in transcript.c if each.name not in ("id", "edited_at")}
    )
    .returning(transcript)
)
_EDIT = Statement(
    update(transcript)
    .where(transcript.c.id == bindparam("its_id"), _STANDS)
    .values({name: bindparam(name) for name in ("body", "version", "edited_at")})
    .returning(transcript)
)
_BY_ID = Statement(select(transcript).where(transcript.c.id == bindparam("id")))
_BY_KEY = Statement(select(transcript).where(transcript.c.key == bindparam("key")))
_NEWEST = Statement(select(func.max(transcript.c.version)))
# Versions are seen in the order in which they are given: a page that saw 7 must not have missed 6.
_LOCK = Statement(text("LOCK TABLE transcript IN SHARE ROW EXCLUSIVE MODE"))


def _seen_by_viewer(order: ColumnElement[Any], *which: ColumnElement[bool]) -> Statement:
    return Statement(
        select(transcript)
        .where(
            transcript.c.channel == bindparam("channel"),
            or_(transcript.c.audience.is_(None), transcript.c.audience == bindparam("viewer")),
            *which,
        )
        .order_by(order.desc())
        .limit(bindparam("most", type_=Integer))
    )


_CHANGES = _seen_by_viewer(transcript.c.version, transcript.c.version > bindparam("since"))
_EARLIER = _seen_by_viewer(transcript.c.id, transcript.c.id < bindparam("before"), _STANDS)
_BEYOND = 2**62
"""An id that no entry reaches."""
_OF_FORM = (typed_forms.c.viewer == bindparam("viewer"), typed_forms.c.form == bindparam("form"))
_TYPED = Statement(select(typed_forms.c.fields).where(*_OF_FORM))
_DROP_TYPED = Statement(delete(typed_forms).where(*_OF_FORM))
MOST_TYPED = 30
"""So many half-typed forms of one viewer are kept: whoever sends them needs no button of ours, and could fill the disk."""
_OLDEST_TYPED = (
    select(typed_forms.c.id)
    .where(typed_forms.c.viewer == bindparam("viewer"))
    .order_by(typed_forms.c.at.desc(), typed_forms.c.id.desc())
    .offset(MOST_TYPED)
)
_DROP_OLDEST = Statement(delete(typed_forms).where(typed_forms.c.id.in_(_OLDEST_TYPED)))


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
    ) -> TranscriptEntry:
        """Add an entry at the end. A known ``key`` adds none and gives the first one, even where it was removed."""

        async def work(tx: Transaction) -> TranscriptEntry:
            version = await _next_version(tx)
            if key is not None:
                first = await _one(tx, _BY_KEY, key=key)
                if first is not None:
                    return first
            if audience is not None and slot:
                earlier = await tx.execute(_IN_SLOT, audience=audience, slot=slot)
                version += await _blank(tx, earlier.scalars(), version, at)
            given = {"channel": channel, "audience": audience, "author": author, "body": body, "slot": slot}
            return _entry((await tx.execute(_ADD, version=version, key=key, at=at, **given)).one())

        return await self._database.write(work)

    async def edit(self, entry: int, body: str, at: datetime) -> TranscriptEntry | None:
        """Give an entry a new body; None when it is gone."""

        async def work(tx: Transaction) -> TranscriptEntry | None:
            version = await _next_version(tx)
            return await _one(tx, _EDIT, its_id=entry, body=body, version=version, edited_at=at)

        return await self._database.write(work)

    async def get(self, entry: int) -> TranscriptEntry | None:
        """The entry of this id, or None when it is gone."""
        found = await self._database.read(lambda tx: _one(tx, _BY_ID, id=entry))
        return found if found is not None and found.body else None

    async def by_key(self, key: str) -> TranscriptEntry | None:
        """The entry that was appended with this key; its body is empty where it was removed since."""
        return await self._database.read(lambda tx: _one(tx, _BY_KEY, key=key))

    async def changes(
        self, channel: str, viewer: str, since: int, limit: int = 200
    ) -> tuple[TranscriptEntry, ...]:
        """What this viewer may see and has not; in the order in which the entries first appeared."""
        if not since:
            return await self.earlier(channel, viewer, _BEYOND, limit)
        return await self._seen(_CHANGES, channel=channel, viewer=viewer, most=limit, since=since)

    async def earlier(
        self, channel: str, viewer: str, before: int, limit: int
    ) -> tuple[TranscriptEntry, ...]:
        """What this viewer may see of what stands before an entry's id: the last ``limit`` of it, oldest first."""
        return await self._seen(_EARLIER, channel=channel, viewer=viewer, most=limit, before=before)

    async def _seen(self, which: Statement, **values: str | int) -> tuple[TranscriptEntry, ...]:
        async def work(tx: Transaction) -> tuple[TranscriptEntry, ...]:
            rows = await tx.execute(which, values)
            return tuple(sorted(map(_entry, rows), key=lambda entry: entry.id))

        return await self._database.read(work)

    async def version(self) -> int:
        """The highest version there is, 0 in an empty room."""
        return await self._database.read(_version)

    async def remove(self, entry: int, at: datetime) -> None:
        """Blank an entry for good; one that is gone already stays as it is."""

        async def work(tx: Transaction) -> None:
            found = await _one(tx, _BY_ID, id=entry)
            if found is not None and found.body:
                await _blank(tx, [entry], await _next_version(tx), at)

        await self._database.write(work)

    async def forget(self, viewer: str, before: datetime, at: datetime) -> None:
        """Blank what this viewer alone saw of what was appended before an instant."""

        async def work(tx: Transaction) -> None:
            rows = await tx.execute(_OF_USERS, users=[viewer])
            await _blank_all(tx, [row.id for row in rows if row.at < before], at)

        await self._database.write(work)

    async def typed(self, viewer: str, form: str) -> Mapping[str, str]:
        """What this viewer had typed into a form that was not sent, by field id."""

        async def work(tx: Transaction) -> Mapping[str, str]:
            fields: Mapping[str, str] | None = await tx.scalar(_TYPED, viewer=viewer, form=form)
            return fields or {}

        return await self._database.read(work)

    async def keep_typed(self, viewer: str, form: str, values: Mapping[str, str], at: datetime) -> None:
        """Keep a half-typed form, and of each viewer's the newest; empty values drop it."""
        ours = {"viewer": viewer, "form": form}

        async def work(tx: Transaction) -> None:
            if any(values.values()):
                await tx.upsert(typed_forms, ours, {"fields": dict(values), "at": at})
                await tx.execute(_DROP_OLDEST, viewer=viewer)
            else:
                await tx.execute(_DROP_TYPED, ours)

        await self._database.write(work)


_IN_SLOT = Statement(
    select(transcript.c.id)
    .where(transcript.c.audience == bindparam("audience"), transcript.c.slot == bindparam("slot"), _STANDS)
    .order_by(transcript.c.id)
)
_OF_USERS = Statement(
    select(transcript.c.id, transcript.c.at, transcript.c.slot)
    .where(any_of(transcript.c.audience, "users"), _STANDS)
    .order_by(transcript.c.id)
)
_IN_SLOTS = Statement(
    select(transcript.c.id)
    .where(transcript.c.audience.is_not(None), any_of(transcript.c.slot, "slots"), _STANDS)
    .order_by(transcript.c.id)
)
# What was delivered has a key of hexadecimal digits, a reply's begins with r.
_REPLIES_WITH = Statement(
    select(transcript.c.id)
    .where(
        transcript.c.audience.is_(None),
        transcript.c.key >= "r",
        transcript.c.key < "s",
        transcript.c.body.like("%" + bindparam("name", type_=Text) + "%", escape="\\"),
        _STANDS,
    )
    .order_by(transcript.c.id)
)
_FORMS = Statement(
    select(typed_forms).where(any_of(typed_forms.c.viewer, "users")).order_by(typed_forms.c.id)
)
_DROP_FORMS = Statement(delete(typed_forms).where(any_of(typed_forms.c.viewer, "users")))


async def export_viewer(tx: Transaction, users: Collection[str]) -> Mapping[str, Any]:
    """When these members were shown private cards, and what they had typed into forms that were not sent.

    The cards come without their words, which may be others'.
    """
    cards, forms = await tx.execute(_OF_USERS, users=users), await tx.execute(_FORMS, users=users)
    return {
        "private_cards": [{"shown_at": row.at.isoformat(), "place": row.slot} for row in cards],
        "half_typed_forms": [{"form": r.form, "fields": r.fields, "at": r.at.isoformat()} for r in forms],
    }


async def forget_viewer(tx: Transaction, users: Collection[str], at: datetime) -> None:
    """Blank every private card of these members, and drop what they had typed."""
    await tx.execute(_DROP_FORMS, users=users)
    await _blank_all(tx, (await tx.execute(_OF_USERS, users=users)).scalars(), at)


async def blank_private(tx: Transaction, slots: Collection[str], at: datetime) -> None:
    """Blank everyone's private cards of these slots: they quote what its author has taken back."""
    await _blank_all(tx, (await tx.execute(_IN_SLOTS, slots=slots)).scalars(), at)


async def blank_replies(tx: Transaction, names: Collection[str], at: datetime) -> None:
    """Blank public replies in which one of these names stands, written as a body has it: nobody edits them later on.

    A shared board is one.
    """
    found: set[int] = set()
    for name in sorted(names):
        said = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found.update((await tx.execute(_REPLIES_WITH, name=said)).scalars())
    await _blank_all(tx, sorted(found), at)


async def _blank_all(tx: Transaction, ids: Collection[int], at: datetime) -> None:
    if ids:
        await _blank(tx, ids, await _next_version(tx), at)


async def _version(tx: Transaction) -> int:
    return int(await tx.scalar(_NEWEST) or 0)


async def _next_version(tx: Transaction) -> int:
    if tx.dialect == "postgresql":
        await tx.execute(_LOCK)
    return await _version(tx) + 1


async def _blank(tx: Transaction, ids: Collection[int], version: int, at: datetime) -> int:
    """Empty these entries, each with a version of its own from ``version`` on; how many there were."""
    for step, entry in enumerate(ids):
        await tx.change(transcript, entry, {"body": "", "version": version + step, "edited_at": at})
    return len(ids)


async def _one(tx: Transaction, statement: Statement, **values: Any) -> TranscriptEntry | None:  # noqa: ANN401  (a column's own)
    row = (await tx.execute(statement, values)).first()
    return None if row is None else _entry(row)


def _entry(row: Row) -> TranscriptEntry:
    return TranscriptEntry(**row._asdict())
