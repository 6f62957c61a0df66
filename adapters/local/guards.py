"""Who may talk to the room: checks of host, origin and size, and the headers every answer carries."""

import logging
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.chat.dispatch import trace_of
from bot.chat.errors import NotKeptError
from bot.chat.logged import Said

log = logging.getLogger(__name__)

MAX_TYPED_BYTES = 300_000
"""The most of a request's typed text: far above any field's limit, so that the field's own kind words answer first."""

MAX_BODY_BYTES = 8_000_000
"""The most of a whole request, files included (base64 adds a third)."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "Server": "Studyhall",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class BadPostError(Exception):
    """What was sent is not what the room's page sends; ``args[0]`` says so in a sentence, ``status`` is HTTP's."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def hostname(host: str) -> str:
    """The name in a Host header, without its port and brackets, in lower case; "" where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def guard(allowed: frozenset[str]) -> Middleware:
    """A middleware that lets through what comes from the room's own page under a name in ``allowed``.

    A page of another site could reach a server on this machine through the visitor's browser; its name (DNS rebinding)
    or its origin (a forged POST) gives it away.
    """

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        wrong = _refusal(request, allowed)
        return wrong if wrong is not None else await handler(request)

    return checked


def _refusal(request: web.Request, allowed: frozenset[str]) -> web.Response | None:
    host = request.headers.get("Host", "")
    if hostname(host) not in allowed:
        return said(403, "The room does not answer under this host name.")
    foreign = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if foreign and request.path.startswith("/api/"):
        return said(403, "The room answers only its own page.")
    if request.method in ("GET", "HEAD"):
        return None
    scheme, _, origin = request.headers.get("Origin", "").partition("://")
    if scheme not in ("http", "https") or origin.lower() != host.lower():
        return said(403, "The room accepts this only from its own page.")
    if request.content_type != "application/json":
        return said(415, "The room accepts only application/json.")
    return None


@web.middleware
async def polite(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what goes wrong in a sentence, and never with a traceback."""
    try:
        return await handler(request)
    except BadPostError as error:
        return said(error.status, str(error))
    except web.HTTPRequestEntityTooLarge:
        return said(413, TOO_LONG)
    except web.HTTPException as error:
        return said(error.status, "There is nothing here." if error.status == 404 else error.reason)
    except ConnectionError:
        raise
    except NotKeptError:
        return said(
            503, "The room can neither read nor keep anything just now. Please try again in a moment."
        )
    except Exception as error:  # noqa: BLE001  # the last guard: the page shows a sentence, the log has the rest
        resource = request.match_info.route.resource
        # Neither an address nor an error's words are written down: both may hold what a member wrote, or a line of its own.
        log.error("%s failed: %s", Said(resource.canonical if resource else "?"), trace_of(error))  # noqa: TRY400
        return said(500, "Something went wrong here. Nothing was lost; please try again.")


TOO_LONG = (
    "That is more than the room can take at once. Nothing was lost; please shorten it and send it again."
)


def said(status: int, sentence: str) -> web.Response:
    """A refusal the page can show."""
    return web.json_response({"problem": sentence}, status=status)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the room's headers on an answer; nothing of the API is ever kept by a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    caching = "no-store" if request.path.startswith("/api/") else "no-cache"
    response.headers.setdefault("Cache-Control", caching)
