"""The wire: questions of a browser in, answers of the engine out, and the files the picture is drawn with."""

from live.pages.assets import files_in
from live.pages.headers import Headers, frame_sites, inline_scripts
from live.pages.light import SCRIPT as LIGHT_SCRIPT
from live.pages.light import Light
from live.pages.origin import OriginCheck, allowed_origins
from live.pages.packed import Packed
from live.pages.preload import Preload
from live.pages.sessions import SessionQuota, sessions_of
from live.pages.style import Style
from live.queries.limits import LIMITS
from live.rooms.rooms import Rooms
from live.rooms.routes import room_routes
from live.rooms.shared import shared_through
from live.routes import embed_routes, routes
from live.wire.endurance import allow_many_files, close_silent_connections, log_strangers_briefly
from live.wire.promptness import send_at_once
from live.work.activity import Activity, ActivityMiddleware
from live.work.executors import Executors
from live.work.memory import tidy_when_quiet
from live.work.metrics import log_as, serve_metrics
from live.work.programs import keep_programs, warm_up, with_counterparts

__all__ = [
    "LIGHT_SCRIPT",
    "LIMITS",
    "Activity",
    "ActivityMiddleware",
    "Executors",
    "Headers",
    "Light",
    "OriginCheck",
    "Packed",
    "Preload",
    "Rooms",
    "SessionQuota",
    "Style",
    "allow_many_files",
    "allowed_origins",
    "close_silent_connections",
    "embed_routes",
    "files_in",
    "frame_sites",
    "inline_scripts",
    "keep_programs",
    "log_as",
    "log_strangers_briefly",
    "room_routes",
    "routes",
    "send_at_once",
    "serve_metrics",
    "sessions_of",
    "shared_through",
    "tidy_when_quiet",
    "warm_up",
    "with_counterparts",
]
