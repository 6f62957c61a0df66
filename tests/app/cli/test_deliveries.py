"""`studyhall deliveries`: what has trouble is shown without a word or a name, tried again with its key, or given up."""

import argparse
import io

import pytest

from bot.app.cli import deliveries as cli
from bot.app.features import DUE
from bot.chat.errors import OperatorError
from bot.chat.platform import InDoubtError, NotSentError, UnreachableError
from bot.database.engine import Database
from bot.outbox.queries import claim
from tests.outbox.post_office import OutboxBench, town_on


@pytest.fixture
async def bench(database: Database) -> OutboxBench:
    """One that may have arrived, one that was refused, one for somebody who takes none, and one that is just being sent."""
    bench = await town_on(database, remembers=False)
    bench.office.fails("post", InDoubtError("no answer"), after=True)
    bench.office.fails("post", NotSentError("busy"), UnreachableError("closed"))
    for ask, number in ((bench.ask, 1), (bench.ask, 2), (bench.tell, 3)):
        await ask(f"note:{number}")
        await bench.outbox().run()
        bench.clock.move(seconds=0.3)
    await bench.ask("note:4")
    await database.write(lambda tx: claim(tx, DUE, "post", "one", bench.clock()))
    bench.clock.move(seconds=59.5)
    return bench


async def said(bench: OutboxBench, command: str, *ids: int, reason: str | None = None) -> list[str]:
    """What the command says, beside the process that the database belongs to."""
    out, most = io.StringIO(), cli.MOST
    args = argparse.Namespace(deliveries_command=command, ids=list(ids), reason=reason, most=most)
    url = bench.database.url.render_as_string(hide_password=False)
    assert await cli.run(args, url, bench.clock(), out) == 0
    return out.getvalue().splitlines()


async def test_what_has_trouble_is_listed_with_its_age_and_reason_and_neither_words_nor_names(
    bench: OutboxBench,
) -> None:
    listed = await said(bench, "list")
    assert [line.split() for line in listed[:3]] == [
        ["1", "in", "doubt", "post", "note", "1", "min", "tries", "1"],
        ["2", "failing", "post", "note", "1", "min", "tries", "1", "not", "sent"],
        ["3", "kept", "post", "note", "0", "min", "tries", "1", "unreachable"],
    ]
    assert listed[3:] == ["1 in doubt", "1 failing: not sent", "1 kept: unreachable"]
    assert (await said(bench, "list", reason="unreachable"))[-1] == "1 kept: unreachable"
    assert not [line for line in listed if "hall" in line or "ada" in line.casefold() or "face" in line]


async def test_a_retry_keeps_the_key_and_looks_for_what_may_have_arrived(bench: OutboxBench) -> None:
    keys = [row.key for row in await bench.rows()]
    bench.clock.move(seconds=-40)
    assert (await said(bench, "retry", 1, 2, 3, 4))[0] == "2 of 4 are tried at once."
    bench.clock.move(seconds=40)
    await bench.outbox().run()
    assert [row.state for row in await bench.rows()] == ["sent", "sent", "sent", "sending"]
    assert [row.key for row in await bench.rows()] == keys
    assert sorted(each.key for each in bench.office.messages.values()) == sorted(keys[:3])


async def test_what_is_given_up_is_not_sent_though_it_changes(bench: OutboxBench) -> None:
    assert await said(bench, "drop", reason="not sent") == ["1 of 1 is given up."]
    assert await said(bench, "drop", 3) == ["1 of 1 is given up."]
    for number in (2, 3):
        await bench.change("a new face", f"note:{number}")
    await bench.outbox().run()
    assert [row.state for row in await bench.rows()] == ["sent", "dropped", "dropped", "sending"]
    assert await said(bench, "list") == ["No message is kept, in doubt or failing."]


async def test_it_must_be_said_which_are_meant(bench: OutboxBench) -> None:
    for command in ("retry", "drop"):
        with pytest.raises(OperatorError, match=f"which deliveries to {command}"):
            await said(bench, command)
