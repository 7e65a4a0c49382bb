"""The link of a picture: the one codec between a scene and the query of its address.

    land=himmelblau&start=0.2,4.4&steps=200&lane=momentum;rate=0.01;momentum=0.8&lane=adam;schedule=cosine;t_max=200
    land=ravine&param=kappa:200&lane=adam

Written are the landscape, the lanes and whatever differs from a run's defaults. A value that cannot be read costs a
notice and the default of that value alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from engine import OPTIMIZERS, SCHEDULES, check_field, landscape_of
from engine.basis.checks import echo
from engine.basis.knob import Knob
from engine.basis.registry import unknown
from engine.networks import sight_of
from engine.runs.run import points_of
from engine.studies.races import CRITERIA, RULES
from engine.tables import DATA_PREFIX
from i18n import joined, message
from landscapes import LANDSCAPES, Landscape
from landscapes.record import checked_window
from ui.scene.branches import faults, without_faults
from ui.scene.lane import Lane, checked_look, checked_name
from ui.scene.parameters import parameter_text, with_parameters
from ui.scene.scene import MOST_LANES, MOST_STEPS, SHARED, VIEWS, Scene, opening
from ui.scene.scenes import DOORS
from ui.shared.notices import Query, Reader

VERSION = "1"
LANE_KEYS = ("rate", "schedule", "name", "look", "hidden", "from")
KEYS = (
    "v",
    "land",
    "param",
    "window",
    "start",
    *SHARED,
    "focus",
    "step",
    "view",
    "lecture",
    "axes",
    "rule",
    "criterion",
    "door",
    "lane",
)
LONGEST_VALUE = 4_000
LONGEST_DATA = 6_000
"""Of a surface on a visitor's own data: 200 points to the bit, and the names of two columns."""
PATIENT_STEPS = 30
"""On a surface where more would keep a visitor waiting."""


def decode(query: Query, longest: int | None = None) -> tuple[Scene, list[str]]:
    """The scene of a query (each key with all its values, as `st.query_params.get_all` gives them), and notices.

    Values are read up to `longest` letters, those of an address up to 4,000. An empty query is the opening picture.
    Never raises for what a query holds.
    """
    query = {key: [value[: longest or _longest(value)] for value in values] for key, values in query.items()}
    if not query:
        return opening(), []
    reader = Reader()
    last = reader.single(query, KEYS, many="lane", version=VERSION)
    home = LANDSCAPES["himmelblau"]
    instead = message("{name} is shown.", name=message(home.name))
    landscape: Landscape = reader.read(lambda: _ready(last.get("land", home.key)), home, instead)
    landscape = with_parameters(landscape, last.get("param"), reader)
    lanes = _lanes(query.get("lane", []), reader)
    scene = Scene(landscape, lanes)
    own = message("The surface's own is used.")
    changes: dict[str, Any] = {
        "window": reader.read(lambda: _window(last.get("window")), None, own),
        "start": reader.read(lambda: _start(last.get("start")), None, own),
    }
    for name in SHARED:
        default = getattr(scene, name)
        changes[name] = reader.read(lambda name=name: _shared(name, last), default, _used(default))
    points = points_of(landscape)
    if changes["batch_size"] is not None and changes["batch_size"] > points:
        reader.ignored(
            message(
                "A batch size of {size} does not fit a surface that is measured on {points} data points",
                size=f"{changes['batch_size']:,}",
                points=points,
            )
        )
        changes["batch_size"] = None
    usual = min(scene.steps, PATIENT_STEPS)
    changes["steps"] = reader.read(
        lambda: replace(scene, steps=changes["steps"]).affordable().steps,
        usual,
        message("{steps} steps are made.", steps=usual),
    )
    changes["focus"] = reader.read(
        lambda: _count(message("The lane in focus"), last.get("focus", "1"), 1, len(lanes)) - 1,
        0,
        message("The first one is."),
    )
    changes["playhead"] = reader.read(
        lambda: _playhead(last.get("step"), changes["steps"]), None, message("The end of the run is shown.")
    )
    changes["view"] = reader.read(
        lambda: _choice(message("The view"), last.get("view", "map"), VIEWS), "map", message("The map is shown.")
    )
    changes["lecture"] = reader.read(
        lambda: _choice(message("Lecture mode"), last.get("lecture", "0"), ("0", "1")) == "1",
        False,
        message("It stays off."),
    )
    changes["axes"] = reader.read(
        lambda: _choice(message("Numbered axes"), last.get("axes", "1"), ("0", "1")) == "1",
        True,
        message("They are shown."),
    )
    for name, noun, known in (("rule", message("The rule"), RULES), ("criterion", message("The criterion"), CRITERIA)):
        own = getattr(scene, name)
        changes[name] = reader.read(
            lambda name=name, noun=noun, known=known, own=own: _choice(noun, str(last.get(name, own)), tuple(known)),
            own,
            message("{choice} is taken.", choice=own),
        )
    changes["door"] = reader.read(lambda: _door(last.get("door")), None, message("No task is shown."))
    return replace(scene, **changes), reader.notices


def _longest(value: str) -> int:
    return LONGEST_DATA if value.startswith(DATA_PREFIX) else LONGEST_VALUE


def _ready(text: str) -> Landscape:
    """The surface of a text form; a network's is trained here, so that one that cannot be costs a notice."""
    landscape = landscape_of(text)
    sight_of(landscape)
    return landscape


def encode(scene: Scene) -> list[tuple[str, str]]:
    """The query of a scene as (key, value) pairs in a fixed order; `decode` gives the same scene back."""
    pairs = [("v", VERSION), ("land", scene.landscape.key)]
    if (parameters := parameter_text(scene.landscape)) is not None:
        pairs.append(("param", parameters))
    if scene.window is not None:
        pairs.append(("window", ",".join(_plain(end) for side in scene.window for end in side)))
    if scene.start is not None:
        pairs.append(("start", ",".join(map(_plain, scene.start))))
    blank = Scene(scene.landscape, scene.lanes)
    pairs += [(name, _plain(getattr(scene, name))) for name in SHARED if getattr(scene, name) != getattr(blank, name)]
    if scene.focus:
        pairs.append(("focus", str(scene.focus + 1)))
    if scene.playhead is not None:
        pairs.append(("step", str(scene.playhead)))
    if scene.view != "map":
        pairs.append(("view", scene.view))
    if scene.lecture:
        pairs.append(("lecture", "1"))
    if not scene.axes:
        pairs.append(("axes", "0"))
    pairs += [
        (name, getattr(scene, name)) for name in ("rule", "criterion") if getattr(scene, name) != getattr(blank, name)
    ]
    if scene.door is not None:
        pairs.append(("door", scene.door))
    return pairs + [("lane", _lane_text(lane)) for lane in scene.lanes]


def _lane_text(lane: Lane) -> str:
    parts = [lane.optimizer, f"rate={_plain(lane.rate)}"]
    parts += _differing(OPTIMIZERS[lane.optimizer].knobs, lane.knobs)
    if lane.schedule != "constant":
        parts.append(f"schedule={lane.schedule}")
    parts += _differing(SCHEDULES[lane.schedule].knobs, lane.schedule_knobs)
    parts += [f"{key}={value}" for key, value in (("name", lane.name), ("look", lane.look)) if value]
    if lane.branch is not None:
        parent, step = lane.branch
        parts.append(f"from={parent + 1}:{step}")
    return ";".join([*parts, *(["hidden=1"] if lane.hidden else [])])


def _differing(knobs: Mapping[str, Knob], values: Mapping[str, Any]) -> Iterable[str]:
    return [f"{name}={_plain(values[name])}" for name, knob in knobs.items() if values[name] != knob.default]


def _lanes(texts: Sequence[str], reader: Reader) -> tuple[Lane, ...]:
    if len(texts) > MOST_LANES:
        told = {"most": MOST_LANES, "got": len(texts)}
        reader.ignored(message("A picture holds at most {most} lanes, the link names {got}: the rest", **told))
    read = [_lane(text, reader) for text in texts[:MOST_LANES]]
    return _with_branches(read, reader) or (Lane(),)


def _with_branches(read: Sequence[Lane | None], reader: Reader) -> tuple[Lane, ...]:
    """The lanes that could be read; a branch counts its parent among all that the link names."""
    places = {place: at for at, place in enumerate(place for place, lane in enumerate(read) if lane)}
    lanes = []
    for lane in read:
        if lane and lane.branch and lane.branch[0] not in places:
            reader.notices.append(
                message(
                    "The link lets {name} branch off lane {lane}, which it has not. It begins at the start.",
                    name=OPTIMIZERS[lane.optimizer].name,
                    lane=lane.branch[0] + 1,
                )
            )
            lane = replace(lane, branch=None)
        if lane:
            lanes.append(replace(lane, branch=(places[lane.branch[0]], lane.branch[1])) if lane.branch else lane)
    reader.notices += [joined(" ", [sentence, message("It begins at the start.")]) for _, sentence in faults(lanes)]
    return without_faults(lanes)


def _lane(text: str, reader: Reader) -> Lane | None:
    key, *settings = (part.strip() for part in text.split(";"))
    if key not in OPTIMIZERS:
        reader.ignored(unknown(message("optimizer"), key, OPTIMIZERS))
        return None
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if equals:
            values[name] = value
        elif setting:
            told = {"name": OPTIMIZERS[key].name, "part": echo(setting)}
            reader.ignored(message("In the lane of {name}, {part} is no setting such as rate=0.01", **told))
    schedule = reader.read(
        lambda: SCHEDULES[values.get("schedule", "constant")].key, "constant", message("The rate stays constant.")
    )
    knobs, schedule_knobs = OPTIMIZERS[key].knobs, SCHEDULES[schedule].knobs
    known = (*LANE_KEYS, *knobs, *schedule_knobs)
    for name in values:
        if name not in known:
            reader.ignored(unknown(message("setting of {name} named", name=OPTIMIZERS[key].name), name, known))

    def number(name: str, check: Callable[[Any], Any], default: Any, many: bool = False) -> Any:
        if name not in values:
            return default
        parts = [_number(part) for part in values[name].split(",")] if many else []
        return reader.read(lambda: check(parts if many else _number(values[name])), default, _used(default))

    def numbers(named: Mapping[str, Knob]) -> dict[str, Any]:
        return {name: number(name, knob.check, knob.default, knob.many) for name, knob in named.items()}

    rate = number("rate", lambda value: check_field("rate", value), Lane(key).rate)
    own = message("It goes by its optimizer.")
    name = reader.read(lambda: checked_name(values.get("name", "")), "", own)
    look = reader.read(lambda: checked_look(values.get("look")), None, message("It gets one of its own."))
    hidden = reader.read(
        lambda: _choice(message("A hidden lane"), values.get("hidden", "0"), ("0", "1")) == "1",
        False,
        message("It is shown."),
    )
    branch = reader.read(lambda: _branch(values.get("from")), None, message("It begins at the start."))
    return Lane(key, rate, numbers(knobs), schedule, numbers(schedule_knobs), name, look, hidden, branch)


def _branch(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    lane, _, step = text.partition(":")
    return (
        _count(message("The lane that a branch goes on from"), lane, 1, MOST_LANES) - 1,
        _count(message("The step of a branch"), step, 1, MOST_STEPS),
    )


def _number(text: str) -> int | float | str:
    """The number that a text holds, or the text itself, which every check then refuses by name."""
    text = text.strip()
    try:
        return int(text) if len(text) < 25 else float(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def _shared(name: str, last: Mapping[str, str]) -> Any:
    if name not in last:
        return getattr(Scene(LANDSCAPES["himmelblau"], ()), name)
    value = _number(last[name])
    if name == "steps":
        return _count(message("The number of steps"), last[name], 1, MOST_STEPS)
    return check_field(name, None if value == "" and name.startswith(("clip", "batch")) else value)


def _count(name: str, text: str, least: int, most: int) -> int:
    value = _number(text)
    if not isinstance(value, int) or not least <= value <= most:
        raise ValueError(
            message(
                "{name} must be a whole number from {least} to {most}, got {value}",
                name=name,
                least=f"{least:,}",
                most=f"{most:,}",
                value=echo(value),
            )
        )
    return value


def _choice(name: str, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        first, *others = choices
        known = reduce(lambda one, other: message("{one} or {other}", one=one, other=other), others, message(first))
        raise ValueError(message("{name} must be {known}, got {value}", name=name, known=known, value=echo(text)))
    return text


def _door(text: str | None) -> str | None:
    if text is not None and text not in DOORS:
        raise ValueError(unknown(message("prepared picture"), text, DOORS))
    return text


def _playhead(text: str | None, steps: int) -> int | None:
    return None if text is None else _count(message("The step shown"), text, 0, steps)


def _start(text: str | None) -> tuple[float, float] | None:
    return None if text is None else check_field("start", [_number(part) for part in text.split(",")])


def _window(text: str | None) -> Any:
    if text is None:
        return None
    parts = [_number(part) for part in text.split(",")]
    if len(parts) != 4:
        raise ValueError(message("The window must be four numbers such as -3,3,-3,3, got {got}", got=echo(text)))
    return checked_window(check_field("window", (parts[:2], parts[2:])))


def _used(default: Any) -> str:
    return message("{value} is used.", value=_plain(default))


def _plain(value: float | int | tuple[float, ...] | None) -> str:
    """A number as short as it can be without losing a bit; several with commas between them."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ",".join(map(_plain, value))
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
