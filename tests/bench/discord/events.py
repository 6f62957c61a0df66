"""Events as Discord's gateway sends them: a server, and presses of the buttons of its messages."""

from typing import Any, TypeAlias

from adapters.discord.rendering.render import render
from bot.chat.cards import Card
from bot.chat.rendering.labels import action_id
from bot.chat.requests import Identity, Place

Json: TypeAlias = dict[str, Any]

SERVER, CHANNEL = "3000", "2000"
HERE = Place("discord", SERVER, CHANNEL, "study")
BOT: Any = {"id": "1", "username": "Studyhall", "discriminator": "0", "avatar": None, "bot": True}


def server() -> Any:  # noqa: ANN401  # a guild, with its one channel
    everyone = {
        "id": SERVER,
        "name": "@everyone",
        "permissions": "0",
        "position": 0,
        "color": 0,
        "hoist": False,
    }
    channel = {"id": CHANNEL, "type": 0, "name": "study", "position": 0, "permission_overwrites": []}
    made: Json = {
        "id": SERVER,
        "name": "Server",
        "roles": [everyone],
        "channels": [channel],
        "emojis": [],
        "stickers": [],
    }
    return made | {"owner_id": "1", "members": [], "threads": [], "member_count": 500, "features": []}


def pressed(number: int, who: Identity, card: Card, *, begins: str, ends: str = "") -> Json:
    """The press of the one button whose custom id begins and ends so; ``number`` is the interaction's id."""
    message = render(card).payload
    ids = [
        part["custom_id"]
        for row in message["components"][0]["components"]
        for part in row.get("components", ())
    ]
    (its_id,) = [each for each in ids if action_id(each).startswith(begins) and each.endswith(ends)]
    user = {
        "id": who.user,
        "username": "voter",
        "discriminator": "0",
        "avatar": None,
        "global_name": who.name,
    }
    shown: Json = {
        "id": "50000",
        "channel_id": CHANNEL,
        "author": user,
        "content": "",
        "embeds": [],
    }
    shown |= {"timestamp": "2026-11-23T09:00:00+00:00", "edited_timestamp": None, "tts": False, "type": 0}
    shown |= {
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "pinned": False,
    }
    made: Json = {
        "id": str(number),
        "application_id": "1",
        "type": 3,
        "token": f"t{number}",
        "version": 1,
    }
    made |= {
        "guild_id": SERVER,
        "channel_id": CHANNEL,
        "entitlements": [],
        "attachment_size_limit": 1,
        "context": 0,
    }
    made |= {"channel": {"id": CHANNEL, "type": 0, "name": "study", "position": 0, "guild_id": SERVER}}
    made |= {"data": {"custom_id": its_id, "component_type": 2}, "authorizing_integration_owners": {}}
    made |= {
        "app_permissions": "0",
        "message": shown | {"flags": 1 << 15 | 1 << 6, "components": message["components"]},
    }
    member = {
        "user": user,
        "roles": [],
        "permissions": "0",
        "joined_at": "2026-11-23T09:00:00+00:00",
        "flags": 0,
    }
    return made | {"member": member | {"deaf": False, "mute": False}}
