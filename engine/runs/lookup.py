"""From text to surface: the landscapes' own text forms, and those of surfaces that are measured on data."""

from __future__ import annotations

from collections.abc import Callable

import landscapes
from landscapes.record import Landscape
from landscapes.registry import without_values

READERS: dict[str, Callable[[str], Landscape]] = {}
"""By what a text form begins with: from the rest of it to the surface. `engine.networks` enters its own when it is
imported, so that a run can be named without knowing what networks are made of."""


def landscape_of(text: str) -> Landscape:
    """The surface that a text form names: a key such as "bowl", "formula:" and an expression, "model:" and a model's
    name, or "network:" and the settings of a trained network with a plane through its weights; behind the first two
    values of parameters, "ravine@kappa=200".

    Raises ValueError with a sentence.
    """
    if isinstance(text, str):
        for prefix, read in READERS.items():
            if text.startswith(prefix):
                return read(text.removeprefix(prefix))
    return landscapes.landscape_of(text)


def is_named(text: str) -> bool:
    """Whether a text is of a form that some reader knows; that it can be read is another matter."""
    text, _ = without_values(text)
    return text in landscapes.LANDSCAPES or text.startswith(("formula:", *READERS))
