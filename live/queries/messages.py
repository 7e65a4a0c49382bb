"""From a text message to a question for the engine, or to the sentence that refuses it."""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeGuard, cast

import numpy as np

from engine import Run, check_field, is_named, landscape_of
from engine.basis.checks import echo
from engine.basis.numerals import three_digits
from engine.basis.registry import unknown
from engine.networks import model_on
from engine.studies.basins import MOST_PIXELS_A_SIDE
from engine.studies.escapes import MOST_SEEDS
from engine.studies.knob_maps import check_axes
from landscapes import LANDSCAPES, Landscape, Window
from live.queries.closeups import Batch, Field, Fit, Point, Step
from live.queries.limits import LIMITS
from live.queries.maps import Basins, Clouds, Hints, Knobs, Sweep
from live.queries.questions import Descents, Fastest, Question
from live.queries.refusal import Refusal

# A browser counts exactly up to here; a larger number would come back as another one.
LARGEST_SEQ = 2**53 - 1
# No whole number of ours is longer, and Python's own conversion of long ones is slow and ends at 4,300 digits.
MOST_DIGITS = 17
# Seconds of one step on a formula, about.
A_STEP = 1e-7
RUN_KEYS = (*(field.name for field in fields(Run)), "window")

# One parse for a whole drag over the same formula. Records are frozen, so visitors may share them.
_formula = lru_cache(maxsize=256)(landscape_of)


def decoded(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a message. Raises Refusal for anything else, NaN and infinities included."""
    if not isinstance(text, str):
        raise Refusal("A message must be text that holds JSON; got a binary one. Send the same JSON as text.")
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > LIMITS.message_bytes:
        raise Refusal(
            f"A message may have {LIMITS.message_bytes:,} bytes; got {size:,}. Send fewer runs or a shorter formula."
        )
    # Counted before the parser sees it: a bound on brackets bounds the depth, which its recursion would not survive.
    brackets = text.count("[") + text.count("{")
    if brackets > LIMITS.brackets:
        raise Refusal(
            f"The message is nested too deeply or holds too many lists: {brackets:,} brackets, and at most "
            f"{LIMITS.brackets} are read. Send runs as flat objects."
        )
    try:
        message = json.loads(text, parse_constant=_no_constant, parse_int=_whole, parse_float=_finite)
    except json.JSONDecodeError as fault:
        raise Refusal(
            f"The message is no whole JSON: it ends or errs at character {fault.pos + 1} of {len(text):,}. "
            "Send one complete object."
        ) from None
    if not isinstance(message, dict):
        raise Refusal(f'A message must be an object such as {{"seq": 1, "runs": [...]}}; got {echo(message)}.')
    return message


def seq_of(message: Mapping[str, Any]) -> int:
    """The number of a message, which its answer repeats. Raises Refusal where it has none."""
    seq = message.get("seq")
    if not _is_index(seq, LARGEST_SEQ):
        got = echo(seq) if "seq" in message else "none"
        raise Refusal(f'"seq" must be a whole number from 0 to 2^53 - 1; got {got}. Number your messages.')
    return seq


def question(message: Mapping[str, Any]) -> Question:
    """What a decoded message asks. Raises Refusal."""
    kind = message.get("kind", "runs")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refusal(unknown("kind of question", kind, KINDS))
    asked = KINDS[kind](message)
    if asked.steps > LIMITS.answer_steps:
        raise Refusal(
            f"This would take some {asked.steps * A_STEP:,.0f} seconds: on this surface each step asks a whole "
            "network. Take fewer steps, methods or starts."
        )
    return asked


def _descents(message: Mapping[str, Any]) -> Descents:
    _only(message, ("seq", "kind", "runs", "focus"), "key of a message")
    described = message.get("runs")
    if not isinstance(described, list) or not 1 <= len(described) <= LIMITS.runs:
        got = "none" if "runs" not in message else echo(described) if described else "an empty list"
        raise Refusal(f'"runs" must be a list of 1 to {LIMITS.runs} runs; got {got}. Add or take away optimizers.')
    runs = tuple(_numbered(index, len(described), one) for index, one in enumerate(described))
    focus = message.get("focus")
    if focus is not None and not _is_index(focus, len(runs) - 1):
        raise Refusal(f'"focus" must be null or the place of a run, 0 to {len(runs) - 1}; got {echo(focus)}.')
    return Descents(seq_of(message), runs, focus)


def _fastest(message: Mapping[str, Any]) -> Fastest:
    _complete(message, ("run",), 'Ask as in {"run": {"landscape": "bowl"}}.')
    return Fastest(seq_of(message), run_of(message["run"]))


def _step(message: Mapping[str, Any]) -> Step:
    _complete(message, ("run", "step"), 'Ask as in {"run": {"landscape": "bowl"}, "step": 3}.')
    step = message["step"]
    if not _is_index(step, LARGEST_SEQ):
        raise Refusal(f'"step" must be a whole number from 0; got {echo(step)}. The start is step 0.')
    return Step(seq_of(message), run_of(message["run"]), step)


def _point(message: Mapping[str, Any]) -> Point:
    _complete(message, ("landscape", "position"), 'Ask as in {"landscape": "bowl", "position": [1, 2]}.')
    landscape = landscape_in(message["landscape"], None)
    try:
        position = check_field("position", message["position"])
    except ValueError as fault:
        raise Refusal(str(fault)) from None
    return Point(seq_of(message), landscape, position)


def _field(message: Mapping[str, Any]) -> Field:
    example = 'Ask as in {"landscape": "bowl", "window": [[-3, 3], [-3, 3]], "columns": 24, "rows": 16}.'
    _complete(message, ("landscape", "window", "columns", "rows"), example)
    landscape = landscape_in(message["landscape"], message["window"])
    least, most = LIMITS.field_points
    for name in ("columns", "rows"):
        if not (_is_index(message[name], most) and message[name] >= least):
            raise Refusal(f'"{name}" must be a whole number from {least} to {most}; got {echo(message[name])}.')
    return Field(seq_of(message), landscape, message["columns"], message["rows"])


def _basin(message: Mapping[str, Any]) -> Basins:
    _only(message, ("seq", "kind", "run", "resolution", "columns", "rows", "window", "band"), "key of this kind")
    run = run_of(_needed(message, "run", 'Ask as in {"run": {"landscape": "bowl"}, "resolution": 64}.'))
    side = message.get("resolution", 256)
    columns, rows = (_size(message, name, message.get(name, side)) for name in ("columns", "rows"))
    window = run.landscape.window if message.get("window") is None else _checked("window", message["window"])
    band = message.get("band", [0, rows])
    if not (isinstance(band, list) and len(band) == 2 and all(_is_index(part, rows) for part in band)):
        raise Refusal(f'"band" must be the first row and the end, such as [0, {rows}]; got {echo(band)}.')
    first, end = band
    if first >= end or (end - first) * columns > LIMITS.map_starts:
        raise Refusal(
            f'"band" must hold 1 to {LIMITS.map_starts // columns:,} rows of {columns:,} starts; got {echo(band)}. '
            "Ask for the map in several bands."
        )
    return Basins(seq_of(message), run, columns, rows, window, (first, end))


def _sweep(message: Mapping[str, Any]) -> Sweep:
    _only(message, ("seq", "kind", "run", "low", "high", "count"), "key of this kind")
    run = run_of(_needed(message, "run", 'Ask as in {"run": {"landscape": "bowl"}, "low": 1e-4, "high": 10}.'))
    low, high = (_checked("rate", message.get(name, default)) for name, default in (("low", 1e-5), ("high", 10.0)))
    count = message.get("count", 240)
    if not (_is_index(count, LIMITS.sweep_rates) and count >= 2):
        raise Refusal(f'"count" must be a whole number from 2 to {LIMITS.sweep_rates}; got {echo(count)}.')
    if high <= low:
        raise Refusal(f'"high" must be above "low", {echo(low)}; got {echo(high)}.')
    return Sweep(seq_of(message), run, low, high, count)


def _knobs(message: Mapping[str, Any]) -> Knobs:
    _only(message, ("seq", "kind", "run", "x", "y", "columns", "rows"), "key of this kind")
    example = 'Ask as in {"run": {...}, "x": ["rate", 1e-4, 1, true], "y": ["momentum", 0, 0.99, false]}.'
    run = run_of(_needed(message, "run", example))
    columns, rows = (_size(message, name, message.get(name, 64)) for name in ("columns", "rows"))
    if columns * rows > LIMITS.map_starts:
        raise Refusal(f"A map may hold {LIMITS.map_starts:,} runs; got {columns * rows:,}. Ask for fewer columns.")
    axes = [_axis(_needed(message, name, example), size, example) for name, size in (("x", columns), ("y", rows))]
    (x_knob, xs), (y_knob, ys) = axes
    try:
        check_axes(run, x_knob, (xs[0], xs[-1]), y_knob, (ys[0], ys[-1]))
    except ValueError as fault:
        raise Refusal(str(fault)) from None
    return Knobs(seq_of(message), run, x_knob, xs, y_knob, ys)


def _fit(message: Mapping[str, Any]) -> Fit:
    example = 'Ask as in {"landscape": "model:linear_regression", "places": [[1.5, -0.5]]}.'
    _only(message, ("seq", "kind", "landscape", "places", "batch"), "key of this kind of message")
    landscape, places = landscape_in(_needed(message, "landscape", example), None), _needed(message, "places", example)
    model = model_on(landscape)
    if model is None:
        raise Refusal(f"{landscape.name} is no model with a fit to draw. {example}")
    if not isinstance(places, list) or not 1 <= len(places) <= LIMITS.fits:
        raise Refusal(f'"places" must be a list of 1 to {LIMITS.fits} positions; got {echo(places)}. {example}')
    batch = message.get("batch")
    if batch is not None:
        batch = _batch(batch, len(model.inputs))
    return Fit(seq_of(message), model, tuple(_checked("position", place) for place in places), batch)


def _batch(batch: Any, points: int) -> Batch:
    """Which mini-batch is meant: of `size` points, drawn from `seed`, at `step`."""
    example = '"batch" must be such as {"size": 8, "seed": 0, "step": 3}'
    if not isinstance(batch, dict) or set(batch) != {"size", "seed", "step"}:
        raise Refusal(f"{example}; got {echo(batch)}.")
    size, seed, step = _checked("batch_size", batch["size"]), _checked("seed", batch["seed"]), batch["step"]
    if size is None or size > points or not _is_index(step, LIMITS.steps - 1):
        raise Refusal(f"{example}, with at most {points} points and {LIMITS.steps - 1:,} steps; got {echo(batch)}.")
    return Batch(size, seed, step)


def _hints(message: Mapping[str, Any]) -> Hints:
    _complete(message, ("run",), 'Ask as in {"run": {"landscape": "bowl"}}.')
    return Hints(seq_of(message), run_of(message["run"]))


def _cloud(message: Mapping[str, Any]) -> Clouds:
    _complete(message, ("run", "seeds"), 'Ask as in {"run": {"landscape": "bowl", "noise": 1}, "seeds": 500}.')
    run, seeds = run_of(message["run"]), message["seeds"]
    if not (_is_index(seeds, MOST_SEEDS) and seeds >= 1):
        raise Refusal(f'"seeds" must be a whole number from 1 to {MOST_SEEDS:,}; got {echo(seeds)}.')
    if run.noise == 0:
        raise Refusal("A cloud needs a run with noise above 0; got 0: without it all its members walk one path.")
    return Clouds(seq_of(message), run, seeds)


def _axis(axis: Any, size: int, example: str) -> tuple[str, tuple[float, ...]]:
    """A knob's name and its values, evenly spaced or (the fourth part true) on a log scale."""
    shaped = isinstance(axis, list) and len(axis) == 4 and isinstance(axis[0], str) and isinstance(axis[3], bool)
    if not shaped or not all(isinstance(end, int | float) and not isinstance(end, bool) for end in axis[1:3]):
        raise Refusal(
            f"An axis must be a knob, its lowest and highest value, and whether it is on a log scale. {example}"
        )
    name, low, high, log = axis
    if low >= high or (log and low <= 0):
        raise Refusal(f'The axis of "{echo(name)}" must rise, on a log scale from above 0; got {low} to {high}.')
    if log:
        return name, tuple(map(three_digits, np.geomspace(float(low), float(high), size).tolist()))
    # As the stage's sliders round, so that what is said of a cell is what was run there.
    decimals = max(0, math.ceil(3 - math.log10(high - low)))
    return name, tuple(np.round(np.linspace(float(low), float(high), size), decimals).tolist())


def _needed(message: Mapping[str, Any], name: str, example: str) -> Any:
    if message.get(name) is None:
        raise Refusal(f'A question of this kind needs "{name}"; got none. {example}')
    return message[name]


def _size(message: Mapping[str, Any], name: str, value: Any) -> int:
    if not (_is_index(value, MOST_PIXELS_A_SIDE) and value >= 2):
        raise Refusal(f'"{name}" must be a whole number from 2 to {MOST_PIXELS_A_SIDE:,}; got {echo(value)}.')
    return value


def _checked(name: str, value: Any) -> Any:
    try:
        return check_field(name, value)
    except ValueError as fault:
        raise Refusal(str(fault)) from None


KINDS: dict[str, Callable[[Mapping[str, Any]], Question]] = {
    "runs": _descents,
    "fastest": _fastest,
    "step": _step,
    "point": _point,
    "field": _field,
    "basin": _basin,
    "sweep": _sweep,
    "knobs": _knobs,
    "hints": _hints,
    "fit": _fit,
    "cloud": _cloud,
}


def _numbered(index: int, count: int, described: Any) -> Run:
    """One of several runs: a refusal says which one it means."""
    try:
        return run_of(described)
    except Refusal as refusal:
        if count == 1:
            raise
        raise Refusal(f"Run {index + 1} of {count}: {refusal}") from None


def run_of(described: Any) -> Run:
    """The engine's Run of a decoded description; keys and defaults are those of `engine.Run`, and `window`."""
    if not isinstance(described, dict):
        raise Refusal(f'A run must be an object such as {{"landscape": "bowl", "rate": 0.1}}; got {echo(described)}.')
    _only(described, RUN_KEYS, "key of a run")
    if "landscape" not in described:
        raise Refusal('A run needs a "landscape", a name such as "bowl" or "formula:x**2 + y**2"; got none.')
    settings = dict(described)
    settings["landscape"] = landscape_in(settings["landscape"], settings.pop("window", None))
    try:
        run = Run(**settings)
    except ValueError as fault:
        raise Refusal(str(fault)) from None
    if run.steps > LIMITS.steps:
        raise Refusal(f"A run may have {LIMITS.steps:,} steps here; got {run.steps:,}. Ask for fewer.")
    return run


def landscape_in(text: Any, window: Any) -> Landscape:
    """The landscape of a text form, seen through `window`: None, [x0, x1, y0, y1] or [[x0, x1], [y0, y1]]."""
    if not isinstance(text, str):
        raise Refusal(f'A landscape is named by text such as "bowl" or "formula:x**2 + y**2"; got {echo(text)}.')
    if not is_named(text):
        raise Refusal(unknown("landscape", text, LANDSCAPES))
    try:
        landscape = _formula(text)
    except ValueError as fault:
        # A formula's own letters may stand in the sentence; what is foreign in them is shown escaped.
        sentence = str(fault)
        raise Refusal(sentence if text.isascii() else sentence.encode("ascii", "backslashreplace").decode()) from None
    if window is None:
        return landscape
    if isinstance(window, list) and len(window) == 4:
        window = [window[:2], window[2:]]
    try:
        return landscape.with_window(cast("Window", check_field("window", window)))
    except ValueError as fault:
        raise Refusal(str(fault)) from None


def _only(given: Iterable[str], known: Iterable[str], noun: str) -> None:
    for name in given:
        if name not in known:
            raise Refusal(unknown(noun, name, known))


def _complete(message: Mapping[str, Any], names: tuple[str, ...], example: str) -> None:
    """Refuse a message that lacks one of `names` or has others."""
    _only(message, ("seq", "kind", *names), "key of this kind of message")
    for name in names:
        if message.get(name) is None:
            raise Refusal(f'A question of this kind needs "{name}"; got none. {example}')


def _is_index(value: Any, largest: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= largest


def _no_constant(name: str) -> float:
    raise Refusal(f"A message may hold only finite numbers; got {name}. Send a number, or leave the key out.")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Refusal(f"A number must be below 1.8e308; got {echo(digits)}. Send a smaller one.")
    return value


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else _finite(digits)
