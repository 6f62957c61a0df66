"""Who may talk to the local room, and what every answer carries."""

import pytest

from bot.chat.transcript import TranscriptEntry
from tests.adapters.local.memory_transcript import MemoryTranscript
from tests.adapters.local.product import question
from tests.adapters.local.visitor import visiting


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "", "[::1"]
)
async def test_a_host_name_of_somewhere_else_is_refused(host: str) -> None:
    async with visiting() as visitor:
        for path in ("/", "/api/state", "/healthz", "/page/room.js"):
            response = await visitor.client.get(path, headers={"Host": host})
            assert response.status == 403 or (host == "" and response.status == 400)
            assert "study" not in await response.text()


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:8080", "room.example:80"]
)
async def test_the_loopbacks_names_and_allowed_ones_are_answered(host: str) -> None:
    async with visiting(None, "room.example") as visitor:
        response = await visitor.client.get("/api/state", headers={"Host": host})
        assert response.status == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://127.0.0.1:1", "file://", "http://127.0.0.1", "https://[::1"],
)
async def test_a_post_from_another_origin_changes_nothing(origin: str) -> None:
    async with visiting() as visitor:
        await visitor.room.post(visitor.room.place, question(), "k1")
        found = {
            "member": "you",
            "id": "3f0f0b8a-9a53-4f0b-8a9a-534f0b8a9a53",
            "entry": 1,
            "action": "share.1",
        }
        response = await visitor.send("press", found, Origin=origin)
        assert response.status == 403
        assert visitor.product.requests == []
        assert await visitor.titles() == ["What did page one say?"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_only_json_is_taken(kind: str) -> None:
    async with visiting() as visitor:
        response = await visitor.send("command", {"member": "you", "line": "/help"}, Content_Type=kind)
        assert response.status == 415
        assert visitor.product.requests == []


async def test_another_sites_page_learns_nothing_through_the_browser() -> None:
    async with visiting() as visitor:
        response = await visitor.client.get("/api/state", headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status == 403
        assert (await visitor.client.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status == 200


@pytest.mark.parametrize(
    "path", ["/", "/page/room.js", "/page/room.css", "/api/state", "/healthz", "/nowhere"]
)
async def test_every_answer_carries_the_strict_policy(path: str) -> None:
    async with visiting() as visitor:
        response = await visitor.client.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        kept = "no-store" if path.startswith("/api/") else "no-cache"
        assert response.headers["Cache-Control"] == kept


async def test_the_page_holds_no_script_or_style_of_its_own_and_loads_none_from_elsewhere() -> None:
    async with visiting() as visitor:
        page = await (await visitor.client.get("/")).text()
        assert "style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert "//" not in page.replace("<!doctype", "")
        assert page.count("<script") == page.count('<script src="/page/') + page.count(
            '<script type="module" src="/page/'
        )


@pytest.mark.parametrize("name", ["nothing.js", "..%2froom.py", "%2e%2e%2fguards.py", "index.html%00"])
async def test_only_the_pages_own_files_are_given_out(name: str) -> None:
    async with visiting() as visitor:
        response = await visitor.client.get(f"/page/{name}")
        assert response.status == 404


async def test_health_is_told_in_one_word() -> None:
    async with visiting() as visitor:
        response = await visitor.client.get("/healthz")
        assert (response.status, await response.text()) == (200, "ok")


class Broken(MemoryTranscript):
    async def get(self, entry: int) -> TranscriptEntry | None:
        raise ValueError(f"secret words of {entry}")


async def test_a_fault_writes_down_where_it_was_and_neither_its_words_nor_a_line_from_the_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with visiting(Broken()) as visitor:
        response = await visitor.client.get("/api/file/1/0%0AERROR%20forged", params={"member": "you"})
        assert response.status == 500
        assert "Nothing was lost" in (await response.json())["problem"]
    (record,) = caplog.records
    assert record.getMessage().startswith("/api/file/{entry}/{number} failed: ValueError")
    assert "forged" not in caplog.text
    assert "of 1" not in caplog.text
