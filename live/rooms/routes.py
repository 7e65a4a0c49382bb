"""The addresses of the rooms: the phone's page, its socket, and codes to point a camera at."""

from collections.abc import Mapping

from starlette.routing import BaseRoute, Route, WebSocketRoute

from live.rooms.lecturer import Pictures
from live.rooms.page import phone_page
from live.rooms.qr import qr_codes
from live.rooms.rooms import Rooms
from live.rooms.shared import Shared
from live.rooms.socket import room_socket
from live.work.executors import Executors


def room_routes(
    base: str,
    executors: Executors,
    pictures: Pictures,
    *,
    version: str = "",
    faces: Mapping[str, str] | None = None,
    joined: bool = True,
    rooms: Rooms | None = None,
    shared: Shared | None = None,
) -> list[BaseRoute]:
    """Routes below the base path; `pictures` says what a scene shows, `faces` where the fonts lie.

    Where rooms are `shared` with other replicas, they are its own.
    """
    own = shared.rooms if shared else Rooms() if rooms is None else rooms  # an empty one is false
    endpoint = room_socket(own, executors, pictures, shared)
    return [
        WebSocketRoute(f"{base}/live/room", endpoint),
        Route(f"{base}/live/qr", qr_codes(), methods=["GET"]),
        Route(f"{base}/room", phone_page(base, version, faces or {}, joined), methods=["GET"]),
    ]
