"""The wire: questions of a browser in, answers of the engine out, and the files the picture is drawn with."""

from live.assets import files_in
from live.limits import LIMITS
from live.origin import OriginCheck, allowed_origins
from live.packed import Packed
from live.preload import Preload
from live.programs import keep_programs, warm_up
from live.promptness import send_at_once
from live.routes import routes
from live.style import Style
from live.visits import Noticing, Visits
from live.workshop import Workshop

__all__ = [
    "LIMITS",
    "Noticing",
    "OriginCheck",
    "Packed",
    "Preload",
    "Style",
    "Visits",
    "Workshop",
    "allowed_origins",
    "files_in",
    "keep_programs",
    "routes",
    "send_at_once",
    "warm_up",
]
