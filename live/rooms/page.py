"""GET /room: the page of a phone. It is no page of Streamlit's: 200 phones would be as many sessions, and 4 MB each."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from i18n import translate
from live.pages.language import reader_language
from live.pages.light import Light


def phone_page(light: Light) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/room`, the same page for every code, in the language of who asks."""

    async def endpoint(request: Request) -> Response:
        code = reader_language(request)
        return light.page("room", code, translate("Room · Descent Lab", code), {})

    return endpoint
