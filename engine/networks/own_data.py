"""A visitor's own table as data for networks: kept for as long as somebody holds it, and named by what it is.

Nothing of it is stored. A network holds the table that it learns, and a text of its own holds a small one to the bit.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote
from weakref import WeakValueDictionary

import numpy as np

from engine.basis.columns import packed, unpacked
from engine.basis.numerals import number
from engine.networks.data import MOST_POINTS, OWN_PREFIX, Data
from i18n import message

if TYPE_CHECKING:
    from jaxtyping import Float

FEWEST_ROWS = 4
MOST_INPUTS = 16
LARGEST_VALUE = 1e9
"""Of a cell: the squares of larger ones, summed up, leave no digit of a float32."""
NAME = 40
"""Letters of a column's name."""
_GONE = message(
    "The network learns a table of somebody's own that has more rows than a link carries, and the server has let go of "
    "it with the visit that it was pasted in: load the saved pair, or paste the table again."
)
_BROKEN = message("The table of this link is damaged or cut off: paste it again, or load the saved pair.")


@dataclass(frozen=True, eq=False)
class OwnTable:
    """Rows to learn from, as they are in the table, and whether they are standardised.

    inputs: (n, d) float64; targets: (n,) float64, the classes 0 and 1 where `classes`, else numbers; standardised:
    whether each input column, and the targets of a regression, are shifted and scaled to mean 0 and standard deviation
    1 (population's), as the prepared sets are.

    Raises ValueError with a sentence.
    """

    inputs: Float[np.ndarray, "n d"]
    targets: Float[np.ndarray, " n"]
    input_names: tuple[str, ...]
    target_name: str
    classes: bool
    standardised: bool = True

    def __post_init__(self) -> None:
        put = object.__setattr__  # the record is frozen from here on
        for name in ("inputs", "targets"):
            values = np.array(getattr(self, name), dtype=np.float64)
            values.setflags(write=False)
            put(self, name, values)
        put(self, "input_names", tuple(" ".join(name.split())[:NAME] for name in self.input_names))
        put(self, "target_name", " ".join(self.target_name.split())[:NAME])
        _check(self)

    @property
    def rows(self) -> int:
        """How many there are, n."""
        return len(self.targets)

    @cached_property
    def name(self) -> str:
        """By which a network names it: equal for equal tables."""
        return f"{OWN_PREFIX}{hashlib.sha256(self.text.encode()).hexdigest()[:32]}"

    @cached_property
    def data(self) -> Data:
        """What a network sees of it."""
        inputs, targets = self.inputs, self.targets
        if self.standardised:
            inputs = _standardised(inputs)
            targets = targets if self.classes else _standardised(targets)
        return Data(self.name, inputs, targets, not self.classes)

    @cached_property
    def text(self) -> str:
        """All of it, to the bit: `table_of` gives the same back."""
        settings = [f"x={quote(name, safe='')}" for name in self.input_names]
        settings += [f"y={quote(self.target_name, safe='')}"]
        settings += (["classes=1"] if self.classes else []) + ([] if self.standardised else ["scaled=0"])
        return ";".join([*settings, f"points={packed([*self.inputs.T, self.targets])}"])


def _standardised(values: np.ndarray) -> np.ndarray:
    """With mean 0 and standard deviation 1; what is the same in all rows becomes 0."""
    deviation = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)


def _check(table: OwnTable) -> None:
    inputs, targets = table.inputs, table.targets
    if inputs.ndim != 2 or inputs.shape != (len(targets), len(table.input_names)):
        raise ValueError(
            message("There must be a target for each row, and a name for each column. {broken}", broken=_BROKEN)
        )
    if not 1 <= inputs.shape[1] <= MOST_INPUTS:
        raise ValueError(
            message(
                "A network here takes 1 to {most} inputs, got {n}. Choose as many.", most=MOST_INPUTS, n=inputs.shape[1]
            )
        )
    if not FEWEST_ROWS <= len(targets) <= MOST_POINTS:
        raise ValueError(
            message(
                "A network learns from {least} to {most} rows with a number in each chosen column, got {n}. "
                "Choose other columns or other rows.",
                least=FEWEST_ROWS,
                most=f"{MOST_POINTS:,}",
                n=f"{len(targets):,}",
            )
        )
    largest = max(float(np.abs(inputs).max()), float(np.abs(targets).max()))
    if not largest <= LARGEST_VALUE:
        raise ValueError(
            message(
                "Numbers of the table must be within ±10⁹; got {largest}. Take them in another unit.",
                largest=number(largest),
            )
        )
    if table.classes and set(np.unique(targets).tolist()) != {0.0, 1.0}:
        raise ValueError(
            message("A classification needs the two classes 0 and 1 among its targets. Choose another column.")
        )
    if float(np.ptp(targets)) == 0:
        raise ValueError(
            message(
                "All of {name} is {value}: there is nothing to learn. Choose another column.",
                name=table.target_name,
                value=number(float(targets[0])),
            )
        )


_held: WeakValueDictionary[str, OwnTable] = WeakValueDictionary()


def hold(table: OwnTable) -> OwnTable:
    """The table, which networks find by its name for as long as it or one of them lives: one object for equal ones."""
    return _held.setdefault(table.name, table)


def table_named(name: str) -> OwnTable:
    """The table of a name. Raises ValueError with a sentence where nobody holds it any more."""
    found = _held.get(name)
    if found is None:
        raise ValueError(_GONE)
    return found


def table_of(text: str) -> OwnTable:
    """The table of a text, held. Raises ValueError with a sentence."""
    named: dict[str, list[str]] = {}
    for part in text.split(";"):
        key, _, value = part.partition("=")
        named.setdefault(key, []).append(value)
    if not {"x", "y", "points"} <= set(named) <= {"x", "y", "points", "classes", "scaled"}:
        raise ValueError(_BROKEN)
    names = [unquote(name) for name in named["x"]]
    try:
        *inputs, targets = unpacked(named["points"][-1], len(names) + 1)
        columns = np.column_stack(inputs)
    except (ValueError, TypeError):
        raise ValueError(_BROKEN) from None
    classes, scaled = named.get("classes") == ["1"], named.get("scaled") != ["0"]
    return hold(OwnTable(columns, targets, tuple(names), unquote(named["y"][-1]), classes, scaled))
