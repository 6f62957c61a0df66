"""What every platform promises: one suite for all adapters.

An adapter's test module subclasses ``PlatformContract`` as ``TestSomething`` and gives a fixture ``stage``: its platform with
a place, people, and eyes to see what stands there.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from bot.chat.cards import Card, Verbatim, text
from bot.chat.platform import GoneError, NoAccessError, Platform, UnreachableError
from bot.chat.requests import Identity, MessageRef, Place


@dataclass(frozen=True, slots=True)
class Sight:
    """A message as somebody sees it: which one, and its words."""

    ref: MessageRef
    words: str


class Stage(Protocol):
    """A platform with what a test needs around it."""

    platform: Platform
    here: Place
    """A place where the bot may post."""
    elsewhere: Place
    """A place where it may not."""
    ada: Identity
    ben: Identity
    """Two people it can reach, both in the place."""
    stranger: Identity
    """Somebody it cannot reach."""

    async def seen_by(self, who: Identity) -> list[Sight]:
        """What this person sees, oldest first."""
        ...

    async def delete(self, ref: MessageRef) -> None:
        """Let somebody delete a message."""
        ...

    async def remove(self, who: Identity) -> None:
        """Let somebody take this person out of the place."""
        ...

    def later(self, by: timedelta) -> datetime:
        """Move the platform's clock, and read it."""
        ...

    async def restarted(self) -> Platform:
        """The same platform as a process that starts now sees it."""
        ...


FIRST = Card("First face", (text("Something **new**"), Verbatim("what *somebody* wrote <b>")))
SECOND = Card("Second face")
KEY = "k" * 25
NO_TIME = timedelta(0)


class PlatformContract:
    """The promises, each as a test."""

    async def test_a_card_in_a_place_is_seen_by_everyone_there(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.here, FIRST, KEY)
        for who in (stage.ada, stage.ben):
            (sight,) = await stage.seen_by(who)
            assert sight.ref == ref
            assert "First face" in sight.words

    async def test_a_reference_says_which_platform_it_belongs_to(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.here, FIRST, KEY)
        assert (ref.platform, ref.tenant) == (stage.platform.name, stage.here.tenant)
        assert stage.platform.name == stage.here.platform

    async def test_a_card_to_a_person_is_seen_by_that_person_alone(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.ada, FIRST, KEY)
        assert [sight.ref for sight in await stage.seen_by(stage.ada)] == [ref]
        assert await stage.seen_by(stage.ben) == []

    async def test_a_private_card_stays_private_when_it_changes(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.ada, FIRST, KEY)
        await stage.platform.edit(ref, SECOND)
        (sight,) = await stage.seen_by(stage.ada)
        assert "Second face" in sight.words
        assert await stage.seen_by(stage.ben) == []

    async def test_the_same_key_posts_once_and_gives_the_first_message(self, stage: Stage) -> None:
        first = await stage.platform.post(stage.here, FIRST, KEY)
        assert await stage.platform.post(stage.here, SECOND, KEY) == first
        (sight,) = await stage.seen_by(stage.ada)
        assert "First face" in sight.words

    async def test_the_same_key_at_the_same_moment_posts_once(self, stage: Stage) -> None:
        refs = await asyncio.gather(*(stage.platform.post(stage.here, FIRST, KEY) for _ in range(4)))
        assert len(set(refs)) == 1
        assert len(await stage.seen_by(stage.ada)) == 1

    async def test_the_same_key_posts_once_across_a_restart(self, stage: Stage) -> None:
        first = await stage.platform.post(stage.here, FIRST, KEY)
        again = await (await stage.restarted()).post(stage.here, FIRST, KEY)
        assert again == first
        assert len(await stage.seen_by(stage.ada)) == 1

    async def test_another_key_is_another_message_even_with_the_same_words(self, stage: Stage) -> None:
        one = await stage.platform.post(stage.here, FIRST, "k1")
        two = await stage.platform.post(stage.here, FIRST, "k2")
        assert [sight.ref for sight in await stage.seen_by(stage.ada)] == [one, two]

    async def test_an_edit_changes_the_message_in_place(self, stage: Stage) -> None:
        one = await stage.platform.post(stage.here, FIRST, "k1")
        two = await stage.platform.post(stage.here, FIRST, "k2")
        await stage.platform.edit(one, SECOND)
        first, second = await stage.seen_by(stage.ben)
        assert (first.ref, second.ref) == (one, two)
        assert "Second face" in first.words
        assert "First face" not in first.words
        assert "First face" in second.words

    async def test_the_same_edit_twice_is_no_error(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.here, FIRST, KEY)
        await stage.platform.edit(ref, SECOND)
        await stage.platform.edit(ref, SECOND)
        (sight,) = await stage.seen_by(stage.ada)
        assert "Second face" in sight.words

    async def test_editing_what_was_deleted_says_that_it_is_gone(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.here, FIRST, KEY)
        await stage.delete(ref)
        with pytest.raises(GoneError):
            await stage.platform.edit(ref, SECOND)
        assert await stage.seen_by(stage.ada) == []

    async def test_what_was_deleted_is_not_posted_anew_by_a_retry(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.here, FIRST, KEY)
        await stage.delete(ref)
        assert await stage.platform.post(stage.here, FIRST, KEY) == ref
        assert await stage.seen_by(stage.ada) == []

    async def test_a_message_is_found_by_its_key(self, stage: Stage) -> None:
        since = stage.later(NO_TIME)
        for where in (stage.here, stage.ada):
            key = f"for {type(where).__name__}"
            ref = await stage.platform.post(where, FIRST, key)
            assert await stage.platform.find(where, key, since) == ref

    async def test_a_message_is_found_after_a_restart_and_a_change(self, stage: Stage) -> None:
        since = stage.later(NO_TIME)
        ref = await stage.platform.post(stage.here, FIRST, KEY)
        await stage.platform.edit(ref, SECOND)
        stage.later(timedelta(minutes=5))
        assert await (await stage.restarted()).find(stage.here, KEY, since) == ref

    async def test_what_was_never_sent_is_not_found(self, stage: Stage) -> None:
        since = stage.later(NO_TIME)
        await stage.platform.post(stage.here, FIRST, "k1")
        assert await stage.platform.find(stage.here, "k2", since) is None
        assert await stage.platform.find(stage.ada, "k2", since) is None

    async def test_what_is_older_than_asked_for_is_not_found(self, stage: Stage) -> None:
        await stage.platform.post(stage.here, FIRST, KEY)
        now = stage.later(timedelta(hours=1))
        assert await stage.platform.find(stage.here, KEY, now) is None
        assert await stage.platform.find(stage.here, KEY, now - timedelta(hours=2)) is not None

    async def test_a_place_without_access_is_refused_with_a_sentence_for_the_organiser(
        self, stage: Stage
    ) -> None:
        with pytest.raises(NoAccessError) as refused:
            await stage.platform.post(stage.elsewhere, FIRST, KEY)
        assert str(refused.value).endswith(".")
        assert await stage.seen_by(stage.ada) == []

    async def test_what_keeps_the_bot_out_is_named_before_it_posts(self, stage: Stage) -> None:
        assert await stage.platform.problems(stage.here) == ()
        assert await stage.platform.problems(stage.ada) == ()
        named = await stage.platform.problems(stage.elsewhere)
        assert named
        assert all(sentence.endswith(".") for sentence in named)

    async def test_each_account_has_a_name_that_no_other_has(self, stage: Stage) -> None:
        handles = [await stage.platform.handle(who) for who in (stage.ada, stage.ben)]
        assert all(handles)
        assert len(set(handles)) == 2

    async def test_who_was_taken_out_of_a_place_is_no_longer_in_it(self, stage: Stage) -> None:
        assert await stage.platform.still_in(stage.ada, (stage.here,)) is True
        await stage.remove(stage.ada)
        assert await stage.platform.still_in(stage.ada, (stage.here,)) is False
        assert await stage.platform.still_in(stage.ben, (stage.here,)) is True

    async def test_what_somebody_was_told_privately_is_erased_up_to_a_moment_and_nothing_else(
        self, stage: Stage
    ) -> None:
        for number in range(12):
            await stage.platform.post(stage.ada, FIRST, f"k{number}")
        kept = [await stage.platform.post(where, FIRST, where.key[-25:]) for where in (stage.here, stage.ben)]
        before = stage.later(timedelta(minutes=1))
        kept.append(await stage.platform.post(stage.ada, SECOND, KEY))
        platform = stage.platform
        while not await platform.erase(stage.ada, before):
            stage.later(timedelta(seconds=1))
            platform = await stage.restarted()  # it remembers nothing, and does no harm a second time
        assert {s.ref for who in (stage.ada, stage.ben) for s in await stage.seen_by(who)} == set(kept)
        assert await platform.erase(stage.ada, before)

    async def test_somebody_out_of_reach_is_refused_as_such(self, stage: Stage) -> None:
        with pytest.raises(UnreachableError):
            await stage.platform.post(stage.stranger, FIRST, KEY)
