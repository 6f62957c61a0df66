"""Our own words, and everybody else's, as Slack's rich text: words are data in it, so that nothing needs escaping."""

from collections.abc import Mapping, Sequence

from adapters.slack.rendering.limits import ELEMENT_COST, LIST_INDENT
from adapters.slack.rendering.mrkdwn import FORMATS, Object
from bot.chat.cards import Mention
from bot.chat.rendering import markdown as md
from bot.chat.rendering.formulas import spelled
from bot.chat.words import isolate, moment_words, utf16

Style = Mapping[str, bool]
_NO_STYLE: Style = {}


def size(elements: Sequence[Object]) -> int:
    """How much of a message's room elements take: their words and addresses, and a little for each element."""
    total = 0
    for each in elements:
        total += ELEMENT_COST + sum(
            utf16(str(each.get(key, ""))) for key in ("text", "url", "format", "fallback")
        )
        total += size(each.get("elements", ()))
    return total


def word(said: str, style: Style = _NO_STYLE) -> list[Object]:
    """A text element; none for no words, which Slack refuses."""
    if not said:
        return []
    return [_styled({"type": "text", "text": said}, style)]


def _styled(made: Object, style: Style) -> Object:
    return made | {"style": dict(style)} if style else made


def mentioned(whom: Mention, *, notifies: bool) -> Object:
    """A block with whom a message notifies, or with the word alone: Slack says nowhere that a change notifies nobody.

    https://docs.slack.dev/reference/block-kit/block-elements/broadcast-element and usergroup-element.
    """
    made: list[Object] = [{"type": "broadcast", "range": "here"}]
    if not notifies:
        made = word("@here")
    elif whom.role:
        made = [{"type": "usergroup", "usergroup_id": whom.role}]
    return {"type": "rich_text", "elements": section(made)}


def inline(nodes: Sequence[md.Inline], style: Style = _NO_STYLE) -> list[Object]:
    """A run of inline nodes as elements."""
    made: list[Object] = []
    for node in nodes:
        match node:
            case md.Str(said):
                made += word(said, style)
            case md.PersonNode(id=account):  # block-elements/user-element
                made.append(_styled({"type": "user", "user_id": account}, style))
            case md.PlainNode(said):
                made += word(isolate(said), style)
            case md.Code(said):
                made += word(said, {**style, "code": True})
            case md.Formula(tex):
                made += word(spelled(tex), style)
            case md.LineBreak():
                made += word("\n", style)
            case md.MomentNode():
                made.append(_date(node, style))
            case md.Strong(children):
                made += inline(children, {**style, "bold": True})
            case md.Emphasis(children):
                made += inline(children, {**style, "italic": True})
            case md.LinkNode():
                made.append(_link(node, style))
    return made


def _date(node: md.MomentNode, style: Style) -> Object:
    when = node.moment
    made: Object = {
        "type": "date",
        "timestamp": int(when.at.timestamp()),
        "format": FORMATS[when.style],
        "fallback": moment_words(when),
    }
    return _styled(made, style)


def _link(node: md.LinkNode, style: Style) -> Object:
    said = md.words(node.children)
    return _styled({"type": "link", "url": node.url} | ({"text": said} if said else {}), style)


def blocks(nodes: Sequence[md.Node]) -> list[Object]:
    """A run of blocks as the elements of a rich text block."""
    made: list[Object] = []
    for node in nodes:
        match node:
            case md.Paragraph(children):
                _paragraph(made, inline(children))
            case md.CodeBlock(code):
                made += preformatted(code)
            case md.QuoteNode(children):
                made += _holding("rich_text_quote", flat(children))
            case md.BulletList():
                made += _list(node, 0)
    return made


def _paragraph(made: list[Object], elements: list[Object]) -> None:
    if not elements:
        return
    if made and made[-1]["type"] == "rich_text_section":
        made[-1]["elements"] += [*word("\n\n"), *elements]
    else:
        made += section(elements)


def section(elements: list[Object]) -> list[Object]:
    """Elements as a paragraph, none for none."""
    return _holding("rich_text_section", elements)


def preformatted(code: str) -> list[Object]:
    """Lines in a fixed-width font."""
    return _holding("rich_text_preformatted", word(code))


def quoted(nodes: Sequence[md.Node]) -> list[Object]:
    """Somebody's words as a quotation: lists and code beside the text get its line, which no quotation can hold.

    https://docs.slack.dev/tools/node-slack-sdk/reference/web-api/interfaces/RichTextBorderable
    """
    if nodes and all(isinstance(node, md.CodeBlock) for node in nodes):
        return blocks(nodes)
    made: list[Object] = []
    for node in nodes:
        if isinstance(node, md.CodeBlock | md.BulletList):
            made += [{**each, "border": 1} for each in blocks([node])]
            continue
        said = [*(word("> ") if isinstance(node, md.QuoteNode) else ()), *flat([node])]
        if made and made[-1]["type"] == "rich_text_quote":
            made[-1]["elements"] += [*word("\n\n"), *said]
        else:
            made += _holding("rich_text_quote", said)
    return made


def _holding(kind: str, elements: list[Object]) -> list[Object]:
    return [{"type": kind, "elements": elements}] if elements else []


def _list(bullets: md.BulletList, indent: int) -> list[Object]:
    """A list, and the lists below its items as lists further in: that is how Slack nests them."""
    made: list[Object] = []
    for item in bullets.items:
        own = [each for each in item if not isinstance(each, md.BulletList)]
        entry = section(flat(own))
        if entry and made and made[-1]["indent"] == indent:
            made[-1]["elements"] += entry
        elif entry:
            made.append({"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": entry})
        for each in item:
            if isinstance(each, md.BulletList):
                made += _list(each, min(indent + 1, LIST_INDENT))
    return made


def flat(nodes: Sequence[md.Node]) -> list[Object]:
    """Blocks as one run of inline elements, for places that hold nothing else: a quotation, a list's entry, a fact."""
    made: list[Object] = []
    for node in nodes:
        match node:
            case md.Paragraph(children):
                said = inline(children)
            case md.CodeBlock(code):
                said = word(code, {"code": True})
            case md.QuoteNode(below):
                said = flat(below)
            case md.BulletList(items):
                said = word("\n".join(f"• {md.words(item)}" for item in items))
        made += [*word("\n"), *said] if made and said else said
    return made
