"""What Discord refuses, written down from its documentation and apart from the renderer, to hold the renderer to it.

Lengths are counted in UTF-16 units, the larger of the two ways Discord counts.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.discord.rendering.render import Message

_IS_COMPONENTS_V2 = 1 << 15
_IN_MESSAGES = {1, 2, 3, 10, 12, 13, 14, 17}
_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
_MENTION = re.compile(r"(?<!\\)<(@|#|/|a?:\w|id:)")
_BARE_ADDRESS = re.compile(r"(?<![<\\])https?://")


def _length(said: str) -> int:
    return len(said.encode("utf-16-le")) // 2


def _within(said: object, least: int, most: int, what: str) -> None:
    assert isinstance(said, str), f"{what} is no text: {said!r}"
    assert least <= _length(said) <= most, f"{what} has {_length(said)} characters, not {least} to {most}"
    if least:
        assert re.search(r"[^\s\u200b-\u200f\u2060\ufeff]", said), f"{what} is blank: {said!r}"


def _all(components: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in components:
        yield each
        yield from _all(each.get("components", ()))


def check_discord_message(message: Message) -> None:
    """Raise AssertionError, saying what, where Discord would refuse this message or show it broken."""
    payload = message.payload
    json.dumps(payload).encode()
    assert "content" not in payload, "a message of components has no content"
    assert "embeds" not in payload, "a message of components has no embeds"
    assert payload["flags"] & _IS_COMPONENTS_V2, "the flag of component messages is missing"
    assert payload["allowed_mentions"]["parse"] == [], "mentions could ping"
    assert 1 <= len(payload["components"]) <= 10, "1 to 10 components stand at the top"
    everything = list(_all(payload["components"]))
    assert len(everything) <= 40, f"{len(everything)} components, 40 is the most"
    for each in everything:
        assert each["type"] in _IN_MESSAGES, f"no component of a message: type {each['type']}"
        _check_component(each)
    ids = [each["custom_id"] for each in everything if "custom_id" in each]
    assert len(set(ids)) == len(ids), f"two controls have the same id: {sorted(ids)}"
    texts = [each["content"] for each in everything if each["type"] == 10]
    total = sum(map(_length, texts))
    assert total <= 4000, f"{total} characters of text, 4000 is the most"
    _check_files(message, everything)


def _check_component(each: dict[str, Any]) -> None:
    match each["type"]:
        case 17:
            assert each["components"], "an empty container"
            assert all(child["type"] in {1, 10, 12, 13, 14} for child in each["components"]), (
                "not for containers"
            )
            assert 0 <= each["accent_color"] <= 0xFFFFFF, "no colour"
        case 1:
            kinds = [child["type"] for child in each["components"]]
            assert kinds in ([3], [6]) or (1 <= len(kinds) <= 5 and set(kinds) == {2}), f"a row of {kinds}"
        case 2:
            _check_button(each)
        case 3:
            _check_select(each)
        case 6:
            _within(each["custom_id"], 1, 100, "custom id")
            assert len(each.get("default_values", ())) <= each["max_values"], "more are chosen than can be"
        case 10:
            _check_text(each["content"])
        case 12:
            assert 1 <= len(each["items"]) <= 10, "1 to 10 pictures stand in a gallery"
            for item in each["items"]:
                _within(item["description"], 1, 1024, "alt text")
        case 14:
            assert each["spacing"] in (1, 2), "no spacing"


_ABOVE = "@here"
"""A card's own mention stands alone."""


def _check_text(content: str) -> None:
    _within(content, 1, 4000, "text")
    assert content.count("```") % 2 == 0, f"a code block is left open: {content[:200]!r}"
    assert "@everyone" not in content, "a mention of everyone"
    assert content == _ABOVE or "@here" not in content, "a mention of those here"
    assert not re.search("[\u202a-\u202e]", content), "a bidirectional override"
    assert content.count("\u2068") == content.count("\u2069"), "an isolate is left open"
    words = _CODE.sub("", content)
    assert not _MENTION.search(words), f"a mention: {_MENTION.search(words)}"
    assert not _BARE_ADDRESS.search(words), f"an address that is unfurled: {words[:200]!r}"


def _check_button(each: dict[str, Any]) -> None:
    _within(each["label"], 1, 80, "a button's label")
    if each["style"] == 5:
        assert "custom_id" not in each, "a link has an id"
        assert re.match(r"https?://\S{1,504}$", each["url"]), f"no address: {each['url']!r}"
    else:
        assert each["style"] in (1, 2, 3, 4), "no style of a button"
        assert "url" not in each, "a button has an address"
        _within(each["custom_id"], 1, 100, "a button's id")


def _check_select(each: dict[str, Any]) -> None:
    _within(each["custom_id"], 1, 100, "a list's id")
    if "placeholder" in each:
        _within(each["placeholder"], 1, 150, "a list's placeholder")
    options = each["options"]
    assert 1 <= len(options) <= 25, f"{len(options)} entries, not 1 to 25"
    assert 0 <= each["min_values"] <= each["max_values"], "at least more than at most"
    assert 1 <= each["max_values"] <= len(options), "at most more than there are"
    assert sum(o.get("default", False) for o in options) <= each["max_values"], "too many entries are chosen"
    assert len({o["value"] for o in options}) == len(options), "two entries have the same value"
    for option in options:
        _within(option["label"], 1, 100, "an entry's label")
        assert 1 <= len(option["value"]) <= 100, "an entry's value has 1 to 100 characters"
        if "description" in option:
            _within(option["description"], 1, 100, "an entry's description")


def _check_files(message: Message, everything: Sequence[dict[str, Any]]) -> None:
    attached = message.payload["attachments"]
    assert [each["id"] for each in attached] == list(range(len(message.files))), (
        "attachments are not numbered"
    )
    names = [each["filename"] for each in attached]
    assert names == [each.name for each in message.files], "attachments and files differ"
    assert len(set(names)) == len(names) <= 10, "at most 10 files, with different names"
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name) for name in names), f"names that change: {names}"
    for each in attached:
        _within(each.get("description", "–"), 1, 1024, "alt text")
    shown = [item["media"]["url"] for each in everything for item in each.get("items", ())]
    shown += [each["file"]["url"] for each in everything if each["type"] == 13]
    assert sorted(shown) == sorted(f"attachment://{name}" for name in names), "every file is shown once"


def check_discord_modal(modal: dict[str, Any]) -> None:
    """Raise AssertionError, saying what, where Discord would refuse this modal."""
    json.dumps(modal).encode()
    assert set(modal) == {"title", "custom_id", "components"}, f"a modal has other parts: {sorted(modal)}"
    _within(modal["title"], 1, 45, "the title")
    _within(modal["custom_id"], 1, 100, "the modal's id")
    assert 1 <= len(modal["components"]) <= 5, f"{len(modal['components'])} components, not 1 to 5"
    labels = [each for each in modal["components"] if each["type"] == 18]
    texts = [each for each in modal["components"] if each["type"] == 10]
    assert labels, "a modal without a field"
    assert len(labels) + len(texts) == len(modal["components"]), "a modal holds labels and texts"
    assert sum(_length(each["content"]) for each in texts) <= 4000, "too much text"
    for each in texts:
        _check_text(each["content"])
    ids = [each["component"]["custom_id"] for each in labels]
    assert len(set(ids)) == len(ids), "two fields have the same id"
    for each in labels:
        _within(each["label"], 1, 45, "a label")
        if "description" in each:
            _within(each["description"], 1, 100, "a label's description")
        _check_input(each["component"])


def _check_input(each: dict[str, Any]) -> None:
    _within(each["custom_id"], 1, 100, "a field's id")
    match each["type"]:
        case 3:
            _check_select(each)
            assert not each["required"] or each["min_values"] >= 1, "required, but none will do"
        case 4:
            assert each["style"] in (1, 2), "no style of an input"
            assert 0 <= each["min_length"] <= each["max_length"] <= 4000, "no bounds of an input"
            assert each["max_length"] >= 1, "no room to type"
            _within(each.get("value", ""), 0, each["max_length"], "what stands in the input")
            _within(each.get("placeholder", ""), 0, 100, "an input's placeholder")
        case 19:
            assert 0 <= each["min_values"] <= each["max_values"] <= 10, "no bounds of an upload"
            assert each["required"] == (each["min_values"] > 0), "required and least disagree"
        case other:
            raise AssertionError(f"type {other} stands in no label")


def check_discord_commands(commands: Sequence[dict[str, Any]]) -> None:
    """Raise AssertionError, saying what, where Discord would refuse these application commands."""
    json.dumps(commands).encode()
    assert len(commands) <= 100, f"{len(commands)} commands, 100 is the most"
    names = [each["name"] for each in commands]
    assert len(set(names)) == len(names), "two commands have the same name"
    for each in commands:
        assert "default_member_permissions" not in each, "organisers by role would not see it"
        assert each["contexts"] in ([0], [0, 1]), "commands work in servers, and perhaps with the bot alone"
        assert _texts(each) <= 8000, f"/{each['name']} has {_texts(each)} characters"
        _check_command(each)


def _texts(each: dict[str, Any]) -> int:
    own = sum(_length(str(each.get(key, ""))) for key in ("name", "description", "value"))
    return own + sum(map(_texts, [*each.get("options", ()), *each.get("choices", ())]))


def _check_command(each: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,32}", each["name"]), f"no name: {each['name']!r}"
    _within(each["description"], 1, 100, f"the description of {each['name']}")
    options = each.get("options", [])
    assert len(options) <= 25, f"{each['name']} has {len(options)} options"
    assert len({o["name"] for o in options}) == len(options), (
        f"two options of {each['name']} have the same name"
    )
    required = [o.get("required", False) for o in options]
    assert required == sorted(required, reverse=True), f"required options of {each['name']} come first"
    choices = each.get("choices", [])
    assert len(choices) <= 25, f"{each['name']} has {len(choices)} choices"
    assert not (choices and each.get("autocomplete")), f"{each['name']} has choices and completes"
    for choice in choices:
        _within(choice["name"], 1, 100, "a choice's name")
        wanted = int if each["type"] == 4 else str
        assert isinstance(choice["value"], wanted), f"a choice of {each['name']} has the wrong type"
    for option in options:
        _check_command(option)
