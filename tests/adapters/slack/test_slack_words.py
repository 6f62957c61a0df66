"""The core's commands as they are typed on Slack, in our own words and nowhere else."""

import pytest

from adapters.slack.rendering.words import Wording
from bot.chat.cards import Button, Card, Choice, Fields, Form, Plain, Select, TextField, Verbatim, text
from bot.chat.help import HelpOn

HEADS = Wording(("quiz", "my", "group"))


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("Type `/quiz start` now.", "Type `/study quiz start` now."),
        ("/group setup", "/study group setup"),
        ("Did you mean /my?", "Did you mean /study my?"),
        ("See https://example.org/quiz and a/my.", "See https://example.org/quiz and a/my."),
        ("/quizzes and /my-own are no commands", "/quizzes and /my-own are no commands"),
        ("and/or", "and/or"),
    ],
)
def test_a_sentence_names_commands_as_they_are_typed_here(said: str, here: str) -> None:
    assert HEADS.line(said) == here


def test_every_part_of_a_card_that_is_ours_is_put_right_and_what_members_wrote_is_not() -> None:
    card = Card(
        "/quiz start",
        (
            text("Try `/my record`, ", Plain("/my friend"), "."),
            Verbatim("I typed /quiz start", text("After `/quiz start`:")),
            Fields((("How", text("`/group setup`")),)),
        ),
        (
            (Button("Go", HelpOn(), disabled_because="Use /quiz stop first."),),
            (Select(HelpOn(), (Choice("/quiz", "quiz"),), "More"),),
        ),
        text("`/my leave`"),
    )
    assert HEADS.card(card) == Card(
        "/study quiz start",
        (
            text("Try `/study my record`, ", Plain("/my friend"), "."),
            Verbatim("I typed /quiz start", text("After `/study quiz start`:")),
            Fields((("How", text("`/study group setup`")),)),
        ),
        (
            (Button("Go", HelpOn(), disabled_because="Use /study quiz stop first."),),
            (Select(HelpOn(), (Choice("/study quiz", "quiz"),), "More"),),
        ),
        text("`/study my leave`"),
    )


def test_a_forms_intro_is_put_right_and_what_stands_in_it_is_not() -> None:
    form = Form("Note", (TextField("note", "Note", value="/quiz"),), HelpOn(), intro=text("Or `/quiz`."))
    here = HEADS.form(form)
    assert here.intro == text("Or `/study quiz`.")
    assert here.fields == form.fields


def test_without_a_registry_nothing_is_changed() -> None:
    assert Wording(()).line("/quiz start") == "/quiz start"
