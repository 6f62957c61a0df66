"""What members read: commands that there are, in plain English, and never in the first person."""

import re
from functools import cache

import pytest

from bot.app.features import FEATURES
from bot.chat.cards import Cmd, Plain, text
from tests.support.room import small_bank
from tests.support.sentences import Sentence, sentences

NOT_OURS = re.compile(
    r"\bI (can|keep|could|will|do|have|know|am)\b|\bfrom me\b|\bour side\b|\banew\b|\bpurse\b|\bask on\b|\bfellows\b"
)
COMMAND = re.compile(r"`/([a-z]+|{})(?: ([a-z]+|{})(?![:\w]))?[^`]*`")


@cache
def read() -> tuple[Sentence, ...]:
    return tuple(sentences())


def typed() -> frozenset[str]:
    """Every command, and the first words that lead to a card of their own."""
    return frozenset(c.name for f in FEATURES for c in f.all_commands(small_bank())) | {"help", "{}", "{} {}"}


def unknown(said: str, known: frozenset[str]) -> list[str]:
    """The commands that a sentence names and nobody can type."""
    named = (f"{head} {second}".strip() for head, second in COMMAND.findall(said))
    return [f"/{name}" for name in named if not known & {name, name.partition(" ")[0]}]


def test_every_command_that_a_sentence_names_can_be_typed() -> None:
    known = typed()
    assert unknown("Type `/quiz begin` now.", known) == ["/quiz begin"]
    found = [(each.where, name) for each in read() for name in unknown(each.said, known)]
    assert found == []


@pytest.mark.parametrize("said", ["I can't post here.", "It begins anew."])
def test_what_is_no_plain_english_is_seen(said: str) -> None:
    assert NOT_OURS.search(said)


def test_no_sentence_is_in_the_first_person_or_in_words_that_nobody_says() -> None:
    found: list[Sentence] = [each for each in read() if NOT_OURS.search(each.said)]
    assert found == []


def test_a_command_in_a_sentence_is_typed_and_what_somebody_wrote_is_not() -> None:
    made = text("Type `/quiz start topic:rlhf`, ", Plain("`/my friend`"), " or `/tmp/x`.")
    assert made.parts[:3] == ("Type ", Cmd("quiz start topic:rlhf"), ", ")
    assert made.parts[3:] == (Plain("`/my friend`"), " or `/tmp/x`.")
