"""What Slack sends, as requests: who, where, what, and the ways back to them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from slack_bolt.request.internals import extract_team_id

from adapters.slack.people import People, Person
from adapters.slack.posting import NAME
from adapters.slack.rendering.forms import kept
from bot.chat.rendering.labels import action_id
from bot.chat.requests import FieldValue, Identity, MessageRef, Place, Press, Request, What

Json: TypeAlias = Mapping[str, Any]

_KEPT = {
    "c": "channel",
    "n": "channel_name",
    "t": "thread",
    "u": "response_url",
    "m": "message",
    "e": "ephemeral",
    "s": "slot",
    "h": "home",
}
"""What a form carries of where it was opened, so that its answer finds the way back: in its 3000 characters, by short names."""

RUN = "/"
"""An action or a view whose id begins so runs the command of that name; no encoded action does."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from and the ways back: what a form must keep until it is sent.

    ``team`` is the workspace that installed the app, ``member_of`` the one that the person belongs to where it is another:
    Slack Connect shares channels between organisations. ``channel`` is Slack's, also of a private chat. ``message`` is the ts of the message that was pressed,
    ``ephemeral`` whether only one person sees it, and ``slot`` what it stands for. ``home`` says that it all began in the
    App Home. ``name`` is what the person is called, where Slack says it along with the request.
    """

    team: str
    user: str
    channel: str = ""
    channel_name: str = ""
    thread: str = ""
    response_url: str = ""
    trigger: str = ""
    message: str = ""
    ephemeral: bool = False
    slot: str = ""
    view: str = ""
    home: bool = False
    member_of: str = ""
    name: str = ""

    @property
    def who(self) -> Identity:
        """The person: the same one from wherever they come, so known by their own workspace."""
        return Identity(NAME, self.member_of or self.team, self.user)

    @property
    def place(self) -> Place | None:
        """The channel as the core knows it; None in a private chat, also of several people."""
        if not self.channel.startswith(("C", "G")) or self.channel_name.startswith("mpdm-"):
            return None
        name = "" if self.channel_name == "privategroup" else self.channel_name
        return Place(NAME, self.team, self.channel, name, self.thread or None)

    @property
    def ref(self) -> MessageRef | None:
        """The message that was pressed, where the bot may change it by its ts."""
        if not self.message or self.ephemeral or not self.channel:
            return None
        return MessageRef(NAME, self.team, self.channel, self.message)

    def keep(self) -> dict[str, Any]:
        """What a form carries, so that its answer finds the way back."""
        return {short: value for short, name in _KEPT.items() if (value := getattr(self, name))}


def of_command(body: Json) -> Origin:
    """The origin of a typed command."""
    return Origin(
        team=team_of(body),
        user=str(body["user_id"]),
        name=str(body.get("user_name", "")),
        channel=str(body.get("channel_id", "")),
        channel_name=str(body.get("channel_name", ""))[:80],
        response_url=str(body.get("response_url", "")),
        trigger=str(body.get("trigger_id", "")),
    )


def of_press(body: Json) -> Origin:
    """The origin of a pressed button or list."""
    container = body.get("container", {})
    channel = body.get("channel") or {}
    block = str(body["actions"][0].get("block_id", ""))
    thread = str(container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or "")
    message = str(container.get("message_ts", ""))
    return replace(
        _person(body),
        channel=str(channel.get("id") or container.get("channel_id", "")),
        channel_name=str(channel.get("name", ""))[:80],
        thread=thread if thread != message else "",
        response_url=str(body.get("response_url", "")),
        trigger=str(body.get("trigger_id", "")),
        message=message,
        ephemeral=bool(container.get("is_ephemeral")),
        slot=block.partition("~")[0] if "~" in block else "",
        home=(body.get("view") or {}).get("type") == "home",
    )


def of_form(body: Json) -> Origin:
    """The origin of a sent form: where it was opened."""
    opened = _opened(str(body["view"]["private_metadata"]))
    return replace(_person(body), **opened, trigger=str(body.get("trigger_id", "")))


def of_suggestion(body: Json) -> Origin:
    """The origin of the letters typed into a long list of a form."""
    return replace(
        _person(body), **_opened((body.get("view") or {}).get("private_metadata") or '{"action": ""}')
    )


def _opened(metadata: str) -> dict[str, Any]:
    _, before = kept(metadata)
    return {name: before[short] for short, name in _KEPT.items() if short in before}


def _person(body: Json) -> Origin:
    user = body["user"]
    return Origin(
        team=team_of(body),
        user=str(user["id"]),
        name=str(user.get("name") or user.get("username") or ""),
        member_of=str(user.get("team_id") or ""),
        view=str((body.get("view") or {}).get("id", "")),
    )


def of_home(body: Json) -> Origin:
    """The origin of an opened home page. The event's own team is that of who opened it (bolt-js issue 1948)."""
    return Origin(
        team=team_of(body), user=str(body["event"]["user"]), member_of=str(body["team_id"]), home=True
    )


def team_of(body: Json) -> str:
    """The workspace whose installation a request is for, as Slack's library finds it to authorize the request.

    In a shared channel ``team`` is that of the installation in a press, but the person's own in a sent form, whose view
    names the other (bolt-js issue 1614); events name it in their ``authorizations``.
    """
    return str(extract_team_id(dict(body)) or "")


def press_of(body: Json) -> Press:
    """What was pressed, and the values chosen."""
    action = body["actions"][0]
    chosen = action.get("selected_options") or (action.get("selected_option"),)
    return Press(action_id(str(action["action_id"])), tuple(str(each["value"]) for each in chosen if each))


def fields_of(view: Json) -> dict[str, FieldValue | list[Json]]:
    """The values of a form by field id; a file comes as Slack's description of it, to be fetched."""
    values = view["state"]["values"].items()
    return {block: _value(element) for block, inputs in values for element in inputs.values()}


def written_in(view: Json) -> frozenset[str]:
    """The fields of a form that somebody types into."""
    values = view["state"]["values"].items()
    written = ((block, each) for block, inputs in values for each in inputs.values())
    return frozenset(block for block, each in written if each.get("type") == "plain_text_input")


def _value(element: Json) -> FieldValue | list[Json]:
    match element.get("type"):
        case "multi_static_select" | "checkboxes":
            return tuple(str(each["value"]) for each in element.get("selected_options") or ())
        case "static_select" | "external_select" | "radio_buttons":
            one = element.get("selected_option")
            return str(one["value"]) if one else ""
        case "datepicker":
            return str(element.get("selected_date") or "")
        case "file_input":
            return list(element.get("files") or ())
        case _:
            return str(element.get("value") or "")


def _manages(person: Person, creator: str | None, user: str) -> bool | None:
    if person.manages or creator == user:
        return True
    return None if person.manages is None or creator is None else False


async def request_of(people: People, origin: Origin, what: What, made: str, now: datetime) -> Request:
    """The request of something a person did. ``made`` is its id, the same when Slack delivers it again.

    They manage where they are the workspace's admin or owner, or made the channel; where Slack does not answer, nobody
    knows. Who has an office in another workspace has none here.
    """
    place, who = origin.place, origin.who
    people.met(origin.team, who)
    person, creator = await asyncio.gather(
        people.person(origin.team, origin.user, origin.name),
        people.creator(origin.team, place.channel if place is not None else ""),
    )
    if who.tenant != origin.team:
        person = replace(person, manages=False)
    return Request(
        id=made,
        at=now,
        who=replace(who, name=person.name),
        place=place,
        what=what,
        manages=_manages(person, creator, origin.user),
        zone=person.zone,
        message=origin.ref,
    )
