"""Time zones by name, for as long as the machine's tz database knows them."""

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(1_000)  # Python keeps eight; a look at every city would read a hundred files each time
def zone_of(name: str) -> ZoneInfo:
    """The zone of a name; UTC for one that the tz database lacks or has lost, so that nothing ends in an error for it."""
    return ZoneInfo(name) if is_zone(name) else ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Whether the tz database has a zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def known_zone(said: object) -> str | None:
    """The zone that a browser or a platform named, None where it is none."""
    return said if isinstance(said, str) and 0 < len(said) <= 64 and is_zone(said) else None
