"""The admin port: its metrics are read by Prometheus's own parser, and what isn't ready says why."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.app.connections import KeptConnection
from bot.app.run import run
from bot.app.settings import Settings
from bot.app.watching.admin import Watched, serve
from tests.app.test_connections import Scripted, Stage
from tests.support.local_driver import LocalDriver, local_app

Figures = Mapping[tuple[str, ...], float]


def watched(v: LocalDriver, *connections: KeptConnection) -> Watched:
    app = v.app
    return Watched(app.metrics, app.database, app.scheduler, ("local",), connections, v.clock)


@asynccontextmanager
async def served(what: Watched) -> AsyncIterator[ClientSession]:
    admin = await serve(what, 0)
    try:
        async with ClientSession(admin.url) as http:
            yield http
    finally:
        await admin.stop()


async def figures(http: ClientSession) -> Figures:
    """Each figure by its name and the values of its labels, as Prometheus understands the page."""
    async with http.get("metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        page = await answer.text()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def said(http: ClientSession, path: str) -> tuple[int, str]:
    async with http.get(path) as answer:
        return answer.status, await answer.text()


async def test_the_metrics_tell_what_was_done_and_what_waits(database_url: str) -> None:
    async with local_app(database_url) as v, served(watched(v)) as http:
        await v.set_up()
        done = "studyhall_request_seconds_count", "done", "local"
        before = (await figures(http)).get(done, 0), len(v.requests)
        await v.answer("mira", "What I think.")
        v.watched.closed = "It is closed."
        await v.tick(days=1)
        v.clock.move(minutes=11)
        found = await figures(http)
        assert found[done] - before[0] == len(v.requests) - before[1] == 2
        assert found["studyhall_send_seconds_count", "no access", "local"] >= 1
        assert found["studyhall_open_rounds", "open"] == found["studyhall_open_rounds", "voting"] == 1
        assert found["studyhall_deliveries", "local", "waiting"] >= 1
        assert found["studyhall_due_lag_seconds", "local"] == 60
        assert found[("studyhall_tick_age_seconds",)] == 660
        assert found[("studyhall_round_lag_seconds",)] == found[("studyhall_writer_queue",)] == 0
        assert found[("studyhall_database_up",)] == 1
        v.clock.move(days=1)
        reminder = 2 * 3600  # it was due before the next question was
        assert (await figures(http))[("studyhall_round_lag_seconds",)] == reminder + 660
        await v.app.database.close()
        blind = await figures(http)
        assert blind[("studyhall_database_up",)] == 0
        assert not any(name in ("studyhall_deliveries", "studyhall_due_lag_seconds") for name, *_ in blind)


async def test_what_is_not_ready_says_why_and_the_process_is_alive_all_the_same(sqlite_url: str) -> None:
    stage = Stage(Scripted())
    async with local_app(sqlite_url) as v, served(watched(v, stage.kept)) as http:
        assert await said(http, "readyz") == (503, "Elsewhere is not connected.")
        await stage.kept.start()
        assert await said(http, "readyz") == (200, "ready")
        stage.made[0].standing = False
        v.clock.move(seconds=61)
        await v.app.database.close()
        status, why = await said(http, "readyz")
        assert (status, why.splitlines()) == (
            503,
            [
                "The database cannot be written (DatabaseClosedError).",
                "What is due has not been looked at for 61 seconds.",
                "Elsewhere is not connected.",
            ],
        )
        assert await said(http, "healthz") == (200, "ok")


async def test_a_page_of_another_site_reaches_nothing_there(sqlite_url: str) -> None:
    async with local_app(sqlite_url) as v, served(watched(v)) as http:
        for foreign in ({"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            for path in ("readyz", "metrics"):
                async with http.get(path, headers=foreign) as answer:
                    assert answer.status == 403


async def test_a_second_process_starts_though_the_admin_port_is_taken_and_says_so(sqlite_url: str) -> None:
    stopping, lines = asyncio.Event(), list[str]()
    with socket.socket() as first:
        first.bind(("127.0.0.1", 0))
        first.listen()
        port = first.getsockname()[1]
        stopping.set()
        await run(
            Settings(port=0, database_url=sqlite_url, demo=False, admin_port=port), stopping, lines.append
        )
    assert lines[1] == (
        f"Port {port} is taken: this process serves no metrics. Set STUDYHALL_ADMIN_PORT to another, or to 0."
    )
    assert lines[-1].startswith("Stopped.")
