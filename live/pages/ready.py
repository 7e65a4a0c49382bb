"""Whether a proxy or a cluster may send visitors here."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response


async def ready(_: Request) -> Response:
    """Yes: who is answered at all is answered by a server whose first page is compiled (see `lifespan` in app.py).

    One that was told to stop takes no connection any more, so it is not ready either; `/_stcore/health` says whether
    the process is alive.
    """
    return PlainTextResponse("ready", headers={"Cache-Control": "no-store"})
