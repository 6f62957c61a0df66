"""The room's memory in the database: a page that was closed, or a bot that was stopped, loses nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, delete, func, insert, or_, select, text, update

from bot.chat.transcript import Entry
from bot.store.database import Database
from bot.store.statements import Row, Statement, any_of
from bot.store.tables import transcript, typed_forms
from bot.store.transaction import Transaction

_COLUMNS = tuple(each.name for each in transcript.c if each.name != "id")
_STANDS = transcript.c.body != ""
_ALL = select(transcript)
_BY_ID = Statement(_ALL.where(transcript.c.id == bindparam("its_id")))
_BY_KEY = Statement(_ALL.where(transcript.c.key == bindparam("key")))
_ADD = Statement(
    insert(transcript)
    .values({name: bindparam(name, type_=transcript.c[name].type) for name in _COLUMNS})
    .returning(transcript)
)
_EDIT = Statement(
    update(transcript)
    .where(transcript.c.id == bindparam("its_id"), _STANDS)
    .values(body=bindparam("body"), version=bindparam("version"), edited_at=bindparam("edited_at"))
    .returning(transcript)
)
_SEEN = _ALL.where(
    transcript.c.channel == bindparam("channel"),
    or_(transcript.c.audience.is_(None), transcript.c.audience == bindparam("viewer")),
).limit(bindparam("limit", type_=Integer))
_NEWEST = Statement(_SEEN.where(_STANDS).order_by(transcript.c.id.desc()))
_CHANGED = Statement(
    _SEEN.where(transcript.c.version > bindparam("since")).order_by(transcript.c.version.desc())
)
_VERSION = Statement(select(func.max(transcript.c.version)))
# Versions are seen in the order in which they are given: a page that saw 7 must not have missed 6.
_LOCK = Statement(text("LOCK TABLE transcript IN SHARE ROW EXCLUSIVE MODE"))

_FORM = (typed_forms.c.viewer == bindparam("viewer")) & (typed_forms.c.form == bindparam("form"))
_TYPED = Statement(select(typed_forms.c.fields).where(_FORM))
_DROP_TYPED = Statement(delete(typed_forms).where(_FORM))
_DROP_ALL_TYPED = Statement(delete(typed_forms).where(any_of(typed_forms.c.viewer, "users")))
_TYPED_BY = Statement(
    select(typed_forms).where(any_of(typed_forms.c.viewer, "users")).order_by(typed_forms.c.id)
)
_CARDS_OF = Statement(
    select(transcript.c.at, transcript.c.slot)
    .where(any_of(transcript.c.audience, "users"), _STANDS)
    .order_by(transcript.c.id)
)


def _standing(which: ColumnElement[bool]) -> Statement:
    return Statement(select(transcript.c.id).where(which, _STANDS).order_by(transcript.c.id))


_ITSELF = _standing(transcript.c.id == bindparam("its_id"))
_EARLIER = _standing(
    (transcript.c.audience == bindparam("audience")) & (transcript.c.slot == bindparam("slot"))
)
_PRIVATE_TO = _standing(any_of(transcript.c.audience, "users"))
_PRIVATE_IN = _standing(transcript.c.audience.is_not(None) & any_of(transcript.c.slot, "slots"))
_NAMING = _standing(
    transcript.c.audience.is_(None)
    & transcript.c.key.like("r%")
    & transcript.c.body.like(bindparam("pattern"), escape="/")
)
_BLANK = Statement(
    update(transcript)
    .where(transcript.c.id == bindparam("its_id"))
    .values(body="", version=bindparam("version"), edited_at=bindparam("edited_at"))
)


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
                first = await _one(tx, _BY_KEY, key=key)
                if first is not None:
                    return first
            if audience is not None and slot:
                earlier = (await tx.execute(_EARLIER, audience=audience, slot=slot)).scalars()
                await _blank(tx, earlier, version, at)
                version += len(earlier)
            values = {
                "version": version,
                "channel": channel,
                "audience": audience,
                "author": author,
                "body": body,
                "key": key,
                "slot": slot,
                "at": at,
                "edited_at": None,
            }
            return _entry((await tx.execute(_ADD, values)).one())

        return await self._database.write(work)

    async def edit(self, entry: int, body: str, at: datetime) -> Entry | None:
        """Give an entry a new body; None when it is gone."""

        async def work(tx: Transaction) -> Entry | None:
            version = await _next_version(tx)
            done = await tx.execute(_EDIT, its_id=entry, body=body, version=version, edited_at=at)
            row = done.one_or_none()
            return None if row is None else _entry(row)

        return await self._database.write(work)

    async def get(self, entry: int) -> Entry | None:
        """The entry of this id, or None when it is gone."""
        found = await self._database.read(lambda tx: _one(tx, _BY_ID, its_id=entry))
        return found if found is not None and found.body else None

    async def by_key(self, key: str) -> Entry | None:
        """The entry that was appended with this key; its body is empty where it was removed since."""
        return await self._database.read(lambda tx: _one(tx, _BY_KEY, key=key))

    async def changes(self, channel: str, viewer: str, since: int, limit: int = 200) -> tuple[Entry, ...]:
        """What this viewer may see and has not; in the order in which the entries first appeared."""
        values: dict[str, Any] = {"channel": channel, "viewer": viewer, "limit": limit}
        query, values = (_CHANGED, values | {"since": since}) if since else (_NEWEST, values)

        async def work(tx: Transaction) -> tuple[Entry, ...]:
            rows = (await tx.execute(query, values)).all()
            return tuple(sorted((_entry(row) for row in rows), key=lambda entry: entry.id))

        return await self._database.read(work)

    async def version(self) -> int:
        """The highest version there is, 0 in an empty room."""
        return await self._database.read(_version)

    async def remove(self, entry: int, at: datetime) -> None:
        """Blank an entry for good; one that is gone already stays as it is."""

        async def work(tx: Transaction) -> None:
            version = await _next_version(tx)
            await _blank(tx, (await tx.execute(_ITSELF, its_id=entry)).scalars(), version, at)

        await self._database.write(work)

    async def typed(self, viewer: str, form: str) -> Mapping[str, str]:
        """What this viewer had typed into a form that was not sent, by field id."""

        async def work(tx: Transaction) -> Mapping[str, str]:
            fields: Mapping[str, str] | None = await tx.scalar(_TYPED, viewer=viewer, form=form)
            return fields or {}

        return await self._database.read(work)

    async def keep_typed(self, viewer: str, form: str, values: Mapping[str, str], at: datetime) -> None:
        """Keep a half-typed form; empty values drop it."""
        ours = {"viewer": viewer, "form": form}

        async def work(tx: Transaction) -> None:
            if any(values.values()):
                await tx.upsert(typed_forms, ours, {"fields": dict(values), "at": at})
            else:
                await tx.execute(_DROP_TYPED, ours)

        await self._database.write(work)


async def export_viewer(tx: Transaction, users: Collection[str]) -> Mapping[str, Any]:
    """When these members were shown private cards, and what they had typed into forms that were not sent.

    The cards come without their words, which may be others'.
    """
    cards = await tx.execute(_CARDS_OF, users=users)
    forms = await tx.execute(_TYPED_BY, users=users)
    return {
        "private_cards": [{"shown_at": row.at.isoformat(), "place": row.slot} for row in cards],
        "half_typed_forms": [{"form": r.form, "fields": r.fields, "at": r.at.isoformat()} for r in forms],
    }


async def forget_viewer(tx: Transaction, users: Collection[str], at: datetime) -> None:
    """Blank every private card of these members, and drop what they had typed."""
    await tx.execute(_DROP_ALL_TYPED, users=users)
    await _blank_all(tx, _PRIVATE_TO, at, users=users)


async def blank_private(tx: Transaction, slots: Collection[str], at: datetime) -> None:
    """Blank everyone's private cards of these slots: they quote what its author has taken back."""
    await _blank_all(tx, _PRIVATE_IN, at, slots=slots)


async def blank_replies(tx: Transaction, names: Collection[str], at: datetime) -> None:
    """Blank public replies in which one of these names stands, written as a body has it: nobody edits them later on.

    A shared board is one. What was delivered has a key of hexadecimal digits, a reply's begins with r.
    """
    for name in names:
        escaped = name.replace("/", "//").replace("%", "/%").replace("_", "/_")
        await _blank_all(tx, _NAMING, at, pattern=f"%{escaped}%")


async def _blank_all(tx: Transaction, which: Statement, at: datetime, **values: object) -> None:
    if (await tx.execute(which, values)).first() is not None:  # others' rooms need not wait for nothing
        version = await _next_version(tx)
        await _blank(tx, (await tx.execute(which, values)).scalars(), version, at)


async def _version(tx: Transaction) -> int:
    highest: int | None = await tx.scalar(_VERSION)
    return highest or 0


async def _next_version(tx: Transaction) -> int:
    if tx.dialect == "postgresql":
        await tx.execute(_LOCK)
    return await _version(tx) + 1


async def _blank(tx: Transaction, ids: Sequence[int], version: int, at: datetime) -> None:
    """Empty these entries, each with a version of its own from ``version`` on."""
    rows = [{"its_id": each, "version": version + step, "edited_at": at} for step, each in enumerate(ids)]
    if rows:
        await tx.execute(_BLANK, rows)


async def _one(tx: Transaction, query: Statement, **values: object) -> Entry | None:
    row = (await tx.execute(query, values)).one_or_none()
    return None if row is None else _entry(row)


def _entry(row: Row) -> Entry:
    return Entry(**row._asdict())
