"""What Slack refuses, written down from its Block Kit reference and apart from the renderer, to hold the renderer to it.

Lengths are counted in UTF-16 units. Slack's limit on all text of a message has no documented number; 11,000 is below
what was seen to be refused.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from adapters.slack.rendering.render import Message

_TAG = re.compile(r"<[^>]*>")
_KNOWN_TAG = re.compile(r"<!date\^\d+\^[^|<>]+\|[^|<>]+>|<https?://[^|<>\s]+\|[^|<>]+>")
# https://docs.slack.dev/reference/block-kit/block-elements/user-element: it notifies nobody who is not in the conversation.
_ELEMENTS = {"text", "link", "date", "broadcast", "user"}


def _length(said: str) -> int:
    return len(said.encode("utf-16-le")) // 2


def _within(said: object, least: int, most: int, what: str) -> None:
    assert isinstance(said, str), f"{what} is no text: {said!r}"
    assert least <= _length(said) <= most, f"{what} has {_length(said)} characters, not {least} to {most}"
    if least:
        assert said.strip(), f"{what} is blank"


def _plain(made: dict[str, Any], most: int, what: str) -> None:
    assert made["type"] == "plain_text", f"{what} is {made['type']}"
    assert made["emoji"] is False, f"{what} turns :names: into emoji"
    _within(made["text"], 1, most, what)


def _only_known_tags(mrkdwn: str, what: str) -> None:
    for tag in _TAG.findall(mrkdwn):
        assert _KNOWN_TAG.fullmatch(tag), f"{what} holds {tag!r}"
    rest = _TAG.sub("", mrkdwn)
    assert "<" not in rest, f"{what} has a bare <"
    assert ">" not in rest, f"{what} has a bare >"
    assert not re.search(r"&(?!amp;|lt;|gt;)", rest), f"{what} has a bare &"


def check_slack_message(message: Message) -> None:
    """Raise AssertionError, saying what, where Slack would refuse this message or show it broken."""
    payload = message.payload
    json.dumps(payload).encode()
    _within(payload["text"], 1, 4000, "the fallback")
    assert not re.search("[<>]", payload["text"]), "the fallback holds a tag"
    _only_known_tags(payload["text"], "the fallback")
    assert payload["unfurl_links"] is False, "links unfurl"
    assert payload["unfurl_media"] is False, "media unfurl"
    assert payload["link_names"] is False, "names are linked"
    assert payload["parse"] == "none", "the fallback is parsed"
    blocks = payload["blocks"]
    assert 1 <= len(blocks) <= 50, f"{len(blocks)} blocks, 50 is the most"
    assert all(each["type"] != "input" for each in blocks), "an input stands in a form only"
    _check_blocks(blocks)
    names = [each.name for each in message.files]
    assert len(set(names)) == len(names), "two files have the same name"


def check_slack_view(view: dict[str, Any]) -> None:
    """Raise AssertionError, saying what, where Slack would refuse this modal view."""
    json.dumps(view).encode()
    assert view["type"] == "modal", "no modal"
    _plain(view["title"], 24, "the title")
    _plain(view["submit"], 24, "the submit button")
    _plain(view["close"], 24, "the close button")
    _within(view["callback_id"], 1, 255, "the callback id")
    _within(view["private_metadata"], 1, 3000, "the metadata")
    assert 1 <= len(view["blocks"]) <= 100, f"{len(view['blocks'])} blocks, 100 is the most"
    inputs = [each for each in view["blocks"] if each["type"] == "input"]
    assert inputs, "a form without a field"
    for each in inputs:
        assert each["block_id"] == each["element"]["action_id"], "an error could not find its field"
    _check_blocks(view["blocks"])


def _check_blocks(blocks: Sequence[dict[str, Any]]) -> None:
    ids = [each["block_id"] for each in blocks if "block_id" in each]
    assert len(set(ids)) == len(ids), "two blocks have the same id"
    assert all(1 <= len(each) <= 255 for each in ids), "a block's id has 1 to 255 characters"
    actions: list[str] = []
    for each in blocks:
        _check_block(each)
        found = [*each.get("elements", ()), each.get("accessory", {}), each.get("element", {})]
        actions += [element["action_id"] for element in found if "action_id" in element]
    assert len(set(actions)) == len(actions), f"two controls have the same id: {sorted(actions)}"
    assert all(1 <= len(each) <= 255 for each in actions), "a control's id has 1 to 255 characters"
    total = sum(_words(each) for each in blocks if each["type"] in ("rich_text", "header", "context"))
    assert total <= 11_000, f"{total} characters of text, 11000 is the most"


def _words(each: dict[str, Any]) -> int:
    said = each.get("text", "")
    own = _length(said) if isinstance(said, str) else _words(said)
    own += _length(each.get("url", "")) + _length(each.get("fallback", ""))
    return own + sum(map(_words, each.get("elements", ())))


def _check_block(each: dict[str, Any]) -> None:
    match each["type"]:
        case "header":
            _plain(each["text"], 150, "a header")
        case "divider":
            assert set(each) <= {"type", "block_id"}, "a line has words"
        case "rich_text":
            assert each["elements"], "an empty rich text"
            for element in each["elements"]:
                _check_rich(element)
        case "context":
            assert 1 <= len(each["elements"]) <= 10, f"{len(each['elements'])} elements, not 1 to 10"
            for element in each["elements"]:
                _check_small(element)
        case "image":
            assert re.fullmatch(r"F\w+", each["slack_file"]["id"]), "no file id"
            _within(each["alt_text"], 1, 2000, "alt text")
        case "actions":
            assert 1 <= len(each["elements"]) <= 25, f"{len(each['elements'])} controls, not 1 to 25"
            for element in each["elements"]:
                _check_control(element, {"button", "static_select"})
        case "section":
            _plain(each["text"], 3000, "a section's text")
            _check_control(each["accessory"], {"button", "static_select", "multi_static_select"})
        case "input":
            _check_input(each)
        case other:
            raise AssertionError(f"no block is called {other}")


def _check_small(element: dict[str, Any]) -> None:
    if element["type"] == "mrkdwn":
        _within(element["text"], 1, 3000, "small text")
        _only_known_tags(element["text"], "small text")
        assert not re.search(r"[*_~`:]", _TAG.sub("", element["text"])), "small text has marks"
    else:
        _plain(element, 3000, "small text")


def _check_rich(element: dict[str, Any]) -> None:
    assert element["elements"], f"an empty {element['type']}"
    # https://docs.slack.dev/tools/node-slack-sdk/reference/web-api/interfaces/RichTextBorderable
    assert element.get("border", 0) in (0, 1), "a line beside it, or none"
    match element["type"]:
        case "rich_text_list":
            assert 0 <= element["indent"] <= 8, "a list is indented 0 to 8 steps"
            for entry in element["elements"]:
                assert entry["type"] == "rich_text_section", "a list has entries"
                _check_rich(entry)
        case "rich_text_preformatted":
            assert all(each["type"] in ("text", "link") for each in element["elements"]), "code holds words"
        case "rich_text_section" | "rich_text_quote":
            pass
        case other:
            raise AssertionError(f"no element of rich text is called {other}")
    if element["type"] != "rich_text_list":
        for each in element["elements"]:
            _check_inline(each)


def _check_inline(each: dict[str, Any]) -> None:
    assert each["type"] in _ELEMENTS, f"{each['type']} could mention somebody"
    assert set(each.get("style", {})) <= {"bold", "italic", "strike", "code"}, "no style"
    if each["type"] == "text":
        assert each["text"], "an empty text"
        assert not re.search("[\u202a-\u202e]", each["text"]), "a bidirectional override"
        assert each["text"].count("\u2068") == each["text"].count("\u2069"), "an isolate is left open"
    if each["type"] == "broadcast":
        # https://docs.slack.dev/reference/block-kit/block-elements/broadcast-element
        assert each["range"] == "here", "a mention of more people than are online"
    if each["type"] == "link":
        assert re.match(r"https?://", each["url"]), f"no address: {each['url']!r}"
    if each["type"] == "date":
        assert isinstance(each["timestamp"], int), "a timestamp is a whole number"
        assert each["fallback"], "a date has no fallback"


def _check_control(element: dict[str, Any], allowed: set[str]) -> None:
    assert element["type"] in allowed, f"{element['type']} does not stand here"
    if element["type"] == "button":
        _plain(element["text"], 75, "a button")
        assert element.get("style", "primary") in ("primary", "danger"), "no style of a button"
        if "url" in element:
            assert re.match(r"https?://\S{1,2990}$", element["url"]), "no address"
    else:
        _check_list(element)


def _check_list(element: dict[str, Any]) -> None:
    _plain(element["placeholder"], 150, "a placeholder")
    options = element["options"]
    assert 1 <= len(options) <= 100, f"{len(options)} entries, not 1 to 100"
    assert len({each["value"] for each in options}) == len(options), "two entries have the same value"
    for each in options:
        _plain(each["text"], 75, "an entry")
        assert 1 <= len(each["value"]) <= 150, "an entry's value has 1 to 150 characters"
        if "description" in each:
            _plain(each["description"], 75, "an entry's description")
    if "initial_option" in element:
        assert element["type"] == "static_select", "one is chosen where several can be"
        assert element["initial_option"] in options, "what is chosen is no entry"
    if "initial_options" in element:
        chosen = element["initial_options"]
        assert element["type"] == "multi_static_select", "several are chosen where one can be"
        assert chosen, "none are chosen, but the list of them is there"
        assert all(each in options for each in chosen), "what is chosen is no entry"
        assert len(chosen) <= element.get("max_selected_items", 100), "too many are chosen"


def _check_input(each: dict[str, Any]) -> None:
    _plain(each["label"], 2000, "a label")
    if "hint" in each:
        _plain(each["hint"], 2000, "a hint")
    element = each["element"]
    match element["type"]:
        case "plain_text_input":
            assert 0 <= element["min_length"] <= element["max_length"] <= 3000, "no bounds of an input"
            assert element["max_length"] >= 1, "no room to type"
            _within(element.get("initial_value", ""), 0, element["max_length"], "what stands in the input")
            if "placeholder" in element:
                _plain(element["placeholder"], 150, "a placeholder")
        case "static_select" | "multi_static_select":
            _check_list(element)
        case "datepicker":
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date", "2026-01-01")), "no date"
        case "file_input":
            assert 1 <= element["max_files"] <= 10, "1 to 10 files"
            assert all(re.fullmatch(r"[a-z0-9]+", kind) for kind in element.get("filetypes", ["a"])), (
                "no file types"
            )
        case other:
            raise AssertionError(f"no input is called {other}")
