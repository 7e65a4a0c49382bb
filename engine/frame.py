"""The binary answer: a JSON header, then little-endian float32 arrays.

```
uint32 little-endian   length of the header in bytes, a multiple of 8
ASCII JSON             the header; arrays stand in it as [offset, rows, columns], the offset in bytes after the header
float32 little-endian  the arrays, row by row, one after the other
```
Arrays may hold infinities (a loss that overflowed is a result). The header never does, so that any JSON parser reads
it.
"""

import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from i18n import translated

ALIGNMENT = 8


class Frame:
    """An answer under construction: arrays are put in, and each gives back its place for the header."""

    def __init__(self) -> None:
        self._matrices: list[np.ndarray] = []
        self._size = 0

    def place(self, array: Any) -> list[int]:
        """Append a vector `(n,)`, sent as `(n, 1)`, or a matrix; returns `[offset, rows, columns]`.

        It is written when the frame is sealed: until then it must stay as it is.
        """
        matrix = np.asarray(array)
        rows, columns = matrix.shape if matrix.ndim == 2 else (len(matrix), 1)
        where = [self._size, rows, columns]
        self._matrices.append(matrix)
        self._size += 4 * matrix.size
        return where

    def places(self, arrays: Mapping[str, Any]) -> dict[str, list[int]]:
        """Append several arrays; returns their places by name."""
        return {name: self.place(array) for name, array in arrays.items()}

    def sealed(self, header: Mapping[str, Any]) -> bytes:
        """The whole frame, its messages in the language of this task or thread.

        Raises ValueError for a header that holds NaN or an infinity.
        """
        text = json.dumps(translated(header), allow_nan=False, separators=(",", ":")).encode("ascii")
        text += b" " * (-len(text) % ALIGNMENT)
        # A loss beyond float32 becomes an infinity there: that is what it looks like on any picture.
        with np.errstate(over="ignore"):
            chunks = [matrix.astype("<f4").tobytes() for matrix in self._matrices]
        return b"".join([struct.pack("<I", len(text)), text, *chunks])


def finite_or_none(number: float | None) -> float | None:
    """A number as a header may hold it: none where it is infinite or not a number."""
    return number if number is not None and math.isfinite(number) else None


def pair(values: Sequence[float]) -> list[float | None]:
    """Two numbers as JSON can hold them."""
    return [finite_or_none(value) for value in values]


def note(header: Mapping[str, Any]) -> bytes:
    """A frame without arrays."""
    return Frame().sealed(header)


def opened(frame: bytes) -> tuple[dict[str, Any], "memoryview"]:
    """The header of a frame and the bytes behind it: what a reader in Python needs (tests, the bench)."""
    (length,) = struct.unpack_from("<I", frame)
    return json.loads(frame[4 : 4 + length]), memoryview(frame)[4 + length :]


def matrix(body: "memoryview", where: Sequence[int]) -> np.ndarray:
    """The float32 array at `[offset, rows, columns]` of an opened frame's body."""
    offset, rows, columns = where
    return np.frombuffer(body, "<f4", rows * columns, offset).reshape(rows, columns)
