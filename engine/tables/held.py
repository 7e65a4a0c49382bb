"""Tables that are too long for a link: kept for as long as somebody holds them, and named by what they are.

Nothing of them is stored. The visit in which a table was pasted holds it by the surface that it shows.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np

from i18n import message

if TYPE_CHECKING:
    from jaxtyping import Float

MARK = "held."
_GONE = message(
    "These data had more points than a link carries, and the server has let go of them with the visit that they were "
    "pasted in: load the saved picture, or paste the table again."
)


class Held:
    """Inputs and targets, and the name by which they are found again while this lives."""

    __slots__ = ("__weakref__", "inputs", "name", "targets")

    def __init__(self, name: str, inputs: Float[np.ndarray, " n"], targets: Float[np.ndarray, " n"]):
        self.name, self.inputs, self.targets = name, inputs, targets


_held: WeakValueDictionary[str, Held] = WeakValueDictionary()


def hold(inputs: Float[np.ndarray, " n"], targets: Float[np.ndarray, " n"]) -> Held:
    """What is to be kept by whoever wants these points to be found by its name."""
    bits = np.stack([inputs, targets]).astype("<f8").tobytes()
    name = f"{MARK}{hashlib.sha256(bits).hexdigest()[:32]}"
    return _held.setdefault(name, Held(name, inputs, targets))


def held(name: str) -> Held:
    """The points of a name. Raises ValueError with a sentence where nobody holds them any more."""
    found = _held.get(name)
    if found is None:
        raise ValueError(_GONE)
    return found
