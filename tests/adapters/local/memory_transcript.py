"""A transcript that lives in memory: the real thing for tests, without a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.chat.transcript import TranscriptEntry


class MemoryTranscript:
    """Keeps entries and half-typed forms in dictionaries. Two rooms over the same one are two processes."""

    def __init__(self) -> None:
        self._entries: dict[int, TranscriptEntry] = {}
        self._typed: dict[tuple[str, str], dict[str, str]] = {}
        self._version = 0

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
        known = await self.by_key(key) if key is not None else None
        if known is not None:
            return known
        if audience is not None and slot:
            for earlier in tuple(self._entries.values()):
                if (earlier.channel, earlier.audience, earlier.slot) == (
                    channel,
                    audience,
                    slot,
                ) and earlier.body:
                    await self.remove(earlier.id, at)
        made = TranscriptEntry(
            id=len(self._entries) + 1,
            version=self._next(),
            channel=channel,
            audience=audience,
            author=author,
            body=body,
            key=key,
            slot=slot,
            at=at,
            edited_at=None,
        )
        self._entries[made.id] = made
        return made

    async def edit(self, entry: int, body: str, at: datetime) -> TranscriptEntry | None:
        found = self._entries.get(entry)
        if found is None or not found.body:
            return None
        self._entries[entry] = replace(found, body=body, version=self._next(), edited_at=at)
        return self._entries[entry]

    async def get(self, entry: int) -> TranscriptEntry | None:
        found = self._entries.get(entry)
        return found if found is not None and found.body else None

    async def by_key(self, key: str) -> TranscriptEntry | None:
        return next((e for e in self._entries.values() if e.key == key), None)

    async def changes(
        self, channel: str, viewer: str, since: int, limit: int = 200
    ) -> tuple[TranscriptEntry, ...]:
        seen = (
            e
            for e in self._entries.values()
            if e.channel == channel
            and e.audience in (None, viewer)
            and e.version > since
            and (e.body or since)
        )
        return tuple(sorted(seen, key=lambda e: e.version)[-limit:])

    async def earlier(
        self, channel: str, viewer: str, before: int, limit: int
    ) -> tuple[TranscriptEntry, ...]:
        seen = (e for e in await self.changes(channel, viewer, 0, len(self._entries)) if e.id < before)
        return tuple(sorted(seen, key=lambda e: e.id)[-limit:])

    async def version(self) -> int:
        return self._version

    async def remove(self, entry: int, at: datetime) -> None:
        found = self._entries.get(entry)
        if found is not None:
            self._entries[entry] = replace(found, body="", version=self._next(), edited_at=at)

    async def forget(self, viewer: str, before: datetime, at: datetime) -> None:
        for each in tuple(self._entries.values()):
            if each.audience == viewer and each.at < before and each.body:
                await self.remove(each.id, at)

    async def typed(self, viewer: str, form: str) -> Mapping[str, str]:
        return dict(self._typed.get((viewer, form), {}))

    async def keep_typed(self, viewer: str, form: str, values: Mapping[str, str], at: datetime) -> None:
        del at
        if values:
            self._typed[viewer, form] = dict(values)
        else:
            self._typed.pop((viewer, form), None)

    def _next(self) -> int:
        self._version += 1
        return self._version
