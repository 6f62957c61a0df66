"""How a group's settings are said: days, times, tones, windows."""

from datetime import datetime, timedelta

from bot.chat.words import WEEKDAYS, counted, weekday
from bot.membership.calendar.cities import city_name
from bot.membership.model import Group, Tone

_SHORT = tuple(name[:3] for name in WEEKDAYS)

TONES = {
    Tone.CALM: ("Calm", "No points, no ranks: votes only tell authors what helped."),
    Tone.FRIENDLY: ("Friendly", "A common goal first; your own rank is shown only to you."),
    Tone.COMPETITIVE: ("Competitive", "Full boards: the top ten are shown."),
}


def days_words(days: frozenset[int]) -> str:
    """Question days, short: "Mon-Fri", "every day", "Mon, Wed-Fri"."""
    if len(days) == 7:
        return "every day"
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_run_words(run) for run in runs)


def _run_words(run: list[int]) -> str:
    if len(run) > 2:
        return f"{_SHORT[run[0]]}-{_SHORT[run[-1]]}"
    return ", ".join(_SHORT[day] for day in run)


def rhythm_words(group: Group) -> str:
    """When questions come: "Mon-Fri 09:00 Berlin"."""
    return f"{days_words(group.weekdays)} {group.at:%H:%M} {city_name(group.zone)}"


def slot_words(at: datetime, group: Group, now: datetime) -> str:
    """A coming question moment in the group's own time: "today 18:00", "tomorrow 09:00", "Tuesday 09:00"."""
    local = at.astimezone(group.rhythm.tz)
    ahead = local.date() - now.astimezone(group.rhythm.tz).date()
    if ahead == timedelta(0):
        day = "today"
    elif ahead == timedelta(days=1):
        day = "tomorrow"
    else:
        day = weekday(local) if ahead < timedelta(days=7) else f"next {weekday(local)}"
    return f"{day} {local:%H:%M}"


def window_words(minutes: int | None, default: str) -> str:
    """How long something stays open: "48 hours", or the default's words."""
    return default if minutes is None else f"{minutes // 60} hours"


def retention_words(days: int | None) -> str:
    """How long the words of those who left are kept: "deleted 90 days after they leave"."""
    return "kept until they delete them" if days is None else f"deleted {days} days after they leave"


def runway_words(questions: int, weeks: int, days: int) -> str:
    """For how long questions last: "96 questions: 19 weeks at 5 a week"."""
    if questions == 0:
        return "No question fits these topics yet. Choose more topics."
    amount = counted(questions, "question")
    if weeks == 0:
        return f"{amount}: less than a week at {days} a week."
    return f"{amount}: {counted(weeks, 'week')} at {days} a week."
