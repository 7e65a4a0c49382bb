"""Tables that are too long for a link: kept for as long as somebody holds them, and named by what they are.

Nothing of them is stored. Who has pasted a table holds it in the session; with the session it goes.
"""

from __future__ import annotations

import hashlib
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

_held: WeakValueDictionary[str, Any] = WeakValueDictionary()
_GONE = (
    "These data had more points than a link carries, and the server has let go of them with the visit that they were "
    "pasted in: load the saved picture, or paste the table again."
)


def hold(data: Any) -> str:
    """The name by which data with `inputs` and `targets` are found again while they live."""
    bits = np.stack([data.inputs, data.targets]).astype("<f8").tobytes()
    name = f"held.{hashlib.sha256(bits).hexdigest()[:32]}"
    _held.setdefault(name, data)
    return name


def held(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The inputs and targets of a name. Raises ValueError with a sentence where nobody holds them any more."""
    data = _held.get(name)
    if data is None:
        raise ValueError(_GONE)
    return data.inputs, data.targets
