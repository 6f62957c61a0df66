"""Reading what people have: files by name, pasted texts by their look, and bad ones kindly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.questions.exchange import read_any
from bot.questions.exchange.html_text import Words, words_of
from bot.questions.model import Kind, Option

GIFT = """// A comment
$CATEGORY: $course$/Physics/optics.lenses

::Snell::Why does light turn as it enters glass? {
  =It is slower there#Yes: its speed falls.
  ~It is faster there#The other way round.
  ~It is absorbed there
  ####Speed decides.
}

Which of these bend light more?{ ~%50%a higher index ~%50%a rounder face ~%-100%a wider rim }

How many dioptres has a lens of 50 cm? {#2:0.1}

Match each lens. {=convex -> gathers =concave -> spreads =flat -> neither}

Tell of lenses. {}
"""
CSV = """question;option_1;option_2;option_3;correct;feedback_1
Why does light turn?;It slows;It speeds up;It is lost;1;Yes, it is slower in glass.
"""
AIKEN = """Why does light turn as it enters glass?
A. It is slower there
B) It is faster there
C. It is absorbed there
ANSWER: A
"""
YAML = """- kind: single
  prompt: Why does light turn as it enters glass?
  options:
  - {text: It slows, correct: true, feedback: 'Yes: it is slower in glass.'}
  - {text: It speeds up, feedback: 'The other way round, as it happens.'}
  - {text: It is lost, feedback: 'Absorption would dim it and not turn it.'}
"""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (GIFT, "a.gift"),
        (GIFT, ""),
        (CSV, "a.csv"),
        (CSV, ""),
        (AIKEN, "a.txt"),
        (AIKEN, ""),
        (YAML, "a.yml"),
        (YAML, ""),
    ],
)
def test_a_format_is_told_by_its_name_or_by_its_look(text: str, name: str) -> None:
    found = read_any(text, name)
    assert found.errors == ()
    first = found.items[0]
    assert first.kind is Kind.SINGLE
    assert [option.correct for option in first.options] == [True, False, False]
    assert first.id.endswith(".q01")


def test_gift_is_read_with_topic_feedback_and_explanation_and_tells_what_is_missing() -> None:
    found = read_any(GIFT, "a.gift")
    assert [item.kind for item in found.items] == [
        Kind.SINGLE,
        Kind.MULTI,
        Kind.NUMERIC,
        Kind.MATCH,
        Kind.OPEN,
    ]
    first = found.items[0]
    assert (first.topic, first.explanation) == ("optics.lenses", "Speed decides.")
    assert first.options[1] == Option("It is faster there", correct=False, feedback="The other way round.")
    assert [(loss.line, "no feedback" in loss.message) for loss in found.losses] == [(4, True), (11, True)]


TYPED = """kind,prompt,accepted,back,answer,option_1,option_2
short,What turns light?,"a lens
the lens",,,,
Short answer,What splits light?,,,a prism,,
Fill-in-the-Blank,What holds it?,,,,a box,a case
,What is it made of?,glass,,,,
recall,Dioptre,,One over the focal length.,,,
flashcard,Focus,,,Where rays meet.,,
,Lens,,It bends light.,,,
recall,Nothing behind it,,,,,
short,Nothing to type?,,,,,
"""
BACKS = ("One over the focal length.", "Where rays meet.", "It bends light.")
CARDS = "front\tback\nDioptre\tOne over the focal length.\n"
LINES = """{"question": "What turns light?", "kind": "short", "accepted": ["a lens", "glass"]}
{"question": "What splits light?", "kind": "short", "answer": "a prism"}
{"question": "Dioptre", "kind": "recall", "answer": "One over the focal length."}
{"kind": "short", "prompt": "What is it made of?", "accepted": ["glass"]}
{"kind": "recall", "prompt": "Lens", "back": "It bends light."}
"""


@pytest.mark.parametrize(
    ("text", "name", "right", "refused"),
    [
        (
            TYPED,
            "a.csv",
            [("a lens", "the lens"), ("a prism",), ("a box", "a case"), ("glass",), *BACKS],
            [10, 11],
        ),
        (CARDS, "cards.tsv", ["One over the focal length."], []),
        (
            LINES,
            "a.jsonl",
            [("a lens", "glass"), ("a prism",), "One over the focal length.", ("glass",), "It bends light."],
            [],
        ),
    ],
)
def test_short_answers_and_flash_cards_are_read_from_tables_and_lines(
    text: str, name: str, right: list[tuple[str, ...] | str], refused: list[int]
) -> None:
    found = read_any(text, name)
    assert [item.accepted or item.back for item in found.items] == right
    assert [problem.line for problem in found.errors] == refused
    assert not any(item.model_answer for item in found.items)


MARKS = [
    "<quiz>",
    "</quiz>",
    '<question type="multichoice">',
    "</question>",
    "<questiontext><text>Why?</text></questiontext>",
    '<answer fraction="100"><text>x</text></answer>',
    "<questestinterop>",
    "<item><presentation>",
    "<material><mattext>Why?</mattext></material>",
    "<response_lid><response_label/>",
    "<resprocessing><respcondition><varequal/>",
    "<assessmentItem>",
    "#separator:tab\n",
    "a\tb\n",
    "{{c1::x::y}}",
    "{{c1::",
    "<![",
    "<itemBody>Why?<choiceInteraction><simpleChoice>x",
    "<itemBody><textEntryInteraction/>",
]

BAD: list[tuple[str, str, int, str]] = [
    ("", "", 1, "nothing"),
    ("Just some words.", "", 1, "no {answers}"),
    ("one?\n\n::t::two? {=a ~b\n\n::u::three? {=a ~b}", "a.gift", 3, "braces"),
    ("::t two? {=a}", "a.gift", 1, "title"),
    ("two? {~a ~b}", "a.gift", 1, "No option is right"),
    ("two? {#many}", "a.gift", 1, "isn't a number"),
    ("a,b\n1,2", "a.csv", 1, "prompt"),
    ("prompt,option_1,option_2,correct\nWhy?,a,b,7", "a.csv", 2, "option 7"),
    ('prompt,hint\n"Why\nso?",x\nHow?,"never closed', "a.csv", 4, "quote"),
    ("prompt,kind\nWhy?,riddle", "a.csv", 2, "isn't a kind"),
    ("Why?\nA. x\nB. y\nANSWER: D", "a.txt", 4, "No option D"),
    ("Why?\nA. x\nB. y\n\nHow?\nA. z\nANSWER: A", "a.txt", 1, "no line “ANSWER: A”"),
    ("- kind: single\n  prompt: Why does it?\n", "a.yaml", 1, "options"),
    ("- kind: [\n", "a.yaml", 2, "YAML"),
    ("kind: open", "a.yaml", 1, "list"),
]


@pytest.mark.parametrize(("text", "name", "line", "words"), BAD)
def test_what_cannot_be_read_is_told_with_its_line(text: str, name: str, line: int, words: str) -> None:
    problems = read_any(text, name).errors
    assert (line, True) in [(problem.line, words in problem.message) for problem in problems]


def test_the_cells_of_a_lone_column_may_hold_what_parts_others() -> None:
    found = read_any("prompt\nWhy; question\nHow\tquestion?\n", "a.csv")
    assert [item.prompt for item in found.items] == ["Why; question", "How\tquestion?"], found.errors


def test_html_in_gift_becomes_our_markup() -> None:
    text = "[html]<p>Which &lt;tag&gt; is <b>bold</b>?</p>{=<p>b</p>#<p>Yes.</p> ~i#No. ~u#No, lines.\n####<p>So it is.</p>}"
    found = read_any(text, "a.gift")
    (item,) = found.items
    assert (item.prompt, item.explanation) == ("Which <tag> is **bold**?", "So it is.")
    assert item.options[0] == Option("b", correct=True, feedback="Yes.")
    assert found.losses == ()


@pytest.mark.parametrize(
    ("html", "words", "missing"),
    [
        ("<p>a&nbsp; b<br>c</p>\n<p>d</p>", "a b\nc\n\nd", 0),
        ("<p><strong>All of it is bold.</strong></p>", "All of it is bold.", 0),
        ("it is <b> not </b>so, <i>surely</i>", "it is **not** so, surely", 0),
        ("<ol><li>x</li><li>y<ul><li>z</li></ul></li></ol>", "(1) x\n(2) y\n\n- z", 0),
        ("a<pre>if x:\n    y *= <b>2</b></pre>b", "a\n\n```\nif x:\n    y *= 2\n```\n\nb", 0),
        ("<code>a`b</code> <code>c</code>", "a`b `c`", 0),
        ("x<sup>2</sup>, 10<sup>-3</sup>, H<sub>2</sub>O", "x^2, 10^(-3), H_2O", 0),
        (
            "<img data-equation-content='x^2' alt='LaTeX: x^2'> <math alttext='y'><mi>y</mi></math>",
            "$x^2$ $y$",
            0,
        ),
        (
            "<img src=a> <img src=b alt='a lens'><audio src=c></audio>",
            "[picture] [picture: a lens][sound]",
            3,
        ),
        ("a<!-- b --><![if x]>c <p title='it's'>d</p><B CLASS=x>e</B> f", "ac\n\nd\n\n**e** f", 0),
        (r"Is \( a &lt; b \) or \[c\] or $$d$$, for $5?", "Is $a < b$ or $c$ or $d$, for $5?", 0),
        ("<script>x()</script><style>a{}</style>a < b", "a < b", 0),
        ("</b></ul></pre><li><b>open", "- open", 0),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc", 0),
    ],
)
def test_html_keeps_lines_lists_stress_and_code_and_counts_what_cannot_be_shown(
    html: str, words: str, missing: int
) -> None:
    assert words_of(html) == Words(words, missing)


@pytest.mark.parametrize("part", ["<a ", '<a b="', "<![", "<!--", "</", "<sup>", "<pre>"])
def test_html_that_never_closes_is_read_in_a_moment(part: str) -> None:
    assert not words_of(part * 100_000).missing


def test_numbers_in_gift_are_read_with_their_tolerance_or_as_a_range() -> None:
    text = "One? {#3:2}\n\nTwo? {#1..5}\n\nThree? {#\n=1822:0 # Right.\n=%50%1822:2 # Near.\n}\n\nFour? {=4}"
    answers = [item.answer for item in read_any(text, "a.gift").items]
    assert [(answer.value, answer.tolerance) for answer in answers if answer] == [
        (3, 2),
        (3, 2),
        (1822, 0),
        (4, 0),
    ]


def test_a_blank_in_the_middle_of_a_gift_question_is_kept_as_a_gap() -> None:
    (item,) = read_any("Light is {=slower#a ~faster#b} in glass.", "a.gift").items
    assert item.prompt == "Light is _____ in glass."


def test_a_taken_or_odd_id_becomes_the_next_number_of_its_topic() -> None:
    twice = "prompt,id,topic\nWhy?,optics.q01,optics\nHow?,optics.q01,optics\nWhere?,Odd one,Not a topic\n"
    assert [item.id for item in read_any(twice, "a.csv").items] == [
        "optics.q01",
        "optics.q02",
        "imported.q01",
    ]


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from([*GIFT, *'{}=~#,"', "->", "\n\n", "::", "%50%", "- ", "ANSWER: A\n", *MARKS]),
        max_size=60,
    ).map("".join),
    st.sampled_from(["", "a.gift", "a.csv", "a.yaml", "a.aiken", "a.jsonl"]),
)
def test_no_text_whatever_breaks_the_reading(text: str, name: str) -> None:
    found = read_any(text, name)
    assert found.items or found.problems
    assert all(problem.line >= 1 and problem.message.endswith((".", "?")) for problem in found.problems)
