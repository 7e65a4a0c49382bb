"""From text to landscape: the registry of the built-in ones, and formulas a student typed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from i18n import message
from landscapes import language
from landscapes.record import FORMULA_PREFIX, GROUPS, Landscape, Point, Window
from landscapes.starts import start_of

# A window in which most textbook formulas show something: near the origin.
FORMULA_WINDOW: Window = ((-4.0, 4.0), (-4.0, 4.0))


class UnknownLandscape(KeyError, ValueError):
    """No landscape has this key; the message names the nearest one."""

    def __str__(self) -> str:
        return self.args[0]


class Registry(Mapping[str, Landscape]):
    """Read-only mapping key -> Landscape, in menu order: by group, and by key inside a group.

    It holds what stands in the package's files: the record of key "bowl" is `BOWL` in `landscapes/bowl.py`.
    """

    def __init__(self, package: str, folders: Iterable[str]) -> None:
        modules = {found.name: import_module(f"{package}.{found.name}") for found in iter_modules(folders)}
        # The machinery's modules (record, registry, ...) hold no record of their own name.
        records = [getattr(module, key.upper()) for key, module in modules.items() if hasattr(module, key.upper())]
        records.sort(key=lambda record: (GROUPS.index(record.group), record.key))
        self._records: dict[str, Landscape] = {record.key: record for record in records}

    def __getitem__(self, key: str) -> Landscape:
        if key in self._records:
            return self._records[key]
        nearest = get_close_matches(str(key)[:40].lower(), self._records, n=1, cutoff=0.0)[0]
        raise UnknownLandscape(
            message(
                'There is no landscape "{name}". Did you mean "{near}"?',
                name=language.quoted(str(key)),
                near=nearest,
            )
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


def formula(text: str, *, window: Window = FORMULA_WINDOW, start: Point | None = None) -> Landscape:
    """The landscape of a formula in x and y, such as "x**2 - y**2"; it begins where its loss is a number.

    Raises FormulaError (a ValueError) with a sentence and the position of the character at fault.
    """
    if not isinstance(text, str):
        # What cannot be hashed never reaches a cache; the parser has the sentence.
        language.parse(text)
    typed = _typed(text)
    return replace(typed, window=window, start=typed.start if start is None else start)


# A drag sends the same formula sixty times a second: the record is read once.
@lru_cache(maxsize=128)
def _typed(text: str) -> Landscape:
    reading = language.read(text)
    expression = language.plain_text(reading.tree, reading.axes)
    return Landscape.from_formula(
        expression,
        key=FORMULA_PREFIX + expression,
        name="Your own function",
        window=FORMULA_WINDOW,
        start=start_of(expression, FORMULA_WINDOW),
        lesson="A surface of your own: nothing about it is known before you run it.",
        source="Typed by you.",
    )


def read_text_form(text: str, registry: Registry) -> Landscape:
    """The landscape of a text form, a key of `registry` or "formula:<expression>", and behind it values such as
    "@a=2,b=0.5"; ValueError if it is neither.
    """
    if not isinstance(text, str):
        raise ValueError(
            message(
                'A landscape is named by text, such as "bowl" or "formula:x**2 + y**2"; got {kind}.',
                kind=type(text).__name__,
            )
        )
    text, values = without_values(text)
    if text.startswith(FORMULA_PREFIX):
        return formula(text.removeprefix(FORMULA_PREFIX)).with_values(values)
    return registry[text].with_values(values)


_VALUES = re.compile(r"@([A-Za-z][A-Za-z0-9]*=[^,@]*(?:,[A-Za-z][A-Za-z0-9]*=[^,@]*)*)$")


def without_values(text: str) -> tuple[str, dict[str, float]]:
    """A text form without the values of its parameters, and those; one that is no number is not a number (NaN)."""
    found = _VALUES.search(text)
    if found is None:
        return text, {}
    return text[: found.start()], {
        name: _number(value) for name, value in (pair.split("=") for pair in found[1].split(","))
    }


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
