"""Pictures as plain data, and the one place that turns them into PNG bytes.

A ``Scene`` is laid out by a pure function of its feature, measured in logical pixels (``text_width``, ``fitted``), and
painted at twice that density. What is drawn can be read back from the scene, so a test can say which words stand in a
picture without looking at one. Painting takes some milliseconds: ``draw`` does it in a thread of its own.

    scene = Scene(640, 200, (Box(0, 0, 640, 200, CARD, 14, EDGE), Words(24, 40, "This week", 20, bold=True)))
    data = await draw(lambda: scene)        or, off the loop already: data = paint(scene)
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.chat.words import ELLIPSIS, cut
from bot.pictures.glyphs import BOLD, REGULAR

# The painter's library is loaded with the first picture, in the drawing thread: no start waits for it.
if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

DENSITY = 2
"""Pixels of the file for each logical one: sharp on the screens that have two."""

# One opaque dark card with a visible edge reads the same on white, on paper and on near-black; text on it has a
# contrast of at least 4.5 (WCAG 2.2, AA).
CARD, EDGE = "#22262d", "#4a515d"
INK, QUIET = "#eceae5", "#a9aeb8"
ACCENT, GOLD, GOOD = "#8ab6e6", "#dcb35c", "#79bd94"
TRACK = "#3a404a"
HEAT = ("#333942", "#2f5473", "#4580b0", "#66a5d9", "#a9d2f5")
"""From nothing to much, in five steps that stay apart for those who see no colours."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; ``radius`` rounds its corners, ``edge`` is the colour of a thin line around it."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    radius: float = 0
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: ``x`` is its left end, right end or middle, ``y`` its baseline, ``size`` in pixels."""

    x: float
    y: float
    text: str
    size: int
    colour: str = INK
    bold: bool = False
    align: Literal["left", "right", "middle"] = "left"


Shape: TypeAlias = Box | Words


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: its size and its shapes, painted in order. What no shape covers is transparent."""

    width: int
    height: int
    shapes: tuple[Shape, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """Every text that is drawn, in order."""
        return tuple(shape.text for shape in self.shapes if isinstance(shape, Words))


def bar(
    x: float, y: float, width: float, height: float, share: float, colour: str = ACCENT
) -> tuple[Box, ...]:
    """A rounded bar filled to ``share`` (0 to 1, cut there); what is above 0 is never thinner than its own height."""
    share = min(1.0, max(0.0, share))
    track = Box(x, y, width, height, TRACK, height / 2)
    if share == 0:
        return (track,)
    return (track, Box(x, y, max(height, width * share), height, colour, height / 2))


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """How wide a line is, in logical pixels."""
    return float(_font(size, bold).getlength(text)) / DENSITY


def fitted(text: str, width: float, size: int, *, bold: bool = False) -> str:
    """The text, cut with "…" where it is wider than ``width``; a wide word is cut inside rather than left out."""
    if text_width(text, size, bold=bold) <= width:
        return text
    shown = cut(text, int(width), lambda part: int(text_width(part, size, bold=bold)) + 1)
    return shown or ELLIPSIS


def paint(scene: Scene) -> bytes:
    """The scene as a PNG, at twice its size in pixels."""
    from PIL import Image, ImageColor, ImageDraw

    size = (scene.width * DENSITY, scene.height * DENSITY)
    # The unseen colour is the edge's, so that the half-transparent pixels of a rounded corner do not turn black.
    image = Image.new("RGBA", size, (*ImageColor.getrgb(EDGE)[:3], 0))
    pen = ImageDraw.Draw(image)
    for shape in scene.shapes:
        if isinstance(shape, Box):
            _box(image, pen, shape)
        else:
            anchor = {"left": "ls", "right": "rs", "middle": "ms"}[shape.align]
            at = (round(shape.x * DENSITY), round(shape.y * DENSITY))
            pen.text(at, shape.text, fill=shape.colour, font=_font(shape.size, shape.bold), anchor=anchor)
    made = io.BytesIO()
    # A few flat colours and the edges of letters: 256 of them lose nothing that is seen, in a quarter of the bytes.
    few = image.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(made, "PNG", compress_level=3)
    return made.getvalue()


async def draw(layout: Callable[[], Scene]) -> bytes:
    """Lay out and paint in the drawing thread, so that nobody else waits for it. One picture at a time."""
    return await asyncio.get_running_loop().run_in_executor(_thread(), lambda: paint(layout()))


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="drawing")


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    # The basic layout everywhere: shaping libraries differ between machines, and pictures should not.
    path = BOLD if bold else REGULAR
    return ImageFont.truetype(path, size * DENSITY, layout_engine=ImageFont.Layout.BASIC)


def _box(image: Image.Image, pen: ImageDraw.ImageDraw, box: Box) -> None:
    left, top = round(box.x * DENSITY), round(box.y * DENSITY)
    right, bottom = round((box.x + box.width) * DENSITY), round((box.y + box.height) * DENSITY)
    radius = round(box.radius * DENSITY)
    if box.edge:
        _rounded(image, pen, (left, top, right, bottom), radius, box.edge)
        inner = (left + DENSITY, top + DENSITY, right - DENSITY, bottom - DENSITY)
        _rounded(image, pen, inner, max(0, radius - DENSITY), box.fill)
    else:
        _rounded(image, pen, (left, top, right, bottom), radius, box.fill)


def _rounded(
    image: Image.Image, pen: ImageDraw.ImageDraw, at: tuple[int, int, int, int], radius: int, colour: str
) -> None:
    left, top, right, bottom = at
    if right <= left or bottom <= top:
        return
    radius = min(radius, (right - left) // 2, (bottom - top) // 2)
    if radius == 0:
        pen.rectangle((left, top, right - 1, bottom - 1), fill=colour)
        return
    if (right - left) * (bottom - top) <= SMALL:
        image.paste(colour, (left, top), _rounded_mask(right - left, bottom - top, radius))
        return
    if right - left > 2 * radius:
        pen.rectangle((left + radius, top, right - radius - 1, bottom - 1), fill=colour)
    if bottom - top > 2 * radius:
        pen.rectangle((left, top + radius, right - 1, bottom - radius - 1), fill=colour)
    for turn, (x, y) in enumerate(
        ((left, top), (left, bottom - radius), (right - radius, bottom - radius), (right - radius, top))
    ):
        image.paste(colour, (x, y), _corner(radius, turn))


SMALL = 40 * 40
"""Pixels of a box that is pasted whole; in a larger one most of the mask would be spent on what a rectangle fills."""


@lru_cache(maxsize=64)
def _rounded_mask(width: int, height: int, radius: int) -> Image.Image:
    """The mask of a box with smooth corners. A year has hundreds of boxes of one size: each is pasted in one step."""
    from PIL import Image

    mask = Image.new("L", (width, height), 255)
    for turn, (x, y) in enumerate(
        ((0, 0), (0, height - radius), (width - radius, height - radius), (width - radius, 0))
    ):
        mask.paste(_corner(radius, turn), (x, y))
    return mask


@lru_cache(maxsize=128)
def _corner(radius: int, turn: int) -> Image.Image:
    """The mask of a smooth quarter disc: upper left for turn 0, on against the clock."""
    from PIL import Image, ImageDraw

    fine = 4
    mask = Image.new("L", (radius * fine, radius * fine), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, 2 * radius * fine - 1, 2 * radius * fine - 1), fill=255)
    return mask.resize((radius, radius), Image.Resampling.BOX).rotate(90 * turn)
