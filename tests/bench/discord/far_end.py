"""Discord's HTTP in a process of its own: each callback is taken after a while, and when that was is remembered.

It knows as little of HTTP as it can, so that it takes the processor from nobody who is measured.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.bench.discord.events import BOT, CHANNEL

_CALLBACK = re.compile(r"/interactions/(\d+)/[^/]+/callback")
_APPLICATION = {
    "id": "1",
    "name": "Studyhall",
    "icon": None,
    "description": "",
    "bot_public": True,
    "flags": 0,
}
_APPLICATION |= {"bot_require_code_grant": False, "owner": BOT, "verify_key": "", "team": None}
_FOLLOWUP = json.dumps(
    {
        "id": "6",
        "channel_id": CHANNEL,
        "author": BOT,
        "content": "",
        "embeds": [],
        "attachments": [],
        "type": 0,
    }
    | {"timestamp": "2026-11-23T09:00:00+00:00", "edited_timestamp": None, "tts": False, "mentions": []}
    | {"mention_everyone": False, "mention_roles": [], "pinned": False, "flags": 0, "components": []}
).encode()


async def serve(seconds: float) -> None:
    """Print the port, then answer until the process is ended; ``seconds`` is how long a callback takes."""
    taken: dict[str, tuple[float, int]] = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                said = await _said(head.decode(), reader)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (len(said), said)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _said(head: str, reader: asyncio.StreamReader) -> bytes:
        length = re.search(r"(?i)content-length: *(\d+)", head)
        body = await reader.readexactly(int(length[1])) if length else b""
        path = head.split(" ", 2)[1]
        callback = _CALLBACK.search(path)
        if callback is not None:
            await asyncio.sleep(seconds)
            taken[callback[1]] = time.time(), json.loads(body)["type"]
            return b'{"interaction": {"id": "1", "type": 3, "response_message_id": "5"}}'
        if "/webhooks/" in path:
            return _FOLLOWUP
        known: dict[str, Any] = {"/taken": taken, "/users/@me": BOT, "/oauth2/applications/@me": _APPLICATION}
        found = [each for ending, each in known.items() if path.endswith(ending)]
        return json.dumps(found[0] if found else []).encode()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@asynccontextmanager
async def far_end(seconds: float) -> AsyncIterator[str]:
    """The address of a Discord whose callbacks take so many seconds; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(seconds), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
