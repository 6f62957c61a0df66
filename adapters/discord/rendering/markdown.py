"""Our own words, and everybody else's, as Discord markdown."""

import re
from collections.abc import Sequence

from bot.chat.cards import Mention, Moment
from bot.chat.rendering import markdown as md
from bot.chat.rendering.formulas import spelled
from bot.chat.words import isolate

# A backslash before any punctuation shows it as it is. A colon is escaped where it could begin an emoji or an
# address: an escaped address is neither a link nor unfurled.
_MARK = re.compile(r"([\\*_~`|<>\[\]]|:(?!\s))")
_LINE_START = re.compile(r"^([^\S\n]*\d*)([#+.\-])", re.MULTILINE)
_EVERYONE = re.compile(r"@(?=everyone|here|$)", re.MULTILINE)
_TICKS = re.compile(r"`(?=`)")
_STYLES = {"time": "t", "day": "D", "daytime": "F", "date": "D", "relative": "R", "countdown": "R"}


def escape(said: str) -> str:
    """Words of anybody as Discord markdown that shows exactly them: no mark, mention, emoji, link, list or heading."""
    kept = _LINE_START.sub(r"\1\\\2", _MARK.sub(r"\\\1", said))
    return _EVERYONE.sub("@\u200b", kept)


def code_block(code: str, language: str = "") -> str:
    """Lines in a fixed-width font. Runs of backticks are parted by something invisible: nothing can close the fence."""
    kind = language if re.fullmatch(r"[A-Za-z0-9+#-]{1,20}", language) else ""
    return f"```{kind}\n{_harmless(code)}\n```"


def _harmless(code: str) -> str:
    return _EVERYONE.sub("@\u200b", _TICKS.sub("`\u200b", code))


def _code_span(code: str) -> str:
    kept = _harmless(" ".join(code.split()))
    if "`" not in kept:
        return f"`{kept}`" if kept else ""
    return f"``\u200b{kept}\u200b``"


def moment(when: Moment) -> str:
    """A timestamp that every reader sees in their own zone (Message Formatting); the closest of Discord's styles."""
    return f"<t:{int(when.at.timestamp())}:{_STYLES[when.style]}>"


def mention(whom: Mention) -> str:
    """Whom a message notifies (Message Formatting), where it is allowed to."""
    return f"<@&{whom.role}>" if whom.role else "@here"


def inline(nodes: Sequence[md.Inline]) -> str:
    """A run of inline nodes as Discord markdown."""
    return "".join(_inline(node) for node in nodes)


def _inline(node: md.Inline) -> str:  # noqa: PLR0911  # one return for each kind of node
    match node:
        case md.Str(said):
            return escape(said)
        case md.PlainNode():
            return _named(node)
        case md.MomentNode(when):
            return moment(when)
        case md.Code(said):
            return _code_span(said)
        case md.Formula(tex):
            return escape(spelled(tex))
        case md.LineBreak():
            return "\n"
        case md.Strong() | md.Emphasis() | md.LinkNode():
            return _around(node, inline(node.children))


def _named(node: md.PlainNode) -> str:
    if isinstance(node, md.PersonNode) and node.id.isdecimal():  # anything else is no account here, but words
        return f"<@{node.id}>"
    return f"<@&{node.id}>" if isinstance(node, md.RoleNode) else escape(isolate(node.text))


def _around(node: md.Strong | md.Emphasis | md.LinkNode, said: str) -> str:
    if isinstance(node, md.LinkNode):
        return _link(node.url, said)
    mark = "**" if isinstance(node, md.Strong) else "*"
    return f"{mark}{said}{mark}" if said.strip() else said


def _link(url: str, said: str) -> str:
    safe = re.sub(r"[()<>\s\\]", lambda found: f"%{ord(found[0]):02X}", url)
    # Discord shows no masked link whose words are an address themselves.
    if not said.strip() or "\\://" in said:
        return f"<{safe}>"
    return f"[{said}](<{safe}>)"


def blocks(nodes: Sequence[md.Node]) -> str:
    """A run of blocks as Discord markdown, a blank line between paragraphs."""
    made: list[str] = []
    for node in nodes:
        said = _block(node)
        if not said:
            continue
        if made:
            made.append("\n" if isinstance(node, md.BulletList | md.CodeBlock) else "\n\n")
        made.append(said)
    return "".join(made)


def small_lines(nodes: Sequence[md.Node]) -> str:
    """The same, with each paragraph that is one line in italics as a small line. It must begin a line to be one."""
    return "\n".join(f"-# {said}" if (said := _small(run)) else blocks(run) for run in _runs(nodes))


def _runs(nodes: Sequence[md.Node]) -> list[list[md.Node]]:
    """The nodes as they are joined: small lines alone, what is between them together."""
    made: list[list[md.Node]] = []
    for node in nodes:
        if made and not _small([node]) and not _small(made[-1]):
            made[-1].append(node)
        else:
            made.append([node])
    return [run for run in made if blocks(run)]


def _small(run: Sequence[md.Node]) -> str:
    match run:
        case [md.Paragraph((md.Emphasis(children),))] if not any(
            isinstance(each, md.LineBreak) for each in children
        ):
            return inline(children).strip()
    return ""


def is_heading(node: md.Node) -> bool:
    """Whether a block is a heading: a paragraph that is bold as a whole."""
    return (
        isinstance(node, md.Paragraph) and len(node.children) == 1 and isinstance(node.children[0], md.Strong)
    )


def _block(node: md.Node) -> str:
    match node:
        case md.Paragraph(children):
            return inline(children).strip()
        case md.CodeBlock(code, language):
            return code_block(code, language)
        case md.QuoteNode(children):
            return quote(blocks(children))
        case md.BulletList(items):
            return "\n".join("- " + blocks(item).replace("\n", "\n  ") for item in items)


def quote(markdown: str) -> str:
    """Markdown that was made already, as a quotation: every line is marked, so that none can leave it."""
    return "\n".join(f"> {line}" for line in markdown.split("\n")) if markdown else ""
