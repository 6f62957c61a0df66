"""Our own words as safe HTML: every piece of text is escaped, names are isolated, moments become ``<time>``."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from bot.chat.cards import Moment, Text
from bot.chat.rendering import markdown as md
from bot.chat.rendering.formulas import Part, read
from bot.chat.words import moment_words
from bot.chat.zones import zone_of


def html_of(said: Text) -> str:
    """A text as HTML blocks.

    Raises:
        MarkdownError: it uses an element that cards do not have.
    """
    return html_of_tree(md.parse(said))


def short_html_of(said: Text) -> str:
    """A text as HTML without the paragraph around it, for where it stands in a line: a caption, a fact.

    Raises:
        MarkdownError: it uses an element that cards do not have.
    """
    nodes = md.parse(said)
    return (
        _inline(nodes[0].children)
        if len(nodes) == 1 and isinstance(nodes[0], md.Paragraph)
        else html_of_tree(nodes)
    )


def safe_url(url: str) -> str:
    """An address that opens a page, "" where it could do anything else."""
    return url if urlsplit(url).scheme.lower() in ("http", "https") else ""


def time_of(moment: Moment) -> str:
    """An instant as ``<time>``: the words are the group's time, which the page turns into the reader's."""
    words = escape(moment_words(moment))
    return (
        f'<time datetime="{moment.at.isoformat()}" data-style="{moment.style}" data-zone="{zone_of(moment.zone).key}">'
        f"{words}</time>"
    )


def html_of_tree(nodes: Sequence[md.Node]) -> str:
    """Blocks as HTML."""
    return "".join(_block(node) for node in nodes)


def _block(node: md.Node) -> str:
    match node:
        case md.Paragraph(children):
            return f"<p>{_inline(children)}</p>"
        case md.CodeBlock(text):
            return f'<pre tabindex="0" dir="ltr"><code>{escape(text)}</code></pre>'
        case md.QuoteNode(children):
            return f"<blockquote>{html_of_tree(children)}</blockquote>"
        case md.BulletList(items):
            return f"<ul>{''.join(f'<li>{_item(item)}</li>' for item in items)}</ul>"


def _item(nodes: Sequence[md.Node]) -> str:
    return "".join(_inline(n.children) if isinstance(n, md.Paragraph) else _block(n) for n in nodes)


def _inline(nodes: Sequence[md.Inline]) -> str:
    return "".join(_piece(node) for node in nodes)


def _piece(node: md.Inline) -> str:  # noqa: PLR0911  # one return for each kind of node
    match node:
        case md.Str(text):
            return escape(text)
        case md.PlainNode(text):
            return f"<bdi>{escape(text)}</bdi>"
        case md.MomentNode(moment):
            return time_of(moment)
        case md.Code(text):
            return f"<code>{escape(text)}</code>"
        case md.Formula():
            return _formula(node)
        case md.LineBreak():
            return "<br>"
        case md.Strong(children):
            return f"<strong>{_inline(children)}</strong>"
        case md.Emphasis(children):
            return f"<em>{_inline(children)}</em>"
        case md.LinkNode(url, children):
            href = escape(safe_url(url))
            return f'<a href="{href}" target="_blank" rel="noopener noreferrer">{_inline(children)}</a>'


_LONG = 48
"""Characters of TeX: a longer formula has a line of its own, where it scrolls in itself."""


def _formula(formula: md.Formula) -> str:
    """A formula as MathML, built from the parts and looks that are known alone."""
    found = read(formula.tex)
    if found is None:
        return f"<code>{escape(formula.tex)}</code>"
    if not formula.block and len(formula.tex) <= _LONG:
        return f"<math>{_parts(found)}</math>"
    return f'<span class="formula" tabindex="0"><math display="block">{_parts(found)}</math></span>'


def _parts(part: Part) -> str:
    return "".join(map(_part, part.parts)) or escape(part.said)


def _part(part: Part) -> str:
    looks = "".join(f' {name}="{escape(value)}"' for name, value in part.looks)
    return f"<{part.tag}{looks}>{_parts(part)}</{part.tag}>"
