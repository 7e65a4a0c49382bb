"""The addresses of the wire, all below `/live`."""

from collections.abc import Mapping
from pathlib import Path

from starlette.routing import BaseRoute, Route, WebSocketRoute

from live.pages.assets import assets
from live.pages.embed import Embedded, Opened, embed_page, open_picture
from live.pages.language import choose_language
from live.pages.light import Light
from live.pages.ready import ready
from live.queries.limits import LIMITS, Limits
from live.wire.formula import formulas
from live.wire.reading import Reading
from live.wire.socket import live
from live.wire.surface import surveys
from live.work.executors import Executors


def routes(
    base: str, executors: Executors, version: str, files: Mapping[str, Path | bytes], limits: Limits = LIMITS
) -> list[BaseRoute]:
    """Routes of the WebSocket, languages, formulas, surfaces, `files`, readiness; all below the base (`""`, `/lab`)."""
    reading = Reading(limits)
    return [
        WebSocketRoute(f"{base}/live", live(executors, reading, limits)),
        Route(f"{base}/live/ready", ready, methods=["GET"]),
        Route(f"{base}/live/language", choose_language, methods=["GET"]),
        Route(f"{base}/live/formula", formulas(reading, limits), methods=["GET"]),
        Route(f"{base}/live/surface", surveys(executors), methods=["GET"]),
        Route(f"{base}/live/assets/{{version}}/{{path:path}}", assets(version, files), methods=["GET"]),
    ]


def embed_routes(light: Light, embedded: Embedded, opened: Opened) -> list[BaseRoute]:
    """The page that shows a scene alone, for a frame, and the way from there to all of it."""
    return [
        Route(f"{light.base}/embed", embed_page(light, embedded), methods=["GET"]),
        Route(f"{light.base}/embed/open", open_picture(light.base, opened), methods=["POST"]),
    ]
