"""Files: uploaded first, unseen, then shown in a message or handed to a conversation."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from adapters.slack.api.web import Web
from adapters.slack.rendering.render import Upload
from bot.chat.logged import name_of
from bot.chat.platform import InDoubtError, NoAccessError, PlatformError

log = logging.getLogger(__name__)

_LOOKS = 6
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The files of one card: Slack's ids of its pictures by name, and what is to be downloaded as Slack is told of it."""

    pictures: Mapping[str, str]
    downloads: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Uploads:
    """Brings a card's files to a workspace. ``sleep`` waits for so many seconds."""

    web: Web
    sleep: Callable[[float], Awaitable[object]]

    async def bring(self, team: str, files: tuple[Upload, ...]) -> Uploaded:
        """Upload files, unshared. A picture that fails is left out: the text beside it says the same.

        Raises:
            PlatformError's kinds: a download could not be brought.
        """
        pictures: dict[str, str] = {}
        downloads: list[Mapping[str, str]] = []
        for each in files:
            try:
                file = {"id": await self._send(team, each), "title": each.name}
                if not each.picture:
                    downloads.append(file)
                    continue
                await self.web.call(team, "files.completeUploadExternal", files=[file])
                if await self._ready(team, file["id"]):
                    pictures[each.name] = file["id"]
            except PlatformError as error:
                if not each.picture or isinstance(error, NoAccessError):
                    raise
                log.warning("a picture was left out: %s", name_of(error))
        return Uploaded(pictures, tuple(downloads))

    async def share(
        self, team: str, downloads: tuple[Mapping[str, str], ...], channel: str, under: str
    ) -> None:
        """Hand uploaded files to a conversation, below the message ``under``.

        Raises:
            PlatformError's kinds.
        """
        if downloads:
            await self.web.call(
                team, "files.completeUploadExternal", files=downloads, channel_id=channel, thread_ts=under
            )

    async def introduce(
        self, team: str, downloads: tuple[Mapping[str, str], ...], channel: str, words: str
    ) -> str:
        """Hand uploaded files to a conversation in one message with these words; its ts, "" where Slack tells none in time.

        Such a message holds no key to look for: what became of it is seen at its file.

        Raises:
            PlatformError's kinds.
        """
        doubt: InDoubtError | None = None
        try:
            await self.web.call(
                team,
                "files.completeUploadExternal",
                files=downloads,
                channel_id=channel,
                initial_comment=words,
            )
        except InDoubtError as error:
            doubt = error
        for look in range(_LOOKS):
            if look:
                await self.sleep(_PAUSE_SECONDS)
            about = (await self.web.read(team, "files.info", file=downloads[0]["id"])).get("file", {})
            for each in (about.get("shares") or {}).values():
                if each.get(channel):
                    return str(each[channel][0]["ts"])
        if doubt is not None:
            raise doubt
        return ""

    async def _send(self, team: str, file: Upload) -> str:
        alt = file.alt[:1000] or None
        asked = await self.web.call(
            team, "files.getUploadURLExternal", filename=file.name, length=len(file.data), alt_txt=alt
        )
        await self.web.put(str(asked["upload_url"]), file.data)
        return str(asked["file_id"])

    async def _ready(self, team: str, file: str) -> bool:
        """Whether a picture may stand in a message: Slack reads it first, and refuses the block until then."""
        for look in range(_LOOKS):
            if look:
                await self.sleep(_PAUSE_SECONDS)
            answer = await self.web.read(team, "files.info", file=file)
            if answer.get("file", {}).get("mimetype"):
                return True
        return False
