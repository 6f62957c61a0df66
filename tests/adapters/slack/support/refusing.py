"""What Slack refuses in blocks, messages and views, by the names its documentation gives the errors.

Written from the Block Kit reference, apart from the renderers. Lengths are UTF-16 units, as Slack's clients count.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

Json = dict[str, Any]

IN_MESSAGES = {"actions", "context", "divider", "header", "image", "rich_text", "section", "table", "file"}
IN_VIEWS = {"actions", "context", "divider", "header", "image", "rich_text", "section", "input"}
CONTROLS = {"button", "static_select", "external_select", "overflow", "datepicker", "timepicker"}
ACCESSORIES = CONTROLS | {"multi_static_select", "multi_external_select", "image"}
INPUTS = {
    "plain_text_input",
    "static_select",
    "multi_static_select",
    "external_select",
    "file_input",
    "radio_buttons",
    "checkboxes",
    "datepicker",
}


class Refused(Exception):  # noqa: N818  # an answer of Slack's, not an error of ours
    """Slack's error code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def length(said: str) -> int:
    return len(said.encode("utf-16-le")) // 2


def _need(so: object, detail: str, code: str = "invalid_blocks") -> None:
    if not so:
        raise Refused(code, detail)


def _text(made: object, most: int, what: str, *, plain: bool = False) -> None:
    if not isinstance(made, dict):
        raise Refused("invalid_blocks", f"{what} is no text object")
    _need(made.get("type") in ("plain_text", "mrkdwn"), f"{what} has no type of text")
    _need(not plain or made["type"] == "plain_text", f"{what} takes plain text only")
    _need(made["type"] == "plain_text" or "emoji" not in made, f"{what}: emoji goes with plain text only")
    said = made.get("text")
    if not isinstance(said, str) or not said.strip():
        raise Refused("invalid_blocks", f"{what} is empty")
    _need(length(said) <= most, f"{what} has more than {most} characters")


def message(payload: Json) -> None:
    """Refuse what chat.postMessage would."""
    blocks = payload.get("blocks") or []
    said = payload.get("text") or ""
    _need(blocks or said.strip(), "nothing to say", "no_text")
    _need(length(said) <= 40_000, "too long", "msg_too_long")
    _need(isinstance(blocks, list), "blocks are a list", "invalid_blocks_format")
    _need(len(blocks) <= 50, "more than 50 blocks")
    check(blocks, IN_MESSAGES)
    _need(sum(_words(each) for each in blocks) <= 12_000, "too much text", "msg_blocks_too_long")


def view(made: Json) -> None:
    """Refuse what views.open would."""
    code = "invalid_arguments"
    _need(made.get("type") in ("modal", "home"), "no type of view", code)
    if made["type"] == "modal":
        _text(made.get("title"), 24, "the title", plain=True)
        for name in ("submit", "close"):
            if name in made:
                _text(made[name], 24, name, plain=True)
    for name in ("title", "submit", "close"):
        _need(made["type"] == "modal" or name not in made, f"a home has no {name}", code)
    _need(length(made.get("private_metadata", "")) <= 3000, "metadata is too long", code)
    _need(length(made.get("callback_id", "")) <= 255, "the callback id is too long", code)
    blocks = made.get("blocks")
    _need(isinstance(blocks, list) and 1 <= len(blocks) <= 100, "1 to 100 blocks", code)
    assert isinstance(blocks, list)
    inputs = any(each.get("type") == "input" for each in blocks)
    _need(not inputs or made["type"] == "home" or "submit" in made, "an input needs a submit", code)
    check(blocks, IN_VIEWS)


def check(blocks: list[Json], allowed: set[str]) -> None:
    """Refuse blocks that are not whole, too long, or share an id."""
    _unique([each["block_id"] for each in blocks if "block_id" in each], "block_id")
    actions: list[str] = []
    for each in blocks:
        _need(each.get("type") in allowed, f"no block {each.get('type')} here")
        _need(length(each.get("block_id", "x")) in range(1, 256), "a block_id has 1 to 255 characters")
        _block(each)
        inside = (*each.get("elements", ()), each.get("accessory", {}), each.get("element", {}))
        actions += [element["action_id"] for element in inside if "action_id" in element]
    _unique(actions, "action_id")


def _unique(ids: Iterable[str], what: str) -> None:
    found = list(ids)
    _need(len(set(found)) == len(found), f"{what} is there twice")


def _block(each: Json) -> None:
    match each["type"]:
        case "header":
            _text(each.get("text"), 150, "a header", plain=True)
        case "section":
            _need("text" in each or each.get("fields"), "a section without text")
            if "text" in each:
                _text(each["text"], 3000, "a section")
            _need(len(each.get("fields", ())) <= 10, "more than 10 fields")
            if "accessory" in each:
                _control(each["accessory"], ACCESSORIES)
        case "context":
            _need(1 <= len(each.get("elements", ())) <= 10, "1 to 10 elements of context")
            for element in each["elements"]:
                if element.get("type") != "image":
                    _text(element, 3000, "context")
        case "actions":
            _need(1 <= len(each.get("elements", ())) <= 25, "1 to 25 controls")
            for element in each["elements"]:
                _control(element, CONTROLS)
        case "input":
            _text(each.get("label"), 2000, "a label", plain=True)
            if "hint" in each:
                _text(each["hint"], 2000, "a hint", plain=True)
            _need(each.get("element", {}).get("type") in INPUTS, "no input")
            _control(each["element"], INPUTS)
        case "image":
            _need(length(each.get("alt_text", "")) in range(1, 2001), "alt text has 1 to 2000 characters")
            _need(("image_url" in each) != ("slack_file" in each), "one source of an image")
        case "rich_text":
            _need(each.get("elements"), "an empty rich text")
            for element in each["elements"]:
                _rich(element)


def _rich(element: Json) -> None:
    kinds = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
    _need(element.get("type") in kinds, "no rich text")
    _need(element.get("elements"), "an empty element of rich text")
    _need(element.get("border", 0) in (0, 1), "a border is 0 or 1")
    for each in element["elements"]:
        if element["type"] == "rich_text_list":
            _need(each.get("type") == "rich_text_section", "a list holds sections")
            _rich(each)
        elif each.get("type") == "text":
            _need(isinstance(each.get("text"), str) and each["text"], "an empty text")
        elif each.get("type") == "broadcast":  # block-elements/broadcast-element
            _need(each.get("range") in ("here", "channel", "everyone"), "no range of a broadcast")
        elif each.get("type") == "usergroup":  # block-elements/usergroup-element
            _need(each.get("usergroup_id"), "no user group")
        elif each.get("type") == "user":  # block-elements/user-element
            _need(each.get("user_id"), "no user")
        elif each.get("type") == "date":
            _need(isinstance(each.get("timestamp"), int) and each.get("format"), "no date")
        elif each.get("type") == "link":
            _need(str(each.get("url", "")).startswith(("https://", "http://")), "no address")
        else:
            raise Refused("invalid_blocks", f"no element {each.get('type')}")


def _control(element: Json, allowed: set[str]) -> None:
    kind = element.get("type")
    _need(kind in allowed, f"{kind} does not stand here")
    _need(length(element.get("action_id", "x")) in range(1, 256), "an action_id has 1 to 255 characters")
    if "placeholder" in element:
        _text(element["placeholder"], 150, "a placeholder", plain=True)
    if kind == "button":
        _text(element.get("text"), 75, "a button", plain=True)
        _need(length(element.get("value", "")) <= 2000, "a value is too long")
        _need(element.get("style", "primary") in ("primary", "danger"), "no style")
        _need(length(element.get("url", "")) <= 3000, "an address is too long")
    elif kind == "plain_text_input":
        most = element.get("max_length", 3000)
        _need(1 <= most <= 3000 and 0 <= element.get("min_length", 0) <= most, "no bounds")
        _need(length(element.get("initial_value", "")) <= most, "what stands there is too long")
    elif kind == "datepicker":  # block-elements/date-picker-element: "a string in the format YYYY-MM-DD"
        date.fromisoformat(element.get("initial_date", "2026-01-01"))
    elif kind in ("static_select", "multi_static_select"):
        _options(element)
    elif kind in ("external_select", "multi_external_select"):
        _need("options" not in element, "an external list brings no options")
        if "initial_option" in element:
            _option(element["initial_option"])
    elif kind == "file_input":
        _need(1 <= element.get("max_files", 10) <= 10, "1 to 10 files")


def _options(element: Json) -> None:
    options = element.get("options", ())
    _need(1 <= len(options) <= 100, "1 to 100 options")
    for each in options:
        _option(each)
    _need(len({each["value"] for each in options}) == len(options), "two options share a value")
    chosen = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
    _need(all(each in options for each in chosen), "what is chosen is no option")
    _need("initial_options" not in element or element["initial_options"], "initial_options is empty")


def _option(each: Json) -> None:
    _text(each.get("text"), 75, "an option", plain=True)
    _need(length(each.get("value", "")) in range(1, 151), "a value has 1 to 150 characters")
    if "description" in each:
        _text(each["description"], 75, "a description", plain=True)


def suggestions(answer: Json) -> None:
    """Refuse what a list's options endpoint may not answer."""
    options = answer.get("options")
    _need(isinstance(options, list) and len(options) <= 100, "at most 100 options")
    assert isinstance(options, list)
    for each in options:
        _option(each)


def _words(each: object) -> int:
    if isinstance(each, dict):
        return sum(
            length(v) if k in ("text", "url") and isinstance(v, str) else _words(v) for k, v in each.items()
        )
    if isinstance(each, list):
        return sum(_words(v) for v in each)
    return 0
