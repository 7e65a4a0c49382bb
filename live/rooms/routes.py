"""The addresses of the rooms: the phone's page, its socket, and codes to point a camera at."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from live.pages.light import Light
from live.rooms.lecturer import Pictures
from live.rooms.page import phone_page
from live.rooms.qr import qr_codes
from live.rooms.rooms import Rooms
from live.rooms.shared import Shared
from live.rooms.socket import room_socket
from live.work.executors import Executors


def room_routes(
    light: Light,
    executors: Executors,
    pictures: Pictures,
    *,
    rooms: Rooms | None = None,
    shared: Shared | None = None,
) -> list[BaseRoute]:
    """Routes below the base path of `light`; `pictures` says what a scene shows.

    Where rooms are `shared` with other replicas, they are its own.
    """
    own = shared.rooms if shared else Rooms() if rooms is None else rooms  # an empty one is false
    endpoint = room_socket(own, executors, pictures, shared)
    return [
        WebSocketRoute(f"{light.base}/live/room", endpoint),
        Route(f"{light.base}/live/qr", qr_codes(), methods=["GET"]),
        Route(f"{light.base}/room", phone_page(light), methods=["GET"]),
    ]
