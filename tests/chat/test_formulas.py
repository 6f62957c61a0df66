"""Dollars that hold a formula and dollars that are money; formulas in words; members' marks cut short."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cards import text
from bot.chat.rendering.formulas import MOST_CHARACTERS, Part, read, spelled
from bot.chat.rendering.markdown import Code, Formula, LineBreak, Paragraph, Str, parse
from bot.chat.rendering.said import excerpt


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("$x$", [Formula("x")]),
        ("so $n = 10$, and $10^8$.", [Formula("n = 10"), Formula("10^8")]),
        ("($x$) $L$-smooth", [Formula("x"), Formula("L")]),
        ("$$x\n< 1$$", [Formula("x < 1", block=True)]),
        (r"$2 \cdot 3 \text{ apples}$", [Formula(r"2 \cdot 3 \text{ apples}")]),
        ("$5 for $x$", [Formula("x")]),
        ("$5 and $6", []),
        ("$20,000 to $30,000, $5-$6", []),
        ("US$5, or 5$, or $5, or 6$", []),
        ("$5 (about 6$), $1M, $2M$ish", []),
        ("$HOME/bin:$PATH and $ x $ and $x$5 and $$", []),
        (r"\$x$", []),
        ("`$x$`", [Code("$x$")]),
        ("$a_{$", [Code("$a_{$")]),
        (r"$\nothing x$", [Code(r"$\nothing x$")]),
        (r"$\href{https://a.b}{x}$", [Code(r"$\href{https://a.b}{x}$")]),
        (f"${'x' * (MOST_CHARACTERS + 1)}$", [Code(f"${'x' * (MOST_CHARACTERS + 1)}$")]),
        (f"${'{' * 9}x{'}' * 9}$", [Code(f"${'{' * 9}x{'}' * 9}$")]),
    ],
)
def test_a_formula_touches_its_dollars_and_money_stays_money(said: str, held: list[Formula | Code]) -> None:
    (paragraph,) = parse(text(said))
    assert isinstance(paragraph, Paragraph)
    assert [each for each in paragraph.children if isinstance(each, Formula | Code)] == held


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"r d^2", "r d²"),
        (r"4nd^2", "4n d²"),
        (r"\frac{a+b}{\sqrt{d_k}}", "(a + b)/√dₖ"),
        (r"\operatorname{softmax}(QK^\top/\sqrt{d_k})V", "softmax(Q Kᵀ/√dₖ)V"),
        (r"\mathrm{softmax}(z)_i", "softmax(z)ᵢ"),
        (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"\int_0^1 f(x)\,dx", "∫₀¹ f(x) dx"),
        (r"\text{loss} = -\log p(y \mid x)", "loss = −log p(y ∣ x)"),
        (r"\mathbb{E}_{x \sim p}[f(x)]", "𝔼_(x∼p)[f(x)]"),
        (r"|x - c|^2 = |x|^2 - 2 x \cdot c", "|x − c|² = |x|² − 2x · c"),
        (r"\hat{y}_i \in \mathbb{R}^{d \times d}", "ŷᵢ ∈ ℝ^(d×d)"),
        (r"e^{z_i}", "e^(zᵢ)"),
        (r"D_{KL}(p \| q)", "D_KL(p‖q)"),
        (r"\binom{n}{k} \le 1{,}000", "(n choose k) ≤ 1,000"),
        (r"\begin{pmatrix}a & b\\ c & d\end{pmatrix}", "(a, b; c, d)"),
        (r"\sqrt[3]{x+1}, f'(-x)", "³√(x + 1), f′(−x)"),
        (r"90\% \le \sigma^2", "90% ≤ σ²"),
        (r"\pm 11, \frac{x-\mu}{\sqrt{a+b}}", "±11, (x − μ)/√(a + b)"),
        (r"a_{", "$a_{$"),
    ],
)
def test_a_formula_is_said_in_one_line_of_words(tex: str, words: str) -> None:
    assert spelled(tex) == words


def test_a_formula_of_two_dollars_has_a_line_of_its_own() -> None:
    (paragraph,) = parse(text("So $$x$$ and"))
    assert paragraph == Paragraph((Str("So"), LineBreak(), Formula("x", block=True), LineBreak(), Str("and")))


def _leaves(part: Part) -> Iterator[str]:
    yield part.said
    for each in part.parts:
        yield from _leaves(each)


TEX = ["\\frac", "\\sqrt", "{", "}", "^", "_", "x", "2", "&", "\\\\", "\\left(", "\\right)", "\\begin{matrix}", "\\end{matrix}", "\\sum", "\\text{a b}", "\\hat",
       "\\color{red}", "\\class{a}", "\\style{a}", "\\def", "\\newcommand", "\\nothing", "%", "#", "$", "'", "<b>", "\\mathbb{R}", "\\limits", "[", "]", " "]  # fmt: skip


@given(st.one_of(st.lists(st.sampled_from(TEX), max_size=24).map("".join), st.text(max_size=40)))
def test_whatever_is_typed_as_a_formula_is_read_or_stays_as_it_is(tex: str) -> None:
    tree = read(tex)
    assert spelled(tex) == f"${tex}$" if tree is None else "\n" not in spelled(tex)
    assert tree is None or not any(each.startswith("\\") and len(each) > 1 for each in _leaves(tree))


def test_an_excerpt_ends_before_a_formula_or_code_that_it_would_cut_in_two() -> None:
    said = r"Take $\frac{a}{b}$ and `torch.no_grad()` as they are."
    assert excerpt(said, 100) == said
    assert excerpt(said, 12) == "Take…"
    assert excerpt(said, 34) == r"Take $\frac{a}{b}$ and…"
