"""Loss landscapes as data: one record a file, and a formula language for the ones a student types.

Import this package before anything else that uses JAX: it switches JAX to float64 and sets the one XLA flag that the
engine's speed hangs on (see `landscapes.runtime`).

    LANDSCAPES["himmelblau"].loss(jnp.array([3.0, 2.0]))
    formula("x**2 - y**2").tex
"""

from landscapes.runtime import prepare

prepare()

from landscapes.language import FUNCTIONS, FormulaError  # noqa: E402  (JAX must be set up before anything touches it)
from landscapes.record import CriticalPoint, Landscape, Window  # noqa: E402
from landscapes.registry import Registry, UnknownLandscape, formula, read_text_form  # noqa: E402

FUNCTION_NAMES = tuple(FUNCTIONS)
"""What may be called in a formula."""

# Every file of this folder that holds a record of its own name.
LANDSCAPES = Registry(__name__, __path__)


def landscape_of(text: str) -> Landscape:
    """The landscape that a text form names: a key such as "bowl", or "formula:" and an expression.

    Raises ValueError with a sentence (an `UnknownLandscape`, or a `FormulaError` whose position counts from the
    start of the expression).
    """
    return read_text_form(text, LANDSCAPES)


__all__ = [
    "FUNCTION_NAMES",
    "LANDSCAPES",
    "CriticalPoint",
    "FormulaError",
    "Landscape",
    "Registry",
    "UnknownLandscape",
    "Window",
    "formula",
    "landscape_of",
]
