"""How the values in a message are read: each reader takes a key's name and value, and raises Refusal."""

from collections.abc import Callable, Collection
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeGuard, cast

from engine import Run, check_field, is_named, landscape_of
from engine.basis.checks import echo
from engine.basis.registry import unknown
from i18n import joined, message, sentence_of
from landscapes import LANDSCAPES, Landscape, Window
from live.queries.limits import LIMITS
from live.queries.refusal import Refusal

LARGEST_SEQ = 2**53 - 1
"""A browser counts exactly up to here; a larger number would come back as another one."""
RUN_KEYS = (*(field.name for field in fields(Run)), "window")
SHORT = 2_000
"""Letters of a description that is worth keeping; longer ones bring their data along."""
BOWL = {"landscape": "bowl"}
"""The run of the examples."""

# One parse for a whole drag over the same formula. Records are frozen, so visitors may share them.
_formula = lru_cache(maxsize=256)(landscape_of)


def is_index(value: Any, largest: int) -> TypeGuard[int]:
    """Whether it is a whole number from 0 to `largest`, and no truth value."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= largest


def whole(least: int, most: int, advice: str = "") -> Callable[[str, Any], int]:
    """Reads whole numbers from `least` to `most`; the refusal ends with the advice."""
    most_said = "2^53 - 1" if most == LARGEST_SEQ else f"{most:,}"

    def read(name: str, value: Any) -> int:
        if is_index(value, most) and value >= least:
            return value
        sentence = message(
            '"{name}" must be a whole number from {least} to {most}; got {value}.',
            name=name,
            least=least,
            most=most_said,
            value=echo(value),
        )
        raise Refusal(joined(" ", [sentence, message(advice)]) if advice else sentence)

    return read


def truth(name: str, value: Any) -> bool:
    """Reads true and false."""
    if not isinstance(value, bool):
        raise Refusal(message('"{name}" must be true or false; got {value}.', name=name, value=echo(value)))
    return value


def one_of(noun: str, known: Collection[str]) -> Callable[[str, Any], str]:
    """Reads one of the known words; the refusal has the nearest."""

    def read(_name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise Refusal(unknown(noun, value if isinstance(value, str) else echo(value), known))
        return value

    return read


def checked(field: str) -> Callable[[str, Any], Any]:
    """Reads what the engine calls `field`, with the engine's bounds and sentences."""

    def read(_name: str, value: Any) -> Any:
        try:
            return check_field(field, value)
        except ValueError as fault:
            raise Refusal(sentence_of(fault)) from None

    return read


def window_of(_name: str, value: Any) -> Window:
    """The window of [[x0, x1], [y0, y1]] or [x0, x1, y0, y1]."""
    if isinstance(value, list) and len(value) == 4:
        value = [value[:2], value[2:]]
    return cast("Window", checked("window")("window", value))


def landscape_of_text(_name: str, text: Any) -> Landscape:
    """The landscape of a text form: a key, or `formula:<expression>`, `model:<key>`."""
    if not isinstance(text, str):
        raise Refusal(
            message(
                'A landscape is named by text such as "bowl" or "formula:x**2 + y**2"; got {value}.', value=echo(text)
            )
        )
    if not is_named(text):
        raise Refusal(unknown("landscape", text, LANDSCAPES))
    try:
        return _formula(text)
    except ValueError as fault:
        # A formula's own letters may stand in the sentence; what is foreign in them is shown escaped.
        sentence = sentence_of(fault)
        raise Refusal(sentence if text.isascii() else sentence.encode("ascii", "backslashreplace").decode()) from None


def landscape_in(text: Any, window: Any) -> Landscape:
    """The landscape of a text form, seen through a window where one is given."""
    landscape = landscape_of_text("landscape", text)
    return landscape if window is None else landscape.with_window(window_of("window", window))


def run_of(name: str, described: Any) -> Run:
    """The engine's Run of a description that is no branch: what is measured of whole runs."""
    run = any_run_of(name, described)
    if run.before:
        raise Refusal(
            message(
                'This is measured for runs that begin at the start; got a branch from step {step}. Leave "before" out.',
                step=f"{run.begin:,}",
            )
        )
    return run


def any_run_of(_name: str, described: Any) -> Run:
    """The engine's Run of a decoded description; keys and defaults are those of `engine.Run`, and `window`."""
    if not isinstance(described, dict):
        raise Refusal(
            message(
                'A run must be an object such as {"landscape": "bowl", "rate": 0.1}; got {value}.',
                value=echo(described),
            )
        )
    # In a drag all but the start was read with the message before.
    others = _Settings({name: value for name, value in described.items() if name != "start"})
    run = _read(others) if len(others) <= SHORT else _read.__wrapped__(others)
    try:
        return run if described.get("start") is None else run.begun_at(described["start"])
    except ValueError as fault:
        raise Refusal(sentence_of(fault)) from None


class _Settings(str):
    """What JSON made of an object, found by how it is written: no two that differ are written alike."""

    settings: dict[str, Any]

    def __new__(cls, settings: dict[str, Any]) -> "_Settings":
        written = super().__new__(cls, settings)
        written.settings = settings
        return written


@lru_cache(maxsize=1024)
def _read(described: _Settings) -> Run:
    """The run at its landscape's own start."""
    settings = dict(described.settings)
    for name in settings:
        if name not in RUN_KEYS:
            raise Refusal(unknown("key of a run", name, RUN_KEYS))
    if "landscape" not in settings:
        raise Refusal(message('A run needs a "landscape", a name such as "bowl" or "formula:x**2 + y**2"; got none.'))
    settings["landscape"] = landscape_in(settings["landscape"], settings.pop("window", None))
    try:
        run = Run(**settings)
    except ValueError as fault:
        raise Refusal(sentence_of(fault)) from None
    if run.steps > LIMITS.steps:
        raise Refusal(
            message(
                "A run may have {most} steps here; got {steps}. Ask for fewer.",
                most=f"{LIMITS.steps:,}",
                steps=f"{run.steps:,}",
            )
        )
    return run


def some_runs(name: str, described: Any) -> tuple[Run, ...]:
    """One to sixteen runs that are no branches; a refusal says which one it means."""
    return _several(name, described, run_of)


def some_runs_and_branches(name: str, described: Any) -> tuple[Run, ...]:
    """The same, branches among them."""
    return _several(name, described, any_run_of)


def _several(name: str, described: Any, read: Callable[[str, Any], Run]) -> tuple[Run, ...]:
    if not isinstance(described, list) or not 1 <= len(described) <= LIMITS.runs:
        raise Refusal(
            message(
                '"{name}" must be a list of 1 to {most} runs; got {value}. Add or take away optimizers.',
                name=name,
                most=LIMITS.runs,
                value=echo(described) if described else message("an empty list"),
            )
        )
    return tuple(_numbered(index, len(described), one, read) for index, one in enumerate(described))


def _numbered(index: int, count: int, described: Any, read: Callable[[str, Any], Run]) -> Run:
    try:
        return read("run", described)
    except Refusal as refusal:
        if count == 1:
            raise
        told = {"n": index + 1, "count": count, "refusal": sentence_of(refusal)}
        raise Refusal(message("Run {n} of {count}: {refusal}", **told)) from None


def a_name(name: str, value: Any) -> str:
    """What one run is called; an empty name leaves it to its optimizer."""
    if not isinstance(value, str) or len(value) > LIMITS.name_letters:
        raise Refusal(
            message(
                '"{name}" must be a name of at most {most} letters; got {value}.',
                name=name,
                most=LIMITS.name_letters,
                value=echo(value),
            )
        )
    return value


def some_names(name: str, described: Any) -> tuple[str, ...]:
    """What runs are called in the sentence; an empty name leaves a run to its optimizer."""
    if not isinstance(described, list) or not all(
        isinstance(one, str) and len(one) <= LIMITS.name_letters for one in described
    ):
        raise Refusal(
            message(
                '"{name}" must be a list of names of at most {most} letters; got {value}.',
                name=name,
                most=LIMITS.name_letters,
                value=echo(described),
            )
        )
    return tuple(described)


def wrong_names(runs: int, names: int) -> str:
    """What is said where runs and their names are not equally many."""
    return message(
        '"names" must hold one for each of the {runs} runs, empty for none; got {names}.', runs=runs, names=names
    )
