"""How far this machine's clock and Discord's are apart, by the Date header of each answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp


@dataclass
class Clocks:
    """Compares ``clock``, which gives aware UTC, with every answer that its ``trace`` sees.

    ``ahead`` is how far ours was before Discord's at the last one, None before the first.
    """

    clock: Callable[[], datetime]
    ahead: timedelta | None = None

    def there(self, at: datetime) -> datetime:
        """What Discord's clock says when ours says ``at``, to a second; the same where nobody knows."""
        return at - (self.ahead or timedelta(0))

    def trace(self) -> aiohttp.TraceConfig:
        """What discord.py is handed to see the answers with."""
        made = aiohttp.TraceConfig()
        made.on_request_end.append(self._ended)
        return made

    async def _ended(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, said: aiohttp.TraceRequestEndParams
    ) -> None:
        date = said.response.headers.get("Date")
        if date:
            self.ahead = self.clock() - parsedate_to_datetime(date)
