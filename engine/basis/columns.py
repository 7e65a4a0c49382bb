"""Columns of numbers as a text that holds every bit of them, as links and names of surfaces carry them."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_BITS = "b"


def plain(value: float) -> str:
    """The shortest text that reads back as exactly this number."""
    if (
        math.isfinite(value)
        and value == int(value)
        and abs(value) < 1e15
        and not (value == 0 and math.copysign(1, value) < 0)
    ):
        return str(int(value))
    return repr(float(value)).replace("e+", "e")


def packed(columns: Sequence[Float[np.ndarray, " n"]]) -> str:
    """Decimal numbers, or the bits of all of them where that is shorter."""
    decimal = "*".join(",".join(map(plain, values.tolist())) for values in columns)
    bits = base64.urlsafe_b64encode(np.stack(list(columns)).astype("<f8").tobytes()).decode().rstrip("=")
    return min(decimal, _BITS + bits, key=len)


def unpacked(text: str, count: int) -> list[Float[np.ndarray, " n"]]:
    """So many columns, as `packed` has written them. Raises ValueError for a text that it has not."""
    if text.startswith(_BITS):
        bits = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        return list(np.frombuffer(bits, "<f8").reshape(count, -1))
    columns = [np.array([float(one) for one in part.split(",")]) for part in text.split("*")]
    if len(columns) != count:
        raise ValueError(f"There are {len(columns)} columns, and {count} are named.")
    return columns
