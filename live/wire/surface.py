"""GET /live/surface: the losses on a grid, for the picture under the paths.

`?landscape=himmelblau&window=-6,6,-6,6&columns=100&rows=100` answers with a frame whose header is
`{"arrays": {"losses": [0, rows, columns]}}`: rows with y ascending, columns with x ascending. With a window as
`critical=-6,6,-6,6` the header has the critical points that are found there, too, under "critical". A parameter `v` is
ignored: a page may put its version there, because the answer is cached for ever.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from engine import critical_points, surface
from engine.basis.checks import echo
from engine.basis.registry import unknown
from engine.frame import Frame
from i18n import sentence_of, translate
from landscapes import Landscape
from landscapes.on_data import is_heavy
from live.pages.assets import FOR_EVER
from live.pages.language import reader_language
from live.queries.fields import landscape_in
from live.queries.limits import LIMITS
from live.queries.refusal import Refusal
from live.work.executors import Executors
from live.work.turns import Busy, asked_by

log = logging.getLogger(__name__)

NEEDED = ("landscape", "window", "columns", "rows")
PARAMETERS = (*NEEDED, "critical", "v")
MOST_POINTS = 500
"""Critical points of one answer; Rastrigin's has 441."""
EXAMPLE = "?landscape=bowl&window=-3,3,-3,3&columns=100&rows=100"


@dataclass(frozen=True)
class Survey:
    """A landscape, seen through its window, on a grid of columns x rows points."""

    landscape: Landscape
    columns: int
    rows: int
    critical: Landscape | None = None
    """The same through the window whose critical points are asked for."""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal keys have equal answers."""
        critical = self.critical and self.critical.window
        return (self.landscape.text, self.landscape.window, self.columns, self.rows, critical)

    def frame(self) -> bytes:
        """The answer, computed."""
        losses = surface(self.landscape, self.landscape.window, self.columns, self.rows)
        frame = Frame()
        header: dict[str, object] = {"arrays": {"losses": frame.place(losses)}}
        if self.critical is not None:
            points = critical_points(self.critical).points[:MOST_POINTS]
            header["critical"] = [{"position": point.position, "kind": point.kind} for point in points]
        return frame.sealed(header)


class Shelf:
    """The latest answers, up to `room` bytes of them; safe to use from any thread."""

    def __init__(self, room: int):
        self._room = room
        self._size = 0
        self._answers: OrderedDict[object, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> bytes | None:
        """The answer of a key, if it is still here."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: object, answer: bytes) -> None:
        """Keep an answer, and let go of those longest unused."""
        with self._lock:
            self._size += len(answer) - len(self._answers.pop(key, b""))
            self._answers[key] = answer
            while self._size > self._room:
                self._size -= len(self._answers.popitem(last=False)[1])


def surveys(executors: Executors) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/live/surface`, working in `executors`."""
    shelf = Shelf(LIMITS.surface_cache_bytes)
    waiting: Counter[object] = Counter()

    def computed(survey: Survey, keep: bool) -> bytes:
        # Looked up again: a class that opens one link asks for one surface, and the first to arrive computes it.
        answer = shelf.get(survey.key)
        if answer is None:
            answer = survey.frame()
            if keep:
                shelf.put(survey.key, answer)
        return answer

    async def endpoint(request: Request) -> Response:
        try:
            survey = survey_of(request.query_params)
        except Refusal as refusal:
            return PlainTextResponse(translate(sentence_of(refusal), reader_language(request)), 400)
        answer = shelf.get(survey.key)
        if answer is None:
            # A hall that is shown one surface asks for one: how many wait for it does not count.
            if survey.key not in waiting and len(waiting) >= LIMITS.surfaces_waiting:
                return PlainTextResponse(
                    "Too many surfaces are being computed; ask again in a moment.", 503, {"Retry-After": "1"}
                )
            waiting[survey.key] += 1
            # A surface that moves under a hand is seen once: it would push out those that a class looks at.
            keep = "no-cache" not in request.headers.get("cache-control", "")
            try:
                with asked_by(request.client.host if request.client else ""):
                    answer = await executors.survey(survey.landscape, partial(computed, survey, keep))
            except Busy as fault:
                return PlainTextResponse(
                    translate(sentence_of(fault), reader_language(request)), 503, {"Retry-After": "1"}
                )
            except ValueError as fault:  # a training that diverged has no surface
                return PlainTextResponse(translate(sentence_of(fault), reader_language(request)), 400)
            except Exception:
                log.exception("live: surface %s could not be computed", survey.key)
                return PlainTextResponse("The server could not compute this surface. Try another window.", 500)
            finally:
                waiting[survey.key] -= 1
                if not waiting[survey.key]:
                    del waiting[survey.key]
        # Named as it is, so that no layer above packs it: float32 losses shrink by less than packing costs (see tests).
        return Response(answer, 200, FOR_EVER | {"Content-Encoding": "identity"}, "application/octet-stream")

    return endpoint


def survey_of(parameters: Mapping[str, str]) -> Survey:
    """The survey that a query asks for. Raises Refusal."""
    for name in parameters:
        if name not in PARAMETERS:
            raise Refusal(unknown("parameter", name, PARAMETERS))
    for name in NEEDED:
        if name not in parameters:
            raise Refusal(f'A surface needs "{name}"; got none. Ask as in {EXAMPLE}.')
    if len(parameters["landscape"]) > LIMITS.message_bytes:
        raise Refusal("The landscape's text is too long. Send a shorter formula.")
    landscape = landscape_in(parameters["landscape"], _corners(parameters["window"]))
    critical = None
    if "critical" in parameters and not is_heavy(landscape.loss):
        critical = landscape_in(parameters["landscape"], _corners(parameters["critical"]))
    columns, rows = _count("columns", parameters["columns"]), _count("rows", parameters["rows"])
    return Survey(landscape, columns, rows, critical)


def _corners(text: str) -> list[float]:
    try:
        corners = [float(number) for number in text.split(",", 4)]
    except ValueError:
        corners = []
    if len(corners) != 4:
        raise Refusal(f'"window" must be four numbers x0,x1,y0,y1; got {echo(text)}. Ask as in {EXAMPLE}.')
    return corners


def _count(name: str, text: str) -> int:
    least, most = LIMITS.surface_points
    # isdecimal alone would let other scripts' digits and a thousand of them through to int().
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and least <= int(text) <= most):
        raise Refusal(f'"{name}" must be a whole number from {least} to {most}; got {echo(text)}.')
    return int(text)
