"""What follows a message may stand in its thread, where the place wants that."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.chat.platform import InDoubtError, Threads
from bot.membership.tables import places
from bot.outbox.queries import LEASE
from tests.outbox.post_office import HALL, OutboxBench


async def _asked_and_followed(bench: OutboxBench) -> list[str | None]:
    """The thread of the first note, and of the one that follows it."""
    await bench.ask("note:1")
    await bench.outbox().run()
    await bench.ask("note:2", under="note:1|note")
    await bench.outbox().run()
    return [getattr(m.destination, "thread", None) for m in bench.office.messages.values()]


async def _wants(bench: OutboxBench, threads: bool | None) -> None:
    await bench.database.write(lambda tx: tx.execute(update(places).values(threads=threads)))


@pytest.mark.parametrize(
    ("has", "wants", "threaded"),
    [
        (Threads.PREFERRED, None, True),
        (Threads.PREFERRED, True, True),
        (Threads.PREFERRED, False, False),
        (Threads.OFFERED, None, False),
        (Threads.OFFERED, True, True),
        (Threads.NONE, None, False),
        (Threads.NONE, True, False),
    ],
)
async def test_a_place_decides_and_else_its_platforms_custom(
    bench: OutboxBench, has: Threads, wants: bool | None, threaded: bool
) -> None:
    bench.office.threads = has
    await _wants(bench, wants)
    first = "1" if threaded else None
    assert await _asked_and_followed(bench) == [None, first]


async def test_what_follows_a_message_that_never_arrived_stands_in_the_channel(bench: OutboxBench) -> None:
    bench.office.threads = Threads.PREFERRED
    await bench.ask("note:2", under="note:1|note")
    await bench.outbox().run()
    (message,) = bench.office.messages.values()
    assert message.destination == HALL


async def test_a_message_in_doubt_is_found_though_the_setting_changed_meanwhile(
    forgetful: OutboxBench,
) -> None:
    bench = forgetful
    bench.office.threads = Threads.PREFERRED
    await bench.ask("note:1")
    await bench.outbox().run()
    await bench.ask("note:2", under="note:1|note")
    bench.office.fails("post", InDoubtError("lost"), after=True)
    await bench.outbox().run()
    await _wants(bench, threads=False)
    bench.clock.move(seconds=LEASE.total_seconds() + 1)
    await bench.outbox().run()
    assert [m.destination for m in bench.office.messages.values()] == [HALL, replace(HALL, thread="1")]
    assert {row.state for row in await bench.rows()} == {"sent"}
