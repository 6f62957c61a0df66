"""What a platform without a memory of its own needs: the messages of a room, kept for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One message of a room.

    ``version`` is a counter over all rooms, raised by every change: a page asks what changed since the last one it saw.
    ``audience`` is None for everyone, or the user who alone sees it. ``body`` is the rendered message as JSON, "" once
    it was removed. ``key`` is the delivery's key. A private entry takes the place of an earlier one of its ``slot``.
    """

    id: int
    version: int
    channel: str
    audience: str | None
    author: str
    body: str
    key: str | None
    slot: str
    at: datetime
    edited_at: datetime | None


class Transcript(Protocol):
    """Keeps messages and half-typed forms. All times are aware UTC."""

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
    ) -> TranscriptEntry: ...

    async def edit(self, entry: int, body: str, at: datetime) -> TranscriptEntry | None:
        """The changed entry, or None when it is gone."""
        ...

    async def get(self, entry: int) -> TranscriptEntry | None:
        """The entry of this id, or None when it is gone."""
        ...

    async def by_key(self, key: str) -> TranscriptEntry | None:
        """The entry that was appended with this key."""
        ...

    async def changes(
        self, channel: str, viewer: str, since: int, limit: int = 200
    ) -> tuple[TranscriptEntry, ...]:
        """What this viewer may see and has not: entries with a higher version, oldest first; at most the last ``limit``.

        Removed entries come with an empty body, unless ``since`` is 0.
        """
        ...

    async def earlier(
        self, channel: str, viewer: str, before: int, limit: int
    ) -> tuple[TranscriptEntry, ...]:
        """What this viewer may see of what stands before an entry's id: the last ``limit`` of it, oldest first."""
        ...

    async def version(self) -> int:
        """The highest version there is, 0 in an empty room."""
        ...

    async def remove(self, entry: int, at: datetime) -> None:
        """Blank an entry for good."""
        ...

    async def forget(self, viewer: str, before: datetime, at: datetime) -> None:
        """Blank what this viewer alone saw of what was appended before an instant."""
        ...

    async def typed(self, viewer: str, form: str) -> Mapping[str, str]:
        """What this viewer had typed into a form that was not sent, by field id."""
        ...

    async def keep_typed(self, viewer: str, form: str, values: Mapping[str, str], at: datetime) -> None:
        """Keep a half-typed form; empty values drop it."""
        ...
