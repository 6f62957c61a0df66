"""Installations in the database: an adapter keeps its tokens here, and the beginnings of what somebody installs."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import bindparam, delete, select

from bot.database.engine import Database
from bot.database.statements import Statement
from bot.database.tables import beginnings, installations
from bot.database.transaction import Transaction

_TENANT = (installations.c.platform == bindparam("platform")) & (
    installations.c.tenant == bindparam("tenant")
)
_OWN = _TENANT & (installations.c.user == bindparam("user"))
_FIND = Statement(select(installations.c.data).where(_OWN))
_FORGET = Statement(delete(installations).where(_OWN))
_FORGET_ALL = Statement(delete(installations).where(_TENANT))
_DROP = Statement(delete(beginnings).where(beginnings.c.until <= bindparam("now")))
_USE = Statement(
    delete(beginnings)
    .where(beginnings.c.digest == bindparam("digest"), beginnings.c.until > bindparam("now"))
    .returning(beginnings.c.id)
)


class StoredInstallations:
    """``bot.chat.operators.installs.Installations`` on the tables ``installations`` and ``beginnings``.

    ``clock`` gives the present instant, aware and in UTC.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def save(self, platform: str, tenant: str, user: str, data: Mapping[str, Any]) -> None:
        """Keep an installation in place of the one that was kept."""
        keys = {"platform": platform, "tenant": tenant, "user": user}
        values = {"data": dict(data), "at": self._clock()}
        await self._database.write(lambda tx: tx.upsert(installations, keys, values))

    async def find(self, platform: str, tenant: str, user: str = "") -> Mapping[str, Any] | None:
        """What was kept, None where there is nothing."""
        keys = {"platform": platform, "tenant": tenant, "user": user}
        found: Mapping[str, Any] | None = await self._database.read(lambda tx: tx.scalar(_FIND, keys))
        return found

    async def forget(self, platform: str, tenant: str, user: str | None = None) -> None:
        """Forget one installation, or with None all of this tenant."""
        keys = {"platform": platform, "tenant": tenant}
        if user is None:
            await self._database.write(lambda tx: tx.execute(_FORGET_ALL, keys))
        else:
            await self._database.write(lambda tx: tx.execute(_FORGET, keys | {"user": user}))

    async def issue(self, platform: str, seconds: float) -> str:
        """A secret that nobody can guess, for an installation that begins: it is worth something once, and for so long."""
        secret, now = token_urlsafe(32), self._clock()

        async def work(tx: Transaction) -> None:
            await tx.execute(_DROP, now=now)
            row = {"digest": _digest(platform, secret), "until": now + timedelta(seconds=seconds)}
            await tx.insert(beginnings, row)

        await self._database.write(work)
        return secret

    async def consume(self, platform: str, secret: str) -> bool:
        """Whether a secret was issued for this platform, in time and not used before; from now on it is used."""
        use = partial(self._use, digest=_digest(platform, secret))
        return await self._database.write(use)

    async def _use(self, tx: Transaction, digest: str) -> bool:
        return (await tx.execute(_USE, digest=digest, now=self._clock())).first() is not None


def _digest(platform: str, secret: str) -> str:
    return blake2b(f"{platform}|{secret}".encode(errors="replace"), digest_size=16).hexdigest()
