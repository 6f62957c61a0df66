"""HTTP: Slack's signed requests, and the pages by which a workspace installs the app."""

import asyncio
from collections import deque

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings

from adapters.slack.api.library import quiet_logger
from adapters.slack.installing.installs import ManyWorkspaces
from adapters.slack.installing.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH, SCOPES
from adapters.slack.installing.pages import Pages

MAX_BODY_BYTES = 2_000_000

MOST_BEGINNINGS = 100
"""So many may begin to install the app in a minute: each beginning is kept in the database, and anybody may open the page."""


def oauth_flow(many: ManyWorkspaces, public_url: str) -> AsyncOAuthFlow:
    """Installing by OAuth: a state that is used once, bound to the browser that began."""
    settings = AsyncOAuthSettings(
        client_id=many.client_id,
        client_secret=many.client_secret,
        scopes=sorted(SCOPES),
        user_scopes=[],
        redirect_uri=f"{public_url.rstrip('/')}{REDIRECT_PATH}",
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        installation_store=many.store,
        installation_store_bot_only=True,
        state_store=many.states,
        logger=quiet_logger("oauth"),
    )
    settings.redirect_uri_page_renderer = Pages(install_path=INSTALL_PATH, redirect_uri_path=REDIRECT_PATH)
    return AsyncOAuthFlow(client=many.client, logger=quiet_logger("oauth"), settings=settings)


def build_app(app: AsyncApp, flow: AsyncOAuthFlow) -> web.Application:
    """The door as an aiohttp application, before which a proxy with a certificate stands, with the ``flow``'s pages to install by."""

    async def events(request: web.Request) -> web.Response:
        try:
            asked = await to_bolt_request(request)
        except web.HTTPException:
            raise
        except Exception:  # noqa: BLE001  # read before its signature is checked: it may be anybody's
            raise web.HTTPBadRequest(text="This is nothing that Slack sends.") from None
        return await to_aiohttp_response(await app.async_dispatch(asked))

    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    made = web.Application(client_max_size=MAX_BODY_BYTES)
    made.router.add_post(EVENTS_PATH, events)
    made.router.add_get("/healthz", health)
    begun: deque[float] = deque(maxlen=MOST_BEGINNINGS)

    async def install(request: web.Request) -> web.Response:
        now = asyncio.get_running_loop().time()
        if len(begun) == MOST_BEGINNINGS and now - begun[0] < 60:
            raise web.HTTPTooManyRequests(
                text="Many people are installing the app right now. Try again in a minute.",
                headers={"Retry-After": "60"},
            )
        begun.append(now)
        return await to_aiohttp_response(await flow.handle_installation(await to_bolt_request(request)))

    async def redirect(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await flow.handle_callback(await to_bolt_request(request)))

    made.router.add_get(INSTALL_PATH, install)
    made.router.add_get(REDIRECT_PATH, redirect)
    return made
