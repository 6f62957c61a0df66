"""How much one account may ask for in a minute: more than anybody does who studies, less than a program that floods a group."""

from datetime import datetime, timedelta
from math import ceil

from bot.chat.dispatch import UserError
from bot.chat.words import counted

MOST = 60
"""So many commands, presses and forms a minute; what writes for others, such as answers and votes, counts twice."""

MINUTE = timedelta(minutes=1)
_REMEMBERED = 10_000


class Limits:
    """Counts what each account asked for in the last minute, in this process. What is refused does not count."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lately: dict[str, list[datetime]] = {}

    def take(self, account: str, at: datetime, weight: int = 1) -> None:
        """Count a request of an account at an instant.

        Raises:
            UserError: there were too many in the minute before it.
        """
        lately = [each for each in self._lately.get(account, ()) if at - each < MINUTE]
        too_many = len(lately) + weight - self._most
        if too_many > 0:
            seconds = ceil((lately[too_many - 1] + MINUTE - at).total_seconds())
            raise UserError(
                "That was a lot in one minute",
                f"Nothing was changed. You can continue in {counted(max(1, seconds), 'second')}.",
            )
        self._lately[account] = [*lately, *[at] * weight]
        if len(self._lately) > _REMEMBERED:
            self._lately = {who: done for who, done in self._lately.items() if at - done[-1] < MINUTE}
