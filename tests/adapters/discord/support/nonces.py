"""What the simulation leaves out of Create Message: a nonce that is sent again within minutes gives the first message."""

from typing import Any

import discord
from discord.http import Route
from simcord import Env
from simcord._dpy_internals import install_http
from simcord.http.client import FakeHTTPClient

REMEMBERED_FOR = 180.0
"""Seconds; Discord says "a few minutes"."""


class NonceHTTP(FakeHTTPClient):
    """The simulation's REST, with ``enforce_nonce``. What was deleted meanwhile is answered as unknown."""

    def __init__(self, env: Env, sent: "dict[tuple[str, str], tuple[float, Any]]") -> None:
        assert env._loop is not None
        super().__init__(env.backend, env._loop)
        self._env = env
        self._sent = sent

    async def request(self, route: Route, **kwargs: Any) -> Any:  # noqa: ANN401  # as the one it stands in for
        body = kwargs.get("json") or {}
        nonce = body.get("nonce") if body.get("enforce_nonce") else None
        if route.method != "POST" or nonce is None:
            return await super().request(route, **kwargs)
        at = self._env.backend.clock.elapsed
        then, message = self._sent.get((route.url, nonce), (-REMEMBERED_FOR, None))
        if message is None or at >= then + REMEMBERED_FOR:
            message = await super().request(route, **kwargs)
            self._sent[(route.url, nonce)] = (at, message)
            return message
        return await self.get_message(int(message["channel_id"]), int(message["id"]))


def enforce_nonces(env: Env, client: discord.Client, sent: dict[tuple[str, str], tuple[float, Any]]) -> None:
    """Let a client that is connected to the simulation meet nonces as Discord treats them; ``sent`` outlives clients."""
    http = NonceHTTP(env, sent)
    http.token = client.http.token
    install_http(client, http)
