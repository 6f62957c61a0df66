"""What a platform hands out where it is installed, kept for an adapter: tokens and the like, and begun installations."""

from collections.abc import Mapping
from typing import Any, Protocol


class Installations(Protocol):
    """Keeps installations by platform and tenant: the tenant's own under the user "", and those of single users.

    ``data`` is the adapter's own, and goes through JSON.
    """

    async def save(self, platform: str, tenant: str, user: str, data: Mapping[str, Any]) -> None:
        """Keep an installation in place of the one that was kept."""
        ...

    async def find(self, platform: str, tenant: str, user: str = "") -> Mapping[str, Any] | None:
        """What was kept, None where there is nothing."""
        ...

    async def forget(self, platform: str, tenant: str, user: str | None = None) -> None:
        """Forget one installation, or with None all of this tenant."""
        ...

    async def issue(self, platform: str, seconds: float) -> str:
        """A secret that nobody can guess, for an installation that begins: it is worth something once, and for so long."""
        ...

    async def consume(self, platform: str, secret: str) -> bool:
        """Whether a secret was issued for this platform, in time and not used before; from now on it is used."""
        ...
