"""What a board's picture draws, and that it can be seen: size, density, colours, strange names."""

import asyncio
import io
import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.features.leaderboard.cards import Board
from bot.features.leaderboard.pictures import IN_TABLE, NAME_IN_ALT, WIDTH, board_alt, board_scene
from bot.features.points.rules import Goal, Place
from bot.membership.model import Member, Naming
from bot.pictures import drawing
from bot.pictures.drawing import Box, Scene, Words, bar, draw, fitted, paint, text_width
from bot.pictures.glyphs import BOLD, REGULAR, covered, drawable

NOW = datetime(2026, 11, 25, tzinfo=UTC)
STRANGE = {
    "long": "Wolfeschlegelsteinhausenbergerdorff the Elder of Upper and Lower Saxony",
    "emoji": "🦊 Fox 🦊",
    "arabic": "محمد عبد الله",
    "hebrew": "שלום כהן",
    "chinese": "王小明",
    "zalgo": "Z̷̢̛͓a̸̧̛l̵̢̛g̸̡̛o",
    "hindi": "नमस्ते",
    "vietnamese": "Nguyễn Văn Ắn",
    "cyrillic": "Дмитрий",
}


def member(number: int, name: str, naming: Naming = Naming.NAMED, *, sample: bool = False) -> Member:
    return Member(
        id=number,
        group_id=1,
        person_id=number,
        name=name,
        pseudonym="",
        naming=naming,
        consent=None,
        organiser=False,
        sample=sample,
        reminders=False,
        break_from=None,
        break_until=None,
        joined_at=NOW,
        seen_at=NOW,
        left_at=None,
        barred_at=None,
        onboarded=0,
    )


def a_board(*numbers: int, board: str = "points", goal: Goal | None = None, out_of: int = 0) -> Board:
    places = tuple(Place(n, n, number, out_of) for n, number in enumerate(numbers, 1))
    return Board(1, "Study group", board, "week", "", "", places, goal=goal)


def crowd(*names: str) -> dict[int, Member]:
    return {n: member(n, name) for n, name in enumerate(names, 1)}


# Which names are drawn ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann"),
        (STRANGE["vietnamese"], STRANGE["vietnamese"]),
        (STRANGE["cyrillic"], STRANGE["cyrillic"]),
        (STRANGE["emoji"], "Fox"),
        ("Ana™ & Bo ©", "Ana™ & Bo ©"),
        *((STRANGE[which], "") for which in ("arabic", "hebrew", "chinese", "zalgo", "hindi")),
        ("🦊🦊", ""),
        ("  ", ""),
        ("Kim 민수", ""),
        ("\u202eevil\u202c", "evil"),
    ],
)
def test_a_name_is_drawn_whole_or_left_to_the_table(name: str, shown: str) -> None:
    assert drawable(name) == shown


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_what_is_drawn_has_a_glyph_for_every_character_in_both_weights(said: str) -> None:
    assert all(ord(c) in covered(REGULAR) and ord(c) in covered(BOLD) for c in drawable(said))


def test_a_strange_name_stands_as_a_pointer_to_the_table_and_in_the_alt_text() -> None:
    people = crowd(*STRANGE.values())
    board = a_board(*range(90, 0, -10))
    said = board_scene(board, people).said
    assert said.count(IN_TABLE) == 5
    assert "Fox" in said
    assert all(name[:20] in board_alt(board, people) for name in STRANGE.values())


def test_a_long_name_is_cut_by_its_width_in_the_picture_and_by_length_in_the_alt_text() -> None:
    people = crowd(STRANGE["long"])
    (name,) = [s for s in board_scene(a_board(5), people).said if s.startswith("Wolfe")]
    assert name.endswith("…")
    assert text_width(name, 16, bold=True) <= 250
    alt = board_alt(a_board(5), crowd("x" * 400))
    assert "x" * (NAME_IN_ALT - 1) + "…" in alt
    assert len(alt) < 200


def test_who_is_unnamed_is_someone_and_who_is_called_someone_is_that() -> None:
    people = {
        1: member(1, "Olga", Naming.UNNAMED),
        2: member(2, "Someone else"),
        3: member(3, "Bo", sample=True),
    }
    said = board_scene(a_board(9, 8, 7), people).said
    assert [s for s in said if s in ("Someone", "Someone else", "Bo (sample)")] == [
        "Someone",
        "Someone else",
        "Bo (sample)",
    ]
    assert "Olga" not in " ".join(said)


# What stands in it ----------------------------------------------------------------------------------------------------


def test_the_goal_stands_before_the_places() -> None:
    said = board_scene(a_board(9, 8, goal=Goal(1200, 300)), crowd("Ann", "Bob")).said
    assert said.index("300 points together this week") < said.index("Ann")
    assert "25% of 1,200" in said
    reached = board_scene(a_board(9, goal=Goal(80, 90)), crowd("Ann")).said
    assert "goal of 80 reached" in reached


def test_accuracy_fills_its_bar_by_the_share_of_right_answers() -> None:
    scene = board_scene(a_board(30, 15, board="quiz", out_of=30), crowd("Ann", "Bob"))
    fills = [s.width for s in scene.shapes if isinstance(s, Box) and s.height == 10]
    tracks, filled = fills[::2], fills[1::2]
    assert [round(f / t, 2) for f, t in zip(filled, tracks, strict=True)] == [1.0, 0.5]
    assert "100%" in scene.said
    assert "50%" in scene.said


@pytest.mark.parametrize("places", [1, 3, 10])
def test_everything_lies_within_the_card(places: int) -> None:
    people = crowd(*(f"{STRANGE['long']} {n}" for n in range(places)))
    board = a_board(*(10**7 - n for n in range(places)), goal=Goal(10**9, 10**8))
    scene = board_scene(board, people)
    for shape in scene.shapes:
        if isinstance(shape, Box):
            left, right, low = shape.x, shape.x + shape.width, shape.y + shape.height
        else:
            wide = text_width(shape.text, shape.size, bold=shape.bold)
            left = shape.x - (wide if shape.align == "right" else 0)
            right, low = left + wide, shape.y
        assert left >= 0
        assert right <= WIDTH
        assert low <= scene.height


def test_names_and_bars_and_numbers_never_touch() -> None:
    people = crowd(*(STRANGE["long"] for _ in range(10)))
    scene = board_scene(a_board(*(10**6 - n for n in range(10))), people)
    bars = [s for s in scene.shapes if isinstance(s, Box) and s.height == 10]
    for row in bars:
        beside = [s for s in scene.shapes if isinstance(s, Words) and 0 < s.y - row.y < 20]
        for words in beside:
            wide = text_width(words.text, words.size, bold=words.bold)
            left = words.x - (wide if words.align == "right" else 0)
            assert left + wide <= row.x or left >= row.x + row.width


# Painting -------------------------------------------------------------------------------------------------------------


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    return image.convert("RGBA")


def test_a_picture_has_twice_its_size_in_pixels_and_clear_corners_around_an_opaque_card() -> None:
    image = opened(paint(Scene(80, 40, (Box(0, 0, 80, 40, drawing.CARD, 12, drawing.EDGE),))))
    assert image.size == (160, 80)
    alphas = [image.getpixel(at)[3] for at in ((0, 0), (159, 79), (80, 40), (80, 0))]  # type: ignore[index]
    assert alphas[:2] == [0, 0]
    assert min(alphas[2:]) >= 250
    assert image.getpixel((80, 40)) == (0x22, 0x26, 0x2D, 255)


def _light(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ink", [drawing.INK, drawing.QUIET, drawing.GOLD, drawing.ACCENT, drawing.GOOD])
def test_words_on_the_card_have_the_contrast_that_readers_need(ink: str) -> None:
    assert _contrast(ink, drawing.CARD) >= 4.5


@pytest.mark.parametrize("surroundings", ["#ffffff", "#fbfaf8", "#191a1d", "#313338", "#1a1d21", "#000000"])
def test_the_card_or_its_edge_stands_out_from_light_and_dark_surroundings(surroundings: str) -> None:
    assert max(_contrast(drawing.CARD, surroundings), _contrast(drawing.EDGE, surroundings)) >= 1.5


def test_a_bar_is_never_wider_than_its_track_nor_thinner_than_a_dot() -> None:
    for share in (-1, 0.001, 0.5, 1, 7):
        track, *fill = bar(0, 0, 100, 10, share)
        assert all(10 <= box.width <= track.width for box in fill)
        assert bool(fill) == (share > 0)


@given(st.text(min_size=1, max_size=60), st.integers(20, 300))
@settings(max_examples=80)
def test_a_fitted_line_fits(said: str, width: int) -> None:
    shown = fitted(drawable(said) or "x", width, 16)
    assert text_width(shown, 16) <= max(width, text_width("…", 16))


async def test_pictures_are_painted_one_after_the_other_in_a_thread_of_their_own() -> None:
    where: list[str] = []

    def layout() -> Scene:
        where.append(threading.current_thread().name)
        return Scene(10, 10, ())

    made = await asyncio.gather(*(draw(layout) for _ in range(3)))
    assert all(data.startswith(b"\x89PNG") for data in made)
    assert len(set(where)) == 1
    assert threading.current_thread().name not in where


def test_the_fonts_ship_with_their_licence() -> None:
    licence = REGULAR.with_name("LICENSE.txt").read_text("utf-8")
    assert "Bitstream Vera Fonts Copyright" in licence
    assert "Arev Fonts Copyright" in licence
