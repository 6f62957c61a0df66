"""What was handled, for a day: a click or form that a platform delivers again changes nothing a second time."""

from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import bindparam, delete

from bot.chat.requests import Request
from bot.database.statements import Statement
from bot.database.tables import requests
from bot.database.transaction import Transaction

KEPT = timedelta(days=1)

_DROP = Statement(delete(requests).where(requests.c.at < bindparam("before")))


async def is_first(tx: Transaction, request: Request) -> bool:
    """Whether a request comes for the first time; it is remembered with what this transaction changes."""
    key = blake2b(f"{request.who.key}|{request.id}".encode(), digest_size=16).hexdigest()
    return await tx.insert_once(requests, {"key": key, "at": request.at}) is not None


async def forget_old(tx: Transaction, now: datetime) -> int:
    """Forget what no platform delivers again any more; how many requests that were."""
    return (await tx.execute(_DROP, before=now - KEPT)).rowcount
