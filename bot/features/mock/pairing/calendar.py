"""A meeting as a file that calendars read (RFC 5545)."""

from datetime import datetime, timedelta

from bot.chat.cards import File


def calendar_file(uid: str, at: datetime, minutes: int, summary: str, made_at: datetime) -> File:
    """An appointment at an instant. ``uid`` is the same each time it is made, so that a calendar keeps one."""
    from icalendar import Calendar, Event

    event = Event()
    event.add("uid", f"{uid}@studyhall")
    event.add("dtstamp", made_at)
    event.add("dtstart", at)
    event.add("dtend", at + timedelta(minutes=minutes))
    event.add("summary", summary)
    calendar = Calendar()
    calendar.add("prodid", "-//Studyhall//mock interviews//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return File("mock-interview.ics", calendar.to_ical(), "text/calendar")
